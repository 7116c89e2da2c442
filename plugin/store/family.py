"""A member with everything that belongs to it."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.entities import ENTITIES
from plugin.store.among import among
from plugin.store.schema import TABLES


def family(conn: Connection, member_id: UUID) -> dict[str, list[UUID]]:
    """Return the ids of the member and of all that is its own, tombstones too, by entity: parents before children."""
    found = {"member": [member_id]}
    for entity in ENTITIES.values():
        if entity.parent in found:
            table = TABLES[entity.name]
            mine = sa.select(table.c.id).where(among(table.c[entity.parent], found[entity.parent])).order_by(table.c.id)
            found[entity.name] = list(conn.execute(mine).scalars())
    return found
