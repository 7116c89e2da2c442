"""Members made up for the back-test, whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from plugin.domain.calibration_rows import MEASURES, Observations

FIRST_DAY = 730_000
STEP = 30
AFTER = 60
TEMPLATES, COHORTS = 2, 3


def simulated(signal: float = 0.0, members: int = 400, days: int = 6, seed: int = 1, rate: float = 0.5) -> Observations:
    """Return members on several days. `signal` is how much the score's part decides the good end, in log-odds.

    Of everything else only chance decides. Each member is asked once on each day and may end otherwise each time.
    """
    rng = np.random.default_rng(seed)
    size = members * days
    member, day = np.tile(np.arange(members), days), np.repeat(np.arange(days), members)
    measures = {name: rng.normal(size=size) for name in MEASURES}
    odds = np.log(rate / (1 - rate)) + signal * measures["score"]
    as_of = FIRST_DAY + STEP * day
    return Observations(
        member=member,
        template=member % TEMPLATES,
        cohort=member % COHORTS,
        as_of=as_of,
        recorded_by=as_of,
        answered_by=as_of + AFTER,
        measures=measures,
        label=(rng.random(size) < 1 / (1 + np.exp(-odds))).astype(np.float64),
        templates=("Sample plan A", "Sample plan B"),
        cohorts=("2023", "2024", "2025"),
    )


def shuffled(rows: Observations, seed: int = 1) -> Observations:
    """Return the rows with their labels dealt out anew."""
    return replace(rows, label=np.random.default_rng(seed).permutation(rows.label))
