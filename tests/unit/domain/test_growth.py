"""Retention of dues: the worked example, what counts on a day, and what must hold for any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.domain.cohort import cohort_of
from plugin.domain.dues import DuesPeriod, MemberDues
from plugin.domain.growth import growth
from plugin.domain.shares import percent
from plugin.errors import UserError

OPENS, CLOSES = date(2025, 1, 1), date(2026, 1, 1)
LAST_YEAR, THIS_YEAR = (OPENS, date(2025, 12, 31)), (CLOSES, date(2026, 12, 31))


def member(name: str, before: str | None, after: str | None) -> MemberDues:
    """A member that paid `before` for 2025 and `after` for 2026."""
    paid = ((LAST_YEAR, before), (THIS_YEAR, after))
    return MemberDues(name, tuple(DuesPeriod(*days, Decimal(amount)) for days, amount in paid if amount), name)


def example() -> list[MemberDues]:
    """Start 10.0 million, +1.8 expanded, -0.6 contracted, -0.9 churned."""
    return [
        member("Alder", "4000000.00", "5800000.00"),
        member("Birch", "3000000.00", "2400000.00"),
        member("Cedar", "900000.00", None),
        member("Dogwood", "2100000.00", "2100000.00"),
        member("Elm", None, "500000.00"),
    ]


def test_the_worked_example_comes_out_to_the_cent() -> None:
    found = growth(example(), OPENS, CLOSES)
    assert found.start == Decimal("10000000.00")
    totals = [found.total(kind) for kind in ("expansion", "contraction", "churned", "new")]
    assert totals == [Decimal("1800000.00"), Decimal("600000.00"), Decimal("900000.00"), Decimal("500000.00")]
    assert found.end == Decimal("10300000.00")
    assert (percent(found.net), percent(found.gross)) == ("103%", "85%")
    assert (found.net, found.gross) == (Fraction(103, 100), Fraction(85, 100))


def test_logo_churn_is_told_apart_from_revenue_churn() -> None:
    found = growth(example(), OPENS, CLOSES)
    assert (found.members, found.lost, found.joined) == (4, 1, 1)
    assert (percent(found.logo_churn), percent(found.revenue_churn)) == ("25%", "9%")


def test_the_movements_say_who_what_and_since_when() -> None:
    found = growth(example(), OPENS, CLOSES)
    assert [(one.name, one.kind, one.on) for one in found.movements] == [
        ("Alder", "expansion", CLOSES),
        ("Birch", "contraction", CLOSES),
        ("Cedar", "churned", CLOSES),
        ("Elm", "new", CLOSES),
    ]


def test_a_movement_within_the_period_is_dated_when_it_came() -> None:
    halves = (
        DuesPeriod(OPENS, date(2025, 6, 30), Decimal(500)),
        DuesPeriod(date(2025, 7, 1), date(2026, 6, 30), Decimal(1500)),
    )
    (movement,) = growth([MemberDues("Alder", halves)], OPENS, CLOSES).movements
    assert (movement.before, movement.after, movement.on) == (Decimal(1000), Decimal(1500), date(2025, 7, 1))


@pytest.mark.parametrize(
    ("end", "amount", "yearly"),
    [
        (date(2025, 12, 31), "1200", "1200.00"),
        (date(2025, 3, 31), "300", "1200.00"),
        (date(2026, 12, 31), "2400", "1200.00"),
        (date(2025, 1, 10), "10", "365.00"),
        (date(2025, 1, 1), "1", "365.00"),
    ],
)
def test_dues_are_counted_for_a_year(end: date, amount: str, yearly: str) -> None:
    assert DuesPeriod(OPENS, end, Decimal(amount)).yearly == Decimal(yearly)


def test_a_late_renewal_is_no_churn_within_the_grace() -> None:
    late = MemberDues("Alder", (DuesPeriod(date(2024, 12, 20), date(2025, 12, 19), Decimal(100)),))
    assert growth([late], OPENS, CLOSES).lost == 1
    assert growth([late], OPENS, CLOSES, timedelta(days=13)).lost == 0
    assert growth([late], OPENS, CLOSES, timedelta(days=12)).lost == 1
    assert growth([replace(late, ended_on=date(2025, 12, 19))], OPENS, CLOSES, timedelta(days=90)).lost == 1


def test_the_end_of_the_membership_ends_what_was_paid_ahead_and_not_what_came_after() -> None:
    ahead = DuesPeriod(OPENS, date(2026, 12, 31), Decimal(200))
    back = DuesPeriod(date(2025, 12, 1), date(2026, 11, 30), Decimal(70))
    left = MemberDues("Alder", (ahead,), ended_on=date(2025, 6, 1))
    assert growth([left], OPENS, CLOSES).movements[0].on == date(2025, 6, 1)
    assert growth([left], OPENS, CLOSES).lost == 1
    returned = growth([replace(left, periods=(ahead, back))], OPENS, CLOSES)
    assert (returned.lost, returned.end) == (0, Decimal("70.00"))


def test_only_what_was_known_counts() -> None:
    told_late = replace(member("Alder", "10", None).periods[0], recorded_on=date(2025, 2, 1))
    dues = MemberDues("Alder", (told_late,))
    assert growth([dues], OPENS, CLOSES, known_by=date(2025, 1, 31)).start == 0
    assert growth([dues], OPENS, CLOSES, known_by=date(2025, 2, 1)).start == 10


def test_a_cohort_nobody_pays_in_has_no_rates() -> None:
    found = growth([], OPENS, CLOSES)
    assert (found.net, found.gross, found.logo_churn) == (None, None, None)
    assert percent(found.net) == "-"


def test_a_period_that_runs_backward_is_refused() -> None:
    with pytest.raises(UserError, match="the last day must come after the first"):
        growth([], CLOSES, OPENS)


def test_a_cohort_is_chosen_by_what_its_members_share() -> None:
    young = MemberDues("Alder", (), joined_on=date(2024, 6, 3), segment="Inbound", kind="organisation")
    old = replace(young, member="Birch", joined_on=date(2023, 6, 3))
    without = MemberDues("Cedar", ())
    chosen = cohort_of(["joined = 2024-06", "segment=inbound"])
    assert chosen.of([young, old, without]) == [young]
    assert str(chosen) == "joined 2024-06, segment inbound"
    assert cohort_of([]).of([young, old, without]) == [young, old, without]


@pytest.mark.parametrize(
    ("word", "said"), [("segmnt=Inbound", "Did you mean segment"), ("Inbound", "not name=value"), ("x=1", "Use one of")]
)
def test_a_cohort_by_what_does_not_exist_is_refused(word: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        cohort_of([word])


days = st.integers(-400, 800).map(lambda count: OPENS + timedelta(days=count))
cents = st.integers(-500, 10**7).map(lambda count: Decimal(count) / 100)
periods = st.builds(
    lambda start, length, amount: DuesPeriod(start, start + timedelta(days=length), amount),
    days, st.integers(0, 800), cents,
)  # fmt: skip
histories = st.lists(
    st.builds(MemberDues, st.just("M"), st.lists(periods, max_size=4).map(tuple), ended_on=st.none() | days), max_size=6
)


@settings(max_examples=100)
@given(histories, st.integers(0, 60).map(timedelta))
def test_the_movements_are_all_that_lies_between_start_and_end(cohort: list[MemberDues], grace: timedelta) -> None:
    found = growth(cohort, OPENS, CLOSES, grace)
    paying = [dues for dues in cohort if dues.yearly_on(OPENS, date.max, grace) > 0]
    assert found.end == sum(dues.yearly_on(CLOSES, date.max, grace) for dues in paying)
    assert all(one.amount > 0 and OPENS < one.on <= CLOSES for one in found.movements)
    if found.start:
        assert found.gross is not None
        assert found.net is not None
        assert 0 <= found.gross <= 1
        assert found.gross <= found.net
