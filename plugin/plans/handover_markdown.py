"""A handover note as Markdown, and as the plain text that a field or a task of the CRM holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from plugin.domain.handover import GoalNote, Handover
from plugin.domain.words import on_date, status_name
from plugin.plans.letter_markdown import escaped

LONGEST = 32_000
"""Characters that the description of a task takes."""
CUT = "\n… (cut: success-vector handover has all of it)"
_ESCAPED = re.compile(r"\\([^\w\s])")


def plain(note: Handover) -> str:
    """Return the note without markup, cut to what a task's description takes."""
    lines = (line.removeprefix("## ").removeprefix("# ") for line in _lines(note))
    text = _ESCAPED.sub(r"\1", "\n".join(re.sub(r"^\*\*(.+?)\*\*", r"\1", line) for line in lines)).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT


def markdown(note: Handover) -> str:
    """Return the note as Markdown (CommonMark), ending in a line break."""
    return "\n".join(_lines(note))


def _lines(note: Handover) -> Iterator[str]:
    change = note.change
    yield f"# Handover: {escaped(change.member)}"
    yield ""
    when = f"{on_date(change.on, change.on)} {change.on.year}"
    yield f"From {escaped(change.from_owner)} to {escaped(change.to_owner)}, {when}."
    yield ""
    yield f"**Where it stands.** {escaped(note.course.standing)}"
    yield ""
    if note.course.next_step:
        by = f" By {on_date(note.course.by, note.as_of)}." if note.course.by else ""
        yield f"**Next step.** {escaped(note.course.next_step)}{by}"
        yield ""
    if not note.goals:
        yield "There is no goal with a time frame: agreeing one is where to begin."
        yield ""
    for goal in note.goals:
        yield from _goal(goal, note)
    yield "## Last engagements"
    yield ""
    for met in note.engagements:
        how = ", ".join(status_name(word) for word in (met.direction, met.channel) if word)
        yield f"- {on_date(met.on, note.as_of)}: {escaped(met.subject)}{f' ({how})' if how else ''}"
    if not note.engagements:
        yield "None are known."
    yield ""


def _goal(goal: GoalNote, note: Handover) -> Iterator[str]:
    assumed = " The member has not confirmed it yet: do that first." if goal.assumed else ""
    yield f"## Goal: {escaped(goal.name)}"
    yield ""
    yield f"{escaped(goal.objective)} Due {on_date(goal.due_on, note.as_of)}.{assumed}"
    yield ""
    yield from _list("Where it began", [goal.baseline] if goal.baseline else [])
    yield from _list("Without these the member feels unsuccessful, though the objective is met", goal.conditions)
    yield from _list("How the member wants to get there", goal.experience)
    yield from _list("Reached", goal.reached)
    yield from _list("We are late with", goal.we_owe)
    yield from _list("Open on the member's side, or shared", goal.they_owe)
    yield from _list("Due in the next 60 days", goal.ahead)
    yield from _list("What the member was told to expect", goal.told_to_expect)


def _list(heading: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"**{heading}**"
        yield ""
        yield from (f"- {escaped(item)}" for item in items)
        yield ""
