"""Dated facts in columns: what was the latest one on or before a day, asked for many owners at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEVER = 1 << 22
"""A day later than any calendar day (`date.max` is day 3,652,059)."""

_SPAN = NEVER * 2


def day_numbers(dates: Sequence[date | None]) -> Ints:
    """Return the proleptic day number of each date, `NEVER` for None."""
    return np.fromiter((NEVER if day is None else day.toordinal() for day in dates), np.int64, len(dates))


@dataclass(frozen=True)
class Dated:
    """Values with an owner (a number from 0) and a day. Build it with `of`."""

    _keys: Ints
    _values: NDArray[Any]

    @classmethod
    def of(cls, owners: ArrayLike, days: ArrayLike, values: ArrayLike) -> Dated:
        """Keep `values`, one per owner and day, in any order; of several on one day the last listed counts."""
        keys = np.asarray(owners, np.int64) * _SPAN + np.asarray(days, np.int64)
        order = np.argsort(keys, kind="stable")
        listed = np.asarray(values)
        # The entry in front is found when an owner has nothing so early, and belongs to nobody.
        return cls(np.concatenate(([-1], keys[order])), np.concatenate((np.zeros(1, listed.dtype), listed[order])))

    def on(self, owners: Ints, days: Ints, otherwise: Any) -> NDArray[Any]:
        """Return each owner's latest value on or before its day, or `otherwise` where there is none."""
        place = np.searchsorted(self._keys, owners * _SPAN + days, side="right") - 1
        return np.where(self._keys[place] // _SPAN == owners, self._values[place], otherwise)


@dataclass(frozen=True)
class Parts:
    """Which rows of a child table belong to each parent: rows `first` to `first + count`, in the parents' order."""

    first: Ints
    count: Ints

    @classmethod
    def of(cls, counts: Sequence[int]) -> Parts:
        """Lay out children of which the parents have `counts` each."""
        count = np.fromiter(counts, np.int64, len(counts))
        return cls(np.cumsum(count) - count, count)

    @property
    def parent(self) -> Ints:
        """The parent of every child."""
        return np.repeat(np.arange(len(self.count)), self.count)

    def under(self, parents: Ints) -> tuple[Ints, Ints]:
        """Return, for parents in any order and number, the place in `parents` and the row of each child."""
        count = self.count[parents]
        place = np.repeat(np.arange(len(parents)), count)
        step = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        return place, self.first[parents][place] + step


def total(groups: Ints, values: NDArray[Any], size: int) -> Floats:
    """Sum `values` per group 0..size-1, each in listed order, so that a group's sum is the same in any batch."""
    return np.bincount(groups, weights=values, minlength=size).astype(np.float64, copy=False)
