"""Management by objectives: a period's forecast, frozen as the plan, held against what came, split exactly.

What is short splits into three: fewer milestones were reached (reach), fewer of those took the offer (take), and what
was taken is worth less (value). There is no quota per person: the plan is what the members' own goals add up to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from plugin.domain.dues import CENT, NOTHING
from plugin.domain.forecast import Forecast
from plugin.domain.member import Member


@dataclass(frozen=True)
class Objective:
    """Milestones with an offer that are `reached`, how many `takes` follow, and their `amount`, in money a year.

    A plan's counts are expectations and may be broken.
    """

    reached: Fraction
    takes: Fraction
    amount: Decimal

    @classmethod
    def of(cls, reached: Decimal | int, rate: Decimal, value: Decimal) -> Objective:
        """Return the objective of so many milestones, a take rate and a value a take."""
        takes = Fraction(reached) * Fraction(rate)
        return cls(Fraction(reached), takes, _cents(takes * Fraction(value)))

    @property
    def rate(self) -> Fraction | None:
        """The share of the reached that took the offer."""
        return self.takes / self.reached if self.reached else None

    @property
    def value(self) -> Fraction | None:
        """The money a year of one take."""
        return Fraction(self.amount) / self.takes if self.takes else None


@dataclass(frozen=True)
class Variance:
    """Planned minus actual, in money a year, and its three terms: positive is short of the plan. They sum exactly."""

    planned: Objective
    actual: Objective
    reach: Decimal
    take: Decimal
    value: Decimal

    @property
    def short(self) -> Decimal:
        """Planned minus actual."""
        return self.planned.amount - self.actual.amount


@dataclass(frozen=True)
class Plan:
    """A frozen forecast: made on `starts_on` for the days up to `ends_on`, with its objective by offer (their ids)."""

    starts_on: date
    ends_on: date
    offers: dict[str, Objective]
    names: dict[str, str]

    @property
    def total(self) -> Objective:
        """The objective of all offers."""
        return together(self.offers.values())


def variance(planned: Objective, actual: Objective) -> Variance:
    """Return planned minus actual, split in this order: reach at the plan's rate and value, take at its value, value.

    Where nothing was reached or taken there is no actual rate or value: the plan's stands in, and its term is nothing.
    """
    plan_rate, plan_value = planned.rate or Fraction(0), planned.value or Fraction(0)
    rate = plan_rate if actual.rate is None else actual.rate
    reach = _cents((planned.reached - actual.reached) * plan_rate * plan_value)
    take = _cents(actual.reached * (plan_rate - rate) * plan_value)
    short = planned.amount - actual.amount
    if actual.value is None:
        # Nothing of value came: what rounding leaves belongs to the take.
        return Variance(planned, actual, reach, short - reach, NOTHING)
    return Variance(planned, actual, reach, take, short - reach - take)


def together(objectives: Iterable[Objective]) -> Objective:
    """Return the sum of objectives."""
    listed = list(objectives)
    return Objective(
        sum((one.reached for one in listed), Fraction(0)),
        sum((one.takes for one in listed), Fraction(0)),
        sum((one.amount for one in listed), NOTHING),
    )


def plan_of(found: Forecast, days: int, ends_on: date) -> Plan:
    """Return the plan that a forecast is for one of its horizons, by offer. Off course nothing can be taken."""
    count = found.steps.within(days)
    offers: dict[str, list[Objective]] = {}
    for part in found.parts:
        reached = Fraction(part.reached[count - 1])
        takes, amount = reached * Fraction(part.rate.rate), sum(part.amounts[:count], NOTHING)
        offers.setdefault(part.offer, []).append(Objective(reached, takes, amount))
    names = {part.offer: part.offer_name for part in found.parts}
    return Plan(found.as_of, ends_on, {offer: together(rows) for offer, rows in offers.items()}, names)


def actual_of(members: Iterable[Member], plan: Plan, offers: Iterable[str] | None = None) -> dict[str, Objective]:
    """Return what came within the plan's days, by offer: milestones reached with it, and what was taken.

    A take counts for what it was taken for, else for the offer's value. A member counts once for an offer, as in the
    plan.
    """
    wanted = set(offers) if offers is not None else None
    found: dict[str, list[Objective]] = {}
    for member in members:
        values = {
            one.offer.id: one.offer.yearly_value or NOTHING
            for outcome in member.outcomes
            for one in outcome.milestones
            if one.offer is not None
        }
        reached = {
            one.offer.id
            for outcome in member.outcomes
            for one in outcome.milestones
            if one.offer and one.achieved_on and plan.starts_on < one.achieved_on <= plan.ends_on
        }
        taken = {
            one.offer: values.get(one.offer, NOTHING) if one.value is None else one.value
            for one in member.offer_responses
            if one.answer == "taken" and plan.starts_on < one.on <= plan.ends_on
        }
        for offer in sorted(reached | taken.keys()):
            if wanted is None or offer in wanted:
                amount = taken.get(offer, NOTHING)
                found.setdefault(offer, []).append(Objective(Fraction(1), Fraction(offer in taken), amount))
    return {offer: together(rows) for offer, rows in found.items()}


def _cents(amount: Fraction) -> Decimal:
    return Decimal(round(amount * 100)) * CENT
