"""The forecast's ranges hold what they promise, on simulated associations whose truth is known.

`python -m benchmarks forecast_ranges` measures it on 120 associations of each size; so few as here can only tell a
range that is far too narrow or too wide.
"""

from __future__ import annotations

from benchmarks.forecast_ranges import one
from plugin.domain.forecast_parts import HORIZONS

ASSOCIATIONS = {300: 12, 1_000: 4, 3_000: 2}


def test_about_four_in_five_simulated_associations_land_within_the_range() -> None:
    answers = [one(size, seed, draws=60) for size, number in ASSOCIATIONS.items() for seed in range(number)]
    within = sum(answer[days][0] for answer in answers for days in HORIZONS)
    came, mean = (sum(answer[days][place] for answer in answers for days in HORIZONS) for place in (1, 2))
    assert 0.7 <= within / (len(answers) * len(HORIZONS)) <= 0.9
    assert 0.9 <= came / mean <= 1.1
