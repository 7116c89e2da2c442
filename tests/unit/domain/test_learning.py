"""The learning loop: the slip of a template's milestones, with its interval, and a day that would have held."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.learning import ENOUGH, Learned, Promise, learn, promises
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone, Redating
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.slip import CLOSED, OPEN, REACHED

START = date(2025, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def member(number: int, reached: int | None, *, begins: int = 0, due: int = 60, closed: int | None = None) -> Member:
    """A member whose milestone is due some days after its start and reached some days after it."""
    milestone = Milestone(
        f"m{number}", "functional", day(begins + due), name="Step",
        achieved_on=None if reached is None else day(begins + reached),
    )  # fmt: skip
    outcome = DesiredOutcome(
        f"o{number}", day(begins), day(begins + 300), milestones=(milestone,),
        closed_on=None if closed is None else day(begins + closed),
    )  # fmt: skip
    return Member(f"M{number}", outcomes=(outcome,))


def what(members: list[Member], as_of: int) -> Learned:
    templates = {outcome.id: "supplier" for one in members for outcome in one.outcomes}
    (found,) = learn(promises(members, templates, day(as_of)))
    return found


def test_a_milestone_that_is_reached_late_as_a_rule_gets_a_later_day() -> None:
    found = what([member(number, 75 + number % 11) for number in range(66)], 400)
    assert (found.verdict, found.planned, found.slip, found.suggested) == ("move", 60, 20, 80)
    assert (found.promises, found.reached) == (66, 66)
    assert found.low is not None
    assert found.high is not None
    assert 15 <= found.low <= 20 <= found.high <= 25
    assert found.why == f"half reach it 20 days late (90% interval {found.low:+d} to {found.high:+d} days)"


def test_a_milestone_that_is_reached_about_its_day_stays() -> None:
    found = what([member(number, 50 + number % 21) for number in range(60)], 400)
    assert (found.verdict, found.suggested) == ("keep", None)
    assert "the day can stay" in found.why


def test_one_that_is_reached_early_gets_an_earlier_day() -> None:
    assert what([member(number, 20 + number % 5) for number in range(40)], 400).suggested == 22


def test_few_are_too_few_to_say() -> None:
    found = what([member(number, 90) for number in range(ENOUGH - 1)], 400)
    assert (found.verdict, found.slip, found.suggested) == ("too_few", None, None)
    assert found.why == "too few to say: 19 of 19 reached, 20 are needed"


def test_where_fewer_than_half_reach_it_no_day_is_suggested() -> None:
    members = [member(number, 61 if number < 30 else None) for number in range(100)]
    found = what(members, 290)
    assert (found.verdict, found.suggested) == ("half_never", None)


def test_those_that_are_open_still_count_and_only_the_reached_would_mislead() -> None:
    chance = np.random.default_rng(5)
    truth = 40
    slips = np.round(chance.exponential(truth / np.log(2), 400)).astype(int)
    begins = chance.integers(0, 200, 400)
    members = [
        member(i, 60 + int(slip), begins=int(begin)) for i, (slip, begin) in enumerate(zip(slips, begins, strict=True))
    ]
    found = what(members, 260)
    seen = [slip for slip, begin in zip(slips, begins, strict=True) if begin + 60 + slip <= 260]
    assert found.slip is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= truth <= found.high
    assert median(seen) < truth - 5
    assert abs(found.slip - truth) < truth - median(seen)


def test_a_goal_that_was_closed_is_open_no_longer_and_not_reached() -> None:
    rows = promises(
        [member(1, None, closed=30), member(2, 90), member(3, None)], {"o1": "t", "o2": "t", "o3": "t"}, day(100)
    )
    assert [(row.first, row.last, row.ending) for row in rows] == [
        (-60, -30, CLOSED),
        (-60, 30, REACHED),
        (-60, 40, OPEN),
    ]


def test_a_moved_date_is_held_against_the_first_promise() -> None:
    moved = Milestone(
        "m", "functional", day(60), redated=(Redating(day(50), day(120)),), achieved_on=day(118), name="Step"
    )
    outcome = DesiredOutcome("o", START, day(300), milestones=(moved,))
    (row,) = promises([Member("M", outcomes=(outcome,))], {"o": "t"}, day(200))
    assert (row.planned, row.last) == (60, 58)


def test_plans_that_came_from_no_template_and_credit_that_was_carried_teach_nothing() -> None:
    milestone = Milestone("m", "functional", day(60), name="Step")
    carried = DesiredOutcome("o", START, day(300), milestones=(milestone,), carried_credit={"m": 0.5})
    assert promises([Member("M", outcomes=(carried,)), member(2, 90)], {"o": "t"}, day(200)) == []


@given(st.lists(st.tuples(st.integers(-50, 100), st.booleans()), min_size=1, max_size=60), st.integers(-30, 30))
def test_moving_every_slip_by_some_days_moves_the_suggestion_as_far(rows: list[tuple[int, bool]], by: int) -> None:
    def told(move: int) -> Learned:
        listed = [
            Promise("t", "Step", str(i), 200, -200, slip + move, REACHED if reached else OPEN)
            for i, (slip, reached) in enumerate(rows)
        ]
        return learn(listed)[0]

    still, moved = told(0), told(by)
    assert (still.reached, still.promises) == (moved.reached, moved.promises)
    if still.slip is None:
        assert moved.slip is None
    else:
        assert moved.slip == still.slip + by
