"""Matching by name among many members: the lookup goes by an index, whatever is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.base import Row
from plugin.store import records
from plugin.store.records import Origin
from plugin.sync.matching import Unknown, match
from tests.simulation.mapping import mapping

MEMBERS = 5_000
SOURCE = replace(mapping("west").source("Account"), match=("name",))


@pytest.fixture
def many(engine: sa.Engine) -> sa.Engine:
    """Members of many names, and what the planner knows of them."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    origin = Origin("someone", "workbook", at, at)
    wanted = [(None, {"name": f"Sample Member {number}"}, origin) for number in range(MEMBERS)]
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
        if "unnest" in statement and "regexp_replace" in statement and "EXPLAIN" not in statement:
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
