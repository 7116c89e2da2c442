"""Slip: how long after its promised day a milestone is reached, if it is, learned from the association's own.

A promise is open from the day it was made (delayed entry: nobody sees what was reached before) until it is reached, the
goal is closed or the member leaves (competing events: it can no longer be reached), or a new date is promised, which
begins anew. The Aalen-Johansen estimate on days past due says how likely it is to be reached by any later day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from plugin.domain.dated import Floats, Ints
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.outcome import DesiredOutcome

OPEN, REACHED, CLOSED = range(3)

Spell = tuple[int, int, int]
"""The first and the last day on which a promise was open, in days past due, and how it ended."""


@dataclass(frozen=True)
class Spells:
    """A row a promise, as long as it was open; `member` is a number, the days are days past due, both included."""

    member: Ints
    first: Ints
    last: Ints
    ending: Ints

    @property
    def reached(self) -> int:
        """How many were reached."""
        return int((self.ending == REACHED).sum())


@dataclass(frozen=True)
class Hazards:
    """For every day past due from `start`: of the promises then open, the share reached, and the share that ended."""

    start: int
    reached: Floats
    ended: Floats


def spells(members: Sequence[Member], as_of: date) -> Spells:
    """Return every promise that was open on or before a day, by what was known on it."""
    rows = [
        (number, *spell)
        for number, member in enumerate(members)
        for outcome in member.outcomes
        for milestone in outcome.milestones
        for spell in _spells(outcome, milestone, as_of)
    ]
    columns = np.array(rows, np.int64).reshape(len(rows), 4)
    return Spells(*columns.T)


def _spells(outcome: DesiredOutcome, milestone: Milestone, as_of: date) -> Iterator[Spell]:
    until, ending = as_of, OPEN
    if outcome.closed_on is not None and outcome.closed_on <= until:
        until, ending = outcome.closed_on, CLOSED
    if milestone.achieved_on is not None and milestone.achieved_on <= until:
        until, ending = milestone.achieved_on, REACHED
    again = sorted((one for one in milestone.redated if one.on <= until), key=lambda one: one.on)
    made = [outcome.starts_on, *(max(one.on, outcome.starts_on) for one in again)]
    due = [milestone.due_on, *(one.due_on for one in again)]
    for place, (on, promised) in enumerate(zip(made, due, strict=True)):
        last = place == len(made) - 1
        end = until if last else made[place + 1]
        # The day on which a new date is promised belongs to the new promise.
        days = (end - promised).days - (0 if last else 1)
        if on <= until and (on - promised).days <= days:
            yield (on - promised).days, days, ending if last else OPEN


def hazards(rows: Spells, weights: Floats | None = None) -> Hazards:
    """Return the hazards by day past due; `weights` (a number a member) let some members count more than once."""
    if not len(rows.member):
        return Hazards(0, np.zeros(1), np.zeros(1))
    weight = np.ones(len(rows.member)) if weights is None else weights[rows.member]
    start, size = int(rows.first.min()), int(rows.last.max() - rows.first.min()) + 1
    entered = np.bincount(rows.first - start, weights=weight, minlength=size)
    last = rows.last - start
    left = np.bincount(last, weights=weight, minlength=size)
    at_risk = np.cumsum(entered) - (np.cumsum(left) - left)
    reached = np.bincount(last, weights=weight * (rows.ending == REACHED), minlength=size)
    ended = np.bincount(last, weights=weight * (rows.ending != OPEN), minlength=size)
    some = np.where(at_risk > 0.5, at_risk, np.inf)
    return Hazards(start, reached / some, np.minimum(ended / some, 1.0))


def reach_by_day(found: Hazards, past_due: Ints, days: int) -> Floats:
    """Return how likely a promise that is open `past_due` days past due is to be reached within 1..`days` days.

    This is (F(t + h - d) - F(t - d)) / S(t - d) of Aalen-Johansen; a row a promise, a column a day. Where nothing was
    ever seen so late, nothing is expected.
    """
    place = past_due[:, None] + np.arange(1, days + 1)[None, :] - found.start
    seen = (place >= 0) & (place < len(found.reached))
    inside = np.clip(place, 0, len(found.reached) - 1)
    reached = np.where(seen, found.reached[inside], 0.0)
    still = np.cumprod(1 - np.where(seen, found.ended[inside], 0.0), axis=1)
    before = np.concatenate((np.ones((len(place), 1)), still[:, :-1]), axis=1)
    return np.asarray(np.cumsum(before * reached, axis=1))
