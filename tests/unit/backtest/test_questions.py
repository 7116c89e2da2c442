"""What is asked of members on a past day, and how it is answered later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from plugin.backtest.questions import QUESTIONS
from plugin.backtest.replay import STEP
from plugin.backtest.seen import Seen
from plugin.domain.dues import DuesPeriod, MemberDues
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.outcome import DesiredOutcome

RENEWAL, GOAL, EXPANSION = QUESTIONS
DAY = date(2025, 3, 1)
PAID = date(2025, 5, 15)
DUE = date(2025, 7, 31)
STEPS = (
    Milestone("m1", "functional", date(2025, 2, 1)),
    Milestone("m2", "strategic", DUE),
)
MEMBER = Member("7", outcomes=(DesiredOutcome("goal", date(2024, 9, 1), DUE, milestones=STEPS),))
YEARLY = MemberDues("7", (DuesPeriod(date(2025, 1, 1), date(2025, 12, 31), Decimal("1200.00")),))


def known(member: Member = MEMBER, paid: date = PAID, dues: MemberDues = YEARLY) -> Seen:
    return Seen(DAY, {"7": member}, {"7": paid}, {"7": dues}, {}, {})


def test_every_question_is_answered_on_a_day_that_is_looked_at() -> None:
    assert [question.after % STEP for question in QUESTIONS] == [timedelta(0)] * 3


@pytest.mark.parametrize("paid", [DAY, DAY + timedelta(days=91)])
def test_a_renewal_is_asked_about_in_its_last_90_days_only(paid: date) -> None:
    assert RENEWAL.ask(known(), MEMBER, DAY) == PAID
    assert RENEWAL.ask(known(paid=paid), MEMBER, DAY) is None
    assert RENEWAL.ask(known(), replace(MEMBER, ended_on=DAY), DAY) is None


def test_who_has_paid_for_longer_and_stayed_has_renewed() -> None:
    later = PAID + timedelta(days=365)
    assert RENEWAL.answer(known(paid=later), "7", PAID) is True
    assert RENEWAL.answer(known(), "7", PAID) is False
    left = replace(YEARLY, ended_on=PAID)
    assert RENEWAL.answer(known(paid=later, dues=left), "7", PAID) is False
    assert RENEWAL.answer(known(paid=later), "8", PAID) is None


def with_steps(*steps: Milestone) -> Member:
    return replace(MEMBER, outcomes=(replace(MEMBER.outcomes[0], milestones=steps),))


def test_a_goal_is_attained_when_its_strategic_milestones_were_reached_by_its_day() -> None:
    about = GOAL.ask(known(), MEMBER, DAY)
    assert about == ("goal", DUE)
    in_time = with_steps(STEPS[0], replace(STEPS[1], achieved_on=DUE))
    too_late = with_steps(STEPS[0], replace(STEPS[1], achieved_on=DUE + timedelta(days=1)))
    undone = with_steps(STEPS[0], replace(STEPS[1], achieved_on=DUE, reversed_on=DUE))
    assert [GOAL.answer(known(one), "7", about) for one in (in_time, too_late, undone, MEMBER)] == [
        True, False, False, False,
    ]  # fmt: skip
    assert GOAL.answer(Seen(DAY, {}, {}, {}, {}, {}), "7", about) is None


def test_a_goal_that_is_reached_or_far_is_not_asked_about() -> None:
    reached = with_steps(replace(STEPS[1], achieved_on=DAY))
    assert GOAL.ask(known(reached), reached, DAY) is None
    assert GOAL.ask(known(), MEMBER, DUE - timedelta(days=181)) is None
    without_a_strategic_one = with_steps(STEPS[0])
    assert GOAL.ask(known(), without_a_strategic_one, DAY) == ("goal", DUE)


def test_who_pays_more_a_year_later_on_has_expanded() -> None:
    about = EXPANSION.ask(known(), MEMBER, DAY)
    assert about == (Decimal("1200.00"), DAY + timedelta(days=180))
    more = replace(
        YEARLY, periods=(*YEARLY.periods, DuesPeriod(date(2025, 6, 1), date(2026, 5, 31), Decimal("300.00")))
    )
    assert EXPANSION.answer(known(dues=more), "7", about) is True
    assert EXPANSION.answer(known(), "7", about) is False
    assert EXPANSION.answer(known(dues=replace(more, ended_on=date(2025, 7, 1))), "7", about) is False
    assert EXPANSION.ask(known(dues=replace(YEARLY, periods=())), MEMBER, DAY) is None
