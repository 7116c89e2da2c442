"""Finding records by the keys that a mapping matches by, without reading the whole table."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.entities import ENTITIES, Kind
from plugin.store.schema import TABLES
from plugin.store.spelling import alike


def ensure(conn: Connection, entity: str, keys: Sequence[str]) -> None:
    """Make the index that finds records by these keys, unless it stands: seconds for a million records, once."""
    index = _index(entity, keys)
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(index.name, 0))))
    index.create(conn, checkfirst=True)


def stands(conn: Connection, entity: str, keys: Sequence[str]) -> bool:
    """Return whether there is an index that finds records by these keys."""
    return bool(conn.scalar(sa.select(sa.func.to_regclass(_index(entity, keys).name).is_not(None))))


def _index(entity: str, keys: Sequence[str]) -> sa.Index:
    """Return the index of the name where that is a key, else of the first text, else of the first key."""
    # On a copy: only who matches by these keys has it, so it is none of the schema's.
    table, fields = TABLES[entity].to_metadata(sa.MetaData()), ENTITIES[entity].fields
    texts = [key for key in keys if fields[key].kind is Kind.TEXT]
    alive = table.c.deleted_at.is_(None)
    if not texts:
        return sa.Index(f"{entity}_{keys[0]}_key_idx", table.c[keys[0]], postgresql_where=alive)
    key = "name" if "name" in texts else texts[0]
    found_by = f"{entity}_{key}_alike_idx"
    return sa.Index(found_by, alike(table.c[key]), postgresql_using="hash", postgresql_where=alive)
