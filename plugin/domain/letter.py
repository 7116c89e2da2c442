"""The expectation letter: what happens in the next 30, 60 and 90 days, who does what, and what we ask for later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plugin.domain.member_plan import MemberPlan, OwnAction, OwnStep
from plugin.domain.words import on_date, quoted, sentence

WINDOW = 30
WINDOWS = 3
YOUNG = timedelta(days=30)
"""A plan that is no older than this is told from its first day; an older one from the day of the letter."""
_KEY = re.compile(r"(?=\S*\d)[A-Za-z0-9-]{15,}")
"""An owner that the CRM gives as a key: letters and digits without a space. Nobody signs a letter with it."""
GROUPS = {
    "us_behind_the_scenes": "What we do for you",
    "together": "What we do together",
    "member_inside": "What you do with what we offer",
    "member_outside": "What you do on your own",
}


@dataclass(frozen=True)
class Item:
    """One thing with its day, and what is to be known beside it."""

    due_on: date
    text: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Things of one kind."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Section:
    """A part of the letter."""

    heading: str
    text: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A letter to one member, from the person who looks after it, if one is known."""

    member_id: str
    member: str
    written_on: date
    title: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    sender: str | None = None


def expectation_letter(plan: MemberPlan, as_of: date) -> Letter:
    """Return the letter about one plan, as of a day. What is done is left out, what is late comes first."""
    young = timedelta(0) <= as_of - plan.starts_on <= YOUNG
    begins = plan.starts_on if young or plan.starts_on > as_of else as_of
    return Letter(
        member_id=plan.member_id,
        member=plan.member,
        written_on=as_of,
        title=f"What to expect on the way to: {plan.name}",
        opening=tuple(_opening(plan, as_of)),
        sections=(
            _goal(plan, as_of),
            *_late(plan, begins, as_of),
            *_windows(plan, begins, as_of),
            *_later(plan, as_of),
        ),
        closing=(
            "If your destination changes, tell us: we draw the way anew, and nothing is lost by it. If only a date "
            "doesn't suit, we agree on another.",
        ),
        sender=plan.owner if plan.owner and not _KEY.fullmatch(plan.owner) else None,
    )


def _opening(plan: MemberPlan, as_of: date) -> Iterator[str]:
    yield (
        "So that nothing comes as a surprise, here is what happens next, what we do, what you do, and what we will ask "
        "of you later."
    )
    if not plan.confirmed_by(as_of):
        yield (
            "We have assumed this goal from what members like you usually want. Please tell us whether it is yours, or "
            "what is; until then we plan with it and ask for nothing."
        )
    if any(action.agreed_on is None for action in plan.open_actions(as_of)):
        yield "What is marked as proposed counts once we have agreed on it."


def _goal(plan: MemberPlan, as_of: date) -> Section:
    text = [sentence(plan.objective.rstrip(".")), f"By {on_date(plan.due_on, as_of)}."]
    if plan.baseline:
        text.append(f"Where you start: {_ended(plan.baseline)}")
    groups = (
        Group("It counts as reached only if", tuple(Item(plan.due_on, one) for one in plan.conditions)),
        Group("How you want to get there", tuple(Item(plan.due_on, one) for one in plan.experience)),
    )
    return Section("Where you are going", (" ".join(text),), tuple(group for group in groups if group.items))


def _late(plan: MemberPlan, begins: date, as_of: date) -> Iterator[Section]:
    """Yield what should have been done before the letter's first day: what we owe first, and as owed."""
    actions = [one for one in plan.open_actions(as_of) if one.due_on < begins]
    steps = [one for one in plan.open_steps(as_of) if one.due_on < begins]
    agreed = [one for one in actions if one.agreed_on]
    ours = tuple(_action(one, as_of) for one in agreed if one.ours)
    shared = tuple(_action(one, as_of) for one in agreed if not one.ours)
    proposed = tuple(_action(one, as_of) for one in actions if not one.agreed_on)
    groups = (
        Group("We owe you, and are sorry for the delay", ours),
        Group("Agreed, and not done yet", shared),
        Group("Proposed, and not agreed yet", proposed),
        Group("Steps whose day has passed", tuple(_step(one) for one in steps)),
    )
    found = tuple(group for group in groups if group.items)
    if found:
        yield Section("Open from before", ("Let us agree on what of this still helps, and by when.",), found)


def _windows(plan: MemberPlan, begins: date, as_of: date) -> Iterator[Section]:
    first = begins == plan.starts_on
    for number in range(WINDOWS):
        since = begins + timedelta(days=WINDOW * number + (1 if number else 0))
        until = begins + timedelta(days=WINDOW * (number + 1))
        name = f"{'Your first' if first else 'The next'} 30 days" if not number else _days(number)
        yield _window(plan, f"{name}: {on_date(since, as_of)} to {on_date(until, as_of)}", since, until, as_of)
    beyond = begins + timedelta(days=WINDOW * WINDOWS + 1)
    rest = tuple(_step(one) for one in plan.open_steps(as_of) if one.due_on >= beyond)
    if rest:
        yield Section(f"After day {WINDOW * WINDOWS}", (), (Group("The steps that follow", rest),))


def _days(number: int) -> str:
    return f"Day {WINDOW * number + 1} to {WINDOW * (number + 1)}"


def _window(plan: MemberPlan, heading: str, since: date, until: date, as_of: date) -> Section:
    steps = [one for one in plan.open_steps(as_of) if since <= one.due_on <= until]
    actions = [one for one in plan.open_actions(as_of) if since <= one.due_on <= until]
    groups = [Group("What you reach", tuple(_step(one) for one in steps))]
    groups += [
        Group(GROUPS[party], tuple(_action(one, as_of) for one in actions if one.party == party)) for party in GROUPS
    ]
    found = tuple(group for group in groups if group.items)
    return Section(heading, () if found else ("Nothing is due in these days.",), found)


def _step(step: OwnStep) -> Item:
    return Item(step.due_on, step.name)


def _action(action: OwnAction, as_of: date) -> Item:
    notes: list[str] = []
    if action.agreed_on is None:
        notes.append("Proposed.")
    elif action.ours and action.due_on < as_of:
        notes.append(f"Owed since {on_date(action.due_on, as_of)}.")
    if action.milestone:
        notes.append(f"For {quoted(action.milestone)}.")
    if action.consequence:
        notes.append(f"Otherwise: {action.consequence[:1].lower()}{_ended(action.consequence[1:])}")
    return Item(action.due_on, action.name, " ".join(notes))


def _later(plan: MemberPlan, as_of: date) -> Iterator[Section]:
    """Yield what is teed up: told now so that it is no surprise, asked only when its step is reached."""
    ahead: Sequence[OwnStep] = plan.open_steps(as_of)
    asks = tuple(Item(one.due_on, one.ask, f"When you have reached {quoted(one.name)}.") for one in ahead if one.ask)
    offers = tuple(
        Item(one.due_on, one.offer, f"Members often take it up after {quoted(one.name)}; you don't need it now.")
        for one in ahead
        if one.offer
    )
    groups = tuple(
        group
        for group in (Group("What we will ask of you", asks), Group("What we will tell you about", offers))
        if group.items
    )
    if groups:
        text = "Not now: only when you have got something out of it, and only while you are on your way."
        yield Section("What we will ask for later", (text,), groups)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
