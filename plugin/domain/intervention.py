"""The intervention flag: which member needs us now, and the next step: who, what, by when and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plugin.domain.engagement import BILLING
from plugin.domain.member import Member
from plugin.domain.playbook import ARRIVED, playbook
from plugin.domain.reasons import our_late_actions, owed
from plugin.domain.sentences import standing
from plugin.domain.success_vector import statuses
from plugin.domain.vector import SuccessVector
from plugin.domain.words import on_date, quoted, sentence

LONG_DRIFT = 30
"""Days of drifting, and days without a goal after joining, from which it needs us."""
SEEN_WITHIN = timedelta(days=180)
DEPARTURE_MATTERS = timedelta(days=90)
TOPICS = {
    "none": "the next destination",
    "no_goal": "the Desired Outcome and its time frame",
    "stale": "where the member stands today",
    "key_contact_left": "the goal, with the successor",
    "billing_contact_only": "the goal, with the people who work toward it",
    "success_gap": "the goal itself, beyond our offering",
}
"""What the next step is about, where it isn't the biggest setback."""


@dataclass(frozen=True)
class Intervention:
    """`flag` is one of `INTERVENTIONS`, with its reason; a next step, its day and channel where there is one."""

    flag: str
    reason: str = ""
    next_step: str = ""
    by: date | None = None
    channel: str | None = None


def long_drifting(members: Sequence[Member], vectors: Sequence[SuccessVector], as_of: date) -> set[str]:
    """Return the ids of the members that have been drifting on each of the last 30 days."""
    drifting = [member.facts for member, vector in zip(members, vectors, strict=True) if vector.status == "drifting"]
    days = [as_of - timedelta(days=back) for back in range(LONG_DRIFT + 1)]
    by_day = statuses(drifting, days)
    return {facts.id for facts, row in zip(drifting, by_day, strict=True) if set(row) == {"drifting"}}


def intervention(
    member: Member, vector: SuccessVector, as_of: date, drifting_long: Collection[str] = ()
) -> Intervention:
    """Return the most pressing flag and its next step; `drifting_long` comes from `long_drifting`."""
    if member.left_by(as_of):
        return Intervention("none")
    flag, reason = next(_flags(member, vector, as_of, drifting_long), ("none", ""))
    if flag == "none" and vector.status != "arrived":
        return Intervention("none")
    days = 3 if flag in ("off_course", "key_contact_left", "our_action_late") else 7
    step, channel = _next_step(member, vector, flag, reason, as_of)
    return Intervention(flag, reason, step, _friday(as_of, days), channel)


def _flags(
    member: Member, vector: SuccessVector, as_of: date, drifting_long: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield every flag that applies with its reason, the most pressing first."""
    left = [gone for gone in member.departures if gone.on <= as_of <= gone.on + DEPARTURE_MATTERS]
    late = our_late_actions(member, as_of)
    if vector.status == "off_course":
        yield "off_course", standing(member, vector, as_of)
    if left:
        gone = max(left, key=lambda one: one.on)
        yield "key_contact_left", f"{gone.who} left on {on_date(gone.on, as_of)}"
    if vector.success_gap == "open" and vector.success_gap_since is not None:
        yield "success_gap", f"Success Gap since {on_date(vector.success_gap_since, as_of)}"
    if late:
        yield "our_action_late", owed(late[0], as_of)
    if member.id in drifting_long:
        yield "drifting", standing(member, vector, as_of)
    if vector.status == "no_goal" and _joined_long_ago(member, as_of):
        yield "no_goal", standing(member, vector, as_of)
    if vector.stale:
        yield "stale", "no new facts in four months"
    if _only_billing(member, as_of):
        yield "billing_contact_only", f"only the billing contact seen since {on_date(as_of - SEEN_WITHIN, as_of)}"


def _joined_long_ago(member: Member, as_of: date) -> bool:
    return member.joined_on is not None and (as_of - member.joined_on).days >= LONG_DRIFT


def _only_billing(member: Member, as_of: date) -> bool:
    """Tell whether all we saw in half a year was the billing contact; unknown roles count as somebody else."""
    seen = {met.contact_role for met in member.engagements if as_of - SEEN_WITHIN <= met.on <= as_of}
    return seen == {BILLING}


def _next_step(member: Member, vector: SuccessVector, flag: str, reason: str, as_of: date) -> tuple[str, str | None]:
    """Return who does what and why by the segment's playbook, and how; what we owe comes before what we ask."""
    segment = member.segment
    book = playbook(segment.model if segment else None, segment.playbook if segment else "")
    late = our_late_actions(member, as_of)
    if late:
        owed = f"deliver {quoted(late[0].name)}, late since {on_date(late[0].due_on, as_of)}"
        return sentence(f"{book.who}: {owed}"), None
    play = book.play(ARRIVED if flag == "none" else flag)
    return sentence(f"{book.who}: {play.said(TOPICS.get(flag) or _topic(member, vector), reason)}"), play.channel


def _topic(member: Member, vector: SuccessVector) -> str:
    """Return what the biggest setback is about, by name."""
    names = {row.id: row.name for outcome in member.outcomes for row in outcome.milestones}
    setbacks = sorted((term for term in vector.explanation if term.value < 0), key=lambda term: term.value)
    if setbacks and setbacks[0].milestone is not None:
        return quoted(names[setbacks[0].milestone])
    if setbacks:
        return "the way there" if setbacks[0].kind == "experience" else "the condition that is not met"
    return "the next milestone"


def _friday(as_of: date, days: int) -> date:
    """Return the first Friday at least `days` ahead, so that the day holds still for a week."""
    soonest = as_of + timedelta(days=days)
    return soonest + timedelta(days=(4 - soonest.weekday()) % 7)
