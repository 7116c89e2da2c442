"""Cases of the definition worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from plugin.domain.accountability import Accountability
from plugin.domain.milestone import Metric, Milestone, Reading, Redating
from plugin.domain.outcome import DesiredOutcome, MemberFacts
from plugin.domain.requirement import Assessment, Condition, ExperienceElement
from plugin.domain.success_vector import score
from plugin.domain.vector import SuccessVector, Term

T0 = date(2026, 1, 1)


def day(number: int) -> date:
    return T0 + timedelta(days=number)


def vector(*outcomes: DesiredOutcome, on: int) -> SuccessVector:
    return score([MemberFacts("M", outcomes)], day(on))[0]


def goal(*milestones: Milestone, due: int = 365, **rest: object) -> DesiredOutcome:
    return DesiredOutcome("o", T0, day(due), milestones=milestones, **rest)  # type: ignore[arg-type]


def test_a_fresh_goal_scores_50_and_holds() -> None:
    fresh = vector(goal(Milestone("m", "strategic", day(100))), on=0)
    assert (fresh.status, fresh.score, fresh.direction, fresh.pace) == ("holding", 50.0, None, 0.0)


def test_full_arrival_scores_100() -> None:
    rows = (
        Milestone("f", "functional", day(30), achieved_on=day(20)),
        Milestone("s", "strategic", day(60), achieved_on=day(50)),
    )
    arrived = vector(goal(*rows), on=400)
    assert (arrived.status, arrived.score, arrived.stale, arrived.success_gap) == ("arrived", 100.0, False, None)


def test_ninety_days_past_the_time_frame_only_what_was_reached_counts() -> None:
    rows = (Milestone("f", "functional", day(30), achieved_on=day(20)), Milestone("s", "strategic", day(300)))
    late = vector(goal(*rows, due=300), on=390)
    assert late.score == pytest.approx(20.0)
    assert late.status == "off_course"
    assert (late.success_gap, late.success_gap_since) == ("open", day(20 + 91))


def test_lateness_costs_nothing_for_a_week_then_grows_for_ninety_days() -> None:
    milestone = goal(Milestone("m", "strategic", day(10)))
    assert vector(milestone, on=17).status == "grace"
    assert vector(milestone, on=17).explanation == ()
    (term,) = vector(milestone, on=17 + 45).explanation
    assert term == Term("o", "m", "overdue", -0.5)
    assert vector(milestone, on=17 + 45).pace == pytest.approx(-0.5)


def test_a_redating_moves_the_due_date_from_the_day_it_was_agreed() -> None:
    moved = goal(Milestone("m", "strategic", day(10), redated=(Redating(day(30), day(90)), Redating(day(30), day(80)))))
    assert vector(moved, on=29).status == "off_course"
    assert vector(moved, on=30).status == "holding"
    assert vector(moved, on=88).status == "off_course"


def test_types_share_the_weight_unless_every_milestone_has_its_own() -> None:
    typed = goal(Milestone("f", "functional", day(9), achieved_on=day(5)), Milestone("s", "strategic", day(99)))
    assert vector(typed, on=10).progress == pytest.approx(0.2)
    half = goal(
        Milestone("f", "functional", day(9), weight=3.0, achieved_on=day(5)), Milestone("s", "strategic", day(99))
    )
    assert vector(half, on=10).progress == pytest.approx(0.2)
    weighted = goal(
        Milestone("f", "functional", day(9), weight=3.0, achieved_on=day(5)),
        Milestone("s", "strategic", day(99), weight=1.0),
    )
    assert vector(weighted, on=10).progress == pytest.approx(0.75)


def test_a_metric_earns_its_share_of_the_way_from_baseline_to_target() -> None:
    metric = Metric(200.0, 100.0, (Reading(day(5), 150.0), Reading(day(8), 120.0), Reading(day(8), 175.0)))
    measured = goal(Milestone("m", "strategic", day(99), metric=metric))
    assert vector(measured, on=6).progress == 0.5
    assert vector(measured, on=8).progress == 0.25


def test_a_reversal_counts_from_its_day_and_only_after_the_achievement() -> None:
    undone = goal(Milestone("m", "strategic", day(200), achieved_on=day(10), reversed_on=day(20)))
    assert vector(undone, on=19).status == "arrived"
    assert vector(undone, on=20).progress == 0
    assert vector(undone, on=101).explanation == (Term("o", "m", "reversal", -1.0),)
    early = goal(Milestone("m", "strategic", day(200), achieved_on=day(10), reversed_on=day(9)))
    assert vector(early, on=20).status == "arrived"


def test_a_breached_essential_condition_voids_the_strategic_milestone() -> None:
    breached = Condition("c", (Assessment(day(40), "breached"),))
    voided = vector(goal(Milestone("s", "strategic", day(99), achieved_on=day(5)), conditions=(breached,)), on=100)
    assert voided.progress == 0
    assert [(term.milestone, term.kind, term.value) for term in voided.explanation] == [
        ("s", "reversal", -1.0),
        (None, "condition", -0.25),
    ]
    assert voided.status == "off_course"
    nice = Condition("c", (Assessment(day(40), "breached"),), essential=False)
    assert (
        vector(goal(Milestone("s", "strategic", day(99), achieved_on=day(5)), conditions=(nice,)), on=99).score == 100
    )


def test_one_breached_experience_element_of_two_weighs_as_one_of_three() -> None:
    elements = (ExperienceElement("x", (Assessment(day(3), "breached"),)), ExperienceElement("y"))
    result = vector(goal(Milestone("s", "strategic", day(99)), experience=elements), on=10)
    assert result.explanation == (Term("o", None, "experience", -0.25 / 3),)
    assert result.coverage == 0.5


def test_what_is_unknown_lowers_only_the_low_score() -> None:
    rows = (Milestone("s", "strategic", day(99), achieved_on=day(5)),)
    result = vector(goal(*rows, conditions=(Condition("c"),), experience=(ExperienceElement("x"),)), on=100)
    assert (result.status, result.score) == ("arrived", 100.0)
    assert result.score_low is not None
    assert result.score_low < 15
    assert result.coverage == 0


def test_missed_accountabilities_take_a_quarter_of_their_milestone() -> None:
    actions = (
        Accountability("a", "s", "together", day(10)),
        Accountability("b", "s", "member_inside", day(10), done_on=day(60)),
        Accountability("c", "s", "us_behind_the_scenes", day(80)),
    )
    result = vector(goal(Milestone("s", "strategic", day(99)), accountabilities=actions), on=70)
    assert result.explanation == (Term("o", "s", "accountability", -0.125),)


def test_carried_credit_is_a_floor_until_a_later_reversal_and_replaces_older_evidence() -> None:
    rows = (Milestone("s", "strategic", day(99), achieved_on=day(-5)), Milestone("f", "functional", day(99)))
    carried = goal(*rows, carried_credit={"s": 0.5})
    assert vector(carried, on=10).progress == pytest.approx(0.4)
    undone = goal(Milestone("s", "strategic", day(99), reversed_on=day(20)), carried_credit={"s": 0.5})
    assert vector(undone, on=19).progress == 0.5
    assert vector(undone, on=20).progress == 0


def test_several_outcomes_are_averaged_by_priority() -> None:
    done = DesiredOutcome(
        "a", T0, day(365), priority=3, milestones=(Milestone("m", "strategic", day(9), achieved_on=day(5)),)
    )
    wish = DesiredOutcome("w", T0, None, milestones=(Milestone("m", "strategic", day(9)),))
    still = DesiredOutcome("b", T0, day(365), milestones=(Milestone("m", "strategic", day(300)),))
    both = vector(done, wish, still, on=10)
    assert both.score == pytest.approx(87.5)
    assert both.progress == 0.75
    assert both.explanation == (Term("a", "m", "progress", 0.75),)
    assert both.status == "on_course"


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [
        ((), "no active outcome"),
        ((goal(Milestone("m", "strategic", day(9)), closed_on=day(4)),), "no active outcome"),
        (
            (DesiredOutcome("o", day(9), day(99), milestones=(Milestone("m", "strategic", day(9)),)),),
            "no active outcome",
        ),
        ((DesiredOutcome("o", T0, None, milestones=(Milestone("m", "strategic", day(9)),)),), "time frame missing"),
        ((goal(),), "no milestones"),
    ],
)
def test_without_a_goal_there_is_a_reason_and_no_number(outcomes: tuple[DesiredOutcome, ...], reason: str) -> None:
    result = vector(*outcomes, on=5)
    assert (result.status, result.reason, result.score, result.progress) == ("no_goal", reason, None, None)
    assert (result.stale, result.success_gap, result.explanation) == (False, None, ())


def test_stale_begins_after_120_days_without_a_dated_fact() -> None:
    row = Milestone("s", "strategic", day(400))
    assert not vector(goal(row, due=500), on=120).stale
    assert vector(goal(row, due=500), on=121).stale
    assert not vector(
        goal(row, due=500, experience=(ExperienceElement("x", (Assessment(day(9), "met"),)),)), on=125
    ).stale


def test_a_gap_is_pending_after_ninety_quiet_days_and_functional_work_does_not_close_it() -> None:
    rows = (
        Milestone("f", "functional", day(30), achieved_on=day(10)),
        Milestone("o", "operational", day(60), achieved_on=day(40)),
        Milestone("s", "strategic", day(300)),
    )
    assert vector(goal(*rows), on=130).success_gap is None
    pending = vector(goal(*rows), on=131)
    assert (pending.success_gap, pending.success_gap_since) == ("pending", day(131))
    overdue = vector(goal(*rows), on=366)
    assert (overdue.success_gap, overdue.success_gap_since) == ("open", day(131))
    assert overdue.shortfall == "the member is off course"


def test_no_members_score_to_nothing() -> None:
    assert score([], T0) == []
