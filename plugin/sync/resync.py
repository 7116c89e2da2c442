"""Reading one member again, with everything that is below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from connectors.base import Condition, Fetched, Test
from mappings.model import Source
from plugin.errors import UserError
from plugin.store import due, links
from plugin.store.links import Link
from plugin.store.locks import lane_lock
from plugin.sync.engine import Engine
from plugin.sync.kin import children_of
from plugin.sync.system import System

MOST_NAMED = 200
"""Parents that one query names."""


def read_member(engine: Engine, name: str, record_id: str) -> int | None:
    """Read a member by its id over there, then level by level what refers to it; return how many records were read.

    None where another worker is at it. Raises UserError where there is no such member in sight.
    """
    system = engine.connected[name]
    with lane_lock(engine.database, f"system:{name}") as alone:
        if not alone:
            return None
        above = _member(engine, system, record_id)
        read = 1
        for source in system.read_sources:
            for theirs, parents in _parents(source, above):
                read += _below(engine, system, source, theirs, parents, above)
        _mark_the_rest(engine, system, above)
        engine.note_usage(name)
    return read


def _member(engine: Engine, system: System, record_id: str) -> dict[str, set[str]]:
    for source in system.mapping.sources_of("member"):
        fetched = system.connector.fetch(source.object, system.readable(source), [record_id])
        if fetched.rows:
            with engine.database.begin() as conn:
                engine.absorb(conn, system, source.object, fetched, lane="backfill")
            return {source.object: {row.id for row in fetched.rows}}
    objects = " or ".join(source.object for source in system.mapping.sources_of("member"))
    raise UserError(f"No {objects} with the id {record_id} is in sight. Copy the id from the record's address.")


def _parents(source: Source, above: dict[str, set[str]]) -> Iterator[tuple[str, list[str]]]:
    """Yield their fields that refer to what was read, with the ids they may hold."""
    for targets in source.references.values():
        for theirs, object_name in targets.items():
            if above.get(object_name) and object_name != source.object:
                yield theirs, sorted(above[object_name])


def _below(
    engine: Engine, system: System, source: Source, theirs: str, parents: Sequence[str], above: dict[str, set[str]]
) -> int:
    read = 0
    for start in range(0, len(parents), MOST_NAMED):
        where = [Condition(theirs, Test.IN, tuple(parents[start : start + MOST_NAMED]))]
        for page in system.connector.changed(source.object, system.readable(source), None, where):
            fetched = Fetched(page.rows, (), page.began_at, page.server_time)
            with engine.database.begin() as conn:
                engine.absorb(conn, system, source.object, fetched, lane="backfill")
            above.setdefault(source.object, set()).update(row.id for row in page.rows if not row.deleted)
            read += len(page.rows)
    return read


def _mark_the_rest(engine: Engine, system: System, above: Mapping[str, set[str]]) -> None:
    """Make due what is below the member here and was not met there: it was moved, or deleted."""
    met = {record_id for ids in above.values() for record_id in ids}
    objects = {source.object for source in system.read_sources}
    with engine.database.begin() as conn:
        read: dict[str, set[UUID]] = {}
        for one in links.by_external(conn, system.name, met).values():
            read.setdefault(one.entity, set()).add(one.record_id)
        for entity, ids in read.items():
            for child, below in children_of(conn, entity, ids).items():
                for each in links.by_record(conn, system.name, child, below).values():
                    _mark(engine, conn, [one for one in each if one.external_id not in met and one.object in objects])


def _mark(engine: Engine, conn: sa.Connection, left: Sequence[Link]) -> None:
    for one in left:
        if one.external_id and one.state in {"active", "suspended"}:
            due.mark(conn, "fetch", one.system, one.object, [one.external_id], "backfill", engine.clock())
