"""The expansion forecast: the worked example, rates, slip, and what must hold for any association."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_members import as_ofs, members, perhaps
from test_standing_properties import named

from plugin.domain import forecast_range
from plugin.domain.coverage import CoverageSegment
from plugin.domain.forecast import SPLITS, Declared, forecast
from plugin.domain.forecast_parts import HORIZONS
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone, Redating
from plugin.domain.offer import ExpansionOffer, OfferResponse
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.reach import reach
from plugin.domain.slip import CLOSED, OPEN, REACHED, Spells, hazards, reach_by_day, spells
from plugin.domain.take_rate import BANDS, DRIFTING, HOLDING, OFF_COURSE, POSITIVE, Answer, answers_of, take_rates

TODAY = date(2026, 6, 10)
SEATS = ExpansionOffer("seats", "More seats", "seats", Decimal("1000.00"))


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def member(
    key: str, due: int = 25, achieved: int | None = None, *, start: int = -60, offer: ExpansionOffer | None = SEATS,
    closed: int | None = None,
) -> Member:  # fmt: skip
    """A member with one milestone that has an offer, and the goal far ahead."""
    milestone = Milestone(
        f"{key}-m", "functional", day(due), achieved_on=None if achieved is None else day(achieved), name="Step",
        offer=offer,
    )  # fmt: skip
    goal = Milestone(f"{key}-g", "strategic", day(600), name="Goal")
    outcome = DesiredOutcome(
        f"{key}-o", day(start), day(600), None if closed is None else day(closed), milestones=(milestone, goal),
        confirmed_on=day(start),
    )  # fmt: skip
    return Member(key, f"Member {key}", (outcome,))


def test_a_hundred_members_one_milestone_each_due_next_month_give_ninety_thousand_a_year() -> None:
    everybody = [member(f"M{i}") for i in range(100)]
    found = forecast(everybody, TODAY, declared=Declared(reach=1.0, rates={"seats": 0.9}))
    assert found.total(30).mean == Decimal("90000.00")
    assert [(line.name, line.mean) for line in found.split("month", 90)][:2] == [
        ("2026-06", Decimal("0.00")),
        ("2026-07", Decimal("90000.00")),
    ]
    assert found.total(30).low < 90000 < found.total(30).high
    assert found.total(30).assumed == Decimal("90000.00")


def test_what_is_declared_is_marked_and_the_default_is_seven_in_ten() -> None:
    (part,) = forecast([member("M")], TODAY, declared=Declared(rates={"seats": 0.5})).parts
    assert (part.assumed, part.reached[0], part.mean) == (("reach", "rate"), 0.0, Decimal("350.00"))
    assert part.reached[-1] == 0.7


def test_what_is_due_beyond_the_horizon_is_not_in_it_while_reach_is_declared() -> None:
    found = forecast([member("M", due=45)], TODAY, declared=Declared(rates={"seats": 0.5}))
    assert [found.total(days).mean for days in HORIZONS] == [0, Decimal("350.00"), Decimal("350.00")]


def test_off_course_nothing_is_forecast() -> None:
    late = member("M", due=-55, start=-400)
    (part,) = forecast([late], TODAY, declared=Declared(reach=1.0, rates={"seats": 0.9})).parts
    assert (BANDS[part.band], part.mean) == ("off_course", 0)


def test_an_offer_is_taken_once_and_rests_after_a_no() -> None:
    told = Declared(reach=1.0, rates={"seats": 0.9})
    taken = replace(member("M"), offer_responses=(OfferResponse("seats", "taken", day(-5)),))
    assert forecast([taken], TODAY, declared=told).parts == ()
    declined = replace(member("M"), offer_responses=(OfferResponse("seats", "declined", day(-140)),))
    assert [forecast([declined], TODAY, declared=told).total(days).mean for days in HORIZONS] == [0, 900, 900]
    shown = replace(member("M"), offer_responses=(OfferResponse("seats", "shown", day(-5)),))
    assert forecast([shown], TODAY, declared=told).total(30).mean == 900


def test_two_milestones_with_one_offer_count_once() -> None:
    one = member("M", due=10)
    (outcome,) = one.outcomes
    both = tuple(replace(row, offer=SEATS) for row in outcome.milestones)
    twice = replace(one, outcomes=(replace(outcome, milestones=both),))
    (part,) = forecast([twice], TODAY, declared=Declared(reach=1.0, rates={"seats": 0.9})).parts
    assert part.milestone == "Step"


@pytest.mark.parametrize("offer", [None, replace(SEATS, active=False), replace(SEATS, yearly_value=None)])
def test_no_offer_no_forecast(offer: ExpansionOffer | None) -> None:
    found = forecast([member("M", offer=offer)], TODAY)
    assert (found.parts, found.total(90).mean) == ((), 0)


def test_a_forecast_is_split_by_offer_segment_and_msm() -> None:
    more = ExpansionOffer("more", "Benchmarking", "upsell", Decimal("500.00"))
    rows = [
        replace(member("A"), segment=CoverageSegment("Inbound")),
        replace(member("B", offer=more), segment=CoverageSegment("Synchronous")),
        member("C"),
    ]
    told = Declared(reach=1.0, rates={"seats": 0.9, "more": 0.5})
    found = forecast(rows, TODAY, {"A": "Ann", "B": "Ann"}, told)
    assert {line.name: line.mean for line in found.split("offer", 30)} == {"Benchmarking": 250, "More seats": 1800}
    assert {line.name: line.mean for line in found.split("segment", 30)} == {
        "Inbound": 900,
        "Synchronous": 250,
        "(none)": 900,
    }
    assert {line.name: line.mean for line in found.split("msm", 30)} == {"Ann": 1150, "(none)": 900}


def answers(offer: str, band: int, taken: int, declined: int) -> list[Answer]:
    outcome = [True] * taken + [False] * declined
    return [Answer(f"{offer}{band}{i}", offer, band, one, TODAY) for i, one in enumerate(outcome)]


def test_a_rate_is_drawn_toward_the_association_s() -> None:
    rates = take_rates([*answers("seats", POSITIVE, 30, 10), *answers("other", POSITIVE, 8, 32)])
    prior = (38 + 2) / (80 + 10)
    rate = rates.of("seats", POSITIVE)
    assert rate.rate == pytest.approx((30 + 20 * prior) / (40 + 20))
    assert (rate.takes, rate.offers, rate.assumed) == (30, 40, False)
    low, high = rate.interval
    assert low < rate.rate < high


def test_rates_fall_from_band_to_band_and_are_nothing_off_course() -> None:
    rates = take_rates([*answers("seats", POSITIVE, 5, 35), *answers("seats", DRIFTING, 36, 4)])
    found = [rates.of("seats", band).rate for band in range(len(BANDS))]
    assert found == sorted(found, reverse=True)
    assert found[POSITIVE] == pytest.approx(found[DRIFTING])
    assert rates.of("seats", POSITIVE).weight == pytest.approx(60 + 20 + 60)
    assert found[OFF_COURSE] == 0


def test_a_rate_is_assumed_until_ten_took_it_and_ten_did_not() -> None:
    assert take_rates(answers("seats", POSITIVE, 9, 50)).of("seats", POSITIVE).assumed
    assert take_rates(answers("seats", POSITIVE, 50, 9)).of("seats", POSITIVE).assumed
    assert not take_rates(answers("seats", POSITIVE, 10, 10)).of("seats", POSITIVE).assumed
    assert take_rates([]).of("new", HOLDING).assumed


def test_a_member_takes_an_offer_once() -> None:
    twice = [Answer("M", "seats", POSITIVE, True, TODAY)] * 2
    assert take_rates(twice).of("seats", POSITIVE).offers == 1


def test_a_declared_rate_is_exact() -> None:
    rate = take_rates([], {"seats": 0.9}).of("seats", HOLDING)
    assert (rate.rate, rate.weight, rate.interval) == (0.9, inf, (0.9, 0.9))


def test_an_answer_counts_for_the_course_of_a_month_before() -> None:
    on_course = member("M", due=-40, achieved=-45, start=-100)
    taken = replace(on_course, offer_responses=(OfferResponse("seats", "taken", day(-10)),))
    (found,) = answers_of([taken], TODAY)
    assert (BANDS[found.band], found.taken) == ("positive", True)
    assert answers_of([taken], day(-11)) == []


def test_spells_tell_when_a_promise_was_open_and_how_it_ended() -> None:
    reached = member("A", due=-10, achieved=-4, start=-30)
    closed = member("B", due=-10, closed=-5, start=-30)
    moved = member("C", due=-10, start=-30)
    (outcome,) = moved.outcomes
    step = replace(outcome.milestones[0], redated=(Redating(day(-12), day(20)),))
    moved = replace(moved, outcomes=(replace(outcome, milestones=(step,)),))
    rows = spells([reached, closed, moved], TODAY)
    found = list(zip(rows.member.tolist(), rows.first.tolist(), rows.last.tolist(), rows.ending.tolist(), strict=True))
    assert (0, -20, 6, REACHED) in found
    assert (1, -20, 5, CLOSED) in found
    assert [row for row in found if row[0] == 2] == [(2, -20, -3, OPEN), (2, -32, -20, OPEN)]


def spells_of(*rows: tuple[int, int, int]) -> Spells:
    first, last, ending = np.array(rows, np.int64).T
    return Spells(np.arange(len(rows)), first, last, ending)


def test_the_estimate_is_aalen_johansen_s_by_hand() -> None:
    found = hazards(spells_of((0, 1, REACHED), (0, 2, CLOSED), (0, 3, REACHED), (2, 3, OPEN)))
    curve = reach_by_day(found, np.array([0]), 4)[0]
    # Day 1: 1 of 3 reached. Day 2: 1 of 3 closed. Day 3: 1 of 2 reached.
    assert curve.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3 + (2 / 3) * (2 / 3) * (1 / 2), 5 / 9])


def test_the_estimate_is_that_of_those_still_open() -> None:
    rows = spells_of(*[(0, 5, REACHED)] * 5, *[(0, 20, REACHED)] * 5)
    curve = reach_by_day(hazards(rows), np.array([0, 10, 30]), 10)
    assert curve[:, -1].tolist() == pytest.approx([0.5, 1.0, 0.0])


def learned(count: int = 60) -> list[Member]:
    """Members of whom half reached their milestone on its day, and half never by 60 days later."""
    return [member(f"L{i}", due=-100, achieved=-100 if i % 2 else None, start=-200) for i in range(count)]


def test_reach_is_learned_once_thirty_were_reached() -> None:
    assert reach(learned(58), TODAY).assumed
    known = reach(learned(60), TODAY)
    assert not known.assumed
    curve = known.within(known.ask(np.array([-25]), np.array([HOLDING]), range(1, 91)))[0]
    assert curve[23] == 0
    assert curve[24] == curve[89] > 0


def test_a_course_on_which_more_is_reached_than_slip_says_raises_the_chance() -> None:
    known = reach(learned(60), TODAY)
    raised, plain = (
        replace(known, looks=replace(known.looks, reached=known.looks.reached | more)) for more in (True, False)
    )
    asked = known.ask(np.array([-25]), np.array([int(known.looks.band[0])]), [90])
    assert raised.within(asked)[0, 0] > plain.within(asked)[0, 0]


def width(rows: list[Member], declared: Declared | None = None) -> float:
    line = forecast(rows, TODAY, declared=declared, draws=400, seed=1).total(90)
    return float(line.high - line.low) / float(line.mean)


def answered(count: int) -> list[Member]:
    """Members of whom half took the offer long ago, each with a step that nobody waits for any longer."""
    return [
        replace(
            member(f"A{i}", due=-100, achieved=-100, start=-200),
            offer_responses=(OfferResponse("seats", "taken" if i % 2 else "declined", day(-90)),),
        )
        for i in range(count)
    ]


def test_a_range_is_the_wider_the_fewer_answers_tell_the_rate() -> None:
    """With many parts chance evens out, and what is left is how unsure the rate is."""
    parts = [member(f"M{i}") for i in range(400)]
    few, many = width([*parts, *answered(24)]), width([*parts, *answered(1_200)])
    assert few > 1.6 * many


def test_a_range_is_the_wider_the_fewer_members_tell_the_slip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Held against the same forecast without the bootstrap of members, in which slip is taken for certain."""
    rows = [*(member(f"M{i}") for i in range(400)), *learned(62)]
    told = Declared(rates={"seats": 0.9})
    drawn = width(rows, told)
    monkeypatch.setattr(forecast_range, "_reached", lambda chances, chance, generator: chances.reached)
    assert drawn > 1.6 * width(rows, told)


def test_the_same_seed_gives_the_same_ranges() -> None:
    rows = [*learned(), *(member(f"M{i}") for i in range(20))]
    one, same, other = (forecast(rows, TODAY, draws=50, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.total(90).mean == other.total(90).mean
    assert one.total(90) != other.total(90)


made_up = st.builds(named, members, perhaps)


@settings(max_examples=25)
@given(st.lists(made_up, max_size=5), as_ofs, st.floats(0, 1), st.floats(0, 1))
def test_a_forecast_s_mean_is_the_sum_of_its_parts(
    batch: list[Member], as_of: date, chance: float, rate: float
) -> None:
    rows = [replace(one, id=f"M{i}") for i, one in enumerate(batch)]
    msms = {one.id: f"msm {i % 2}" for i, one in enumerate(rows)}
    found = forecast(rows, as_of, msms, Declared(chance, {"o": rate}), draws=5)
    assert found.total(90).mean == sum(part.mean for part in found.parts)
    for days in HORIZONS:
        for split in ("month", *SPLITS):
            assert sum(line.mean for line in found.split(split, days)) == found.total(days).mean
    assert all(part.mean == 0 for part in found.parts if part.band == OFF_COURSE)
