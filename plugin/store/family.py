"""A member with everything that belongs to it, and how it is found by what people call it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.entities import ENTITIES
from plugin.store.among import among
from plugin.store.schema import TABLES, links


@dataclass(frozen=True)
class Called:
    """A member that answers to a name: its id, its name, whether it was deleted, and when its membership ended."""

    id: UUID
    name: str
    deleted: bool
    ended_on: date | None

    def is_current(self, as_of: date) -> bool:
        """Tell whether it exists and is a member on a day."""
        return not self.deleted and (self.ended_on is None or self.ended_on > as_of)


def called(conn: Connection, text: str) -> list[Called]:
    """Return the members with this id, name, or id in another system (15 characters of it are enough), deleted too."""
    member = TABLES["member"]
    linked = sa.select(links.c.record_id).where(
        links.c.entity == "member", sa.func.left(links.c.external_id, 15) == text[:15], sa.literal(len(text) >= 15)
    )
    named = sa.or_(sa.func.lower(member.c.name) == sa.func.lower(text), member.c.id.in_(linked), _own_id(text))
    columns = (member.c.id, member.c.name, member.c.deleted_at, member.c.ended_on)
    rows = conn.execute(sa.select(*columns).where(named).order_by(member.c.id))
    return [Called(row.id, row.name or "", row.deleted_at is not None, row.ended_on) for row in rows]


def _own_id(text: str) -> sa.ColumnElement[bool]:
    try:
        return TABLES["member"].c.id == UUID(text)
    except ValueError:
        return sa.false()


def family(conn: Connection, member_id: UUID) -> dict[str, list[UUID]]:
    """Return the ids of the member and of all that is its own, tombstones too, by entity: parents before children."""
    found = {"member": [member_id]}
    for entity in ENTITIES.values():
        if entity.parent in found:
            table = TABLES[entity.name]
            mine = sa.select(table.c.id).where(among(table.c[entity.parent], found[entity.parent])).order_by(table.c.id)
            found[entity.name] = list(conn.execute(mine).scalars())
    return found
