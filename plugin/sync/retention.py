"""How long snapshots of the vector are kept: older ones are deleted here, and by that in the systems that hold them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
import structlog

from plugin.store import braked
from plugin.store.records import Origin, delete_many
from plugin.store.schema import TABLES
from plugin.sync.engine import Engine

ENTITY = "vector_snapshot"
MOST_A_DAY = 2000
log = structlog.get_logger(__name__)


def kept_from(today: date, months: int) -> date:
    """Return the first day whose snapshots are kept: the first of the month that so many months ago was this one."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)


def retire_snapshots(engine: Engine, system: str) -> int:
    """Delete the oldest snapshots beyond the engine's `snapshot_months`, and make that due; return how many.

    A day's share stays at half of what the brake lets go, so that housekeeping never makes it stop people's deletions.
    """
    if not engine.snapshot_months:
        return 0
    table, now = TABLES[ENTITY], engine.clock()
    with engine.database.begin() as conn:
        before = kept_from(engine.today(conn), engine.snapshot_months)
        old = sa.select(table.c.id).where(table.c.taken_on < before, table.c.deleted_at.is_(None))
        ids = conn.scalars(old.order_by(table.c.taken_on, table.c.id).limit(_most(engine, conn, system))).all()
        if not ids:
            return 0
        origin = Origin(who="success-vector", source="retention", happened_at=now, known_at=now)
        delete_many(conn, ENTITY, [(one, origin) for one in ids])
        engine.mark_push(conn, ENTITY, set(ids), "backfill")
    log.info("snapshots retired", system=system, before=before.isoformat(), snapshots=len(ids))
    return len(ids)


def _most(engine: Engine, conn: sa.Connection, system: str) -> int:
    if engine.brakes is None:
        return MOST_A_DAY
    return min(MOST_A_DAY, engine.brakes.most("delete", braked.linked(conn, system, ENTITY)) // 2)
