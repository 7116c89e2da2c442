"""Applying a plan: whom it is for, what it makes, and what follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.standing import standings
from plugin.plans.apply import apply, without_outcome
from plugin.plans.learn import learned
from plugin.plans.load import load
from plugin.scoring import facts
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES
from tests.fakes.marks import Noted
from tests.fakes.store import save as save_at

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
save = partial(save_at, at=AT)
TODAY = date(2026, 5, 4)
PLAN = load("member_company")


def rows(conn: Connection, entity: str) -> list[Any]:
    return list(conn.execute(sa.select(TABLES[entity])))


def test_only_members_without_an_open_goal_are_found(conn: Connection) -> None:
    free = save(conn, "member", name="Free")
    closed = save(conn, "member", name="Closed")
    save(conn, "desired_outcome", member=closed, closed_on=TODAY)
    busy = save(conn, "member", name="Busy")
    save(conn, "desired_outcome", member=busy)
    save(conn, "member", name="Gone", ended_on=TODAY)
    deleted = save(conn, "member", name="Deleted")
    records.delete(conn, "member", deleted, Origin("Ann", "crm", AT, AT))
    assert without_outcome(conn, TODAY) == {closed: "Closed", free: "Free"}
    assert without_outcome(conn, TODAY, free) == {free: "Free"}
    assert without_outcome(conn, TODAY, busy) == {}


def test_a_plan_becomes_an_assumed_goal_with_all_that_belongs_to_it(conn: Connection) -> None:
    member = save(conn, "member", name="Free", joined_on=TODAY)
    marks = Noted()
    applied = apply(conn, marks, PLAN, [member], TODAY, AT)
    assert applied.members == (member,)
    (outcome,) = rows(conn, "desired_outcome")
    assert (outcome.member, outcome.template, outcome.confirmed_on) == (member, "member_company", None)
    assert (outcome.starts_on, outcome.due_on) == (TODAY, TODAY + timedelta(days=365))
    milestones = {row.name: row for row in rows(conn, "milestone")}
    assert len(milestones) == len(PLAN.milestones)
    assert all(row.first_due_on == row.due_on for row in milestones.values())
    assert milestones["Certification audit passed"].due_on == TODAY + timedelta(days=220)
    actions = rows(conn, "accountability")
    assert len(actions) == len(PLAN.accountabilities)
    assert {row.agreed_on for row in actions} == {None}
    assert {row.milestone for row in actions} == {row.id for row in milestones.values()}
    assert len(rows(conn, "requirement")) == len(PLAN.requirements)
    assert marks.scores == {"member": {member}}
    assert marks.pushes == {
        entity: {row.id for row in rows(conn, entity)}
        for entity in ("desired_outcome", "requirement", "milestone", "accountability")
    }


def test_offers_are_found_by_name_and_missing_ones_are_told(conn: Connection) -> None:
    seats = save(conn, "expansion_offer", name="training SEATS", yearly_value=Decimal("10.00"), active=True)
    member = save(conn, "member", name="Free")
    applied = apply(conn, Noted(), PLAN, [member], TODAY, AT)
    offered = {row.name: row.expansion_offer for row in rows(conn, "milestone") if row.expansion_offer}
    assert offered == {"Two people trained as internal auditors": seats}
    assert applied.unknown_offers == ("Benchmarking subscription", "Adjacent site membership")


def test_applying_twice_is_applying_once(conn: Connection) -> None:
    member = save(conn, "member", name="Free")
    apply(conn, Noted(), PLAN, [member], TODAY, AT)
    marks = Noted()
    assert apply(conn, marks, PLAN, [member], TODAY, AT).members == ()
    assert len(rows(conn, "desired_outcome")) == 1
    assert not any(marks.pushes.values())


def test_a_fresh_plan_scores_fifty_holds_and_makes_no_offer(conn: Connection) -> None:
    save(conn, "expansion_offer", name="Training seats", kind="seats", yearly_value=Decimal("10.00"), active=True)
    member = save(conn, "member", name="Free", joined_on=TODAY)
    apply(conn, Noted(), PLAN, [member], TODAY, AT)
    (standing,) = standings(facts(conn, [member], TODAY, "UTC"), TODAY)
    assert (standing.vector.status, standing.vector.score) == ("holding", 50.0)
    assert (standing.expansion.flag, standing.expansion.reason) == (
        "wait",
        "the goal is assumed until the member confirms it",
    )


def test_the_history_names_the_plan_as_the_source(conn: Connection) -> None:
    member = save(conn, "member", name="Free")
    apply(conn, Noted(), PLAN, [member], TODAY, AT)
    sources = conn.scalars(sa.text("SELECT DISTINCT source FROM history WHERE entity = 'milestone'")).all()
    assert sources == ["plan template"]


def test_many_members_get_their_plans_in_parts_and_each_gets_one(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin.plans.making.AT_ONCE", 2)
    members = [save(conn, "member", name=f"Sample Member 00{number}") for number in range(5)]
    marks = Noted()
    assert set(apply(conn, marks, PLAN, members, TODAY, AT).members) == set(members)
    assert {row.member for row in rows(conn, "desired_outcome")} == set(members)
    assert len(rows(conn, "milestone")) == 5 * len(PLAN.milestones)
    assert marks.scores == {"member": set(members)}


def test_what_plans_teach_is_learned_from_what_came_of_them(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin.plans.learn.AT_ONCE", 7)
    members = [save(conn, "member", name=f"Sample Member {number:03}") for number in range(30)]
    apply(conn, Noted(), PLAN, members, TODAY, AT)
    late = TODAY + timedelta(days=30 + 14)
    for row in rows(conn, "milestone"):
        if row.name == "Self-assessment handed in":
            records.save(conn, "milestone", row.id, {"achieved_on": late}, Origin("Ann", "crm", AT, AT))
    found = {one.milestone: one for one in learned(conn, TODAY + timedelta(days=100))}
    first = found["Self-assessment handed in"]
    assert (first.planned, first.slip, first.suggested, first.reached) == (30, 14, 44, 30)
    assert {one.verdict for name, one in found.items() if name != "Self-assessment handed in"} == {"too_few"}
