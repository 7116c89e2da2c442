"""How often what comes lies within the forecast's 80% range, on simulated associations whose truth is known."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

from benchmarks.simulated_association import TODAY, simulate
from benchmarks.table import Figures
from plugin.domain.forecast import forecast
from plugin.domain.forecast_parts import HORIZONS

SIZES = (300, 1_000, 3_000)
ASSOCIATIONS = 120
DRAWS = 200
WORKERS = 2

Answer = dict[int, tuple[bool, float, float]]
"""By horizon: whether what came lies in the range, what came, and the forecast's mean."""


def one(size: int, seed: int, draws: int = DRAWS) -> Answer:
    """Hold the forecast of one simulated association against its truth."""
    association = simulate(size, seed)
    found = forecast(association.members, TODAY, draws=draws, seed=seed)
    answer = {}
    for days in HORIZONS:
        line, came = found.total(days), association.taken[days]
        answer[days] = (float(line.low) <= came <= float(line.high), came, float(line.mean))
    return answer


def measure() -> Figures:
    """Return a row a size and horizon."""
    rows = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for size in SIZES:
            answers = list(pool.map(one, [size] * ASSOCIATIONS, range(ASSOCIATIONS)))
            for days in HORIZONS:
                within = sum(answer[days][0] for answer in answers) / ASSOCIATIONS
                came = sum(answer[days][1] for answer in answers) / sum(answer[days][2] for answer in answers)
                rows.append((f"{size:,}", str(days), f"{within:.1%}", f"{came:.3f}"))
    title = f"Forecast ranges of nominal 80%, {ASSOCIATIONS} simulated associations a size"
    return Figures(title, ("members", "days", "within the range", "came / mean"), tuple(rows))
