"""A plan's life through the store: at joining, confirmed, re-dated, changed, lapsed, and the member's return."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.standing import Standing, standings
from plugin.errors import Problems, UserError
from plugin.plans.apply import apply
from plugin.plans.change import Agreed, change_destination
from plugin.plans.joining import apply_at_joining, fits, new_members
from plugin.plans.lapse import close_lapsed
from plugin.plans.load import load, load_all
from plugin.scoring import facts
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES
from tests.fakes.marks import Noted

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
TODAY = AT.date()
TEMPLATES = load_all()
COMPANY = load("member_company")


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def at(number: int) -> datetime:
    return AT + timedelta(days=number)


def save(conn: Connection, entity: str, record_id: UUID | None = None, on: int = 0, **values: Any) -> UUID:
    return records.save(conn, entity, record_id, values, Origin("Ann", "crm", at(on), at(on)))


def rows(conn: Connection, entity: str) -> list[Any]:
    return list(conn.execute(sa.select(TABLES[entity]).order_by(TABLES[entity].c.created_at)))


def milestones(conn: Connection, outcome: UUID) -> dict[str, Any]:
    return {row.name: row for row in rows(conn, "milestone") if row.desired_outcome == outcome}


def stands(conn: Connection, member: UUID, on: int) -> Standing:
    return standings(facts(conn, [member], day(on), "UTC"), day(on))[0]


@pytest.fixture
def member(conn: Connection) -> UUID:
    """A member on the company's plan, which it confirmed."""
    member = save(conn, "member", name="Sample Member 001", kind="organisation", joined_on=TODAY)
    apply(conn, Noted(), COMPANY, [member], TODAY, AT)
    save(conn, "desired_outcome", rows(conn, "desired_outcome")[0].id, confirmed_on=TODAY, confirmed_by="the owner")
    return member


def test_a_new_member_gets_the_plan_that_fits_once_and_assumed(conn: Connection) -> None:
    young = save(conn, "member", name="A", kind="person", joined_on=day(-2), persona="young_professional")
    company = save(conn, "member", name="B", kind="organisation", joined_on=day(-1))
    save(conn, "member", name="C", kind="organisation", joined_on=day(-40))
    save(conn, "member", name="D", kind="organisation", joined_on=day(3))
    save(conn, "member", name="E", kind="organisation", joined_on=day(-1), persona="collector")
    marks = Noted()
    applied = apply_at_joining(conn, marks, TEMPLATES, TODAY, AT)
    assert {one.plan.template.key: one.members for one in applied} == {
        "member_company": (company,), "young_professional": (young,),
    }  # fmt: skip
    assert marks.scores == {"member": {young, company}}
    assert {row.confirmed_on for row in rows(conn, "desired_outcome")} == {None}
    assert apply_at_joining(conn, Noted(), TEMPLATES, day(1), at(1)) == []
    reasons = {one.name: one.fit.why for one in fits(conn, TEMPLATES, [young, *new_members(conn, TODAY)])}
    assert reasons == {"A": "the persona is 'young professional'", "E": "no template fits: the persona is 'collector'"}


def test_a_plan_that_somebody_took_away_or_closed_does_not_come_back(conn: Connection) -> None:
    for name in ("A", "B"):
        save(conn, "member", name=name, kind="organisation", joined_on=TODAY)
    apply_at_joining(conn, Noted(), TEMPLATES, TODAY, AT)
    first, second = rows(conn, "desired_outcome")
    records.delete(conn, "desired_outcome", first.id, Origin("Ann", "crm", at(1), at(1)))
    save(conn, "desired_outcome", second.id, closed_on=day(1), closed_reason="not theirs")
    assert new_members(conn, day(2)) == []


def test_the_baseline_is_recorded_with_the_goal(conn: Connection) -> None:
    member = save(conn, "member", name="A", joined_on=TODAY)
    apply(conn, Noted(), COMPANY, [member], TODAY, AT, baseline="Certified once, in 2019.")
    assert rows(conn, "desired_outcome")[0].baseline == "Certified once, in 2019."


def test_an_offer_waits_until_the_member_confirms_the_goal(conn: Connection) -> None:
    save(conn, "expansion_offer", name="Training seats", yearly_value=Decimal("10.00"), active=True)
    member = save(conn, "member", name="A", joined_on=TODAY)
    apply(conn, Noted(), COMPANY, [member], TODAY, AT)
    (goal,) = rows(conn, "desired_outcome")
    for name in ("Self-assessment handed in", "Two people trained as internal auditors"):
        save(conn, "milestone", milestones(conn, goal.id)[name].id, achieved_on=day(20))
    assumed = stands(conn, member, 25).expansion
    assert (assumed.flag, assumed.reason) == ("wait", "the goal is assumed until the member confirms it")
    save(conn, "desired_outcome", goal.id, confirmed_on=day(24), confirmed_by="the owner")
    assert stands(conn, member, 25).expansion.flag == "ready"


