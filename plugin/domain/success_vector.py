"""The success vector, definition version 1: direction and magnitude of a member's movement toward the outcome.

One implementation on NumPy columns for one member or a million; sums run per case in listed order, so a member alone
equals the same member in a batch, bit for bit. Names are those of the definition: t the day, s the start of the window,
c the credit, w the weight, a toward, b away, R called for, p progress, q the credited share of what is due, r the terms
of experience and conditions, g and h the factors of the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from plugin.domain.cases import Cases, Subjects, cases_of
from plugin.domain.columns import BREACHED, UNKNOWN, columns_of
from plugin.domain.course import course_of
from plugin.domain.credit import STRATEGIC, credit, essential_condition
from plugin.domain.dated import Bools, Floats, Ints, total
from plugin.domain.entities import STATUSES
from plugin.domain.explanation import explanations
from plugin.domain.measured import Measured, Terms
from plugin.domain.outcome import MemberFacts
from plugin.domain.success_gap import gap_since, last_raise, success_gap
from plugin.domain.vector import SuccessVector, vectors_of

VERSION = 1
WINDOW = 90
"""L, in days: how far back movement is looked at, and how long until lateness and silence weigh in full."""
GRACE = 7
"""Days past due before lateness counts."""
QUARTER = 0.25
"""The most that missed accountabilities of a milestone, experience, or conditions can each take away."""
FEWEST_EXPERIENCE = 3
"""Fewer experience elements than this weigh as if there were so many."""
LEAST_CALLED_FOR, NOTHING_CALLED_FOR = 0.02, 0.05


def score(members: Sequence[MemberFacts], as_of: date) -> list[SuccessVector]:
    """Return the success vector of each member as of a day, from the facts dated on or before it."""
    columns = columns_of(members)
    subjects = Subjects(np.arange(len(members)), np.full(len(members), as_of.toordinal()))
    cases = cases_of(columns, subjects)
    measured = measure(cases)
    course = course_of(cases, measured)
    since = gap_since(columns, subjects, course.gap)
    return vectors_of(members, as_of, course, since, explanations(members, cases, measured.terms, course.share))


def statuses(members: Sequence[MemberFacts], days: Sequence[date]) -> list[list[str]]:
    """Return each member's status on each of `days`."""
    day = np.fromiter((day.toordinal() for day in days), np.int64, len(days))
    subjects = Subjects(np.repeat(np.arange(len(members)), len(days)), np.tile(day, len(members)))
    cases = cases_of(columns_of(members), subjects)
    rows = course_of(cases, measure(cases)).status.reshape(len(members), len(days)).tolist()
    return [[STATUSES[status] for status in row] for row in rows]


def measure(cases: Cases) -> Measured:
    """Return the success vector's quantities of every case."""
    t, t0 = cases.t, cases.columns.outcomes.starts[cases.outcome]
    s = np.maximum(t - WINDOW, t0)
    c_t = credit(cases.columns, cases.milestone, t[cases.milestone_case])
    c_s = credit(cases.columns, cases.milestone, s[cases.milestone_case])
    state = cases.columns.requirements.states.on(cases.requirement, t[cases.requirement_case], UNKNOWN)
    raised = last_raise(cases)
    terms = terms_of(cases, c_t, c_s, state == BREACHED)
    p = progress(cases, c_t)
    return Measured(
        terms=terms,
        a=cases.over_milestones(terms.progress),
        b=away(cases, terms),
        called_for=called_for(cases, c_s),
        p=p,
        q=credited_share(cases, c_t),
        score=score_of(cases, c_t, terms, t - raised),
        score_low=score_low(cases, c_t, c_s, state, t - raised),
        arrived=(p >= 1 - 1e-9) & (terms.experience + terms.condition == 0),
        breached=essential_condition(cases.columns, cases.outcome, t, BREACHED),
        due_uncredited=cases.over_milestones((past_due(cases) >= 0) & (c_t < 1)) > 0,
        gap=success_gap(cases, c_t, t - raised),
        last_raise=raised,
        known=cases.over_requirements(state != UNKNOWN),
        elements=cases.over_requirements(np.ones(len(state))),
    )


def past_due(cases: Cases) -> Ints:
    """Return the days from d_i, the due date in force, to t."""
    promise = cases.columns.milestones.promise[cases.milestone]
    due: Ints = cases.columns.milestones.redated.on(cases.milestone, cases.milestone_t, promise)
    return cases.milestone_t - due


