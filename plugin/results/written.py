"""Results that travel: what reports in the CRM add up stands on the records that they look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.coverage.work import Work
from plugin.domain.dues import CENT, NOTHING
from plugin.domain.forecast import Forecast
from plugin.plans.marking import Marks
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES

SOURCE = "results"
WORTH = Decimal("0.05")
"""By what share an expected value must differ from the one written last; the passing of days alone is not written."""


def write_expected(conn: Connection, marks: Marks, answer: Forecast, at: datetime) -> int:
    """Write what to expect on each milestone that the forecast looks at, and nothing on those it left; return how many.

    Small moves add up until they are worth writing.
    """
    table = TABLES["milestone"]
    now = {UUID(part.milestone_id): part.mean.quantize(CENT) for part in answer.parts}
    held = sa.select(table.c.id, table.c.expected_value).where(
        table.c.expected_value.is_not(None), table.c.deleted_at.is_(None)
    )
    before = {row.id: row.expected_value for row in conn.execute(held)}
    wanted = {key: now.get(key) for key in (*before, *now) if _differs(before.get(key), now.get(key))}
    return _write(conn, marks, "milestone", "expected_value", wanted, at)


def _differs(before: Decimal | None, now: Decimal | None) -> bool:
    if before is None or now is None:
        return before is not now
    return before != now and abs(now - before) >= max(before, NOTHING) * WORTH


def write_hours(conn: Connection, marks: Marks, found: Work, at: datetime) -> int:
    """Write the hours a month that each member takes, where that changed; return how many were written."""
    table = TABLES["member"]
    now = {UUID(one.member): one.hours for one in found.served}
    rows = conn.execute(sa.select(table.c.id, table.c.service_hours).where(table.c.deleted_at.is_(None)))
    wanted = {row.id: now.get(row.id) for row in rows if row.service_hours != now.get(row.id)}
    return _write(conn, marks, "member", "service_hours", wanted, at)


def _write(conn: Connection, marks: Marks, entity: str, name: str, wanted: Mapping[UUID, Any], at: datetime) -> int:
    origin = Origin("success-vector", SOURCE, at, at)
    records.save_many(conn, entity, [(key, {name: value}, origin) for key, value in sorted(wanted.items())])
    if wanted:
        marks.mark_push(conn, entity, set(wanted))
    return len(wanted)
