"""Matching among many members: the lookup goes by an index, whatever the keys are and however many are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.base import Row
from plugin.store import key_index, records
from plugin.store.records import Origin
from plugin.sync.matching import Unknown, match
from tests.simulation.mapping import mapping

MEMBERS = 5_000
TEXTS = {"name", "owner"}
SOURCE = replace(mapping("west").source("Account"), match=("name",))


def keys_of(number: int) -> dict[str, Any]:
    joined = date(2000, 1, 1) + timedelta(days=number)
    return {"name": f"Sample Member {number}", "owner": f"Sample Owner {number}", "joined_on": joined, "staff": number}


@pytest.fixture
def many(engine: sa.Engine) -> sa.Engine:
    """Members of many names, and what the planner knows of them."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    origin = Origin("someone", "workbook", at, at)
    wanted = [(None, keys_of(number), origin) for number in range(MEMBERS)]
    with engine.begin() as conn:
        records.save_many(conn, "member", wanted)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.text("ANALYZE member"))
    return engine


@contextmanager
def explained(engine: sa.Engine) -> Iterator[list[str]]:
    """Note the plan of each query for names, with the parameters that it was run with."""
    plans: list[str] = []

    def explain(conn: Any, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if "(row_id, key_" in statement and "EXPLAIN" not in statement:
            found = conn.connection.cursor().execute(f"EXPLAIN (COSTS OFF) {statement}", parameters)
            plans.append("\n".join(line for (line,) in found.fetchall()))

    sa.event.listen(engine, "before_cursor_execute", explain)
    yield plans
    sa.event.remove(engine, "before_cursor_execute", explain)


def unknown(number: int) -> Unknown:
    key = f"001000000000{number:03d}WWW"
    name = f"  sample   MEMBER {number} "
    at = datetime(2026, 3, 1, tzinfo=UTC)
    row = Row("Account", key, {"Name": name}, at, at)
    return Unknown(row, replace(SOURCE.to_canonical({"Name": name}), fields={"name": name}))


@pytest.mark.parametrize("asked", [1, 50])
def test_names_are_looked_up_by_the_index(many: sa.Engine, asked: int):
    with explained(many) as plans, many.begin() as conn:
        found = match(conn, "west", SOURCE, [unknown(number) for number in range(1, asked + 1)])
    assert len(found.links) == asked
    [plan] = plans
    assert "member_name_alike_idx" in plan
    assert "Seq Scan on member" not in plan


def by(number: int, *keys: str) -> Unknown:
    told = keys_of(number)
    told = {key: f" {told[key]} ".upper() if key in TEXTS else told[key] for key in keys}
    return replace(unknown(number), canonical=replace(unknown(number).canonical, fields=told))


@pytest.mark.parametrize("asked", [1, 50])
@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (("owner",), "member_owner_alike_idx"),
        (("joined_on", "owner"), "member_owner_alike_idx"),
        (("joined_on", "staff"), "member_joined_on_key_idx"),
        (("staff", "name"), "member_name_alike_idx"),
    ],
)
def test_configured_keys_without_a_name_are_looked_up_by_an_index_of_their_own(
    many: sa.Engine, keys: tuple[str, ...], index: str, asked: int
):
    source = replace(SOURCE, match=keys)
    with many.begin() as conn:
        key_index.ensure(conn, "member", keys)
        key_index.ensure(conn, "member", keys)
    rows = [by(number, *keys) for number in range(1, asked + 1)]
    with explained(many) as plans, many.begin() as conn:
        found = match(conn, "west", source, rows)
    assert len(found.links) == asked
    [plan] = plans
    assert index in plan
    assert "Seq Scan on member" not in plan


def test_without_an_index_the_table_is_read_once_and_not_for_each_record(many: sa.Engine):
    source = replace(SOURCE, match=("joined_on", "staff"))
    with explained(many) as plans, many.begin() as conn:
        found = match(conn, "west", source, [by(number, "joined_on", "staff") for number in range(1, 51)])
    assert len(found.links) == 50
    [plan] = plans
    assert "Hash Join" in plan or "Merge Join" in plan
