"""How far a walk over all records of a system has come, object by object: a walk that was cut off goes on there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.store.among import among
from plugin.store.schema import links, walks

Kind = Literal["backfill", "reconcile"]
"""A backfill reads every record again; a reconcile only holds ids and stamps against our links."""


@dataclass(frozen=True)
class Walk:
    """One walk over one object, begun at `started_at` and still open while `finished_at` is None.

    It stands behind (`stamp`, `last_id`); `read` rows of `total` (None where unknown) are behind it. `found` counts
    what a reconcile met, by name.
    """

    system: str
    kind: Kind
    object: str
    started_at: datetime
    stamp: datetime | None = None
    last_id: str = ""
    read: int = 0
    total: int | None = None
    found: dict[str, int] = field(default_factory=dict)
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Linked:
    """As much of a link as a reconcile compares."""

    external_id: str
    state: str
    stamp: datetime | None


def begin(conn: Connection, system: str, kind: Kind, objects: Sequence[str], at: datetime) -> None:
    """Let a walk over each object begin; one that is under way goes on where it stands."""
    for name in objects:
        statement = insert(walks).values(system=system, kind=kind, object=name, started_at=at)
        anew: dict[str, Any] = {"started_at": at, "stamp": None, "last_id": "", "read": 0, "total": None, "found": {}}
        conn.execute(
            statement.on_conflict_do_update(
                index_elements=["system", "kind", "object"],
                set_={**anew, "finished_at": None},
                where=walks.c.finished_at.is_not(None),
            )
        )


def under_way(conn: Connection, system: str, kind: Kind) -> list[Walk]:
    """Return the walks that are not finished, by object."""
    return [one for one in of(conn, system, kind) if one.finished_at is None]


def of(conn: Connection, system: str, kind: Kind) -> list[Walk]:
    """Return the last walk over each object, finished or not, by object."""
    query = sa.select(walks).where(walks.c.system == system, walks.c.kind == kind).order_by(walks.c.object)
    return [Walk(**row._mapping) for row in conn.execute(query)]


def store(conn: Connection, walk: Walk) -> None:
    """Note how far a walk has come."""
    values: dict[str, Any] = {
        name: getattr(walk, name) for name in ("stamp", "last_id", "read", "total", "found", "finished_at")
    }
    same = (walks.c.system == walk.system, walks.c.kind == walk.kind, walks.c.object == walk.object)
    conn.execute(sa.update(walks).where(*same).values(values))


def linked(conn: Connection, system: str, external_ids: Collection[str]) -> Mapping[str, Linked]:
    """Return the links of these records by external id."""
    found = _linked(conn, links.c.system == system, among(links.c.external_id, external_ids))
    return {one.external_id: one for one in found}


def linked_between(conn: Connection, system: str, object_name: str, after: str, to: str | None) -> list[Linked]:
    """Return the links whose ids come after the one and not after the other (None: to the end), in order.

    Ids compare byte by byte, as the other side sorts them.
    """
    place = links.c.external_id.collate("C")
    bounds = [place > after] + ([place <= to] if to is not None else [])
    return _linked(conn, links.c.system == system, links.c.object == object_name, *bounds)


def _linked(conn: Connection, *conditions: sa.ColumnElement[bool]) -> list[Linked]:
    columns = (links.c.external_id, links.c.state, links.c.stamp)
    query = sa.select(*columns).where(*conditions).order_by(links.c.external_id.collate("C"))
    return [Linked(**row._mapping) for row in conn.execute(query)]
