"""P(reached): how likely open milestones are to be reached within so many days, from slip and the member's course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from plugin.domain.dated import Bools, Floats, Ints, total
from plugin.domain.member import Member
from plugin.domain.slip import Spells, hazards, reach_by_day, spells
from plugin.domain.success_vector import statuses
from plugin.domain.take_rate import BANDS, STATUS_BANDS, K

ENOUGH_REACHED = 30
"""Milestones that must have been reached before slip is learned from them."""
DECLARED = 0.7
"""The share of what is due that is taken to be reached before that, where the admin says nothing else."""
LOOKS_BACK = tuple(timedelta(days=90 * back) for back in range(1, 5))
WITHIN = 90


@dataclass(frozen=True)
class Looks:
    """What was open on past days: a row a milestone, with the course, the days past due, and whether it was reached."""

    member: Ints
    band: Ints
    past_due: Ints
    reached: Bools


@dataclass(frozen=True)
class Question:
    """Milestones open now, a row each, and the days ahead that are asked for.

    `distinct` are the days past due of these and of past looks, `rows` and `looks` the places of each among them.
    """

    past_due: Ints
    band: Ints
    days: Ints
    distinct: Ints
    rows: Ints
    looks: Ints


@dataclass(frozen=True)
class Reach:
    """What P(reached) is made from; `declared` instead where too few milestones were reached to learn from them."""

    rows: Spells
    looks: Looks
    members: int
    declared: float | None = None

    @property
    def assumed(self) -> bool:
        """Whether it is the declared rate."""
        return self.declared is not None

    def ask(self, past_due: Ints, band: Ints, days: Sequence[int]) -> Question:
        """Return the question that milestones open now are, so that every draw of a bootstrap asks it cheaply."""
        distinct, place = np.unique(np.concatenate((past_due, self.looks.past_due)), return_inverse=True)
        here = len(past_due)
        return Question(past_due, band, np.array(days), distinct, place[:here], place[here:])

    def within(self, asked: Question, weights: Floats | None = None) -> Floats:
        """Return P(reached) within each of the question's days; a row a milestone, a column a day.

        `weights`, a number a member, are those of a bootstrap.
        """
        if self.declared is not None:
            due_in = np.maximum(-asked.past_due, 1)
            return np.where(asked.days[None, :] >= due_in[:, None], self.declared, 0.0)
        table = reach_by_day(hazards(self.rows, weights), asked.distinct, max(WITHIN, int(asked.days.max())))
        factor = self._factor(table[:, WITHIN - 1][asked.looks], weights)[asked.band][:, None]
        return np.minimum(table[:, asked.days - 1][asked.rows] * factor, 1.0)

    def _factor(self, expected: Floats, weights: Floats | None) -> Floats:
        """Return for each band how much more was reached than slip alone says, drawn toward 1 as by k milestones."""
        weight = np.ones(len(expected)) if weights is None else weights[self.looks.member]
        reached = total(self.looks.band, weight * self.looks.reached, len(BANDS))
        return (reached + K) / (total(self.looks.band, weight * expected, len(BANDS)) + K)


def reach(members: Sequence[Member], as_of: date, declared: float | None = None) -> Reach:
    """Return what P(reached) is made from, by what was known on a day.

    `declared` is the admin's rate, which holds until enough was reached; 0.7 where the admin says nothing.
    """
    rows = spells(members, as_of)
    if rows.reached < ENOUGH_REACHED:
        return Reach(rows, _looks([]), len(members), DECLARED if declared is None else declared)
    return Reach(rows, _looks([one for back in LOOKS_BACK for one in _look(members, as_of - back)]), len(members))


Look = tuple[int, int, int, bool]


def _look(members: Sequence[Member], day: date) -> list[Look]:
    """Return the milestones that were open on a day, and whether they were reached within 90 days."""
    scored = [
        (number, member)
        for number, member in enumerate(members)
        if any(outcome.scored_on(day) for outcome in member.outcomes)
    ]
    by_member = statuses([member.facts for _, member in scored], [day])
    found = []
    for (number, member), (status,) in zip(scored, by_member, strict=True):
        for outcome in member.outcomes:
            if not outcome.scored_on(day):
                continue
            for milestone in outcome.milestones:
                achieved = milestone.achieved_on
                if achieved is None or achieved > day:
                    within = achieved is not None and (achieved - day).days <= WITHIN
                    in_time = outcome.closed_on is None or achieved is None or achieved <= outcome.closed_on
                    past_due = (day - milestone.due_as_of(day)).days
                    found.append((number, STATUS_BANDS[status], past_due, within and in_time))
    return found


def _looks(found: Sequence[Look]) -> Looks:
    columns = np.array(found, np.int64).reshape(len(found), 4).T
    return Looks(columns[0], columns[1], columns[2], columns[3].astype(np.bool_))
