"""What people decided: fields settled, links made or undone, brakes released, dead letters dropped, members erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.store.schema import decisions

What = Literal["settle", "link", "unlink", "relink", "release", "dropped", "erased"]
KINDS: tuple[What, ...] = get_args(What)


@dataclass(frozen=True)
class Decision:
    """One decision: `before` and `after` hold what it was about, in the terms of its kind."""

    id: int
    what: What
    system: str
    entity: str | None
    record_id: UUID | None
    field: str | None
    external_id: str | None
    before: Any
    after: Any
    who: str
    because: str | None
    decided_at: datetime


def add(conn: Connection, what: What, system: str, who: str, because: str | None, at: datetime, **about: Any) -> None:
    """Keep a decision; `about` holds what else is known of it, by the names of Decision."""
    given = {"what": what, "system": system, "who": who, "because": because, "decided_at": at}
    conn.execute(sa.insert(decisions).values(**given, **about))


def newest(
    conn: Connection, limit: int = 100, record_id: UUID | None = None, what: What | None = None
) -> list[Decision]:
    """Return the decisions, the newest first; of one record if `record_id` is given, of one kind if `what` is."""
    query = sa.select(decisions).order_by(decisions.c.id.desc()).limit(limit)
    if record_id is not None:
        query = query.where(decisions.c.record_id == record_id)
    if what is not None:
        query = query.where(decisions.c.what == what)
    return [Decision(**row._mapping) for row in conn.execute(query)]
