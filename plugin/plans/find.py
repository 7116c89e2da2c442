"""Finding the members that plans are made for."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.store.schema import TABLES


def current_members(conn: Connection, as_of: date) -> dict[UUID, str]:
    """Return the names of the members whose membership has not ended, by id, in order of name."""
    member = TABLES["member"]
    current = sa.or_(member.c.ended_on.is_(None), member.c.ended_on > as_of)
    query = sa.select(member.c.id, member.c.name).where(member.c.deleted_at.is_(None), current)
    return {row.id: row.name or "" for row in conn.execute(query.order_by(member.c.name, member.c.id))}
