"""The handover note for a new owner: where the member is going and why, what is due and late on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plugin.domain.member_plan import MemberPlan, OwnAction
from plugin.domain.words import on_date, quoted

SOON = timedelta(days=60)
"""How far the note looks ahead."""
MOST_ENGAGEMENTS = 5
PARTY = {
    "us_behind_the_scenes": "we",
    "together": "together",
    "member_inside": "the member, with our offering",
    "member_outside": "the member, on its own",
}


@dataclass(frozen=True)
class OwnerChange:
    """The owner of a member changed on a day; `change` is the number of the change in the history."""

    change: int
    member_id: str
    member: str
    from_owner: str
    to_owner: str
    on: date


@dataclass(frozen=True)
class Met:
    """An engagement as the note tells it."""

    on: date
    subject: str
    direction: str | None = None
    channel: str | None = None


@dataclass(frozen=True)
class Course:
    """Where the member stands in words, and the next step with its day, if there is one."""

    standing: str
    next_step: str = ""
    by: date | None = None


@dataclass(frozen=True)
class GoalNote:
    """A goal as the note tells it; lists hold one sentence's worth each."""

    name: str
    objective: str
    due_on: date
    assumed: bool
    baseline: str
    conditions: tuple[str, ...]
    experience: tuple[str, ...]
    reached: tuple[str, ...]
    we_owe: tuple[str, ...]
    they_owe: tuple[str, ...]
    ahead: tuple[str, ...]
    told_to_expect: tuple[str, ...]


@dataclass(frozen=True)
class Handover:
    """The note about one change, as of a day."""

    change: OwnerChange
    as_of: date
    course: Course
    goals: tuple[GoalNote, ...]
    engagements: tuple[Met, ...]


def handover_note(
    change: OwnerChange, plans: Sequence[MemberPlan], course: Course, engagements: Sequence[Met], as_of: date
) -> Handover:
    """Return the note; of the engagements up to the day, the last five."""
    last = sorted((met for met in engagements if met.on <= as_of), key=lambda met: met.on, reverse=True)
    goals = tuple(_goal(plan, as_of) for plan in plans)
    return Handover(change, as_of, course, goals, tuple(last[:MOST_ENGAGEMENTS]))


def _goal(plan: MemberPlan, as_of: date) -> GoalNote:
    late = [one for one in plan.open_actions(as_of) if one.due_on < as_of and one.agreed_on]
    steps_late = [one for one in plan.open_steps(as_of) if one.due_on < as_of]
    return GoalNote(
        name=plan.name,
        objective=plan.objective,
        due_on=plan.due_on,
        assumed=not plan.confirmed_by(as_of),
        baseline=plan.baseline,
        conditions=plan.conditions,
        experience=plan.experience,
        reached=tuple(
            f"{quoted(one.name)} on {on_date(one.achieved_on, as_of)}"
            for one in sorted(plan.steps, key=lambda one: one.due_on)
            if one.achieved_on is not None and one.reached_by(as_of)
        ),
        we_owe=tuple(_owed(one, as_of) for one in late if one.ours),
        they_owe=(
            *(f"{quoted(one.name)}, a step due {on_date(one.due_on, as_of)}" for one in steps_late),
            *(_owed(one, as_of) for one in late if not one.ours),
        ),
        ahead=tuple(_ahead(plan, as_of)),
        told_to_expect=tuple(_teed_up(plan, as_of)),
    )


def _owed(action: OwnAction, as_of: date) -> str:
    cost = f": {action.consequence}" if action.consequence else ""
    return f"{quoted(action.name)} since {on_date(action.due_on, as_of)} ({PARTY[action.party]}){cost}"


def _ahead(plan: MemberPlan, as_of: date) -> list[str]:
    until = as_of + SOON
    steps = [(one.due_on, f"{quoted(one.name)}, a step") for one in plan.open_steps(as_of)]
    actions = [
        (one.due_on, f"{quoted(one.name)} ({PARTY[one.party]}{'' if one.agreed_on else ', only proposed'})")
        for one in plan.open_actions(as_of)
    ]
    due = sorted((on, words) for on, words in (*steps, *actions) if as_of <= on <= until)
    return [f"{on_date(on, as_of)}: {words}" for on, words in due]


def _teed_up(plan: MemberPlan, as_of: date) -> list[str]:
    """Return what the member was told that we will offer or ask, and when."""
    return [
        f"after {quoted(one.name)}: {what} {quoted(name)}"
        for one in plan.open_steps(as_of)
        for what, name in (("the offer", one.offer), ("the ask", one.ask))
        if name
    ]
