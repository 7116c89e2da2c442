"""Walking over all records of a system, a page at a time: live changes go first, and a walk cut off goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum

import sqlalchemy as sa
import structlog

from plugin.store import walks
from plugin.store.locks import lane_lock
from plugin.store.walks import Kind, Walk
from plugin.sync.engine import Engine
from plugin.sync.system import System

log = structlog.get_logger(__name__)
Step = Callable[[Engine, System, Walk], Walk]
"""Deals with one page and stores the walk, both in one transaction; returns the walk as it stands then."""
Progress = Callable[[Walk], None]


class Ended(StrEnum):
    """Why walking came to an end."""

    FINISHED = "finished"
    BUSY = "another worker is at it"
    SHORT = "the org's API calls are short"
    STOPPING = "this process ends"


def begin(engine: Engine, name: str, kind: Kind, objects: Sequence[str] = ()) -> None:
    """Let a walk begin over these objects, or over all that are read; one under way goes on where it stands."""
    system = engine.connected[name]
    known = [source.object for source in system.read_sources]
    with engine.database.begin() as conn:
        walks.begin(conn, name, kind, [one for one in known if one in (objects or known)], engine.clock())


def walk_on(
    engine: Engine, name: str, kind: Kind, step: Step, progress: Progress, wait: Callable[[], bool] = lambda: False
) -> Ended:
    """Walk on, parents before children, until all walks of that kind are finished, or it has to end before.

    The system is let go of after every page, and what is due is done first: nobody's change waits for a walk. Where
    another worker has the system, `wait` says whether to try again.
    """
    system = engine.connected[name]
    while not engine.stopping():
        walked = None
        with lane_lock(engine.database, f"system:{name}") as alone:
            if alone:
                with engine.database.begin() as conn:
                    walk = _next(engine, system, conn, kind)
                    until = engine.waits(conn, name).get("backfill")
                if walk is None:
                    return Ended.FINISHED
                if until:
                    log.warning(f"{kind} waits: API calls are short", system=name, until=until.isoformat())
                    return Ended.SHORT
                walked = step(engine, system, walk)
                engine.note_usage(name)
        if walked:
            progress(walked)
            engine.drain(name)
        elif not wait():
            return Ended.BUSY
    return Ended.STOPPING


def _next(engine: Engine, system: System, conn: sa.Connection, kind: Kind) -> Walk | None:
    """Return the walk to go on with; one over an object that is mapped no longer ends where it stands."""
    order = [source.object for source in system.read_sources]
    under_way = walks.under_way(conn, system.name, kind)
    for walk in under_way:
        if walk.object not in order:
            walks.store(conn, replace(walk, finished_at=engine.clock()))
    mapped = [walk for walk in under_way if walk.object in order]
    return min(mapped, key=lambda walk: order.index(walk.object), default=None)
