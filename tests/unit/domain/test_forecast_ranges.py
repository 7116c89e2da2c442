"""The forecast's ranges hold what they promise, on simulated associations whose truth is known (few, and small)."""

from __future__ import annotations

from benchmarks.forecast_ranges import one
from plugin.domain.forecast_parts import HORIZONS

ASSOCIATIONS = 40


def test_about_four_in_five_simulated_associations_land_within_the_range() -> None:
    answers = [one(150, seed, draws=60) for seed in range(ASSOCIATIONS)]
    within = sum(answer[days][0] for answer in answers for days in HORIZONS)
    came, mean = (sum(answer[days][place] for answer in answers for days in HORIZONS) for place in (1, 2))
    assert 0.65 <= within / (ASSOCIATIONS * len(HORIZONS)) <= 0.9
    assert 0.8 <= came / mean <= 1.25
