"""Finding members by what people call them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.exchange_values import nearest
from plugin.errors import UserError
from plugin.store.schema import TABLES


def current_members(conn: Connection, as_of: date) -> dict[UUID, str]:
    """Return the names of the members whose membership has not ended, by id, in order of name."""
    member = TABLES["member"]
    current = sa.or_(member.c.ended_on.is_(None), member.c.ended_on > as_of)
    query = sa.select(member.c.id, member.c.name).where(member.c.deleted_at.is_(None), current)
    return {row.id: row.name or "" for row in conn.execute(query.order_by(member.c.name, member.c.id))}


def the_member(conn: Connection, name: str, as_of: date) -> UUID:
    """Return the current member of that name (whatever its case) or id.

    Raises UserError where there is none, with the nearest name, and where there are several, with their ids.
    """
    members = current_members(conn, as_of)
    found = [key for key, called in members.items() if name.casefold() in (called.casefold(), str(key))]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(f"{len(found)} members are called {name!r}. Give the id of one: {_listed(found)}.")
    near = nearest(name, members.values())
    raise UserError(f"There is no current member {name!r}. {near or 'Write the name as it stands in the CRM.'}".strip())


def _listed(ids: Collection[UUID]) -> str:
    return ", ".join(str(one) for one in ids)
