"""What becomes due because records of ours changed, whoever changed them."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from mappings.model import Mapping
from plugin.store import due
from plugin.store.due import Lane
from plugin.sync.kin import members_of


def mark_score(conn: sa.Connection, entity: str, ids: Collection[UUID], lane: Lane, now: datetime) -> None:
    """Make the score of every member due that these records count for."""
    due.mark(conn, "score", "", "member", [str(one) for one in members_of(conn, entity, ids)], lane, now)


def mark_push(
    conn: sa.Connection,
    mappings: MappingOf[str, Mapping],
    entity: str,
    ids: Collection[UUID],
    lane: Lane,
    now: datetime,
    but: str | None = None,
) -> None:
    """Make records due for every system that holds their entity, `but` for the one they were read from."""
    for name, mapping in mappings.items():
        if name != but and any(source.writes for source in mapping.sources_of(entity)):
            due.mark(conn, "push", name, entity, [str(one) for one in ids], lane, now)
