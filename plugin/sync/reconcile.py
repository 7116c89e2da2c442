"""Holding ids and stamps against our links: what no notification and no poll can tell is found by going through all.

A call brings 2,000 of them. Only proof deletes: what isn't there is read by its id, then looked for in the system's own
log of deletions, and rests, reported, where neither knows of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from connectors.base import Fetched, Row, Stamp, Stamps
from mappings.model import Orphans, Source
from plugin.store import due, systems, walks
from plugin.store.walks import Linked, Walk
from plugin.sync.engine import Engine
from plugin.sync.points import Point
from plugin.sync.poll import OVERLAP
from plugin.sync.system import System

DRIFT, UNSEEN, RETURNED, DELETED, SUSPENDED = FOUND = ("drift", "unseen", "returned", "deleted", "suspended")
"""What a reconcile finds: changes, records, returns and deletions that nobody told of, and what is out of sight."""
HELD = frozenset({"active", "suspended"})
"""States of a link whose record should be there."""


def step(engine: Engine, system: System, walk: Walk) -> Walk:
    """Compare the next page of an object with our links, make due what differs, and note how far the walk has come."""
    source = system.mapping.source(walk.object)
    page = system.connector.stamps(walk.object, _references(system, source), walk.last_id, source.where)
    total = page.total if page.total is not None else walk.total
    if total is not None and walk.read + len(page.stamps) >= total:
        page = replace(page, more=False)
    with engine.database.connect() as conn:
        absent = _not_listed(conn, walk, page)
    fetched = _read(system, source, [one for one in absent if one.state == "active"])
    fetched += _proven(system, source, absent, fetched)
    engine.passing(Point.READ)
    with engine.database.begin() as conn:
        found = Counter(walk.found) + _compare(engine, conn, system, source, page)
        for one in fetched:
            engine.absorb(conn, system, walk.object, one)
            found[DELETED] += sum(row.deleted for row in one.rows)
        found[SUSPENDED] += _resting(conn, system, absent)
        stands = _onward(engine, walk, page, {name: found[name] for name in FOUND})
        walks.store(conn, stands)
        engine.passing(Point.SAVED)
    engine.passing(Point.FETCHED)
    return stands


def _onward(engine: Engine, walk: Walk, page: Stamps, found: dict[str, int]) -> Walk:
    return replace(
        walk,
        last_id=page.stamps[-1].id if page.stamps else walk.last_id,
        read=walk.read + len(page.stamps),
        total=page.total if page.total is not None else walk.total,
        found=found,
        finished_at=None if page.more else engine.clock(),
    )


# What is listed


def _compare(engine: Engine, conn: sa.Connection, system: System, source: Source, page: Stamps) -> Counter[str]:
    cursor = systems.cursor(conn, system.name, source.object)
    polled = cursor.stamp - OVERLAP if cursor else None
    names = _references(system, source)
    ids = {one.id for one in page.stamps}
    known = walks.linked(conn, system.name, ids | _named(page.stamps, names))
    met: dict[str, list[str]] = {}
    for one in page.stamps:
        anybodys = not names or any(str(one.values.get(name)) in known for name in names)
        verdict = _verdict(one, known.get(one.id), polled, anybodys=anybodys)
        if verdict:
            met.setdefault(verdict, []).append(one.id)
    for verdict, found in met.items():
        if verdict in {DRIFT, DELETED}:
            due.mark(conn, "fetch", system.name, source.object, found, "sync", engine.clock())
        else:
            # What waits for its parent, or for a person, goes on waiting.
            due.remind(conn, "fetch", system.name, source.object, found, "sync", engine.clock())
    return Counter({verdict: len(found) for verdict, found in met.items()})


def _verdict(one: Stamp, link: Linked | None, polled: datetime | None, *, anybodys: bool) -> str | None:
    """Return what is to be found out about a record; None where all is well, or where the poll has yet to read it."""
    if polled is None or one.stamp > polled:
        return None
    if link is None:
        return UNSEEN if anybodys and not one.deleted else None
    if link.state not in HELD:
        return RETURNED if link.state == "deleted" and not one.deleted else None
    if one.deleted:
        return DELETED
    if link.state == "suspended":
        return RETURNED
    return DRIFT if link.stamp is None or link.stamp < one.stamp else None


def _references(system: System, source: Source) -> tuple[str, ...]:
    """Return the fields that tell whether a record without a link is anybody's: of objects where most are nobody's."""
    if source.orphans is not Orphans.IGNORE:
        return ()
    readable, needed = system.readable(source), source.definition.fields
    return tuple(
        theirs
        for name, targets in source.references.items()
        for theirs in targets
        if needed[name].required and theirs in readable
    )


def _named(stamps: Sequence[Stamp], names: Sequence[str]) -> set[str]:
    return {str(one.values[name]) for one in stamps for name in names if one.values.get(name)}


# What is not


def _not_listed(conn: sa.Connection, walk: Walk, page: Stamps) -> list[Linked]:
    """Return the links within the page's span whose records should be there and aren't."""
    listed = {one.id for one in page.stamps}
    to = page.stamps[-1].id if page.more and page.stamps else None
    span = walks.linked_between(conn, walk.system, walk.object, walk.last_id, to)
    return [one for one in span if one.state in HELD and one.external_id not in listed]


def _read(system: System, source: Source, links: Sequence[Linked]) -> list[Fetched]:
    """Read by their ids what isn't listed: who ceased to be a member is still there."""
    if not links:
        return []
    ids = [one.external_id for one in links]
    return [system.connector.fetch(source.object, system.readable(source), ids)]


def _proven(system: System, source: Source, absent: Sequence[Linked], fetched: Sequence[Fetched]) -> list[Fetched]:
    """Return, as read, the deletions that the system's log proves of records that can't be read any more.

    A record that rests may be out of sight, or have been purged since: the log is asked for those, too.
    """
    gone = {record_id for one in fetched for record_id in one.absent}
    unknown = [one for one in absent if one.external_id in gone or one.state == "suspended"]
    log = system.connector.deleted(source.object) if unknown else {}
    suspects = [one for one in unknown if one.external_id in log]
    if not suspects:
        return []
    # Somebody may have brought it back since the log was written.
    again = system.connector.fetch(source.object, system.readable(source), [one.external_id for one in suspects])
    rows = tuple(_deletion(source, one, log[one.external_id]) for one in suspects if one.external_id in again.absent)
    return [replace(again, rows=again.rows + rows, absent=())]


def _deletion(source: Source, link: Linked, at: datetime) -> Row:
    stamp = max(at, link.stamp) if link.stamp else at
    return Row(source.object, link.external_id, {}, stamp, at, deleted=True)


def _resting(conn: sa.Connection, system: System, absent: Collection[Linked]) -> int:
    """Return how many of these rest now."""
    now = walks.linked(conn, system.name, [one.external_id for one in absent])
    return sum(one.state == "suspended" for one in now.values())
