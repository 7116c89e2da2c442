"""Reading everything again that was read before, in the backfill lane, while live changes go on."""

from __future__ import annotations

from dataclasses import replace

from connectors.base import Cursor, Fetched
from plugin.store import walks
from plugin.store.walks import Walk
from plugin.sync.engine import Engine
from plugin.sync.points import Point
from plugin.sync.system import System


def step(engine: Engine, system: System, walk: Walk) -> Walk:
    """Read the next page of an object by (stamp, id), merge it, and note how far the walk has come.

    What is modified meanwhile moves behind the end, and is read there or by the poll. Those that are no members any
    longer are the reconcile's to find.
    """
    source = system.mapping.source(walk.object)
    since = Cursor(walk.stamp, walk.last_id) if walk.stamp else None
    page = next(system.connector.changed(walk.object, system.readable(source), since, source.where))
    engine.passing(Point.READ)
    read = walk.read + len(page.rows)
    ended = not page.rows or (page.total is not None and len(page.rows) >= page.total)
    total = walk.total if walk.total is not None or page.total is None else walk.read + page.total
    stands = replace(walk, stamp=page.cursor.stamp, last_id=page.cursor.id, read=read, total=total)
    if ended:
        stands = replace(stands, finished_at=engine.clock())
    with engine.database.begin() as conn:
        fetched = Fetched(page.rows, (), page.began_at, page.server_time)
        engine.absorb(conn, system, walk.object, fetched, lane="backfill")
        walks.store(conn, stands)
        engine.passing(Point.SAVED)
    engine.passing(Point.FETCHED)
    return stands
