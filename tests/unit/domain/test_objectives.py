"""Management by objectives: the worked example, and the three terms that always sum exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from test_forecast import TODAY, day, member

from plugin.domain.forecast import Declared, forecast
from plugin.domain.objectives import Objective, actual_of, plan_of, together, variance
from plugin.domain.offer import OfferResponse


def test_short_by_25400_is_18000_of_reach_4000_of_take_and_3400_of_value() -> None:
    planned = Objective.of(100, Decimal("0.9"), Decimal(1000))
    actual = Objective.of(80, Decimal("0.85"), Decimal(950))
    found = variance(planned, actual)
    assert (planned.amount, actual.amount) == (Decimal("90000.00"), Decimal("64600.00"))
    assert found.short == Decimal("25400.00")
    assert (found.reach, found.take, found.value) == (Decimal("18000.00"), Decimal("4000.00"), Decimal("3400.00"))


counts = st.integers(0, 500)
money = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)


@st.composite
def objectives(draw: st.DrawFn) -> Objective:
    """Draw counts and an amount; where nothing was taken there is none."""
    reached = draw(counts.map(Fraction) | st.fractions(0, 500, max_denominator=1000))
    takes = reached * draw(st.fractions(0, 1, max_denominator=1000))
    return Objective(reached, takes, draw(money) if takes else Decimal("0.00"))


@given(objectives(), objectives())
def test_the_three_terms_sum_exactly(planned: Objective, actual: Objective) -> None:
    found = variance(planned, actual)
    assert found.reach + found.take + found.value == planned.amount - actual.amount


@given(objectives())
def test_what_came_as_planned_has_no_variance(planned: Objective) -> None:
    found = variance(planned, planned)
    assert (found.reach, found.take, found.value) == (0, 0, 0)


def test_where_nothing_was_reached_all_of_it_is_reach() -> None:
    found = variance(Objective.of(100, Decimal("0.9"), Decimal(1000)), together([]))
    assert (found.reach, found.take, found.value) == (Decimal(90000), 0, 0)


def test_where_nothing_was_taken_the_rest_is_take() -> None:
    found = variance(Objective.of(100, Decimal("0.9"), Decimal(1000)), Objective.of(80, Decimal(0), Decimal(0)))
    assert (found.reach, found.take, found.value) == (Decimal(18000), Decimal(72000), 0)


def test_a_frozen_forecast_is_held_against_what_came() -> None:
    before = [member(f"M{i}") for i in range(10)]
    plan = plan_of(forecast(before, TODAY, declared=Declared(1.0, {"seats": 0.9})), 30, TODAY + timedelta(days=30))
    assert plan.total == Objective(Fraction(10), 10 * Fraction(0.9), Decimal("9000.00"))
    assert plan.names == {"seats": "More seats"}
    after = [member(f"M{i}", achieved=20 if i < 8 else None) for i in range(10)]
    after = [
        replace(one, offer_responses=(OfferResponse("seats", "taken" if i < 6 else "declined", day(21)),))
        for i, one in enumerate(after)
    ]
    actual = actual_of(after, plan)
    assert actual == {"seats": Objective(Fraction(8), Fraction(6), Decimal("6000.00"))}
    found = variance(plan.total, together(actual.values()))
    assert (found.reach, found.take, found.value) == (Decimal("1800.00"), Decimal("1200.00"), Decimal("0.00"))


def test_what_came_before_or_after_the_period_does_not_count() -> None:
    plan = plan_of(forecast([], TODAY), 30, date(2026, 7, 10))
    for on in (0, 31):
        late = replace(member("M", achieved=on), offer_responses=(OfferResponse("seats", "taken", day(on)),))
        assert actual_of([late], plan) == {}