def test_a_new_date_keeps_the_promise_and_never_improves_what_was(conn: Connection, member: UUID) -> None:
    (goal,) = rows(conn, "desired_outcome")
    first = milestones(conn, goal.id)["Self-assessment handed in"]
    before, late = stands(conn, member, 50).vector, stands(conn, member, 60).vector
    save(conn, "milestone", first.id, on=60, due_on=day(120))
    assert stands(conn, member, 50).vector == before
    after = stands(conn, member, 60).vector
    assert (late.status, after.status) == ("off_course", "holding")
    (kept,) = [
        one for one in facts(conn, [member], day(60), "UTC")[0].outcomes[0].milestones if one.id == str(first.id)
    ]
    assert (kept.due_on, [(one.on, one.due_on) for one in kept.redated]) == (
        day(30),
        [(TODAY, day(30)), (day(60), day(120))],
    )


def test_a_changed_destination_is_a_new_version_and_no_penalty(conn: Connection, member: UUID) -> None:
    (old,) = rows(conn, "desired_outcome")
    save(conn, "milestone", milestones(conn, old.id)["Self-assessment handed in"].id, achieved_on=day(20))
    before = stands(conn, member, 80).vector
    marks = Noted()
    agreed = Agreed("now sells to the members", "the owner", {"Entry in the buyers' guide": 1.0})
    changed = change_destination(conn, marks, member, load("supplier"), agreed, day(90), at(90))
    assert (changed.before, changed.returned) == (old.id, False)
    closed, new = sorted(rows(conn, "desired_outcome"), key=lambda row: row.starts_on)
    assert (closed.closed_on, closed.closed_reason) == (day(90), "now sells to the members")
    assert (new.supersedes, new.starts_on, new.confirmed_by) == (old.id, day(90), "the owner")
    assert new.baseline == "Reached before: Self-assessment handed in."
    assert marks.pushes["desired_outcome"] == {old.id, new.id}
    assert stands(conn, member, 80).vector == before
    fresh = stands(conn, member, 90).vector
    assert (fresh.status, fresh.explanation) == ("holding", ())
    assert fresh.progress == pytest.approx(0.05)
    assert fresh.score is not None
    assert fresh.score > 50


def test_the_end_of_the_membership_closes_goals_as_lapsed_once(conn: Connection, member: UUID) -> None:
    save(conn, "member", member, ended_on=day(100))
    assert close_lapsed(conn, Noted(), day(99), at(99)) == []
    marks = Noted()
    (closed,) = close_lapsed(conn, marks, day(103), at(103))
    row = records.load(conn, "desired_outcome", [closed])[closed]
    assert (row["closed_on"], row["closed_reason"]) == (day(100), "lapsed")
    assert (marks.pushes, set(marks.scores)) == ({"desired_outcome": {closed}}, {"desired_outcome"})
    assert close_lapsed(conn, Noted(), day(104), at(104)) == []
    assert stands(conn, member, 103).vector.status == "no_goal"


def test_a_goal_that_was_closed_before_the_end_keeps_its_own_reason(conn: Connection, member: UUID) -> None:
    (goal,) = rows(conn, "desired_outcome")
    save(conn, "desired_outcome", goal.id, closed_on=day(50), closed_reason="reached early")
    save(conn, "member", member, ended_on=day(100))
    assert close_lapsed(conn, Noted(), day(103), at(103)) == []


def test_a_member_that_returns_follows_its_lapsed_goal_with_the_credit_agreed(conn: Connection, member: UUID) -> None:
    (old,) = rows(conn, "desired_outcome")
    save(conn, "milestone", milestones(conn, old.id)["Self-assessment handed in"].id, achieved_on=day(20))
    save(conn, "member", member, ended_on=day(100))
    close_lapsed(conn, Noted(), day(100), at(100))
    save(conn, "member", member, on=200, ended_on=None)
    assert stands(conn, member, 200).vector.status == "no_goal"
    agreed = Agreed("returned", "the owner", {"Self-assessment handed in": 0.5})
    changed = change_destination(conn, Noted(), member, COMPANY, agreed, day(200), at(200))
    assert (changed.before, changed.returned) == (old.id, True)
    assert records.load(conn, "desired_outcome", [old.id])[old.id]["closed_on"] == day(100)
    vector = stands(conn, member, 200).vector
    assert (vector.status, vector.progress) == ("holding", pytest.approx(0.025))


def test_a_change_that_does_not_fit_is_refused_and_changes_nothing(conn: Connection, member: UUID) -> None:
    with pytest.raises(Problems) as caught:
        change_destination(
            conn,
            Noted(),
            member,
            COMPANY,
            Agreed("x", None, {"Self-asessment handed in": 0.5, "Quality handbook in use": 2}),
            day(9),
            at(9),
        )
    assert "Use Self-assessment handed in." in str(caught.value)
    assert "a credit of 2 can't be" in str(caught.value)
    other = save(conn, "member", name="B")
    with pytest.raises(UserError, match="no open goal, and none that lapsed"):
        change_destination(conn, Noted(), other, COMPANY, Agreed("x"), day(9), at(9))
    save(conn, "desired_outcome", member=member, name="Second")
    with pytest.raises(UserError, match="2 open goals"):
        change_destination(conn, Noted(), member, COMPANY, Agreed("x"), day(9), at(9))
    assert [row.closed_on for row in rows(conn, "desired_outcome")] == [None, None]
