"""Why a member stands where it does: the terms of the vector in words, ours first where we are late."""

from __future__ import annotations

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
        reason(outcomes[term.outcome], term, as_of)
        for term in vector.explanation
        if term.value < 0 and not _told_elsewhere(outcomes[term.outcome], term, as_of)
    ]
    late = our_late_actions(member, as_of)
    if late and not any(one.ours for one in found):
        # It may cost nothing yet, or its milestone is reached already: we owe it all the same.
        found.append(Reason(owed(late[0], as_of), 0.0, ours=True))
    return sorted(found, key=lambda one: (not one.ours, -one.size))


def advances(member: Member, vector: SuccessVector, as_of: date) -> list[Reason]:
    """Return what moved the member toward the outcome, the biggest first."""
    outcomes = {outcome.id: outcome for outcome in member.outcomes}
    found = []
    for term in vector.explanation:
        if term.value > 0 and term.milestone is not None:
            milestone = milestone_of(outcomes[term.outcome], term.milestone)
            found.append(Reason(_advance(milestone, as_of), term.value))
    return sorted(found, key=lambda one: -one.size)


def reason(outcome: DesiredOutcome, term: Term, as_of: date) -> Reason:
    """Return why a term of one of a member's outcomes is there."""
    size = -term.value
    if term.milestone is None:
        return Reason(_breached(outcome, term.kind, as_of), size)
    milestone = milestone_of(outcome, term.milestone)
    if term.kind == "progress":
        return Reason(_advance(milestone, as_of), size)
    if term.kind == "overdue":
        return Reason(f"{quoted(milestone.name)} late since {on_date(milestone.due_as_of(as_of), as_of)}", size)
    if term.kind == "accountability":
        return _missed(outcome, milestone, size, as_of)
    if _voided(outcome, milestone, as_of):
        return Reason(f"{quoted(milestone.name)} does not count while {_breached(outcome, 'condition', as_of)}", size)
    return Reason(_fallen(milestone, as_of), size)


def breached(outcome: DesiredOutcome, kind: str, as_of: date) -> list[tuple[str, date]]:
    """Return the breached elements of a `kind` (experience, or essential conditions): name and since when."""
    rows: tuple[Requirement, ...] = outcome.experience
    if kind == "condition":
        rows = tuple(condition for condition in outcome.conditions if condition.essential)
    return [(row.name, since) for row in rows if (since := row.breached_since(as_of)) is not None]


def milestone_of(outcome: DesiredOutcome, milestone_id: str) -> Milestone:
    """Return a milestone of the outcome by its id."""
    return next(milestone for milestone in outcome.milestones if milestone.id == milestone_id)


def _told_elsewhere(outcome: DesiredOutcome, term: Term, as_of: date) -> bool:
    """Tell whether a reversal is a breached condition's doing, whose own term says so."""
    if term.kind != "reversal" or term.milestone is None:
        return False
    return _voided(outcome, milestone_of(outcome, term.milestone), as_of)


def _voided(outcome: DesiredOutcome, milestone: Milestone, as_of: date) -> bool:
    return milestone.type == "strategic" and bool(breached(outcome, "condition", as_of))


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


def _breached(outcome: DesiredOutcome, kind: str, as_of: date) -> str:
    name, since = max(breached(outcome, kind, as_of), key=lambda found: found[1])
    what = "the way there is not as agreed" if kind == "experience" else "a condition is not met"
    return f"{what}: {quoted(name)} since {on_date(since, as_of)}"


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
