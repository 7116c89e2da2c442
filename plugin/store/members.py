"""Finding members: those that are members on a day, those that answer to a name, and each one's coverage segment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.store.schema import TABLES, links

_MEMBER, _SEGMENT = TABLES["member"], TABLES["coverage_segment"]
IN_SEGMENT = sa.and_(_SEGMENT.c.id == _MEMBER.c.coverage_segment, _SEGMENT.c.deleted_at.is_(None))
"""The condition that joins a member's coverage segment."""
WITH_SEGMENT = _MEMBER.outerjoin(_SEGMENT, IN_SEGMENT)
"""Every member, with its coverage segment if it has one."""


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


def current(as_of: date) -> sa.ColumnElement[bool]:
    """Return the condition that a member was not deleted and is one on a day: its membership has not ended by then."""
    return sa.and_(_MEMBER.c.deleted_at.is_(None), sa.or_(_MEMBER.c.ended_on.is_(None), _MEMBER.c.ended_on > as_of))


def current_members(conn: Connection, as_of: date) -> dict[UUID, str]:
    """Return the names of those who are members on a day, by id, in order of name."""
    query = sa.select(_MEMBER.c.id, _MEMBER.c.name).where(current(as_of)).order_by(_MEMBER.c.name, _MEMBER.c.id)
    return {row.id: row.name or "" for row in conn.execute(query)}


def called(conn: Connection, text: str) -> list[Called]:
    """Return the members with this id, name, or id in another system (15 characters of it are enough), deleted too."""
    linked = sa.select(links.c.record_id).where(
        links.c.entity == "member", sa.func.left(links.c.external_id, 15) == text[:15], sa.literal(len(text) >= 15)
    )
    named = sa.or_(sa.func.lower(_MEMBER.c.name) == sa.func.lower(text), _MEMBER.c.id.in_(linked), _own_id(text))
    columns = (_MEMBER.c.id, _MEMBER.c.name, _MEMBER.c.deleted_at, _MEMBER.c.ended_on)
    rows = conn.execute(sa.select(*columns).where(named).order_by(_MEMBER.c.id))
    return [Called(row.id, row.name or "", row.deleted_at is not None, row.ended_on) for row in rows]


def _own_id(text: str) -> sa.ColumnElement[bool]:
    try:
        return _MEMBER.c.id == UUID(text)
    except ValueError:
        return sa.false()
