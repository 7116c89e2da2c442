"""Who belongs to whom: the members that a record counts for, and the records below one."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from plugin.domain.entities import ENTITIES
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES


def members_of(conn: sa.Connection, entity: str, ids: Collection[UUID]) -> set[UUID]:
    """Return the members whose score may depend on these records, whatever entity they are of."""
    if entity == "member":
        return set(ids)
    found = set[UUID]()
    for name, field in ENTITIES["member"].references.items():
        if field.refers_to == entity:
            found |= _below(conn, "member", name, ids)
    parent = ENTITIES[entity].parent
    if parent:
        table = TABLES[entity]
        column = table.c[
            next(n for n, f in ENTITIES[entity].references.items() if f.refers_to == parent and f.required)
        ]
        parents = conn.scalars(sa.select(column).where(table.c.id.in_(ids), column.is_not(None)).distinct())
        found |= members_of(conn, parent, set(parents))
    elif not found:
        for child, name in _referring(entity):
            found |= members_of(conn, child, _below(conn, child, name, ids))
    return found


def children_of(conn: sa.Connection, entity: str, ids: Collection[UUID]) -> dict[str, set[UUID]]:
    """Return, by entity, the records that refer to these."""
    return {
        child: below
        for child, name in _referring(entity)
        if child != entity and (below := _below(conn, child, name, ids))
    }


def rebind(conn: sa.Connection, entity: str, loser: UUID, winner: UUID, origin: Origin) -> dict[str, set[UUID]]:
    """Let everything that refers to one record refer to another; return, by entity, what was changed."""
    moved: dict[str, set[UUID]] = {}
    for child, name in _referring(entity):
        below = _below(conn, child, name, [loser])
        records.save_many(conn, child, [(one, {name: winner}, origin) for one in sorted(below)])
        moved.setdefault(child, set()).update(below)
    return moved


def _referring(entity: str) -> list[tuple[str, str]]:
    return [
        (other.name, name)
        for other in ENTITIES.values()
        for name, field in other.references.items()
        if field.refers_to == entity
    ]


def _below(conn: sa.Connection, entity: str, reference: str, ids: Collection[UUID]) -> set[UUID]:
    table = TABLES[entity]
    query = sa.select(table.c.id).where(table.c[reference].in_(ids), table.c.deleted_at.is_(None))
    return set(conn.scalars(query))
