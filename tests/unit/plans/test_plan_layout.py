"""A plan template laid out from a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from plugin.domain.plan import PlannedAction, PlannedMilestone, PlanTemplate, lay_out
from plugin.plans.load import load, shipped

START = date(2026, 3, 1)


def template(*days: int, length: int = 300, actions: tuple[PlannedAction, ...] = ()) -> PlanTemplate:
    milestones = tuple(PlannedMilestone(f"Step {day}", "functional", day) for day in days)
    return PlanTemplate("test", "Test", "Anybody", "Get there", length, milestones, accountabilities=actions)


def test_everything_is_dated_from_the_start_and_in_order() -> None:
    action = PlannedAction("Ask", "together", 50, "Step 80")
    plan = lay_out(template(80, 30, length=120, actions=(action,)), START)
    assert [(step.what.name, (step.due_on - START).days) for step in plan.steps] == [
        ("Step 30", 30),
        ("Ask", 50),
        ("Step 80", 80),
    ]
    assert plan.due_on == START + timedelta(days=120)
    assert [milestone.name for _, milestone in plan.milestones] == ["Step 30", "Step 80"]
    assert plan.accountabilities == ((START + timedelta(days=50), action),)


def test_ninety_quiet_days_are_no_reason_for_a_warning_and_ninety_one_are() -> None:
    assert lay_out(template(90, 180, length=270), START).warnings == ()
    (warning,) = lay_out(template(91, 180, length=270), START).warnings
    assert "91 days" in warning
    assert "01 Mar 2026" in warning


def test_quiet_days_before_the_end_are_warned_of_too() -> None:
    (warning,) = lay_out(template(60, 120, length=300), START).warnings
    assert "180 days" in warning


def test_an_agreed_action_breaks_the_quiet() -> None:
    action = PlannedAction("Ask", "together", 80, "Step 150")
    assert lay_out(template(150, length=200, actions=(action,)), START).warnings == ()


@pytest.mark.parametrize("name", list(shipped()))
def test_a_shipped_plan_has_all_four_types_all_parties_and_no_quiet_stretch(name: str) -> None:
    plan = load(name)
    assert {one.type for one in plan.milestones} == {"functional", "operational", "opportune", "strategic"}
    assert {one.party for one in plan.accountabilities} == {
        "member_outside", "member_inside", "together", "us_behind_the_scenes",
    }  # fmt: skip
    assert {one.kind for one in plan.requirements} == {"condition", "experience"}
    assert lay_out(plan, START).warnings == ()


@pytest.mark.parametrize("name", list(shipped()))
def test_a_shipped_plan_offers_little_and_asks_ever_more(name: str) -> None:
    plan = load(name)
    assert any(one.offer is None for one in plan.milestones), "an offer at every milestone is forced"
    levels = [one.ask_level for one in sorted(plan.milestones, key=lambda one: one.day) if one.ask]
    assert levels == list(range(1, len(levels) + 1))
    assert {one.milestone for one in plan.accountabilities} == {one.name for one in plan.milestones}


@pytest.mark.parametrize("name", list(shipped()))
def test_a_shipped_plan_has_something_due_in_each_of_the_first_three_months(name: str) -> None:
    days = {(step.due_on - START).days for step in lay_out(load(name), START).steps}
    assert all(any(begin < day <= begin + 30 for day in days) for begin in (0, 30, 60))
