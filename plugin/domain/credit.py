"""Credit: how much of a milestone counts as reached on a day, and when evidence last raised one."""

from __future__ import annotations

import numpy as np

from plugin.domain.columns import BREACHED, UNKNOWN, Columns
from plugin.domain.dated import NEVER, Bools, Floats, Ints
from plugin.domain.entities import MILESTONE_TYPES

STRATEGIC = MILESTONE_TYPES.index("strategic")


def credit(columns: Columns, milestones: Ints, days: Ints) -> Floats:
    """Return the credit, 0 to 1, of each of `milestones` (rows, as often as wanted) on its day."""
    c = reached(columns, milestones, days)
    strategic = np.flatnonzero(columns.milestones.type[milestones] == STRATEGIC)
    outcomes = columns.milestones.outcome[milestones[strategic]]
    c[strategic[essential_condition(columns, outcomes, days[strategic], BREACHED)]] = 0.0
    return c


def reached(columns: Columns, milestones: Ints, days: Ints) -> Floats:
    """Return what the milestones' own evidence and carried credit say, whatever the state of the conditions."""
    facts = columns.milestones
    achieved, reversed_ = facts.achieved[milestones], facts.reversed[milestones]
    stands = (achieved <= days) & ~((achieved <= reversed_) & (reversed_ <= days))
    baseline, target = facts.baseline[milestones], facts.target[milestones]
    reading = facts.readings.on(milestones, days, np.nan)
    measured = np.nan_to_num(np.clip((reading - baseline) / (target - baseline), 0.0, 1.0))
    floor = np.where(days < facts.floor_ends[milestones], facts.floor[milestones], 0.0)
    return np.maximum(np.where(stands, 1.0, measured), floor)


def essential_condition(columns: Columns, outcomes: Ints, days: Ints, state: int) -> Bools:
    """Tell, for each outcome and day, whether an essential condition of it is in `state`."""
    place, requirement = columns.outcomes.requirements.under(outcomes)
    stands = columns.requirements.states.on(requirement, days[place], UNKNOWN) == state
    return np.bincount(place[stands & columns.requirements.essential[requirement]], minlength=len(outcomes)) > 0


def raises(columns: Columns) -> tuple[Ints, Ints]:
    """Return the outcome and the day, after its start, of every achievement or reading that raised a credit."""
    facts = columns.milestones
    milestone = np.concatenate((np.arange(len(facts.achieved)), facts.reading_milestone))
    day = np.concatenate((facts.achieved, facts.reading_day))
    outcome = facts.outcome[milestone]
    counts = (day > columns.outcomes.starts[outcome]) & (day < NEVER)
    milestone, day, outcome = milestone[counts], day[counts], outcome[counts]
    raised = credit(columns, milestone, day) > credit(columns, milestone, day - 1)
    return outcome[raised], day[raised]


def evidence(columns: Columns) -> tuple[Ints, Ints]:
    """Return the outcome and the day of every achievement, reversal, reading, assessment and done date."""
    facts, requirements = columns.milestones, columns.requirements
    outcomes = (
        facts.outcome,
        facts.outcome,
        facts.outcome[facts.reading_milestone],
        columns.outcomes.requirements.parent[requirements.assessed],
        columns.outcomes.accountabilities.parent,
    )
    days = (
        facts.achieved,
        facts.reversed,
        facts.reading_day,
        requirements.assessed_day,
        columns.accountabilities.done,
    )
    return np.concatenate(outcomes), np.concatenate(days)
