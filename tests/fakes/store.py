"""Records in the store, as somebody's work in a CRM leaves them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from plugin.store import records
from plugin.store.records import Origin

NEW_YEAR = datetime(2026, 1, 1, 12, tzinfo=UTC)


def save(
    conn: Connection, entity: str, record_id: UUID | None = None, *, at: datetime = NEW_YEAR, **values: Any
) -> UUID:
    """Write a record's fields, of a new one if no id is given; return its id."""
    return records.save(conn, entity, record_id, values, Origin("Ann", "crm", at, at))
