"""Records and their history."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from plugin.domain.entities import ENTITIES
from plugin.errors import UserError
from plugin.store import history, records
from plugin.store.records import Origin

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def origin(happened_at: datetime = MONDAY, known_at: datetime | None = None, who: str = "Ann") -> Origin:
    return Origin(who=who, source="crm", happened_at=happened_at, known_at=known_at or happened_at)


def test_only_the_given_fields_are_written(conn: Connection) -> None:
    member = records.save(conn, "member", None, {"name": "Acme", "joined_on": date(2020, 1, 1)}, origin())
    records.save(conn, "member", member, {"name": "Sample Ltd", "owner": None}, origin())
    stored = records.load(conn, "member", [member])[member]
    assert (stored["name"], stored["joined_on"], stored["owner"]) == ("Sample Ltd", date(2020, 1, 1), None)


def test_every_kind_of_field_comes_back_as_it_was_written(conn: Connection) -> None:
    offer = {"name": "Seats", "kind": "seats", "yearly_value": Decimal("1234567890123456.78"), "active": False}
    milestone = {
        "desired_outcome": uuid4(),
        "due_on": date(2026, 12, 31),
        "weight": 0.1,
        "advocacy_level": 3,
        "name": "100 % \"done\" — 'ja'\n",
    }
    for entity, values in (("expansion_offer", offer), ("milestone", milestone)):
        record_id = records.save(conn, entity, None, values, origin())
        stored = records.load(conn, entity, [record_id])[record_id]
        told = history.facts(conn, entity, MONDAY, MONDAY)[record_id]
        assert {name: stored[name] for name in values} == values
        assert told == values


def test_every_entity_keeps_history(conn: Connection) -> None:
    for entity in ENTITIES:
        record_id = records.save(conn, entity, None, {}, origin())
        records.delete(conn, entity, record_id, origin())
        assert [change.field for change in history.changes(conn, entity, record_id)] == ["deleted_at"]


def test_many_records_of_different_fields_are_written_in_order(conn: Connection) -> None:
    first = records.save(conn, "member", None, {"name": "first"}, origin())
    ids = records.save_many(
        conn,
        "member",
        [
            (None, {"name": "second"}, origin(who="Bob")),
            (first, {"owner": "Cleo"}, origin(who="Cleo")),
            (None, {"name": "third", "owner": "Dan"}, origin(who="Dan")),
        ],
    )
    stored = records.load(conn, "member", ids)
    assert [(stored[i]["name"], stored[i]["owner"]) for i in ids] == [
        ("second", None),
        ("first", "Cleo"),
        ("third", "Dan"),
    ]
    assert [history.changes(conn, "member", i)[-1].who for i in ids] == ["Bob", "Cleo", "Dan"]


def test_a_field_we_do_not_have_is_refused_with_the_nearest_name(conn: Connection) -> None:
    with pytest.raises(UserError, match=r"'joined_at'.*Did you mean 'joined_on'"):
        records.save(conn, "member", None, {"joined_at": None}, origin())
    with pytest.raises(UserError, match=r"no entity 'members'.*'member'"):
        records.load(conn, "members", [])
    with pytest.raises(UserError, match="score"):
        records.save(conn, "member", None, {"score": 1.0}, origin())


def test_a_record_that_does_not_exist_cannot_be_changed(conn: Connection) -> None:
    with pytest.raises(LookupError, match="member"):
        records.save(conn, "member", uuid4(), {"name": "nobody"}, origin())


def test_an_origin_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="known_at has no time zone"):
        Origin("Ann", "crm", MONDAY, datetime(2026, 3, 2))  # noqa: DTZ001


def test_an_unchanged_value_leaves_no_trace(engine: Engine) -> None:
    with engine.begin() as conn:
        member = records.save(conn, "member", None, {"name": "Acme"}, origin())
        before = records.load(conn, "member", [member])
    with engine.begin() as conn:
        records.save(conn, "member", member, {"name": "Acme"}, origin())
        assert records.load(conn, "member", [member]) == before
        assert len(history.changes(conn, "member", member)) == 1
        records.save(conn, "member", member, {"name": "Other"}, origin())
        assert records.load(conn, "member", [member])[member]["updated_at"] > before[member]["updated_at"]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO member (id, name) VALUES (gen_random_uuid(), 'stranger')",
        "UPDATE member SET name = 'stranger'",
    ],
)
def test_a_write_without_an_origin_fails(conn: Connection, statement: str) -> None:
    # The origin of the write before, in the same transaction, is not the origin of this one.
    records.save(conn, "member", None, {"name": "Acme"}, origin())
    with pytest.raises(DBAPIError, match="a write to member has no origin"), conn.begin_nested():
        conn.exec_driver_sql(statement)


@pytest.mark.parametrize("statement", ["DELETE FROM member", "TRUNCATE member"])
def test_a_record_is_never_removed(conn: Connection, statement: str) -> None:
    with pytest.raises(DBAPIError, match="tombstone"), conn.begin_nested():
        conn.exec_driver_sql(statement)


def test_a_deleted_record_keeps_its_values_and_can_come_back(conn: Connection) -> None:
    member = records.save(conn, "member", None, {"name": "Acme"}, origin())
    records.delete(conn, "member", member, origin(MONDAY + DAY, who="Bob"))
    assert records.load(conn, "member", [member])[member]["deleted_at"] == MONDAY + DAY
    assert records.load(conn, "member", [member])[member]["name"] == "Acme"
    records.undelete(conn, "member", member, origin(MONDAY + 2 * DAY, who="Cleo"))
    assert records.load(conn, "member", [member])[member]["deleted_at"] is None
    told = [(c.field, c.old, c.new, c.who) for c in history.changes(conn, "member", member)][1:]
    assert told == [("deleted_at", None, MONDAY + DAY, "Bob"), ("deleted_at", MONDAY + DAY, None, "Cleo")]
    on = [history.facts(conn, "member", MONDAY + n * DAY, MONDAY + 9 * DAY) for n in range(3)]
    assert [member in facts for facts in on] == [True, False, True]


def test_history_tells_a_value_as_of_a_date_by_what_was_known_then(conn: Connection) -> None:
    goal = records.save(conn, "desired_outcome", None, {"due_on": date(2026, 6, 1)}, origin(MONDAY))
    # Moved on Tuesday, and we only heard of it on Friday.
    records.save(conn, "desired_outcome", goal, {"due_on": date(2026, 9, 1)}, origin(MONDAY + DAY, MONDAY + 4 * DAY))

    def due_on(as_of: datetime, known_by: datetime) -> date | None:
        facts = history.facts(conn, "desired_outcome", as_of, known_by, [goal])
        value = facts.get(goal, {}).get("due_on")
        assert value is None or isinstance(value, date)
        return value

    assert due_on(MONDAY - DAY, MONDAY + 9 * DAY) is None
    assert due_on(MONDAY, MONDAY + 9 * DAY) == date(2026, 6, 1)
    assert due_on(MONDAY + 2 * DAY, MONDAY + 2 * DAY) == date(2026, 6, 1)
    assert due_on(MONDAY + 2 * DAY, MONDAY + 4 * DAY) == date(2026, 9, 1)


def test_a_cleared_field_is_no_longer_a_fact(conn: Connection) -> None:
    member = records.save(conn, "member", None, {"name": "Acme", "owner": "Ann"}, origin())
    records.save(conn, "member", member, {"owner": None}, origin(MONDAY + DAY))
    assert history.facts(conn, "member", MONDAY, MONDAY + DAY)[member] == {"name": "Acme", "owner": "Ann"}
    assert history.facts(conn, "member", MONDAY + DAY, MONDAY + DAY)[member] == {"name": "Acme"}


def test_the_last_change_of_a_field_tells_who_gave_it_its_value(conn: Connection) -> None:
    member = records.save(conn, "member", None, {"name": "Acme", "owner": "Ann"}, origin())
    records.save(conn, "member", member, {"owner": "Bob"}, origin(MONDAY + DAY, who="Bob"))
    last = history.last_changes(conn, "member", [member])[member]
    assert {field: (change.old, change.new, change.who) for field, change in last.items()} == {
        "name": (None, "Acme", "Ann"),
        "owner": ("Ann", "Bob", "Bob"),
    }


def test_what_is_rolled_back_was_never_history(engine: Engine) -> None:
    with engine.connect() as conn:
        member = records.save(conn, "member", None, {"name": "Acme"}, origin())
        conn.rollback()
        assert history.changes(conn, "member", member) == []


def test_locks_are_taken_in_id_order_whatever_order_was_asked(engine: Engine) -> None:
    low, high = UUID(int=1), UUID(int=2)
    with engine.begin() as conn:
        for record_id in (high, low):
            records.insert_as(conn, "member", record_id, {"name": "Acme"}, origin())
    with engine.connect() as one, engine.connect() as other:
        assert list(records.load(one, "member", [high, low], for_update=True)) == [low, high]
        other.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(DBAPIError, match="lock timeout"):
            records.load(other, "member", [high], for_update=True)


def test_calculated_fields_are_replaced_and_leave_no_history(conn: Connection) -> None:
    member = records.save(conn, "member", None, {"name": "Acme"}, origin())
    records.save_calculated(conn, {member: {"score": 71.5, "vector_status": "on_course"}})
    records.save_calculated(conn, {member: {"score": 72.5}})
    stored = records.load_calculated(conn, [member, uuid4()])
    assert [(row["score"], row["vector_status"]) for row in stored.values()] == [(72.5, None)]
    assert [change.field for change in history.changes(conn, "member", member)] == ["name"]
    with pytest.raises(UserError, match=r"'scor'.*'score'"):
        records.save_calculated(conn, {member: {"scor": 1.0}})
