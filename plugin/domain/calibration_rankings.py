"""How each measure ranks members as it is, without any fitting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from plugin.domain.calibration_auc import DRAWS, Interval, Ranked, auc, interval, member_draws
from plugin.domain.calibration_rows import Observations
from plugin.domain.dated import Floats, Ints


@dataclass(frozen=True)
class Ranking:
    """The AUC of one measure: over all pairs, and over those within template, cohort and day."""

    measure: str
    pooled: Interval
    within: Interval


def rankings(rows: Observations, seed: int, draws: int = DRAWS) -> tuple[Ranking, ...]:
    """Return how each measure ranks members, with intervals from a bootstrap by member."""
    everyone = np.zeros(len(rows), np.int64)
    pooled = _told(rows, everyone, seed, draws)
    within = _told(rows, rows.group, seed, draws)
    return tuple(Ranking(name, pooled[name], within[name]) for name in rows.measures)


def _told(rows: Observations, group: Ints, seed: int, draws: int) -> dict[str, Interval]:
    drawn = auc_draws(rows.measures, rows, group, seed, draws)
    return {name: interval(auc(rows.label, value, group), drawn[name]) for name, value in rows.measures.items()}


def auc_draws(
    values: Mapping[str, Floats], rows: Observations, group: Ints, seed: int, draws: int
) -> dict[str, Floats]:
    """Return the AUC of each of `values` in every draw; the same draws for all, so that differences are paired."""
    ranked = {name: Ranked(rows.label, value, group) for name, value in values.items()}
    chunks = [{name: one.auc(w) for name, one in ranked.items()} for w in member_draws(rows.member, seed, draws)]
    return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in values}
