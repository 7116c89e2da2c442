"""From stored facts to calculated fields, on a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.scoring import facts, rescore
from plugin.store import records
from plugin.store.records import Origin, load_calculated
from plugin.store.schema import TABLES
from tests.fakes.store import save

T0 = date(2026, 1, 1)


def day(number: int) -> date:
    return T0 + timedelta(days=number)


def member_with_goal(conn: Connection, name: str = "Sample Member 1", **more: Any) -> tuple[UUID, UUID, UUID]:
    """A member, its goal, and the goal's first milestone."""
    member = save(conn, "member", name=name, joined_on=T0, **more)
    goal = save(conn, "desired_outcome", member=member, starts_on=T0, due_on=day(365), confirmed_on=T0)
    offer = save(conn, "expansion_offer", name="More seats", kind="seats", yearly_value=Decimal("1000.00"), active=True)
    first = save(
        conn, "milestone", desired_outcome=goal, type="functional", name="First CE credit", due_on=day(30),
        expansion_offer=offer, advocacy_ask="Review", advocacy_level=1,
    )  # fmt: skip
    save(conn, "milestone", desired_outcome=goal, type="strategic", name="Certification audit", due_on=day(200))
    return member, goal, first


def functional(members: list[Member]) -> Milestone:
    (milestone,) = (row for row in members[0].outcomes[0].milestones if row.type == "functional")
    return milestone


def snapshots(conn: Connection) -> list[tuple[date, str]]:
    table = TABLES["vector_snapshot"]
    return [(row.taken_on, row.status) for row in conn.execute(sa.select(table).order_by(table.c.taken_on))]


def test_a_member_gets_score_flags_and_sentence(conn: Connection) -> None:
    member, _, first = member_with_goal(conn)
    save(conn, "milestone", first, achieved_on=day(25))
    assert rescore(conn, [member], day(40)).members == [member]
    fields = load_calculated(conn, [member])[member]
    assert (fields["vector_status"], fields["score"], fields["progress"]) == ("on_course", 76.0, 0.2)
    assert (fields["expansion_flag"], fields["expansion_value"]) == ("ready", Decimal("1000.00"))
    assert (fields["advocacy_flag"], fields["advocacy_ask"]) == ("ready", "Review")
    assert fields["explanation"] == "On course: 'First CE credit' achieved on 26 Jan."
    assert (fields["next_milestone"], fields["next_milestone_due"]) == ("Certification audit", day(200))


def test_scoring_again_changes_nothing(conn: Connection) -> None:
    member, _, _ = member_with_goal(conn)
    assert rescore(conn, [member], day(3)).members == [member]
    again = rescore(conn, [member], day(3))
    assert (again.members, again.snapshots) == ([], [])


def test_small_moves_add_up_until_they_are_worth_writing(conn: Connection) -> None:
    member, _, first = member_with_goal(conn)
    save(conn, "milestone", first, achieved_on=day(25))
    rescore(conn, [member], day(115))
    written = [on for on in range(116, 136) if rescore(conn, [member], day(on)).members]
    assert written
    gaps = [later - earlier for earlier, later in pairwise(written)]
    assert min(gaps, default=2) > 1


def test_a_snapshot_marks_a_changed_course_and_the_end_of_a_month(conn: Connection) -> None:
    member, _, first = member_with_goal(conn)
    rescore(conn, [member], day(3))
    rescore(conn, [member], day(4))
    rescore(conn, [member], date(2026, 1, 31))
    rescore(conn, [member], date(2026, 2, 3))
    save(conn, "milestone", first, achieved_on=date(2026, 2, 3))
    rescore(conn, [member], date(2026, 2, 3))
    assert snapshots(conn) == [
        (day(3), "holding"),
        (date(2026, 1, 31), "grace"),
        (date(2026, 2, 3), "on_course"),
    ]


def test_a_member_that_never_had_a_goal_leaves_no_snapshot(conn: Connection) -> None:
    member = save(conn, "member", name="Sample Member 2", joined_on=T0)
    outcome = rescore(conn, [member], day(3))
    assert (outcome.members, outcome.snapshots) == ([member], [])
    assert load_calculated(conn, [member])[member]["status_reason"] == "no active outcome"


def test_a_moved_due_date_keeps_the_promise_and_counts_from_its_day_in_the_time_zone(conn: Connection) -> None:
    member, _, first = member_with_goal(conn)
    save(conn, "milestone", first, at=datetime(2026, 2, 11, 3, tzinfo=UTC), due_on=day(90))
    milestone = functional(facts(conn, [member], day(60), "America/Los_Angeles"))
    assert milestone.due_on == day(30)
    assert [(redating.on, redating.due_on) for redating in milestone.redated] == [(date(2026, 2, 10), day(90))]
    assert milestone.due_as_of(date(2026, 2, 9)) == day(30)


