"""What happened to a member, and forgetting one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from plugin.errors import UserError
from plugin.store import braked, dead_letters, decisions, due, links, records, results, unmatched
from plugin.store.links import Link
from plugin.store.records import Origin
from plugin.store.results import Result
from plugin.store.schema import handovers, metadata, persona_answers
from plugin.store.unmatched import Ambiguous

MARK = "forget-me"
SYSTEM_ID = "001000000000017AAA"
SPRING = datetime(2026, 3, 2, 12, tzinfo=UTC)
SUMMER = datetime(2026, 6, 2, 12, tzinfo=UTC)


def origin(at: datetime, who: str = "Sample Manager") -> Origin:
    return Origin(who=who, source="salesforce", happened_at=at, known_at=at + timedelta(days=1))


@pytest.fixture
def member(engine: Engine) -> UUID:
    return _member(engine, f"Sample Member 017 {MARK}", SYSTEM_ID)


@pytest.fixture
def other(engine: Engine) -> UUID:
    """Another member, with as much as the first."""
    return _member(engine, "Sample Member 018", "001000000000018AAA")


def _member(engine: Engine, name: str, external_id: str) -> UUID:
    with engine.begin() as conn:
        one = records.save(conn, "member", None, {"name": name}, origin(SPRING))
        goal = {"member": one, "objective": f"what {name} wants"}
        outcome = records.save(conn, "desired_outcome", None, goal, origin(SPRING))
        step = {"desired_outcome": outcome, "name": f"step of {name}", "type": "functional"}
        milestone = records.save(conn, "milestone", None, step, origin(SPRING))
        records.save(conn, "milestone", milestone, {"achieved_on": date(2026, 6, 1)}, origin(SUMMER))
        records.save_calculated(conn, {one: {"next_step": f"call {name}"}})
        link = Link("salesforce", "Account", external_id, "member", one, shadow={"Name": name}, written={"x": name})
        links.insert(conn, link)
        due.mark(conn, "push", "salesforce", "milestone", [str(milestone)])
        answers = {
            "member_id": one,
            "answered_on": date(2026, 3, 2),
            "answers": {"what": name},
            "why": name,
            "who": "x",
        }
        conn.execute(sa.insert(persona_answers).values(answers))
        note = {"member_id": one, "change_id": hash(name) % 10**9, "changed_on": date(2026, 3, 2), "note": {"x": name}}
        conn.execute(sa.insert(handovers).values({**note, "from_owner": "a", "to_owner": "b"}))
        _kept_beside(conn, one, name, external_id)
        return one


def _kept_beside(conn: sa.Connection, one: UUID, name: str, external_id: str) -> None:
    """What people decided on the member, what was found of it, and where it may be in another system."""
    decisions.add(
        conn, "settle", "salesforce", "x", name, SPRING, entity="member", record_id=one, after={"value": name}
    )
    dead_letters.drop(conn, _given_up(conn, name, external_id), "x", f"{name} is fine", SPRING)
    _given_up(conn, name, external_id)
    braked.note(conn, "salesforce", "overwrite", "member", {one}, "waiting", SPRING)
    results.add(conn, [Result("coverage", SPRING.date(), str(one), name, {"name": name}, one)])
    unmatched.keep(
        conn, "another", "Account", "member", {f"B{external_id}": Ambiguous({"name": name}, (one,), "?")}, SPRING
    )


def _given_up(conn: sa.Connection, name: str, external_id: str) -> int:
    due.mark(conn, "fetch", "salesforce", "Account", [external_id])
    [row] = [row for row in due.take(conn, "fetch", "salesforce", 9, datetime.now(UTC)) if row.record_id == external_id]
    dead_letters.bury(conn, row, f"{name}: no", f"look at {name}", "NO")
    return dead_letters.newest(conn, 1)[0].id


def left_in_the_crm(engine: Engine, state: str) -> None:
    with engine.begin() as conn:
        [link] = links.by_external(conn, "salesforce", [SYSTEM_ID]).values()
        links.update(conn, replace(link, state=state))


def tables_that_hold(engine: Engine, *texts: str) -> set[str]:
    """Return the names of all tables with a row in which one of these texts stands, anywhere."""
    with engine.connect() as conn:
        return {
            name
            for name in metadata.tables
            for text in texts
            if conn.execute(sa.text(f"SELECT count(*) FROM {name} AS r WHERE r::text LIKE '%{text}%'")).scalar()
        }


@pytest.mark.parametrize("called", ["{id}", SYSTEM_ID, SYSTEM_ID[:15], f"sample member 017 {MARK}"])
def test_history_tells_who_changed_what_from_what_to_what_and_when(run, member: UUID, other: UUID, called: str):
    told = json.loads(run("history", called.format(id=member), "--json", "--since", "2026-06-01").stdout)
    [change] = told
    assert (change["entity"], change["field"], change["old"], change["new"]) == (
        "milestone",
        "achieved_on",
        None,
        "2026-06-01",
    )
    assert (change["who"], change["source"]) == ("Sample Manager", "salesforce")
    assert change["happened_at"].startswith("2026-06-02 12:00")
    assert change["known_at"].startswith("2026-06-03 12:00")
    said = run("history", called.format(id=member), "--since", "2026-06-01").stdout
    assert "(nothing) -> 2026-06-01" in said
    assert "by Sample Manager through salesforce, known 2026-06-03 12:00:00" in said


def test_history_holds_the_member_and_all_that_is_its_own(run, member: UUID, other: UUID):
    told = json.loads(run("history", str(member), "--json").stdout)
    assert {change["entity"] for change in told} == {"member", "desired_outcome", "milestone"}
    assert "Sample Member 018" not in json.dumps(told)
    assert "achieved_on" in run("history", str(member), "--field", "achieved_on").stdout
    assert "Nothing like that has changed" in run("history", str(member), "--field", "weight").stdout
    assert "Did you mean achieved_on?" in str(run("history", str(member), "--field", "achieved").exception)


def test_a_member_that_nobody_is_called_or_several_are_is_asked_about(run, engine: Engine, member: UUID):
    assert "No member is called 'nobody'" in str(run("history", "nobody").exception)
    with engine.begin() as conn:
        records.save(conn, "member", None, {"name": f"Sample Member 017 {MARK}"}, origin(SPRING))
    assert "2 members are called" in str(run("history", f"Sample Member 017 {MARK}").exception)


def test_erasing_leaves_nothing_of_the_member_anywhere(run, engine: Engine, member: UUID, other: UUID):
    texts = (MARK, SYSTEM_ID)
    before = tables_that_hold(engine, *texts)
    told = {"history", "links", "dead_letters", "decisions", "unmatched", "persona_answers", "handovers", "results"}
    assert before >= {"member", "member_calculated", *told}
    assert tables_that_hold(engine, str(member)) >= {"braked", "results"}
    left_in_the_crm(engine, "deleted")
    done = run("erase", str(member), "--because", "asked on 2026-11-02", "--yes")
    assert done.exit_code == 0, done.exception
    assert "Erased: " in done.stdout
    assert tables_that_hold(engine, *texts) == set()
    assert tables_that_hold(engine, str(member)) == {"decisions"}
    of_the_other = json.loads(run("history", str(other), "--json").stdout)
    assert {change["entity"] for change in of_the_other} == {"member", "desired_outcome", "milestone"}
    assert tables_that_hold(engine, "Sample Member 018") == before


@pytest.mark.parametrize("state", ["active", "creating"])
def test_what_the_crm_still_has_is_not_erased_since_it_would_come_back(run, engine, member: UUID, state: str):
    left_in_the_crm(engine, state)
    before = tables_that_hold(engine, MARK)
    done = run("erase", str(member), "--because", "asked", "--yes")
    assert isinstance(done.exception, UserError)
    assert SYSTEM_ID in str(done.exception)
    assert tables_that_hold(engine, MARK) == before


def test_erasing_asks_first(run, engine: Engine, member: UUID):
    left_in_the_crm(engine, "deleted")
    assert run("erase", str(member), "--because", "asked").exit_code == 1
    assert "say why" in str(run("erase", str(member), "--because", "", "--yes").exception)
    assert "member" in tables_that_hold(engine, MARK)


def test_nothing_else_may_remove_a_record(engine: Engine, member: UUID):
    with pytest.raises(sa.exc.ProgrammingError, match="never deleted"), engine.begin() as conn:
        conn.execute(sa.text("DELETE FROM member"))