def terms_of(cases: Cases, c_t: Floats, c_s: Floats, breached: Bools) -> Terms:
    """Return the terms of toward and away, given the credits at t and s and which requirements are breached."""
    w, open_ = cases.weight, c_t < 1
    missed, all_of_them = accountabilities_missed(cases)
    lateness = np.clip((past_due(cases) - GRACE) / WINDOW, 0, 1)
    requirements = cases.columns.requirements
    essential, experience = requirements.essential[cases.requirement], requirements.experience[cases.requirement]
    conditions, elements = cases.over_requirements(essential), cases.over_requirements(experience)
    return Terms(
        progress=w * np.maximum(c_t - c_s, 0),
        reversal=w * np.maximum(c_s - c_t, 0),
        overdue=np.where(open_, w * (1 - c_t) * lateness, 0),
        accountability=np.where(open_, QUARTER * w * missed / np.maximum(1, all_of_them), 0),
        experience=QUARTER * cases.over_requirements(breached & experience) / np.maximum(FEWEST_EXPERIENCE, elements),
        condition=QUARTER * cases.over_requirements(breached & essential) / np.maximum(1, conditions),
    )


def accountabilities_missed(cases: Cases) -> tuple[Floats, Floats]:
    """Return how many of each milestone's accountabilities past due and grace are not done, and all of those."""
    actions, t = cases.columns.accountabilities, cases.milestone_t[cases.action_milestone]
    late = t - actions.due[cases.action] > GRACE
    missed = late & (actions.done[cases.action] > t)
    size = len(cases.milestone)
    return total(cases.action_milestone, missed, size), total(cases.action_milestone, late, size)


def away(cases: Cases, terms: Terms) -> Floats:
    """Return b."""
    lost = cases.over_milestones(terms.reversal + terms.overdue + terms.accountability)
    return lost + terms.experience + terms.condition


def called_for(cases: Cases, c_s: Floats) -> Floats:
    """Return R: the movement that the due dates up to t called for, seen from s."""
    called = (past_due(cases) >= 0) & (c_s < 1)
    weight = cases.over_milestones(np.where(called, cases.weight * (1 - c_s), 0))
    return np.where(cases.over_milestones(called) > 0, np.maximum(LEAST_CALLED_FOR, weight), NOTHING_CALLED_FOR)


def progress(cases: Cases, c_t: Floats) -> Floats:
    """Return p, the credited share of the whole way."""
    return cases.over_milestones(cases.weight * c_t)


def credited_share(cases: Cases, c_t: Floats) -> Floats:
    """Return q: of the weight of the milestones past due and grace, the credited share; 1 if there are none."""
    w = np.where(past_due(cases) > GRACE, cases.weight, 0)
    due = cases.over_milestones(w)
    return np.where(due > 0, cases.over_milestones(w * c_t) / np.where(due > 0, due, 1), 1)


def score_of(cases: Cases, c_t: Floats, terms: Terms, quiet: Ints) -> Floats:
    """Return the score, 0 to 100: the share of the Desired Outcome that would be reached by our rule."""
    p, b, q = progress(cases, c_t), away(cases, terms), credited_share(cases, c_t)
    r = terms.experience + terms.condition
    overtime = cases.t - cases.columns.outcomes.due[cases.outcome]
    g = (p + 0.15) / (p + b + 0.30) * (1 + q) / 2 * (1 - 0.5 * np.clip((quiet - 90) / 90, 0, 1))
    h = 1 - np.clip(overtime / 90, 0, 1)
    return 100 * (p + (1 - p) * g * h) * (1 - r)


def score_low(cases: Cases, c_t: Floats, c_s: Floats, state: Ints, quiet: Ints) -> Floats:
    """Return the score with unknown experience taken as breached and strategic credit void by unknown conditions."""
    columns = cases.columns
    unknown = essential_condition(columns, cases.outcome, cases.t, UNKNOWN)[cases.milestone_case]
    c_low = np.where((columns.milestones.type[cases.milestone] == STRATEGIC) & unknown, 0, c_t)
    unknown_experience = (state == UNKNOWN) & columns.requirements.experience[cases.requirement]
    return score_of(cases, c_low, terms_of(cases, c_low, c_s, (state == BREACHED) | unknown_experience), quiet)
