"""The due set: which records await which stage. Marking twice is marking once, with a newer mark.

A stage reads rows, works, and in the transaction that stores its result finishes those rows: a row goes only if nobody
marked it again in between. So a crash anywhere leaves the rest due, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Connection

from plugin.store.among import among
from plugin.store.schema import dead_letters, due

Stage = Literal["fetch", "score", "push"]
Lane = Literal["interactive", "sync", "backfill"]
LANES: tuple[Lane, ...] = ("interactive", "sync", "backfill")
"""Most urgent first."""

NOBODY: Mapping[str, Collection[Lane]] = MappingProxyType({})
UNTOLD: Mapping[str, str] = MappingProxyType({})

KEY = ("stage", "system", "object", "record_id")


@dataclass(frozen=True)
class Due:
    """One row as it was read; `mark` tells it from later marks of the same record."""

    stage: Stage
    system: str
    object: str
    record_id: str
    mark: int
    lane: Lane
    attempts: int
    due_at: datetime
    marked_at: datetime
    correlation: str | None = None
    error: str | None = None
    waits_for: str | None = None


def mark(
    conn: Connection,
    stage: Stage,
    system: str,
    object: str,
    ids: Collection[str],
    lane: Lane = "sync",
    due_at: datetime | None = None,
    correlation: str | Mapping[str, str] | None = None,
) -> None:
    """Make records due, from `due_at` on (None: at once). What is due already keeps the earlier time and the more
    urgent lane, and its attempts start anew. `correlation` is the notification that they go back to, or that of each.
    """
    if not ids:
        return
    wanted = _wanted(ids, correlation)
    when = sa.func.now() if due_at is None else sa.literal(due_at)
    rows = sa.select(
        sa.literal(stage),
        sa.literal(system),
        sa.literal(object),
        wanted.c.record_id,
        sa.literal(LANES.index(lane), sa.SmallInteger()),
        when,
        wanted.c.correlation,
    )
    statement = insert(due).from_select([*KEY, "lane", "due_at", "correlation"], rows)
    new = statement.excluded
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=list(KEY),
            set_={
                "mark": new.mark,
                "lane": sa.func.least(due.c.lane, new.lane),
                "due_at": sa.func.least(due.c.due_at, new.due_at),
                "attempts": 0,
                "error": None,
                "waits_for": None,
                "correlation": sa.func.coalesce(new.correlation, due.c.correlation),
            },
        )
    )


def remind(
    conn: Connection,
    stage: Stage,
    system: str,
    object: str,
    ids: Collection[str],
    lane: Lane,
    due_at: datetime,
    told: Mapping[str, str] = UNTOLD,
) -> None:
    """Make due those records that are neither due nor buried: nothing is new, only nothing may be forgotten.

    `told` are the notifications that they go back to.
    """
    if not ids:
        return
    key, wanted = (stage, system, object), _wanted(ids, told)
    place, moment = sa.literal(LANES.index(lane), sa.SmallInteger()), sa.literal(due_at)
    buried = sa.exists().where(dead_letters.c.record_id == wanted.c.record_id, *of_object(dead_letters, *key))
    rows = sa.select(*map(sa.literal, key), wanted.c.record_id, place, moment, wanted.c.correlation).where(~buried)
    conn.execute(insert(due).from_select([*KEY, "lane", "due_at", "correlation"], rows).on_conflict_do_nothing())


def _wanted(ids: Collection[str], correlation: str | Mapping[str, str] | None) -> sa.TableValuedAlias:
    """Return records and the notifications behind them as a table."""
    # Sorted, so that two transactions that mark the same records never wait for each other.
    marked = sorted(set(ids))
    told = [correlation.get(one) if isinstance(correlation, Mapping) else correlation for one in marked]
    listed = sa.func.unnest(sa.literal(marked, ARRAY(sa.Text())), sa.literal(told, ARRAY(sa.Text())))
    return listed.table_valued("record_id", "correlation").render_derived()


def hasten(conn: Connection, stage: Stage, system: str, object: str, ids: Collection[str], now: datetime) -> None:
    """Let those of these records that are due already be looked at now."""
    if ids:
        soon = sa.update(due).where(
            *of_object(due, stage, system, object), among(due.c.record_id, ids), due.c.due_at > now
        )
        conn.execute(soon.values(due_at=now))


def take(
    conn: Connection, stage: Stage, system: str, limit: int, now: datetime, lanes: Sequence[Lane] = LANES
) -> list[Due]:
    """Return what is due in these lanes, the most urgent and the longest due first. Only reads: nothing is claimed."""
    if not lanes:
        return []
    places = [(LANES.index(lane),) for lane in lanes]
    wanted = sa.values(sa.column("lane", sa.SmallInteger()), name="lanes").data(places)
    # One walk along the index a lane: what is postponed in an urgent lane is never read over.
    of_lane = (
        sa.select(due)
        .where(due.c.stage == stage, due.c.system == system, due.c.lane == wanted.c.lane, due.c.due_at <= now)
        .order_by(due.c.due_at)
        .limit(limit)
        .lateral("of_lane")
    )
    query = sa.select(of_lane).select_from(wanted.join(of_lane, sa.true()))
    rows = conn.execute(query.order_by(of_lane.c.lane, of_lane.c.due_at, of_lane.c.mark).limit(limit))
    return [_due(row) for row in rows]


def finish(conn: Connection, rows: Sequence[Due]) -> int:
    """Take the rows away that nobody marked since, with their dead letters; return how many went."""
    if not rows:
        return 0
    gone = _delete(rows).returning(*(due.c[name] for name in KEY)).cte("gone")
    letters = sa.delete(dead_letters).where(*(dead_letters.c[name] == gone.c[name] for name in KEY)).cte("letters")
    return conn.scalar(sa.select(sa.func.count()).select_from(gone).add_cte(letters)) or 0


def postpone(conn: Connection, row: Due, due_at: datetime, error: str) -> None:
    """Try the row again at `due_at`, one attempt more; not if somebody marked it since: then it stays due as marked."""
    values = {"due_at": due_at, "attempts": due.c.attempts + 1, "error": error}
    conn.execute(sa.update(due).where(*_same(row)).values(values))


def remove(conn: Connection, row: Due) -> bool:
    """Take the row away unless somebody marked it since, and return whether it went; its dead letter stays."""
    return conn.execute(sa.delete(due).where(*_same(row))).rowcount > 0


def forget(conn: Connection, stage: Stage, system: str, object: str, record_id: str) -> None:
    """Take a record away from what is due, whoever marked it when."""
    conn.execute(sa.delete(due).where(due.c.record_id == record_id, *of_object(due, stage, system, object)))


def oldest(
    conn: Connection, waiting: Mapping[str, Collection[Lane]] = NOBODY, system: str | None = None
) -> datetime | None:
    """Return since when the longest-waiting row could have been worked on; None if nothing is due.

    Lanes that are `waiting` for their system's calls, by system, can't be worked on. With `system`, only its own rows
    count, and those of no system's.
    """
    held = [
        sa.and_(due.c.system == name, due.c.lane.in_([LANES.index(lane) for lane in lanes]))
        for name, lanes in waiting.items()
    ]
    ready = sa.select(sa.func.min(due.c.due_at)).where(due.c.due_at <= sa.func.now(), ~sa.or_(sa.false(), *held))
    if system is not None:
        ready = ready.where(due.c.system.in_([system, ""]))
    since: datetime | None = conn.scalar(ready)
    return since


def waiting(conn: Connection, system: str, now: datetime, lanes: Sequence[Lane] = LANES) -> bool:
    """Return whether anything of this system is due in these lanes."""
    of_these = due.c.lane.in_([LANES.index(lane) for lane in lanes])
    return bool(conn.scalar(sa.select(sa.exists().where(due.c.system == system, due.c.due_at <= now, of_these))))


def counts(conn: Connection) -> dict[tuple[Stage, str, Lane], int]:
    """Return how many rows there are by (stage, system, lane), postponed ones too."""
    key = (due.c.stage, due.c.system, due.c.lane)
    rows = conn.execute(sa.select(*key, sa.func.count()).group_by(*key))
    return {(stage, system, LANES[lane]): number for stage, system, lane, number in rows}


def of_object(table: sa.Table, stage: str, system: str, object: str) -> list[sa.ColumnElement[bool]]:
    """Return what tells the rows of one object's records in the due set, or among the dead letters."""
    return [table.c.stage == stage, table.c.system == system, table.c.object == object]


def _same(row: Due) -> list[sa.ColumnElement[bool]]:
    return [*(due.c[name] == getattr(row, name) for name in KEY), due.c.mark == row.mark]


def _delete(rows: Sequence[Due]) -> sa.Delete:
    names = (*KEY, "mark")
    read = (
        sa.func.unnest(*(sa.literal([getattr(row, name) for row in rows], ARRAY(due.c[name].type)) for name in names))
        .table_valued(*names, name="read")
        .render_derived()
    )
    matching = (
        sa.select(*(due.c[name] for name in names))
        .join_from(due, read, sa.and_(*(due.c[name] == read.c[name] for name in names)))
        .order_by(*(due.c[name] for name in KEY))
        .with_for_update(of=due)
        .cte("matching")
    )
    return sa.delete(due).where(*(due.c[name] == matching.c[name] for name in names))


def _due(row: sa.Row[Any]) -> Due:
    values = dict(row._mapping)
    return Due(**values | {"lane": LANES[values["lane"]]})
