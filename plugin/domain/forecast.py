"""The expansion forecast: every open milestone with an offer gives P(reached) * take rate * value a year.

Its mean is the exact sum, in cents, of its parts' means, whichever way they are grouped; its range is simulated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from plugin.domain.dated import Floats, Ints
from plugin.domain.dues import CENT, NOTHING
from plugin.domain.forecast_parts import HORIZONS, Part, Steps, curves, once, open_offers, part, whole
from plugin.domain.forecast_range import Chances, between, simulate
from plugin.domain.member import Member
from plugin.domain.reach import Reach, reach
from plugin.domain.take_rate import answers_of, take_rates

TOTAL, MONTH = "total", "month"
SPLITS = ("offer", "segment", "msm")
DRAWS = 400
SEED = 80


@dataclass(frozen=True)
class Declared:
    """What the admin declares: `reach` until enough was reached to learn from, take rates by offer's id for good."""

    reach: float | None = None
    rates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A sum of parts within so many days: `split` is total, month, offer, segment or msm, `name` which of them.

    Money is a year's; low to high is the 10 to 90% range. `assumed` is how much of the mean rests on a part of which
    something is declared or hardly known yet.
    """

    split: str
    name: str
    days: int
    mean: Decimal
    low: Decimal
    high: Decimal
    parts: int
    assumed: Decimal


@dataclass(frozen=True)
class Forecast:
    """A forecast as of a day: its parts, and its lines for every horizon."""

    as_of: date
    steps: Steps
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]

    def total(self, days: int) -> Line:
        """Return the line of everything within a horizon."""
        return self.split(TOTAL, days)[0]

    def split(self, name: str, days: int) -> list[Line]:
        """Return the lines of a split within a horizon."""
        return [line for line in self.lines if line.split == name and line.days == days]


def forecast(
    members: Sequence[Member],
    as_of: date,
    msms: Mapping[str, str] | None = None,
    declared: Declared | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Forecast:
    """Return the forecast of these members' expansion as of a day; the same seed gives the same ranges.

    `msms` are the members' owners by id. A member counts once for an offer: for the milestone likeliest reached.
    """
    told, steps = declared or Declared(), Steps.of(as_of)
    chance, rates = reach(members, as_of, told.reach), take_rates(answers_of(members, as_of), told.rates)
    rows = list(open_offers(members, as_of))
    past_due, status = whole(row.past_due for row in rows), whole(row.status_band for row in rows)
    wait = whole(row.offered_in for row in rows)
    reached = curves(chance, chance.ask(past_due, status, steps.edges), wait)
    kept = once(rows, reached)
    parts = tuple(
        part(rows[row], rates, reached[row].tolist(), msms or {}, reach_assumed=chance.assumed) for row in kept.tolist()
    )
    asked = chance.ask(past_due[kept], status[kept], steps.edges)
    chances = Chances(parts, reached[kept], asked, wait[kept], steps)
    return Forecast(as_of, steps, parts, tuple(_lines(chances, chance, draws, seed)))


def _lines(chances: Chances, chance: Reach, draws: int, seed: int) -> Iterator[Line]:
    parts, steps = chances.parts, chances.steps
    named = {TOTAL: ["total"] * len(parts), "offer": [one.offer_name for one in parts]}
    named |= {"segment": [one.segment for one in parts], "msm": [one.msm for one in parts]}
    names = {split: sorted({*of_parts}) or ["total"] * (split == TOTAL) for split, of_parts in named.items()}
    groups = {split: (_numbers(of_parts, names[split]), len(names[split])) for split, of_parts in named.items()}
    own = {split: _grouped(parts, of_parts) for split, of_parts in named.items()}
    drawn = simulate(chances, chance, groups, draws, seed)
    for days in HORIZONS:
        count = steps.within(days)
        for split in named:
            for number, name in enumerate(names[split]):
                yield _line(split, name, days, own[split][name], range(count), drawn[split][:, number, count - 1])
            if split == TOTAL:
                yield from _months(parts, steps, days, drawn[TOTAL][:, 0, :])


def _months(parts: Sequence[Part], steps: Steps, days: int, drawn: Floats) -> Iterator[Line]:
    count = steps.within(days)
    each = np.diff(drawn, axis=1, prepend=0.0)
    for month in dict.fromkeys(steps.months[:count]):
        stretches = [place for place in range(count) if steps.months[place] == month]
        yield _line(MONTH, month, days, parts, stretches, each[:, stretches].sum(axis=1))


def _line(split: str, name: str, days: int, parts: Sequence[Part], stretches: Sequence[int], drawn: Floats) -> Line:
    means = [sum((one.amounts[place] for place in stretches), NOTHING) for one in parts]
    low, high = (Decimal(repr(edge)).quantize(CENT, ROUND_HALF_EVEN) for edge in between(drawn))
    return Line(
        split=split,
        name=name,
        days=days,
        mean=sum(means, NOTHING),
        low=low,
        high=high,
        parts=sum(mean != 0 for mean in means),
        assumed=sum((mean for one, mean in zip(parts, means, strict=True) if one.assumed), NOTHING),
    )


def _grouped(parts: Sequence[Part], of_parts: Sequence[str]) -> Mapping[str, list[Part]]:
    grouped: dict[str, list[Part]] = defaultdict(list)
    for one, group in zip(parts, of_parts, strict=True):
        grouped[group].append(one)
    return grouped


def _numbers(of_parts: Sequence[str], names: Sequence[str]) -> Ints:
    number = {name: place for place, name in enumerate(names)}
    return whole(number[name] for name in of_parts)
