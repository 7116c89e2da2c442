"""The due set."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from plugin.store import dead_letters, due

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
        assert due.counts(conn) == {("fetch", "crm", "sync"): 1}


def test_two_connections_that_mark_the_same_records_at_once_both_get_through(engine: Engine) -> None:
    ids = [str(number) for number in range(300)]

    def repeat(order: list[str]) -> None:
        for _ in range(10):
            mark(engine, *order)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(repeat, ids), pool.submit(repeat, ids[::-1])]:
            future.result(timeout=30)
    assert len(taken(engine, limit=1000)) == 300


def test_a_later_mark_never_lowers_urgency(engine: Engine) -> None:
    early, late = now() - timedelta(hours=1), now() + timedelta(hours=1)
    mark(engine, "a", lane="interactive", due_at=early, correlation="webhook")
    mark(engine, "a", lane="backfill", due_at=late)
    row = taken(engine)[0]
    assert (row.lane, row.due_at, row.correlation) == ("interactive", early, "webhook")


def test_a_later_mark_raises_urgency_and_starts_the_attempts_anew(engine: Engine) -> None:
    mark(engine, "a", lane="backfill")
    with engine.begin() as conn:
        due.postpone(conn, taken(engine)[0], now() + timedelta(days=1), "busy")
    assert taken(engine) == []
    mark(engine, "a", lane="sync")
    row = taken(engine)[0]
    assert (row.lane, row.attempts, row.error) == ("sync", 0, None)


def test_the_urgent_lane_comes_first_and_then_the_longest_due(engine: Engine) -> None:
    hour_ago = now() - timedelta(hours=1)
    mark(engine, "old backfill", lane="backfill", due_at=hour_ago - timedelta(days=1))
    mark(engine, "new sync", lane="sync")
    mark(engine, "old sync", lane="sync", due_at=hour_ago)
    mark(engine, "interactive", lane="interactive")
    expected = ["interactive", "old sync", "new sync", "old backfill"]
    assert [row.record_id for row in taken(engine)] == expected
    assert [row.record_id for row in taken(engine, limit=2)] == expected[:2]


def test_only_the_asked_stage_and_system_are_taken(engine: Engine) -> None:
    mark(engine, "a")
    with engine.begin() as conn:
        due.mark(conn, "push", "crm", "Account", ["b"])
        due.mark(conn, "fetch", "ams", "Account", ["c"])
        assert due.counts(conn) == {
            ("fetch", "crm", "sync"): 1,
            ("push", "crm", "sync"): 1,
            ("fetch", "ams", "sync"): 1,
        }
    assert [row.record_id for row in taken(engine)] == ["a"]


def test_postponing_counts_attempts_and_keeps_the_words(engine: Engine) -> None:
    mark(engine, "a")
    for _ in range(2):
        with engine.begin() as conn:
            due.postpone(conn, taken(engine)[0], now(), "row is locked")
    row = taken(engine)[0]
    assert (row.attempts, row.error) == (2, "row is locked")


def test_a_row_marked_again_is_not_postponed(engine: Engine) -> None:
    mark(engine, "a")
    row = taken(engine)[0]
    mark(engine, "a")
    with engine.begin() as conn:
        due.postpone(conn, row, now() + timedelta(days=1), "busy")
    assert taken(engine)[0].attempts == 0


def buried(engine: Engine, their_words: str = "Amount: bad value") -> bool:
    with engine.begin() as conn:
        return dead_letters.bury(conn, taken(engine)[0], their_words, "the CRM refuses it", "FIELD_INTEGRITY_EXCEPTION")


def test_a_dead_letter_keeps_their_words_and_ours_and_counts(engine: Engine) -> None:
    for words in ("first", "second"):
        mark(engine, "a", correlation=words)
        assert buried(engine, words)
    with engine.connect() as conn:
        (letter,) = dead_letters.newest(conn)
    assert taken(engine) == []
    assert (letter.record_id, letter.count, letter.their_words, letter.our_words, letter.correlation) == (
        "a",
        2,
        "second",
        "the CRM refuses it",
        "second",
    )
    assert letter.first_at < letter.last_at


def test_a_row_marked_again_is_not_buried(engine: Engine) -> None:
    mark(engine, "a")
    row = taken(engine)[0]
    mark(engine, "a")
    with engine.begin() as conn:
        assert not dead_letters.bury(conn, row, None, "the CRM refuses it", None)
        assert dead_letters.newest(conn) == []
    assert len(taken(engine)) == 1


def test_a_revived_letter_is_due_and_goes_once_it_succeeds(engine: Engine) -> None:
    mark(engine, "a")
    buried(engine)
    with engine.begin() as conn:
        assert dead_letters.revive(conn, [dead_letters.newest(conn)[0].id, 999]) == 1
    rows = taken(engine)
    assert [row.record_id for row in rows] == ["a"]
    with engine.begin() as conn:
        assert dead_letters.counts(conn) == {("fetch", "crm"): 1}
        due.finish(conn, rows)
        assert dead_letters.newest(conn) == []


def test_the_oldest_due_row_tells_how_far_behind_we_are(engine: Engine) -> None:
    hour_ago = now() - timedelta(hours=1)
    with engine.begin() as conn:
        assert due.oldest(conn) is None
        due.mark(conn, "fetch", "crm", "Account", ["later"], due_at=now() + timedelta(hours=1))
        assert due.oldest(conn) is None
        due.mark(conn, "score", "", "member", ["waiting"], due_at=hour_ago)
        assert due.oldest(conn) == hour_ago


def test_taking_from_a_hundred_thousand_rows_reads_only_the_index(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.exec_driver_sql(
            "INSERT INTO due (stage, system, object, record_id, lane, due_at)"
            " SELECT 'fetch', 'crm', 'Account', n::text, mod(n, 3), now() + mod(n, 2) * interval '1 day'"
            " FROM generate_series(1, 100000) AS n"
        )
        conn.exec_driver_sql("ANALYZE due")
    with engine.connect() as conn:
        rows = due.take(conn, "fetch", "crm", 500, now())
        reads = "SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'due'"
        scanned, fetched = conn.exec_driver_sql(reads).one()
    assert len(rows) == 500
    assert {row.lane for row in rows} == {"interactive"}
    assert scanned == 0
    assert fetched <= 3 * 500
