"""Snapshots of the vector beyond their months go, here and in the org; the others stay."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from plugin.store import braked
from plugin.store.records import Origin, save_many
from plugin.store.schema import TABLES
from plugin.sync.brakes import Brakes
from plugin.sync.poll import poll
from plugin.sync.retention import kept_from, retire_snapshots
from tests.e2e.conftest import Connected

TABLE = TABLES["vector_snapshot"]


def kept_in_the_org(connected: Connected, member: str) -> list[str]:
    soql = f"SELECT Taken_On__c FROM Success_Vector_Snapshot__c WHERE Account__c = '{member}' ORDER BY Taken_On__c"
    return [row["Taken_On__c"] for row in connected.office.query(soql)]


def with_snapshots(connected: Connected, days: list[date]) -> str:
    """Give a new member snapshots of these days, here and in the org, and return its id there."""
    engine = connected.engine
    member, _, _ = connected.office.member_with_outcome("Sample Member 650")
    poll(engine, "salesforce")
    connected.settle()
    now = engine.clock()
    with engine.database.begin() as conn:
        (own,) = conn.scalars(sa.select(TABLES["member"].c.id).where(TABLES["member"].c.name == "Sample Member 650"))
        origin = Origin("success-vector", "score", now, now)
        values = {"member": own, "status": "holding", "score": 50, "definition_version": 1}
        rows: list[tuple[UUID | None, dict[str, object], Origin]] = [
            (None, {**values, "taken_on": day}, origin) for day in days
        ]
        engine.mark_push(conn, "vector_snapshot", set(save_many(conn, "vector_snapshot", rows)))
    connected.settle()
    return member


def test_old_snapshots_go_in_the_org_as_well_and_no_brake_minds(connected: Connected) -> None:
    engine = connected.engine
    with engine.database.connect() as conn:
        first = kept_from(engine.today(conn), 24)
    old = [first - timedelta(days=days) for days in (400, 31, 1)]
    kept = [first, first + timedelta(days=300)]
    member = with_snapshots(connected, [*old, *kept])
    assert kept_in_the_org(connected, member)[:5] == sorted(day.isoformat() for day in [*old, *kept])
    assert engine.snapshot_months == 24
    engine.snapshot_months = 0
    assert retire_snapshots(engine, "salesforce") == 0

    engine.snapshot_months, engine.brakes = 24, Brakes(0.2, 0.2, 4)
    assert retire_snapshots(engine, "salesforce") == 2
    connected.settle()
    assert kept_in_the_org(connected, member)[:3] == [day.isoformat() for day in (old[2], *kept)]
    assert retire_snapshots(engine, "salesforce") == 1
    connected.settle()

    assert kept_in_the_org(connected, member)[:2] == [day.isoformat() for day in kept]
    assert retire_snapshots(engine, "salesforce") == 0
    with engine.database.connect() as conn:
        assert list(braked.stopped(conn)) == []
        assert (
            conn.scalar(sa.select(sa.func.count()).where(TABLE.c.taken_on < first, TABLE.c.deleted_at.is_(None))) == 0
        )