def test_a_first_promise_told_by_the_crm_goes_before_what_we_saw_first(conn: Connection) -> None:
    member, _, first = member_with_goal(conn)
    save(conn, "milestone", first, first_due_on=day(10))
    milestone = functional(facts(conn, [member], day(60), "UTC"))
    assert (milestone.due_on, milestone.due_as_of(day(60))) == (day(10), day(30))


def test_only_agreed_accountabilities_count(conn: Connection) -> None:
    member, goal, first = member_with_goal(conn)
    common = {"desired_outcome": goal, "milestone": first, "party": "together", "due_on": day(20)}
    save(conn, "accountability", name="Kick-off", agreed_on=day(10), **common)
    save(conn, "accountability", name="Proposed", **common)
    (outcome,) = facts(conn, [member], day(15))[0].outcomes
    assert [action.name for action in outcome.accountabilities] == ["Kick-off"]
    assert facts(conn, [member], day(9))[0].outcomes[0].accountabilities == ()


def test_readings_and_assessments_reach_their_owners(conn: Connection) -> None:
    member, goal, first = member_with_goal(conn)
    save(conn, "milestone", first, metric_baseline=0.0, metric_target=10.0)
    condition = save(conn, "requirement", desired_outcome=goal, kind="condition", description="ARR", essential=True)
    element = save(conn, "requirement", desired_outcome=goal, kind="experience", description="in person")
    save(conn, "reading", desired_outcome=goal, milestone=first, read_on=day(5), value=4.0)
    save(conn, "reading", desired_outcome=goal, requirement=condition, read_on=day(6), state="met")
    save(conn, "reading", desired_outcome=goal, requirement=element, read_on=day(7), state="breached")
    rescore(conn, [member], day(10))
    fields = load_calculated(conn, [member])[member]
    assert fields["progress"] == pytest.approx(0.08)
    assert fields["known_requirements"] == 1.0
    assert "the way there is not as agreed: 'in person' since 8 Jan" in fields["explanation"]


def test_the_end_of_membership_closes_the_goals(conn: Connection) -> None:
    member, _, _ = member_with_goal(conn, ended_on=day(20))
    rescore(conn, [member], day(20))
    assert load_calculated(conn, [member])[member]["vector_status"] == "no_goal"


@pytest.mark.parametrize("lacking", ["starts_on", "due_on"])
def test_a_goal_without_its_time_frame_is_not_scored(conn: Connection, lacking: str) -> None:
    member, goal, _ = member_with_goal(conn)
    save(conn, "desired_outcome", goal, **{lacking: None})
    rescore(conn, [member], day(20))
    assert load_calculated(conn, [member])[member]["status_reason"] == "time frame missing"


def test_half_filled_rows_are_left_out_and_nothing_breaks(conn: Connection) -> None:
    member, goal, first = member_with_goal(conn)
    save(conn, "milestone", desired_outcome=goal)
    save(conn, "milestone", first, weight=0.0, metric_baseline=5.0, metric_target=5.0, carried_credit=3.0)
    save(conn, "accountability", desired_outcome=goal, agreed_on=T0, due_on=T0, party="together")
    save(conn, "reading", desired_outcome=goal)
    save(conn, "requirement", desired_outcome=goal)
    deleted = save(conn, "milestone", desired_outcome=goal, type="operational", due_on=day(2))
    records.delete(conn, "milestone", deleted, Origin("Ann", "crm", datetime.now(UTC), datetime.now(UTC)))
    (outcome,) = facts(conn, [member], day(20))[0].outcomes
    assert len(outcome.milestones) == 2
    assert rescore(conn, [member], day(20)).members == [member]


def test_what_was_deleted_or_never_there_is_not_scored(conn: Connection) -> None:
    member, _, _ = member_with_goal(conn)
    records.delete(conn, "member", member, Origin("Ann", "crm", datetime.now(UTC), datetime.now(UTC)))
    assert rescore(conn, [member, UUID(int=7)], day(20)).members == []


def test_a_hundred_members_cost_as_many_queries_as_one(conn: Connection) -> None:
    ids = [member_with_goal(conn, f"Member {i}")[0] for i in range(20)]
    asked: list[str] = []
    sa.event.listen(conn, "before_cursor_execute", lambda *args: asked.append(args[2]))
    rescore(conn, ids[:1], day(3))
    one = len(asked)
    rescore(conn, ids[1:], day(3))
    assert len(asked) - one <= one


def test_a_milestone_without_a_date_falls_due_with_the_goal(conn: Connection) -> None:
    member, goal, _ = member_with_goal(conn)
    save(conn, "milestone", desired_outcome=goal, type="operational", name="Undated")
    (milestone,) = (row for row in facts(conn, [member], day(3))[0].outcomes[0].milestones if row.name == "Undated")
    assert milestone.due_on == day(365)
