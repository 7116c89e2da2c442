"""How often something was refused at our door, by the reason."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.store.schema import refusals


def add(conn: Connection, counts: Mapping[str, int]) -> None:
    """Add to the counts."""
    for reason, count in sorted(counts.items()):
        new = insert(refusals).values(reason=reason, count=count)
        grown = {"count": refusals.c.count + new.excluded.count, "last_at": sa.func.now()}
        conn.execute(new.on_conflict_do_update(index_elements=["reason"], set_=grown))


def counts(conn: Connection) -> dict[str, int]:
    """Return how often each reason was given, ever."""
    return dict(iter(conn.execute(sa.select(refusals.c.reason, refusals.c.count))))
