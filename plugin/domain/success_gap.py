"""The Success Gap: functionally complete, outcome not reached; functional activity cannot close it."""

from __future__ import annotations

import numpy as np

from plugin.domain.cases import Cases, Subjects, cases_of
from plugin.domain.columns import BREACHED, UNKNOWN, Columns
from plugin.domain.credit import STRATEGIC, credit, evidence, raises
from plugin.domain.dated import Bools, Dated, Floats, Ints, Parts
from plugin.domain.entities import MILESTONE_TYPES

OPERATIONAL = MILESTONE_TYPES.index("operational")
PATIENCE = 90
"""Days without a raised credit after which a goal that is functionally complete counts as a gap."""
NONE, PENDING, OPEN = 0, 1, 2


def last_raise(cases: Cases) -> Ints:
    """Return the last day in (t0, t] on which evidence raised a credit of the case, else t0."""
    outcome, day = raises(cases.columns)
    t0 = cases.columns.outcomes.starts[cases.outcome]
    latest: Ints = Dated.of(outcome, day, day).on(cases.outcome, cases.t, 0)
    return np.maximum(t0, latest)


def any_breach(cases: Cases) -> Bools:
    """Tell whether an essential condition or an experience element of the case is breached."""
    requirements = cases.columns.requirements
    state = requirements.states.on(cases.requirement, cases.t[cases.requirement_case], UNKNOWN)
    counts = requirements.essential[cases.requirement] | requirements.experience[cases.requirement]
    return cases.over_requirements((state == BREACHED) & counts) > 0


def success_gap(cases: Cases, c_t: Floats, quiet: Ints) -> Ints:
    """Return NONE, PENDING or OPEN for each case."""
    types = cases.columns.milestones.type[cases.milestone]
    base, strategic, short = types <= OPERATIONAL, types == STRATEGIC, c_t < 1
    complete = (cases.over_milestones(base) > 0) & (cases.over_milestones(base & short) == 0)
    breached = any_breach(cases)
    lacking = (cases.over_milestones(strategic & short) > 0) | (cases.over_milestones(strategic) == 0) | breached
    late = cases.t > cases.columns.outcomes.due[cases.outcome]
    state = np.where(late | breached, OPEN, np.where(quiet > PATIENCE, PENDING, NONE))
    return np.where(complete & lacking, state, NONE)


def worst_gap(cases: Cases, gap: Ints) -> Ints:
    """Return the worst gap among the cases of each subject."""
    worst = np.zeros(len(cases.subjects.t), np.int64)
    np.maximum.at(worst, cases.subject, gap)
    return worst


def gap_since(columns: Columns, subjects: Subjects, gap: Ints) -> Ints:
    """Return, for subjects with a gap, the first day of the unbroken run of days with one (pending or open); else 0.

    A gap can only begin or end on the days `_turning_points` lists, so those are looked at and no others.
    """
    having = np.flatnonzero(gap)
    who, day = _turning_points(columns, Subjects(subjects.member[having], subjects.t[having]))
    there = cases_of(columns, Subjects(subjects.member[having][who], day))
    c = credit(columns, there.milestone, there.milestone_t)
    held = worst_gap(there, success_gap(there, c, there.t - last_raise(there))) > NONE
    without = np.full(len(having), -1)
    np.maximum.at(without, who, np.where(held, -1, np.arange(len(who))))
    first = np.searchsorted(who, np.arange(len(having)))
    since = np.zeros(len(gap), np.int64)
    since[having] = day[np.maximum(first, without + 1)]
    return since


def _turning_points(columns: Columns, subjects: Subjects) -> tuple[Ints, Ints]:
    """Return the place in `subjects` and the day of everything up to t that can begin or end a gap, in order."""
    facts = columns.outcomes
    every = np.arange(len(facts.starts))
    (raised, raise_day), (told, told_day) = raises(columns), evidence(columns)
    outcome = np.concatenate((every, every, every, every, raised, told))
    waited = PATIENCE + 1
    day = np.concatenate(
        (facts.starts, facts.starts + waited, facts.closed, facts.due + 1, raise_day + waited, told_day)
    )
    order = np.argsort(outcome, kind="stable")
    points = Parts.of(np.bincount(outcome, minlength=len(every)).tolist())
    who, under = facts.of_member.under(subjects.member)
    place, point = points.under(under)
    who, day = who[place], day[order][point]
    past = day <= subjects.t[who]
    pairs = np.unique(np.stack((who[past], day[past])), axis=1)
    return pairs[0], pairs[1]
