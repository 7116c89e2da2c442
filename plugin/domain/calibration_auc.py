"""How well a measure ranks members, pooled and within groups, and how sure that is: bootstrap by member.

AUC is the share of pairs, one with the good end and one without, that the measure puts in order; ties count half.
Within groups only pairs of one group are counted, so that groups of different difficulty earn nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from plugin.domain.dated import Floats, Ints

DRAWS = 1000
CHUNK = 100
"""Draws that are held in memory at once."""
TWO_SIDED = (2.5, 97.5)
ONE_SIDED = 5.0
"""Percentile of the one-sided 95% lower bound."""


@dataclass(frozen=True)
class Interval:
    """A value with its 95% interval; NaN where there is nothing to compute it from."""

    value: float
    low: float
    high: float


def interval(value: float, draws: Floats) -> Interval:
    """Return a value with the 2.5 to 97.5% percentiles of its draws."""
    kept = draws[np.isfinite(draws)]
    low, high = np.percentile(kept, TWO_SIDED) if len(kept) else (np.nan, np.nan)
    return Interval(float(value), float(low), float(high))


def lower_bound(draws: Floats) -> float:
    """Return the one-sided 95% lower bound, NaN without draws."""
    kept = draws[np.isfinite(draws)]
    return float(np.percentile(kept, ONE_SIDED)) if len(kept) else float("nan")


def auc(label: Floats, value: Floats, group: Ints) -> float:
    """Return the AUC over the pairs within groups (one group: pooled); NaN if no group has both ends."""
    found, pairs = 0.0, 0.0
    for one in np.unique(group):
        of = group == one
        good = float(label[of].sum())
        weight = good * (of.sum() - good)
        if weight:
            found += weight * roc_auc_score(label[of], value[of])
            pairs += weight
    return float(found / pairs) if pairs else float("nan")


def member_draws(member: Ints, seed: int, draws: int = DRAWS) -> Iterator[Floats]:
    """Yield, in chunks, how often each row counts in each draw: members are drawn with replacement, with all rows."""
    rng = np.random.default_rng(seed)
    known, place = np.unique(member, return_inverse=True)
    even = np.full(len(known), 1 / max(1, len(known)))
    for first in range(0, draws, CHUNK):
        counts = rng.multinomial(len(known), even, size=min(CHUNK, draws - first))
        yield counts[:, place].astype(np.float64)


class Ranked:
    """A measure's rows in order, for the AUC of many draws at once: what `auc` gives, each row counted `weights` times.

    scikit-learn's takes a call a draw and group; a thousand draws of forty groups would take an hour.
    """

    def __init__(self, label: Floats, value: Floats, group: Ints) -> None:
        order = np.lexsort((value, group))
        self._order, self._label = order, label[order]
        new_group = np.diff(group[order], prepend=-1) != 0
        new_value = new_group | (np.diff(value[order], prepend=np.nan) != 0)
        self._ties = np.flatnonzero(new_value)
        self._groups = np.flatnonzero(new_group[self._ties])

    def auc(self, weights: Floats) -> Floats:
        """Return the AUC of each draw, a row of `weights`; NaN where a draw has no pair."""
        if not len(self._ties):
            return np.full(len(weights), np.nan)
        drawn = weights[:, self._order]
        good = np.add.reduceat(drawn * self._label, self._ties, axis=1)
        bad = np.add.reduceat(drawn, self._ties, axis=1) - good
        below = np.cumsum(bad, axis=1) - bad
        sizes = np.diff(np.append(self._groups, len(self._ties)))
        below -= np.repeat(below[:, self._groups], sizes, axis=1)
        in_order = (good * (below + bad / 2)).sum(axis=1)
        pairs = np.add.reduceat(good, self._groups, axis=1) * np.add.reduceat(bad, self._groups, axis=1)
        total = pairs.sum(axis=1)
        found: Floats = np.divide(in_order, total, out=np.full(len(weights), np.nan), where=total > 0)
        return found
