"""The due set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from plugin.store import due

SOON = timedelta(seconds=5)


def now() -> datetime:
    return datetime.now(UTC)


def taken(engine: Engine, at: datetime | None = None, limit: int = 100) -> list[due.Due]:
    with engine.connect() as conn:
        return due.take(conn, "fetch", "crm", limit, at or now() + SOON)


def mark(engine: Engine, *ids: str, **more: object) -> None:
    with engine.begin() as conn:
        due.mark(conn, "fetch", "crm", "Account", ids, **more)  # type: ignore[arg-type]


def test_marking_twice_is_marking_once_with_a_newer_mark(engine: Engine) -> None:
    mark(engine, "a", "a")
    first = taken(engine)
    mark(engine, "a")
    second = taken(engine)
    assert [row.record_id for row in second] == ["a"]
    assert second[0].mark > first[0].mark


def test_what_is_finished_is_no_longer_due(engine: Engine) -> None:
    mark(engine, "a", "b")
    rows = taken(engine)
    with engine.begin() as conn:
        assert due.finish(conn, rows[:1]) == 1
    assert [row.record_id for row in taken(engine)] == [rows[1].record_id]


def test_a_row_marked_again_while_it_was_worked_on_stays_due(engine: Engine) -> None:
    mark(engine, "a")
    rows = taken(engine)
    mark(engine, "a")
    with engine.begin() as conn:
        assert due.finish(conn, rows) == 0
    assert len(taken(engine)) == 1


def test_a_mark_that_waits_for_a_finish_is_not_lost(engine: Engine) -> None:
    mark(engine, "a")
    rows = taken(engine)
    with engine.connect() as finishing, engine.connect() as marking:
        due.finish(finishing, rows)
        marking.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(Exception, match="lock timeout"):
            due.mark(marking, "fetch", "crm", "Account", ["a"])
        finishing.commit()
        marking.rollback()
        due.mark(marking, "fetch", "crm", "Account", ["a"])
        marking.commit()
    assert len(taken(engine)) == 1


def test_a_crash_between_mark_and_finish_leaves_the_row_due(engine: Engine) -> None:
    mark(engine, "a")
    rows = taken(engine)
    with engine.connect() as conn:
        due.finish(conn, rows)
        due.mark(conn, "score", "", "member", ["m"])
        conn.invalidate()
    assert taken(engine) == rows
    with engine.connect() as conn:
        assert due.counts(conn) == {("crm", "fetch"): 1}
