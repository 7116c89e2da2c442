"""A backup made and restored as docs/operations.md says: all is there, and the sync goes on from it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from plugin.store import dead_letters, links, records
from plugin.store.binaries import programs, server_user
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.engine import connect
from plugin.store.records import Origin
from plugin.store.schema import metadata
from plugin.sync.poll import poll
from tests.e2e.conftest import Connected, connect_to


def run(program: str, *words: str) -> None:
    done = subprocess.run([str(programs(server_user()) / program), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def contents(database: Engine) -> dict[str, list[str]]:
    """Return every row of every table, as text and in order."""
    with database.connect() as conn:
        rows = {
            name: conn.execute(sa.text(f"SELECT t::text FROM {name} AS t ORDER BY 1")).scalars().all()
            for name in metadata.tables
        }
    return {name: list(found) for name, found in rows.items()}


@pytest.fixture
def restored_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    name = f"restored_{uuid4().hex}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


def test_a_restored_backup_holds_everything_and_the_sync_goes_on(
    connected: Connected, restored_url: str, tmp_path: Path
):
    office = connected.office
    member, outcome, milestones = office.member_with_outcome("Sample Member 017")
    poll(connected.engine, "salesforce")
    connected.settle()
    dump = tmp_path / "success-vector.dump"
    run("pg_dump", "--format", "custom", "--file", str(dump), connected.services.conninfo)
    at_the_backup = contents(connected.engine.database)

    office.edit("Success_Milestone__c", milestones[0], Achieved_On__c="2026-02-01")
    _rename_here(connected, outcome, "Renamed after the backup")
    connected.settle()
    assert office.read("Desired_Outcome__c", outcome)["Name"] == "Renamed after the backup"
    there_before = office.query("SELECT Id FROM Desired_Outcome__c ORDER BY Id")

    run("pg_restore", "--no-owner", "--exit-on-error", "--dbname", restored_url, str(dump))
    database = connect(restored_url)
    assert contents(database) == at_the_backup
    database.dispose()

    ours = connect_to(office, restored_url)
    poll(ours.engine, "salesforce")
    ours.settle()
    with ours.engine.database.connect() as conn:
        linked = links.by_external(conn, "salesforce", [outcome, milestones[0], member])
        goal = records.load(conn, "desired_outcome", [linked[outcome].record_id])
        step = records.load(conn, "milestone", [linked[milestones[0]].record_id])
        assert dead_letters.newest(conn) == []
    ours.services.close()
    assert goal[linked[outcome].record_id]["name"] == "Renamed after the backup"
    assert step[linked[milestones[0]].record_id]["achieved_on"].isoformat() == "2026-02-01"
    assert office.query("SELECT Id FROM Desired_Outcome__c ORDER BY Id") == there_before
    assert office.read("Account", member)["Vector_Status__c"] is not None


def _rename_here(connected: Connected, outcome: str, name: str) -> None:
    now = datetime.now(UTC)
    with connected.engine.database.begin() as conn:
        link = links.by_external(conn, "salesforce", [outcome])[outcome]
        values = {"name": name}
        records.save(conn, "desired_outcome", link.record_id, values, Origin("Sample Manager", "test", now, now))
        connected.engine.mark_push(conn, "desired_outcome", {link.record_id})
