"""A member's course on a day: direction, magnitude, pace and status, averaged over the active outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from plugin.domain.cases import Cases
from plugin.domain.credit import evidence
from plugin.domain.dated import Bools, Dated, Floats, Ints, total
from plugin.domain.entities import STATUSES
from plugin.domain.measured import Measured
from plugin.domain.success_gap import worst_gap

MOST_MAGNITUDE = 3
STALE_AFTER = 120
"""Days without a dated fact after which what we know is stale."""
NO_GOAL, ARRIVED, OFF_COURSE, ON_COURSE, GRACE, DRIFTING, HOLDING = range(len(STATUSES))


@dataclass(frozen=True)
class Course:
    """A value a subject; NaN where there is none. `share` is each case's part in its subject, summing to 1."""

    share: Floats
    status: Ints
    direction: Floats
    magnitude: Floats
    pace: Floats
    progress: Floats
    score: Floats
    score_low: Floats
    coverage: Floats
    stale: Bools
    gap: Ints
    last_raise: Ints


def course_of(cases: Cases, measured: Measured) -> Course:
    """Average the cases of each subject with normalised priorities, and say where each stands."""
    size = len(cases.subjects.t)
    priority = cases.columns.outcomes.priority[cases.outcome]
    share = priority / total(cases.subject, priority, size)[cases.subject]

    def average(values: Floats) -> Floats:
        return total(cases.subject, share * values, size)

    scored = np.bincount(cases.subject, minlength=size) > 0
    a, b, called_for = average(measured.a), average(measured.b), average(measured.called_for)
    direction = np.divide(a - b, a + b, out=np.full(size, np.nan), where=a + b > 0)
    magnitude = np.minimum(np.divide(a + b, called_for, out=np.zeros(size), where=scored), MOST_MAGNITUDE)
    pace = np.where(np.isnan(direction), 0, direction * magnitude)
    status = status_of(cases, measured, scored, direction, pace, b - a, average(measured.q))
    known, elements = total(cases.subject, measured.known, size), total(cases.subject, measured.elements, size)
    blank = np.where(scored, 0.0, np.nan)
    return Course(
        share=share,
        status=status,
        direction=direction,
        magnitude=magnitude + blank,
        pace=pace + blank,
        progress=average(measured.p) + blank,
        score=average(measured.score) + blank,
        score_low=average(measured.score_low) + blank,
        coverage=np.divide(known, elements, out=np.full(size, np.nan), where=elements > 0),
        stale=scored & (status != ARRIVED) & (cases.subjects.t - newest_fact(cases) > STALE_AFTER),
        gap=worst_gap(cases, measured.gap),
        last_raise=_latest(cases, measured.last_raise),
    )


def status_of(
    cases: Cases, measured: Measured, scored: Bools, direction: Floats, pace: Floats, b_less_a: Floats, q: Floats
) -> Ints:
    """Return the status of each subject, the first that applies; values meet thresholds rounded to 9 decimals."""
    size = len(scored)
    direction, pace, b_less_a, q = (np.round(values, 9) for values in (direction, pace, b_less_a, q))
    breached = _any(cases, measured.breached, size)
    due_uncredited = _any(cases, measured.due_uncredited, size)
    lost = _any(cases, measured.b > 0, size)
    return np.select(
        [
            ~scored,
            ~_any(cases, ~measured.arrived, size),
            (direction <= 0) & (b_less_a >= 0.01) & ((q < 0.8) | breached),
            (direction > 0) & ~breached & ((pace >= 0.8) | (~lost & ~due_uncredited)),
            ~lost & due_uncredited,
            ~np.isnan(direction),
        ],
        [NO_GOAL, ARRIVED, OFF_COURSE, ON_COURSE, GRACE, DRIFTING],
        HOLDING,
    )


def newest_fact(cases: Cases) -> Ints:
    """Return the day of each subject's newest fact up to t, over its outcomes: a dated fact or t0."""
    outcome, day = evidence(cases.columns)
    t0 = cases.columns.outcomes.starts[cases.outcome]
    return _latest(cases, np.maximum(t0, Dated.of(outcome, day, day).on(cases.outcome, cases.t, 0)))


def _latest(cases: Cases, days: Ints) -> Ints:
    latest = np.zeros(len(cases.subjects.t), np.int64)
    np.maximum.at(latest, cases.subject, days)
    return latest


def _any(cases: Cases, values: Bools, size: int) -> Bools:
    return np.bincount(cases.subject[values], minlength=size) > 0
