"""Members with their dues history, from the store."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.dues import DuesPeriod, MemberDues
from plugin.store.members import WITH_SEGMENT
from plugin.store.schema import TABLES


@dataclass(frozen=True)
class DuesHistory:
    """Every member with its dues, and the number of rows `left_out`: no member, amount, or period that runs forward."""

    members: tuple[MemberDues, ...]
    left_out: int


def dues_history(conn: Connection) -> DuesHistory:
    """Return the dues of every member, those without any included; what was deleted does not count."""
    periods: dict[UUID, list[DuesPeriod]] = defaultdict(list)
    table = TABLES["dues_history"]
    rows = conn.execute(sa.select(table).where(table.c.deleted_at.is_(None)).order_by(table.c.period_start, table.c.id))
    left_out = 0
    for row in rows:
        start, end, amount = row.period_start, row.period_end, row.amount
        if row.member is None or amount is None or start is None or end is None or end < start:
            left_out += 1
        else:
            periods[row.member].append(DuesPeriod(start, end, amount, row.recorded_on))
    members = tuple(
        MemberDues(
            member=str(row.id),
            periods=tuple(periods.get(row.id, ())),
            name=row.name or "",
            kind=row.kind,
            joined_on=row.joined_on,
            ended_on=row.ended_on,
            segment=row.segment_name,
            owner=row.owner,
        )
        for row in conn.execute(_members())
    )
    known = {UUID(member.member) for member in members}
    return DuesHistory(members, left_out + sum(len(rows) for key, rows in periods.items() if key not in known))


def _members() -> sa.Select[tuple[UUID, str]]:
    member, segment = TABLES["member"], TABLES["coverage_segment"]
    columns = [member.c[name] for name in ("id", "name", "kind", "joined_on", "ended_on", "owner")]
    query = sa.select(*columns, segment.c.name.label("segment_name")).select_from(WITH_SEGMENT)
    return query.where(member.c.deleted_at.is_(None)).order_by(member.c.name, member.c.id)
