"""Who belongs to whom: the members that a record counts for, and the records below one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

import sqlalchemy as sa

from plugin.domain.entities import ENTITIES
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES


def members_of(conn: sa.Connection, entity: str, ids: Collection[UUID]) -> set[UUID]:
    """Return the members whose score may depend on these records, whatever entity they are of."""
    return set(because_of(conn, entity, {one: {one} for one in ids}))


def because_of(conn: sa.Connection, entity: str, causes: Mapping[UUID, set[UUID]]) -> dict[UUID, set[UUID]]:
    """Return the same members, each with the causes of the records that it depends on."""
    if entity == "member":
        return dict(causes)
    found: dict[UUID, set[UUID]] = {}
    for name, field in ENTITIES["member"].references.items():
        if field.refers_to == entity:
            _join(found, _causes_below(conn, "member", name, causes))
    parent = ENTITIES[entity].parent
    if parent:
        name = next(n for n, f in ENTITIES[entity].references.items() if f.refers_to == parent and f.required)
        table = TABLES[entity]
        above = sa.select(table.c.id, table.c[name]).where(table.c.id.in_(causes), table.c[name].is_not(None))
        parents: dict[UUID, set[UUID]] = {}
        for record_id, parent_id in conn.execute(above):
            parents.setdefault(parent_id, set()).update(causes[record_id])
        _join(found, because_of(conn, parent, parents))
    elif not found:
        for child, name in _referring(entity):
            _join(found, because_of(conn, child, _causes_below(conn, child, name, causes)))
    return found


def _causes_below(
    conn: sa.Connection, entity: str, reference: str, causes: Mapping[UUID, set[UUID]]
) -> dict[UUID, set[UUID]]:
    return {one: set(causes[above]) for one, above in _below(conn, entity, reference, causes).items()}


def _join(found: dict[UUID, set[UUID]], more: Mapping[UUID, set[UUID]]) -> None:
    for record_id, causes in more.items():
        found.setdefault(record_id, set()).update(causes)


def children_of(conn: sa.Connection, entity: str, ids: Collection[UUID]) -> dict[str, dict[UUID, UUID]]:
    """Return, by entity, the records that refer to these, each with one that it refers to."""
    found: dict[str, dict[UUID, UUID]] = {}
    for child, name in _referring(entity):
        if child != entity and (below := _below(conn, child, name, ids)):
            found[child] = found.get(child, {}) | below
    return found


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


def _below(conn: sa.Connection, entity: str, reference: str, ids: Collection[UUID]) -> dict[UUID, UUID]:
    table = TABLES[entity]
    query = sa.select(table.c.id, table.c[reference])
    below = conn.execute(query.where(table.c[reference].in_(ids), table.c.deleted_at.is_(None)))
    return {row.id: row[1] for row in below}
