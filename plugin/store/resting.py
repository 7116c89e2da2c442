"""Fields of a running mapping that rest, because their system hasn't them any more or won't let us write them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.store.schema import resting_fields


@dataclass(frozen=True)
class Resting:
    """One field of theirs, what it is to us (`entity`, `ours`), why it rests, and since when."""

    system: str
    object: str
    field: str
    entity: str
    ours: str
    why: str
    since: datetime


def of(conn: Connection, system: str | None = None) -> list[Resting]:
    """Return the fields that rest, by object and name."""
    query = sa.select(resting_fields).order_by(*(resting_fields.c[name] for name in ("system", "object", "field")))
    if system is not None:
        query = query.where(resting_fields.c.system == system)
    return [Resting(**row._mapping) for row in conn.execute(query)]


def add(conn: Connection, found: Collection[Resting]) -> None:
    """Keep fields that rest from now on; one that rests already keeps the day it began."""
    for one in found:
        statement = insert(resting_fields).values(**vars(one))
        key = ["system", "object", "field", "ours"]
        conn.execute(statement.on_conflict_do_update(index_elements=key, set_={"why": one.why}))


def end(conn: Connection, found: Collection[Resting]) -> None:
    """Take away fields that work again."""
    table = resting_fields
    for one in found:
        same = (table.c.system == one.system, table.c.object == one.object, table.c.field == one.field)
        conn.execute(sa.delete(table).where(*same, table.c.ours == one.ours))
