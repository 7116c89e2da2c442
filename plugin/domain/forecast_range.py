"""The range of a forecast, by simulation: rates drawn from what is known of them, slip from a bootstrap of members.

In every draw a take rate is one for all members of a band, as it is in truth: what makes it high makes it high for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from plugin.domain.dated import Floats, Ints
from plugin.domain.forecast_parts import Part, Steps, curves
from plugin.domain.reach import Question, Reach
from plugin.domain.take_rate import HIGH, LOW


@dataclass(frozen=True)
class Chances:
    """What is drawn for each part: a row a part. `reached` is P(reached) by stretch, before any draw."""

    parts: Sequence[Part]
    reached: Floats
    asked: Question
    offered_in: Ints
    steps: Steps


def simulate(
    chances: Chances, chance: Reach, groups: Mapping[str, tuple[Ints, int]], draws: int, seed: int
) -> dict[str, Floats]:
    """Return, by name of the grouping, draws x groups x stretches: money a year taken up to each stretch's end.

    `groups` has the group of every part, and how many groups there are. The same seed gives the same draws.
    """
    generator = np.random.default_rng(seed)
    value = np.array([float(part.value) for part in chances.parts])
    rate_of, rates = _rates(chances.parts)
    stretches = len(chances.steps.edges)
    drawn = {name: np.zeros((draws, size, stretches)) for name, (_, size) in groups.items()}
    for draw in range(draws):
        reached = chances.reached if chance.assumed else _reached(chances, chance, generator)
        rate = np.array([_rate(one, generator) for one in rates])[rate_of]
        # One number a part: what is taken within 30 days is taken within 60.
        luck = generator.random(len(value))
        stretch = (luck[:, None] >= reached * rate[:, None]).sum(axis=1)
        taken = stretch < stretches
        for name, (group, size) in groups.items():
            place = group[taken] * stretches + stretch[taken]
            sums = np.bincount(place, weights=value[taken], minlength=size * stretches)
            drawn[name][draw] = np.cumsum(sums.reshape(size, stretches), axis=1)
    return drawn


def between(drawn: Floats) -> tuple[float, float]:
    """Return the 10 to 90% range of draws."""
    low, high = np.quantile(drawn, (LOW, HIGH))
    return float(low), float(high)


Rate = tuple[float, float, float]
"""A rate, and the parameters of the Beta distribution that says how sure it is."""


def _rates(parts: Sequence[Part]) -> tuple[Ints, list[Rate]]:
    """Return the number of each part's rate, and the rates: one for an offer and band."""
    numbers: dict[tuple[str, int], int] = {}
    rates: list[Rate] = []
    place = []
    for part in parts:
        key = (part.offer, part.band)
        if key not in numbers:
            numbers[key] = len(rates)
            sure = part.rate.weight == inf or not 0 < part.rate.rate < 1
            rates.append((part.rate.rate, *((0.0, 0.0) if sure else part.rate.beta)))
        place.append(numbers[key])
    return np.array(place, np.int64), rates


def _rate(one: Rate, generator: np.random.Generator) -> float:
    rate, yes, no = one
    return float(generator.beta(yes, no)) if yes > 0 else rate


def _reached(chances: Chances, chance: Reach, generator: np.random.Generator) -> Floats:
    """Return P(reached) by stretch as another sample of the association's members would have told it."""
    weights = np.bincount(generator.integers(0, chance.members, chance.members), minlength=chance.members)
    return curves(chance, chances.asked, chances.offered_in, weights.astype(np.float64))
