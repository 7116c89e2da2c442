"""What becomes due because records of ours changed, whoever changed them."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa

from mappings.model import Mapping
from plugin.store import due
from plugin.store.due import Lane
from plugin.store.schema import TABLES, links
from plugin.sync.kin import because_of

NOTHING: MappingOf[UUID, str] = MappingProxyType({})


def mark_score(
    conn: sa.Connection,
    entity: str,
    ids: Collection[UUID],
    lane: Lane,
    now: datetime,
    told: MappingOf[UUID, str] = NOTHING,
) -> None:
    """Make the score of every member due that these records count for; `told` are the notifications behind records."""
    members = because_of(conn, entity, {one: {one} for one in ids})
    correlations = {
        str(member): told[cause]
        for member, causes in members.items()
        for cause in sorted(causes, reverse=True)
        if cause in told
    }
    due.mark(conn, "score", "", "member", [str(one) for one in members], lane, now, correlations)


def mark_push(
    conn: sa.Connection,
    mappings: MappingOf[str, Mapping],
    entity: str,
    ids: Collection[UUID],
    lane: Lane,
    now: datetime,
    but: str | None = None,
    told: MappingOf[UUID, str] = NOTHING,
) -> None:
    """Make records due for every system that holds their entity, `but` for the one they were read from.

    `told` are the notifications behind them.
    """
    correlations = texts(told)
    for name, mapping in mappings.items():
        if name != but and any(source.writes for source in mapping.sources_of(entity)):
            due.mark(conn, "push", name, entity, [str(one) for one in ids], lane, now, correlations)


def texts(told: MappingOf[UUID, str]) -> dict[str, str]:
    """Return the notifications behind records by the records' ids as the due set holds them."""
    return {str(record_id): correlation for record_id, correlation in told.items()}


def mark_missing(conn: sa.Connection, system: str, mapping: Mapping, now: datetime) -> int:
    """Make due what this system has no record of and could have, as one that joins others lacks; return how many."""
    number = 0
    for entity in dict.fromkeys(source.entity for source in mapping.sources if source.creates):
        table = TABLES[entity]
        there = sa.exists().where(links.c.system == system, links.c.entity == entity, links.c.record_id == table.c.id)
        missing = conn.scalars(sa.select(table.c.id).where(table.c.deleted_at.is_(None), ~there)).all()
        due.mark(conn, "push", system, entity, [str(one) for one in missing], "backfill", now)
        number += len(missing)
    return number
