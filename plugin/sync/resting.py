"""A field that an admin deleted or made read-only rests by itself while the others flow, and comes back by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
import structlog

from connectors.base import Row
from mappings.rests import FIX, resting
from plugin.store import due, walks
from plugin.store import resting as store
from plugin.store.resting import Resting
from plugin.store.schema import links
from plugin.sync.system import System

log = structlog.get_logger(__name__)


def lost(system: System, object_name: str, rows: Sequence[Row]) -> bool:
    """Return whether a read came back without a field that was asked for."""
    if not rows:
        return False
    asked = system.readable(system.mapping.source(object_name))
    return any(name not in rows[0].values for name in asked)


def look_again(database: sa.Engine, system: System, objects: Sequence[str], now: datetime) -> None:
    """Ask what the objects hold now, and let fields rest or come back accordingly; a call for 25 objects."""
    system.learn(system.connector.describe(objects))
    settle(database, system, objects, now)


def settle(database: sa.Engine, system: System, objects: Sequence[str], now: datetime) -> None:
    """Hold the mapping against what the objects hold as far as we know, and note what rests and what came back.

    What came back is read again, and what it missed is written: nothing else would bring either.
    """
    with database.begin() as conn:
        before = {_key(one): one for one in store.of(conn, system.name) if one.object in objects}
        current = {_key(one): one for name in objects if name in system.schemas for one in _resting(system, name, now)}
        fresh = [one for key, one in current.items() if key not in before]
        back = [one for key, one in before.items() if key not in current]
        store.add(conn, list(current.values()))
        store.end(conn, back)
        for name in dict.fromkeys(one.object for one in back):
            _catch_up(conn, system, name, now)
    for one in fresh:
        log.warning(
            "a field rests", system=one.system, object=one.object, field=one.field, ours=one.ours, why=one.why, fix=FIX
        )
    for one in back:
        log.info("a field is back", system=one.system, object=one.object, field=one.field, ours=one.ours)


def _key(one: Resting) -> tuple[str, str, str]:
    return one.object, one.field, one.ours


def _resting(system: System, object_name: str, now: datetime) -> list[Resting]:
    source = system.mapping.source(object_name)
    return [
        Resting(system.name, object_name, line.theirs, source.entity, ours, why, now)
        for ours, line, why in resting(source, system.schemas[object_name])
    ]


def _catch_up(conn: sa.Connection, system: System, object_name: str, now: datetime) -> None:
    if object_name not in system.mapping.objects:
        return
    source = system.mapping.source(object_name)
    if source.reads:
        walks.begin(conn, system.name, "backfill", [object_name], now)
    linked = sa.select(links.c.record_id).where(
        links.c.system == system.name, links.c.object == object_name, links.c.state == "active"
    )
    ids = [str(one) for one in conn.scalars(linked)]
    due.mark(conn, "push", system.name, source.entity, ids, "backfill", now)
