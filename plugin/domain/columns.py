"""Members' dated facts as NumPy columns: a row an outcome, a milestone, a requirement, an accountability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from plugin.domain.dated import NEVER, Bools, Dated, Floats, Ints, Parts, day_numbers, total
from plugin.domain.entities import MILESTONE_TYPES
from plugin.domain.outcome import DesiredOutcome, MemberFacts
from plugin.domain.requirement import Condition, Requirement

TYPE_SHARES = np.array((0.10, 0.20, 0.30, 0.40))
"""Share of the weight of each of `MILESTONE_TYPES`, where not every milestone has a weight of its own."""

UNKNOWN, MET, BREACHED = 0, 1, 2


@dataclass(frozen=True)
class Outcomes:
    """A row an outcome. `of_member` finds those of a member, the other parts what lies below an outcome."""

    of_member: Parts
    milestones: Parts
    requirements: Parts
    accountabilities: Parts
    starts: Ints
    due: Ints
    closed: Ints
    priority: Floats


@dataclass(frozen=True)
class Milestones:
    """A row a milestone. Achievements and readings that carried credit replaces are left out of it."""

    outcome: Ints
    type: Ints
    weight: Floats
    promise: Ints
    redated: Dated
    achieved: Ints
    reversed: Ints
    baseline: Floats
    target: Floats
    readings: Dated
    reading_milestone: Ints
    reading_day: Ints
    floor: Floats
    floor_ends: Ints


@dataclass(frozen=True)
class Requirements:
    """A row a condition or experience element."""

    essential: Bools
    experience: Bools
    states: Dated
    assessed: Ints
    assessed_day: Ints


@dataclass(frozen=True)
class Accountabilities:
    """A row an accountability."""

    milestone: Ints
    due: Ints
    done: Ints


@dataclass(frozen=True)
class Columns:
    """Everything the vector reads of some members, in their order."""

    outcomes: Outcomes
    milestones: Milestones
    requirements: Requirements
    accountabilities: Accountabilities


def columns_of(members: Sequence[MemberFacts]) -> Columns:
    """Lay the facts of `members` out in columns."""
    listed = [outcome for member in members for outcome in member.outcomes]
    outcomes = Outcomes(
        of_member=Parts.of([len(member.outcomes) for member in members]),
        milestones=Parts.of([len(outcome.milestones) for outcome in listed]),
        requirements=Parts.of([len(outcome.conditions) + len(outcome.experience) for outcome in listed]),
        accountabilities=Parts.of([len(outcome.accountabilities) for outcome in listed]),
        starts=day_numbers([outcome.starts_on for outcome in listed]),
        due=day_numbers([outcome.due_on for outcome in listed]),
        closed=day_numbers([outcome.closed_on for outcome in listed]),
        priority=_floats([outcome.priority for outcome in listed]),
    )
    return Columns(outcomes, _milestones(listed, outcomes), _requirements(listed), _accountabilities(listed, outcomes))


def _milestones(listed: Sequence[DesiredOutcome], outcomes: Outcomes) -> Milestones:
    rows = [milestone for outcome in listed for milestone in outcome.milestones]
    outcome = outcomes.milestones.parent
    types = np.fromiter((MILESTONE_TYPES.index(row.type) for row in rows), np.int64, len(rows))
    carried = _floats([o.carried_credit.get(row.id) for o in listed for row in o.milestones])
    replaced = np.where(np.isnan(carried), 0, outcomes.starts[outcome])
    achieved, reversed_ = day_numbers([row.achieved_on for row in rows]), day_numbers([row.reversed_on for row in rows])
    redated = [(i, redating) for i, row in enumerate(rows) for redating in row.redated]
    read = [
        (i, reading) for i, row in enumerate(rows) if row.metric for reading in row.metric.readings
        if reading.on.toordinal() > replaced[i]
    ]  # fmt: skip
    reading_milestone, reading_day = _ints([i for i, _ in read]), day_numbers([reading.on for _, reading in read])
    return Milestones(
        outcome=outcome,
        type=types,
        weight=_weights(outcome, types, _floats([row.weight for row in rows]), len(listed)),
        promise=day_numbers([row.due_on for row in rows]),
        redated=Dated.of(
            _ints([i for i, _ in redated]),
            day_numbers([redating.on for _, redating in redated]),
            day_numbers([redating.due_on for _, redating in redated]),
        ),
        achieved=np.where(achieved > replaced, achieved, NEVER),
        reversed=reversed_,
        baseline=_floats([row.metric.baseline if row.metric else None for row in rows]),
        target=_floats([row.metric.target if row.metric else None for row in rows]),
        readings=Dated.of(reading_milestone, reading_day, _floats([reading.value for _, reading in read])),
        reading_milestone=reading_milestone,
        reading_day=reading_day,
        floor=np.nan_to_num(carried),
        floor_ends=np.where(reversed_ > outcomes.starts[outcome], reversed_, NEVER),
    )


def _weights(outcome: Ints, types: Ints, own: Floats, size: int) -> Floats:
    """Return each milestone's share of its outcome: its own weight if all have one, else by type; they sum to 1."""
    _, first, group, alike = np.unique(
        outcome * len(TYPE_SHARES) + types, return_index=True, return_inverse=True, return_counts=True
    )
    present = np.zeros(len(types))
    present[first] = TYPE_SHARES[types[first]]
    by_type = TYPE_SHARES[types] / total(outcome, present, size)[outcome] / alike[group]
    lacking = total(outcome, np.isnan(own), size)[outcome]
    return np.where(lacking == 0, own / total(outcome, own, size)[outcome], by_type)


def _requirements(listed: Sequence[DesiredOutcome]) -> Requirements:
    rows: list[Requirement] = list(chain.from_iterable((*o.conditions, *o.experience) for o in listed))
    assessed = [(i, assessment) for i, row in enumerate(rows) for assessment in row.assessments]
    requirement, day = _ints([i for i, _ in assessed]), day_numbers([assessment.on for _, assessment in assessed])
    states = _ints([BREACHED if assessment.state == "breached" else MET for _, assessment in assessed])
    return Requirements(
        essential=np.array([isinstance(row, Condition) and row.essential for row in rows], np.bool_),
        experience=np.array([not isinstance(row, Condition) for row in rows], np.bool_),
        states=Dated.of(requirement, day, states),
        assessed=requirement,
        assessed_day=day,
    )


def _accountabilities(listed: Sequence[DesiredOutcome], outcomes: Outcomes) -> Accountabilities:
    milestone: list[int] = []
    for outcome, first in zip(listed, outcomes.milestones.first.tolist(), strict=True):
        place = {row.id: first + i for i, row in enumerate(outcome.milestones)}
        milestone.extend(place[row.milestone] for row in outcome.accountabilities)
    rows = [row for outcome in listed for row in outcome.accountabilities]
    return Accountabilities(
        milestone=_ints(milestone),
        due=day_numbers([row.due_on for row in rows]),
        done=day_numbers([row.done_on for row in rows]),
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.fromiter(values, np.int64, len(values))


def _floats(values: Sequence[float | None]) -> Floats:
    return np.fromiter((np.nan if value is None else value for value in values), np.float64, len(values))
