"""Records of a system that may be one of several of ours: nobody guesses, they wait for a person to link them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.store.among import among
from plugin.store.schema import unmatched


@dataclass(frozen=True)
class Ambiguous:
    """What a record was looked for by (`keys`), which of ours it may be, and `why` nobody can tell."""

    keys: Mapping[str, Any]
    candidates: tuple[UUID, ...]
    why: str


@dataclass(frozen=True)
class Unmatched:
    """A record of a system that waits to be linked."""

    system: str
    external_id: str
    object: str
    entity: str
    keys: dict[str, Any]
    candidates: list[UUID]
    why: str
    first_at: datetime
    last_at: datetime


def keep(
    conn: Connection, system: str, object: str, entity: str, found: Mapping[str, Ambiguous], now: datetime
) -> None:
    """Keep records that nobody could match, by their ids."""
    if not found:
        return
    rows = [
        {
            "system": system,
            "external_id": external_id,
            "object": object,
            "entity": entity,
            "keys": dict(one.keys),
            "candidates": list(one.candidates),
            "why": one.why,
            "first_at": now,
            "last_at": now,
        }
        for external_id, one in sorted(found.items())
    ]
    statement = insert(unmatched)
    again = {name: statement.excluded[name] for name in ("object", "entity", "keys", "candidates", "why", "last_at")}
    conn.execute(statement.on_conflict_do_update(index_elements=["system", "external_id"], set_=again), rows)


def forget(conn: Connection, system: str, external_ids: Collection[str]) -> None:
    """Take away what is linked by now, or gone."""
    if external_ids:
        gone = sa.delete(unmatched).where(unmatched.c.system == system, among(unmatched.c.external_id, external_ids))
        conn.execute(gone)


def waiting(conn: Connection, system: str | None = None) -> list[Unmatched]:
    """Return the records that wait to be linked, the longest waiting first."""
    query = sa.select(unmatched).order_by(unmatched.c.first_at, unmatched.c.system, unmatched.c.external_id)
    if system is not None:
        query = query.where(unmatched.c.system == system)
    return [Unmatched(**row._mapping) for row in conn.execute(query)]


def candidates(conn: Connection, system: str, entity: str) -> set[UUID]:
    """Return the records of ours that some waiting record may be: they may be in the system already."""
    query = sa.select(sa.func.unnest(unmatched.c.candidates)).where(
        unmatched.c.system == system, unmatched.c.entity == entity
    )
    return set(conn.scalars(query))


def counts(conn: Connection) -> dict[str, int]:
    """Return how many records wait to be linked, by system."""
    rows = conn.execute(sa.select(unmatched.c.system, sa.func.count()).group_by(unmatched.c.system))
    return {row[0]: row[1] for row in rows}
