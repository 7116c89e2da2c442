"""How many rows of an object a system bears in one call, where it was learnt that it bears fewer than usual."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.store.schema import batch_sizes

DAY = timedelta(days=1)


def load(conn: Connection, system: str, now: datetime) -> dict[str, int]:
    """Return the sizes by object; each has grown by a quarter for every whole day in which it met no trouble."""
    found = {}
    for row in conn.execute(sa.select(batch_sizes).where(batch_sizes.c.system == system)):
        size = int(row.size)
        for _ in range(min((now - row.at) // DAY, 30)):
            size += max(1, size // 4)
        found[row.object] = size
    return found


def keep(conn: Connection, system: str, before: Mapping[str, int], sizes: Mapping[str, int], now: datetime) -> None:
    """Keep the sizes that are others than `before`; an object that bears the usual size again is forgotten."""
    changed = [
        {"system": system, "object": name, "size": size, "at": now}
        for name, size in sorted(sizes.items())
        if before.get(name) != size
    ]
    for name in sorted(before.keys() - sizes.keys()):
        conn.execute(sa.delete(batch_sizes).where(batch_sizes.c.system == system, batch_sizes.c.object == name))
    if changed:
        statement = insert(batch_sizes)
        new = {name: statement.excluded[name] for name in ("size", "at")}
        conn.execute(statement.on_conflict_do_update(index_elements=["system", "object"], set_=new), changed)
