"""The parts of a forecast: what each open milestone with an offer is likely to give, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np

from plugin.domain.dated import Floats, Ints
from plugin.domain.dues import CENT, NOTHING
from plugin.domain.member import Member
from plugin.domain.offer import ExpansionOffer, resting
from plugin.domain.reach import Question, Reach
from plugin.domain.success_vector import score
from plugin.domain.take_rate import STATUS_BANDS, TakeRate, TakeRates, band_of

HORIZONS = (30, 60, 90)
"""Days ahead."""
NOBODY = "(none)"


@dataclass(frozen=True)
class Steps:
    """The stretches of time of a forecast: each ends `edges` days ahead, where a horizon or a month ends."""

    edges: tuple[int, ...]
    months: tuple[str, ...]

    @classmethod
    def of(cls, as_of: date) -> Steps:
        """Return the stretches from a day; it itself belongs to none."""
        days = range(1, HORIZONS[-1] + 1)
        ends = {ahead for ahead in days if (as_of + timedelta(days=ahead + 1)).day == 1}
        edges = tuple(sorted(ends.union(HORIZONS)))
        return cls(edges, tuple(f"{as_of + timedelta(days=edge):%Y-%m}" for edge in edges))

    def within(self, days: int) -> int:
        """Return how many stretches lie within so many days."""
        return self.edges.index(days) + 1


@dataclass(frozen=True)
class OpenOffer:
    """An open milestone with an offer that may be made from `offered_in` days ahead; bands are numbers of `BANDS`."""

    place: int
    member: Member
    milestone_id: str
    milestone: str
    due_on: date
    offer: ExpansionOffer
    value: Decimal
    past_due: int
    status_band: int
    band: int
    offered_in: int


@dataclass(frozen=True)
class Part:
    """What one open milestone gives: `amounts` is its mean in each of the forecast's stretches, in money a year.

    `reached` is P(reached, and the offer may be made) by the end of each stretch. `assumed` names what is not yet
    learned from the association: reach, rate.
    """

    member: str
    member_name: str
    milestone_id: str
    milestone: str
    offer: str
    offer_name: str
    segment: str
    msm: str
    due_on: date
    band: int
    value: Decimal
    rate: TakeRate
    reached: tuple[float, ...]
    amounts: tuple[Decimal, ...]
    assumed: tuple[str, ...]

    @property
    def mean(self) -> Decimal:
        """All of it, to the last horizon."""
        return sum(self.amounts, NOTHING)


def open_offers(members: Sequence[Member], as_of: date) -> Iterator[OpenOffer]:
    """Yield the open milestones of current members with an offer that has a value and was not taken."""
    vectors = score([member.facts for member in members], as_of)
    for place, (member, vector) in enumerate(zip(members, vectors, strict=True)):
        band = band_of(member, vector)
        if band is None or member.left_by(as_of):
            continue
        milestones = (one for outcome in member.outcomes if outcome.scored_on(as_of) for one in outcome.milestones)
        for one in milestones:
            offer, due_on = one.offer, one.due_as_of(as_of)
            if offer is None or not offer.active or not offer.yearly_value or one.achieved_as_of(as_of):
                continue
            wait = offered_in(member, offer, as_of)
            if wait is not None:
                yield OpenOffer(
                    place, member, one.id, one.name or one.id, due_on, offer, offer.yearly_value, (as_of - due_on).days,
                    STATUS_BANDS[vector.status], band, wait,
                )  # fmt: skip


def offered_in(member: Member, offer: ExpansionOffer, as_of: date) -> int | None:
    """Return in how many days an offer may be made; None where it was taken. That it was shown keeps nobody waiting."""
    answers = [one for one in member.offer_responses if one.offer == offer.id and one.answer != "shown"]
    rest = resting(answers, as_of)
    if rest is None:
        return 0
    return None if rest.until is None else (rest.until - as_of).days


def curves(chance: Reach, asked: Question, wait: Ints, weights: Floats | None = None) -> Floats:
    """Return P(reached, and the offer may be made) by the end of each stretch; a row an open milestone.

    What is reached while the offer rests is offered when it has rested.
    """
    return np.where(asked.days[None, :] >= wait[:, None], chance.within(asked, weights), 0.0)


def once(rows: Sequence[OpenOffer], reached: Floats) -> Ints:
    """Return the rows that count: of a member's milestones with one offer, that which is likeliest reached."""
    best: dict[tuple[int, str], int] = {}
    for row, one in enumerate(rows):
        key = (one.place, one.offer.id)
        if key not in best or reached[row, -1] > reached[best[key], -1]:
            best[key] = row
    return whole(sorted(best.values()))


def part(
    row: OpenOffer, rates: TakeRates, reached: Sequence[float], msms: Mapping[str, str], *, reach_assumed: bool
) -> Part:
    """Return the part that an open milestone is, given P(reached) by the end of each stretch."""
    rate = rates.of(row.offer.id, row.band)
    by_then = [_cents(chance * rate.rate * float(row.value)) for chance in reached]
    marks = (("reach", reach_assumed), ("rate", rate.assumed))
    return Part(
        member=row.member.id,
        member_name=row.member.name,
        milestone_id=row.milestone_id,
        milestone=row.milestone,
        offer=row.offer.id,
        offer_name=row.offer.name or row.offer.id,
        segment=row.member.segment.name if row.member.segment else NOBODY,
        msm=msms.get(row.member.id) or NOBODY,
        due_on=row.due_on,
        band=row.band,
        value=row.value,
        rate=rate,
        reached=tuple(reached),
        amounts=tuple(now - before for now, before in zip(by_then, [NOTHING, *by_then], strict=False)),
        assumed=tuple(name for name, marked in marks if marked),
    )


def whole(values: Iterable[int]) -> Ints:
    """Return whole numbers as an array."""
    return np.array(list(values), np.int64)


def _cents(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(CENT, ROUND_HALF_EVEN)
