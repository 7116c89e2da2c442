"""Why a member stands where it does: the terms of the vector in words, ours first where we are late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from plugin.domain.accountability import OURS, Accountability
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.requirement import Requirement
from plugin.domain.success_vector import GRACE
from plugin.domain.vector import SuccessVector, Term
from plugin.domain.words import count, on_date, quoted


@dataclass(frozen=True)
class Reason:
    """One reason in words; `size` is what it takes away (above 0), `ours` whether we are the ones who are late."""

    words: str
    size: float
    ours: bool = False


def our_late_actions(member: Member, as_of: date) -> list[Accountability]:
    """Return what we owe the member and have not done, the longest overdue first."""
    late = [
        action
        for outcome in member.outcomes
        if outcome.scored_on(as_of)
        for action in outcome.accountabilities
        if action.party == OURS and action.due_on < as_of and action.open_on(as_of)
    ]
    return sorted(late, key=lambda action: action.due_on)


def owed(action: Accountability, as_of: date) -> str:
    """Return our own lateness as ours."""
    return f"we owe {quoted(action.name)} since {on_date(action.due_on, as_of)}"


def setbacks(member: Member, vector: SuccessVector, as_of: date) -> list[Reason]:
    """Return what holds the member back: what we owe first, then the biggest."""
    outcomes = {outcome.id: outcome for outcome in member.outcomes}
    found = [
        reason
        for term in vector.explanation
        if term.value < 0
        for reason in _setback(outcomes[term.outcome], term, as_of)
    ]
    late = our_late_actions(member, as_of)
    if late and not any(reason.ours for reason in found):
        # It may cost nothing yet, or its milestone is reached already: we owe it all the same.
        found.append(Reason(owed(late[0], as_of), 0.0, ours=True))
    return sorted(found, key=lambda reason: (not reason.ours, -reason.size))


def advances(member: Member, vector: SuccessVector, as_of: date) -> list[Reason]:
    """Return what moved the member toward the outcome, the biggest first."""
    outcomes = {outcome.id: outcome for outcome in member.outcomes}
    found = []
    for term in vector.explanation:
        if term.value > 0 and term.milestone is not None:
            milestone = _milestone(outcomes[term.outcome], term.milestone)
            found.append(Reason(_advance(milestone, as_of), term.value))
    return sorted(found, key=lambda reason: -reason.size)


def _setback(outcome: DesiredOutcome, term: Term, as_of: date) -> Iterator[Reason]:
    size = -term.value
    if term.milestone is None:
        requirements = outcome.experience if term.kind == "experience" else _essential(outcome)
        yield Reason(_breached(requirements, term.kind, as_of), size)
        return
    milestone = _milestone(outcome, term.milestone)
    if term.kind == "overdue":
        yield Reason(f"{quoted(milestone.name)} late since {on_date(milestone.due_as_of(as_of), as_of)}", size)
    elif term.kind == "accountability":
        yield _missed(outcome, milestone, size, as_of)
    elif term.kind == "reversal" and not (milestone.type == "strategic" and _since(_essential(outcome), as_of)):
        yield Reason(_fallen(milestone, as_of), size)


def _missed(outcome: DesiredOutcome, milestone: Milestone, size: float, as_of: date) -> Reason:
    """Say which agreed actions are open: ours by name and as ours, otherwise what was shared, without blame."""
    all_of_them = [action for action in outcome.accountabilities if action.milestone == milestone.id]
    late = [action for action in all_of_them if (as_of - action.due_on).days > GRACE]
    missed = [action for action in late if action.open_on(as_of)]
    ours = [action for action in missed if action.party == OURS]
    if ours:
        return Reason(owed(min(ours, key=lambda action: action.due_on), as_of), size, ours=True)
    if len(missed) == 1:
        return Reason(f"{quoted(missed[0].name)} open since {on_date(missed[0].due_on, as_of)}", size)
    which = f"all {count(len(late))}" if len(missed) == len(late) else f"{count(len(missed))} of {count(len(late))}"
    return Reason(f"{which} shared actions missed", size)


def _breached(requirements: tuple[Requirement, ...], kind: str, as_of: date) -> str:
    name, since = max(_since(requirements, as_of), key=lambda found: found[1])
    what = "the way there is not as agreed" if kind == "experience" else "a condition is not met"
    return f"{what}: {quoted(name)} since {on_date(since, as_of)}"


def _since(requirements: tuple[Requirement, ...], as_of: date) -> list[tuple[str, date]]:
    return [(row.name, since) for row in requirements if (since := row.breached_since(as_of)) is not None]


def _essential(outcome: DesiredOutcome) -> tuple[Requirement, ...]:
    return tuple(condition for condition in outcome.conditions if condition.essential)


def _fallen(milestone: Milestone, as_of: date) -> str:
    if milestone.reversed_on is not None and milestone.reversed_on <= as_of:
        return f"{quoted(milestone.name)} undone on {on_date(milestone.reversed_on, as_of)}"
    read = [reading.on for reading in milestone.metric.readings if reading.on <= as_of] if milestone.metric else []
    return f"{quoted(milestone.name)} fell back" + (f" on {on_date(max(read), as_of)}" if read else "")


def _advance(milestone: Milestone, as_of: date) -> str:
    achieved = milestone.achieved_as_of(as_of)
    if achieved is not None:
        return f"{quoted(milestone.name)} achieved on {on_date(achieved, as_of)}"
    read = [reading.on for reading in milestone.metric.readings if reading.on <= as_of] if milestone.metric else []
    return f"{quoted(milestone.name)} moved ahead" + (f" on {on_date(max(read), as_of)}" if read else "")


def _milestone(outcome: DesiredOutcome, milestone_id: str) -> Milestone:
    return next(milestone for milestone in outcome.milestones if milestone.id == milestone_id)
