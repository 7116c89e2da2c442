"""Links, systems and locks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from connectors.base import Cursor, OrgIdentity, Usage
from plugin.errors import WrongOrg
from plugin.store import links, systems
from plugin.store.links import Link
from plugin.store.locks import lane_lock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORG = OrgIdentity("00D1", "Sample Association", "America/New_York", False, "0051", "sync@acme.example")


def link(external_id: str | None, number: int = 1, system: str = "crm") -> Link:
    return Link(system, "Account", external_id, "member", UUID(int=number))


def test_a_link_comes_back_as_it_was_stored(conn: Connection) -> None:
    full = replace(
        link("001"),
        shadow={"Name": "Acme", "Size": 3, "Score": 1.5, "Active": True, "Owner": None},
        sent={"Name": "Sample Ltd"},
        sent_at=NOON,
        push_ended_at=NOON,
        written={"Score": 71.5},
        stamp=NOON,
        modified_at=NOON,
        quarantined={"Size": "goes back and forth"},
    )
    stored = links.insert(conn, full)
    assert stored == replace(full, id=stored.id)
    assert links.by_external(conn, "crm", ["001", "002"]) == {"001": stored}
    assert links.by_record(conn, "crm", "member", [UUID(int=1)]) == {UUID(int=1): [stored]}


def test_nothing_sent_is_not_the_same_as_an_empty_write(conn: Connection) -> None:
    nothing, empty = links.insert_many(conn, [link("001"), replace(link("002"), sent={})])
    found = links.by_external(conn, "crm", ["001", "002"])
    assert (found["001"], found["002"]) == (nothing, empty)
    assert (found["001"].sent, found["002"].sent) == (None, {})


def test_updated_links_hold_exactly_what_was_given(conn: Connection) -> None:
    one, other = links.insert_many(conn, [link("001"), link("002", 2)])
    changed = replace(one, sent={"Name": "x"}, stamp=NOON)
    suspended = replace(other, state="suspended")
    links.update_many(conn, [suspended, changed])
    assert links.by_external(conn, "crm", ["001", "002"]) == {"001": changed, "002": suspended}
    links.update(conn, replace(changed, sent=None))
    assert links.by_external(conn, "crm", ["001"])["001"].sent is None


def test_a_link_that_was_never_stored_cannot_be_updated(conn: Connection) -> None:
    with pytest.raises(LookupError, match="insert them first"):
        links.update(conn, link("001"))


def test_one_record_of_a_system_has_one_link(conn: Connection) -> None:
    links.insert_many(conn, [link("001"), link("001", system="ams")])
    with pytest.raises(IntegrityError), conn.begin_nested():
        links.insert(conn, link("001", 2))


def test_links_of_one_record_are_found_in_every_system(conn: Connection) -> None:
    stored = links.insert_many(conn, [link("001"), link("9", system="ams"), link("002", 2)])
    assert links.by_record(conn, None, "member", [UUID(int=1)]) == {UUID(int=1): stored[:2]}
    assert links.by_record(conn, "ams", "member", [UUID(int=1)]) == {UUID(int=1): stored[1:2]}
    assert links.by_record(conn, "crm", "milestone", [UUID(int=1)]) == {}


def test_a_system_is_pinned_to_the_first_org_it_answers_as(conn: Connection) -> None:
    assert systems.get(conn, "crm") is None
    assert systems.pin(conn, "crm", ORG).org_id == "00D1"
    assert systems.org_id(conn, "crm") == "00D1"
    with pytest.raises(WrongOrg, match=r"Sandbox \(00D2\).*belongs to Sample Association \(00D1\)"):
        systems.pin(conn, "crm", replace(ORG, org_id="00D2", name="Sandbox"))
    assert [system.org_id for system in systems.all_systems(conn)] == ["00D1"]


def test_the_time_zone_follows_the_org(conn: Connection) -> None:
    systems.pin(conn, "crm", ORG)
    assert systems.pin(conn, "crm", replace(ORG, time_zone="Europe/Rome")).time_zone == "Europe/Rome"


def test_the_first_sync_is_complete_once(conn: Connection) -> None:
    systems.pin(conn, "crm", ORG)
    systems.complete_first_sync(conn, "crm", NOON)
    systems.complete_first_sync(conn, "crm", NOON + timedelta(days=1))
    system = systems.get(conn, "crm")
    assert system is not None
    assert system.first_sync_completed_at == NOON


def test_a_cursor_never_moves_back(conn: Connection) -> None:
    assert systems.cursor(conn, "crm", "Account") is None
    for cursor in (Cursor(NOON, "002"), Cursor(NOON, "001"), Cursor(NOON - timedelta(seconds=1), "009")):
        systems.move_cursor(conn, "crm", "Account", cursor)
        assert systems.cursor(conn, "crm", "Account") == Cursor(NOON, "002")
    systems.move_cursor(conn, "crm", "Account", Cursor(NOON, "003"))
    assert systems.cursor(conn, "crm", "Account") == Cursor(NOON, "003")
    assert systems.cursor(conn, "crm", "Contact") is None


def test_usage_is_what_the_system_last_told(conn: Connection) -> None:
    systems.pin(conn, "crm", ORG)
    systems.record_usage(conn, "crm", Usage(used=120, limit=15000, calls=3), NOON)
    systems.record_usage(conn, "crm", Usage(used=None, limit=None, calls=4), NOON + timedelta(hours=1))
    system = systems.get(conn, "crm")
    assert system is not None
    assert (system.calls_used, system.calls_limit, system.usage_at) == (120, 15000, NOON)


def test_only_one_holds_a_lane_and_leaving_it_lets_the_next_in(engine: Engine) -> None:
    with lane_lock(engine, "crm") as first, lane_lock(engine, "crm") as second, lane_lock(engine, "ams") as other:
        assert (first, second, other) == (True, False, True)
    with lane_lock(engine, "crm") as again:
        assert again


def test_a_lane_is_free_again_when_its_holder_fails(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), lane_lock(engine, "crm"):
        raise ZeroDivisionError
    with lane_lock(engine, "crm") as again:
        assert again


def test_a_lane_is_free_at_once_however_long_the_session_takes_to_end(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lingering: list[Connection] = []

    def linger(connection: Connection) -> None:
        lingering.append(connection)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "close", linger)
        with lane_lock(engine, "crm") as first:
            assert first
    with lane_lock(engine, "crm") as again:
        assert again
    assert len(lingering) == 1
    lingering[0].close()
