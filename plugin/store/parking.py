"""Records that wait for another one: a child that came before its parent is parked, not failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.store.among import among
from plugin.store.due import KEY, LANES, UNTOLD, Lane
from plugin.store.schema import due


def park(
    conn: Connection,
    system: str,
    object: str,
    waiting: Mapping[str, str],
    due_at: datetime,
    lane: Lane = "sync",
    told: Mapping[str, str] = UNTOLD,
) -> None:
    """Make records due for fetching that wait for others; `waiting` names, by record, the record it waits for.

    `wake` brings them forward; at `due_at` they are looked at all the same. `told` are the notifications behind them.
    """
    if not waiting:
        return
    rows = [
        {
            "stage": "fetch",
            "system": system,
            "object": object,
            "record_id": record_id,
            "lane": LANES.index(lane),
            "due_at": due_at,
            "waits_for": waits_for,
            "error": f"waits for {waits_for}",
            "correlation": told.get(record_id),
        }
        for record_id, waits_for in sorted(waiting.items())
    ]
    statement = insert(due)
    new = statement.excluded
    again = {name: new[name] for name in ("mark", "due_at", "waits_for", "error")}
    behind = {"correlation": sa.func.coalesce(new.correlation, due.c.correlation)}
    conn.execute(statement.on_conflict_do_update(index_elements=list(KEY), set_={**again, **behind}), rows)


def wake(conn: Connection, system: str, arrived: Collection[str], now: datetime) -> None:
    """Make due at once whatever waited for these records."""
    if arrived:
        waiting = sa.update(due).where(due.c.system == system, among(due.c.waits_for, arrived))
        conn.execute(waiting.values(due_at=now, waits_for=None))
