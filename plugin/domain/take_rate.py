"""Take rates: of those to whom an offer was made, how many took it, by the course they were on; shrunk and monotone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import inf

import numpy as np
from scipy.optimize import isotonic_regression  # type: ignore[import-untyped]
from scipy.special import betaincinv  # type: ignore[import-untyped]

from plugin.domain.cases import Subjects, cases_of
from plugin.domain.columns import columns_of
from plugin.domain.course import course_of
from plugin.domain.dated import Floats, day_numbers
from plugin.domain.entities import STATUSES
from plugin.domain.member import Member
from plugin.domain.success_vector import measure
from plugin.domain.vector import GAPS, SuccessVector

BANDS = ("positive", "holding", "drifting", "off_course")
"""Courses from which offers are taken, the best first; `holding` has grace, and what is on course but not positive."""
POSITIVE, HOLDING, DRIFTING, OFF_COURSE = range(len(BANDS))
STATUS_BANDS = {
    "arrived": POSITIVE,
    "on_course": POSITIVE,
    "holding": HOLDING,
    "grace": HOLDING,
    "drifting": DRIFTING,
    "off_course": OFF_COURSE,
}
K = 20.0
"""How many answers of an offer weigh as much as the association's rate."""
PRIOR_TAKES, PRIOR_OFFERS = 2.0, 10.0
ENOUGH = 10
"""Takes, and declines, of an offer from which its rate is not called assumed."""
LEAD = timedelta(days=30)
"""An answer counts for the course on which the member was so long before: the one that a forecast would have seen."""
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class Answer:
    """An offer that a member took or declined; `band` is a number of `BANDS`."""

    member: str
    offer: str
    band: int
    taken: bool
    on: date


@dataclass(frozen=True)
class TakeRate:
    """The rate of an offer in a band, as sure as `weight` answers make it; a declared one is infinitely sure."""

    rate: float
    weight: float
    takes: int
    offers: int
    assumed: bool

    @property
    def beta(self) -> tuple[float, float]:
        """The parameters of the Beta distribution that tells how sure the rate is."""
        return self.rate * self.weight, (1 - self.rate) * self.weight

    @property
    def interval(self) -> tuple[float, float]:
        """Its 10 to 90% interval."""
        if self.weight == inf or not 0 < self.rate < 1:
            return self.rate, self.rate
        low, high = (float(betaincinv(*self.beta, share)) for share in (LOW, HIGH))
        return low, high


NEVER_OFFERED = TakeRate(0.0, inf, 0, 0, assumed=False)
"""Off course nothing is offered."""


@dataclass(frozen=True)
class TakeRates:
    """Rates by offer and band. `declared` ones (by offer) go before what answers say, except off course."""

    _rates: Mapping[str, Sequence[TakeRate]] = field(default_factory=dict)
    _unheard: Sequence[TakeRate] = ()
    declared: Mapping[str, float] = field(default_factory=dict)

    def of(self, offer: str, band: int) -> TakeRate:
        """Return the rate of an offer in a band."""
        if band == OFF_COURSE:
            return NEVER_OFFERED
        if offer in self.declared:
            return TakeRate(self.declared[offer], inf, 0, 0, assumed=True)
        return self._rates.get(offer, self._unheard)[band]


def take_rates(answers: Iterable[Answer], declared: Mapping[str, float] | None = None) -> TakeRates:
    """Return the rates that answers speak for: each offer's own, drawn toward the association's in the same band.

    (takes + k * prior) / (offers + k), with the prior (takes + 2) / (offers + 10) of all offers; then made to fall from
    band to band by pooling adjacent violators. A member takes an offer once.
    """
    takes: dict[str, Counter[int]] = defaultdict(Counter)
    offers: dict[str, Counter[int]] = defaultdict(Counter)
    taken: set[tuple[str, str]] = set()
    for one in sorted(answers, key=lambda answer: (answer.on, answer.member, answer.offer)):
        if (one.member, one.offer) in taken:
            continue
        offers[one.offer][one.band] += 1
        if one.taken:
            takes[one.offer][one.band] += 1
            taken.add((one.member, one.offer))
    prior = [
        (sum(counts[band] for counts in takes.values()) + PRIOR_TAKES)
        / (sum(counts[band] for counts in offers.values()) + PRIOR_OFFERS)
        for band in range(OFF_COURSE)
    ]
    rates = {offer: _monotone(takes[offer], counts, prior) for offer, counts in offers.items()}
    return TakeRates(rates, _monotone(Counter(), Counter(), prior), declared or {})


def _monotone(takes: Mapping[int, int], offers: Mapping[int, int], prior: Sequence[float]) -> list[TakeRate]:
    bands = range(OFF_COURSE)
    weights: Floats = np.array([offers.get(band, 0) + K for band in bands])
    raw = np.array([takes.get(band, 0) + K * prior[band] for band in bands]) / weights
    fitted = isotonic_regression(raw, weights=weights, increasing=False)
    all_takes, all_offers = sum(takes.values()), sum(offers.values())
    assumed = all_takes < ENOUGH or all_offers - all_takes < ENOUGH
    pooled = np.repeat(fitted.weights, np.diff(fitted.blocks))
    return [
        TakeRate(float(rate), float(weight), takes.get(band, 0), offers.get(band, 0), assumed)
        for band, rate, weight in zip(bands, fitted.x, pooled, strict=True)
    ]


def band_of(member: Member, vector: SuccessVector) -> int | None:
    """Return the band of a member's course; None without a goal. Not quite positive counts with holding."""
    band = STATUS_BANDS.get(vector.status)
    confirmed = any(one.scored_on(vector.as_of) and one.confirmed_by(vector.as_of) for one in member.outcomes)
    return HOLDING if band == POSITIVE and (vector.shortfall or not confirmed) else band


def answers_of(members: Iterable[Member], as_of: date) -> list[Answer]:
    """Return the offers that were taken or declined up to a day, each with the course the member was on before."""
    rows = [
        (member, response, _seen(member, response.on))
        for member in members
        for response in member.offer_responses
        if response.on <= as_of and response.answer in ("taken", "declined")
    ]
    bands = _bands([member for member, _, _ in rows], [seen for _, _, seen in rows])
    return [
        Answer(member.id, response.offer, band, response.answer == "taken", response.on)
        for (member, response, _), band in zip(rows, bands, strict=True)
        if band is not None
    ]


def _bands(members: Sequence[Member], days: Sequence[date]) -> list[int | None]:
    """Return the band of each member on its day, all at once."""
    subjects = Subjects(np.arange(len(members)), day_numbers(days))
    cases = cases_of(columns_of([member.facts for member in members]), subjects)
    course = course_of(cases, measure(cases))
    rows = zip(course.status.tolist(), course.stale.tolist(), course.gap.tolist(), strict=True)
    return [
        band_of(member, SuccessVector("", day, STATUSES[status], stale=stale, success_gap=GAPS[gap]))
        for member, day, (status, stale, gap) in zip(members, days, rows, strict=True)
    ]


def _seen(member: Member, on: date) -> date:
    """Return the day whose course counts: some time before the answer, or its day where there was no goal before."""
    before = on - LEAD
    return before if any(outcome.scored_on(before) for outcome in member.outcomes) else on
