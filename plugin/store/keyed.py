"""Records that another program tells us of, each with a key of that program's: told twice, they are there once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.errors import UserError
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES


@dataclass(frozen=True)
class Kept:
    """The record that a key means, and what became of it."""

    id: UUID
    became: Literal["created", "changed", "unchanged"]


def keep(conn: Connection, entity: str, key: str, values: Mapping[str, Any], origin: Origin) -> Kept:
    """Save what is told under a key; told again, only what is new is written.

    Raises UserError where the key means a record of another member. Two who tell at once wait for each other.
    """
    table = TABLES[entity]
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"{entity} {key}", 0))))
    held = conn.execute(sa.select(table).where(table.c.key == key)).mappings().one_or_none()
    if held is None:
        return Kept(records.save(conn, entity, None, {**values, "key": key}, origin), "created")
    if held["member"] != values["member"]:
        raise UserError(f"The key {key!r} means a {entity} of another member. Give this one a key of its own.")
    news = {name: value for name, value in values.items() if held[name] != value}
    if held["deleted_at"] is not None:
        records.undelete(conn, entity, held["id"], origin)
    elif not news:
        return Kept(held["id"], "unchanged")
    records.save(conn, entity, held["id"], news, origin)
    return Kept(held["id"], "changed")
