"""Reading without being told: the first sync, and the poll that finds what no notification told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from connectors.base import Cursor, Fetched, Page
from plugin.errors import LimitReached, RetryLater
from plugin.store import systems
from plugin.store.locks import lane_lock
from plugin.sync.engine import Engine
from plugin.sync.marking import mark_missing
from plugin.sync.points import Point
from plugin.sync.system import System

OVERLAP = timedelta(minutes=15)
"""A transaction of theirs may last ten minutes, and its rows carry the stamp of its beginning."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far a first sync has come with one object; `total` is None where it isn't known."""

    object: str
    read: int
    total: int | None


def first_sync(engine: Engine, name: str, progress: Callable[[Progress], None]) -> bool:
    """Read everything once, parents before children, score every member, and allow writing from then on.

    A sync that was cut off goes on where it stood. Returns False where another worker is at it.
    """
    system = engine.connected[name]
    with engine.database.begin() as conn:
        systems.pin(conn, name, system.connector.identity())
    with lane_lock(engine.database, f"system:{name}") as alone:
        if not alone:
            return False
        for source in system.read_sources:
            with engine.database.connect() as conn:
                since = systems.cursor(conn, name, source.object)
            _read_object(engine, system, source.object, since, progress, first=True)
        # What came before the record that it refers to was parked, and is read again now.
        while engine.fetch(name):
            pass
        with engine.database.begin() as conn:
            systems.complete_first_sync(conn, name, engine.clock())
            mark_missing(conn, name, system.mapping, engine.clock())
            systems.note_poll(conn, name, engine.clock())
            systems.note_rescore(conn, name, engine.today(conn))
    return True


def poll(engine: Engine, name: str) -> int:
    """Read what was modified since the last poll, and again what is younger than the overlap; return the rows read.

    Where the system's calls are short it stops early, and goes on when they aren't.
    """
    system = engine.connected[name]
    read = 0
    with lane_lock(engine.database, f"system:{name}") as alone:
        if not alone:
            return 0
        for source in system.read_sources:
            with engine.database.connect() as conn:
                cursor = systems.cursor(conn, name, source.object)
                if "sync" not in engine.lanes(conn, name):
                    return read
            since = Cursor(cursor.stamp - OVERLAP) if cursor else None
            read += _read_object(engine, system, source.object, since, lambda _: None, first=False)
            engine.note_usage(name)
        with engine.database.begin() as conn:
            systems.note_poll(conn, name, engine.clock())
    return read


def _read_object(
    engine: Engine,
    system: System,
    object_name: str,
    since: Cursor | None,
    progress: Callable[[Progress], None],
    *,
    first: bool,
) -> int:
    read = 0
    began: datetime | None = None
    for page in _pages(system, object_name, since, first=first):
        began = began or page.server_time
        fetched = Fetched(page.rows, (), page.began_at, page.server_time)
        engine.notice(system, object_name, page.rows)
        engine.passing(Point.READ)
        with engine.database.begin() as conn:
            engine.absorb(conn, system, object_name, fetched, lane="backfill" if first else "sync")
            systems.move_cursor(conn, system.name, object_name, page.cursor)
            engine.passing(Point.SAVED)
        engine.passing(Point.FETCHED)
        read += len(page.rows)
        progress(Progress(object_name, read, page.total))
        if engine.stopping():
            raise RetryLater("This worker ends; the next one goes on where it stands.", 0)
        if first:
            _require_calls(engine, system.name)
    if began and not (first and since):
        # All that was there then was read: else a quiet system's last busy quarter of an hour is read at every poll.
        with engine.database.begin() as conn:
            systems.settle_cursor(conn, system.name, object_name, began)
    return read


def _require_calls(engine: Engine, name: str) -> None:
    """Stop a first sync where the system's calls run short; raises LimitReached."""
    engine.note_usage(name)
    with engine.database.connect() as conn:
        until = engine.waits(conn, name).get("backfill")
    if until:
        words = f"The API calls of {name} are short: the first sync goes on at {until:%H:%M} UTC, where it stands."
        raise LimitReached(words, (until - engine.clock()).total_seconds())


def _pages(system: System, object_name: str, since: Cursor | None, *, first: bool) -> Iterator[Page]:
    """A first sync asks for members only; a poll asks for everything, to see who no longer is one."""
    source = system.mapping.source(object_name)
    where = source.where if first else ()
    return system.connector.changed(object_name, system.readable(source), since, where)
