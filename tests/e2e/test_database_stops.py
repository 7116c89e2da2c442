"""A database that goes away and comes back: the worker says so once in a while, and goes on."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from plugin.store import due, systems
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.engine import connect
from tests.e2e.conftest import Office

ROOT = Path(__file__).parents[2]


def wait_for(condition, seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.2)
    return False


def synced(database: sa.Engine) -> bool:
    try:
        with database.connect() as conn:
            known = systems.get(conn, "salesforce")
            return known is not None and known.first_sync_completed_at is not None
    except sa.exc.SQLAlchemyError:
        return False


def drained(database: sa.Engine) -> bool:
    try:
        with database.connect() as conn:
            return not due.counts(conn)
    except sa.exc.SQLAlchemyError:
        return False


def test_a_worker_outlives_its_database(office: Office, tmp_path: Path):
    member, outcome, _ = office.member_with_outcome("Sample Member stopped")
    server = EmbeddedPostgres(tmp_path / "database", durable=False)
    url = server.start()
    said = (tmp_path / "worker.log").open("w+")
    worker = subprocess.Popen(
        [sys.executable, "-m", "plugin.cli", "worker"], env=dict(office.environment(url)), cwd=ROOT, stderr=said
    )
    try:
        assert wait_for(lambda: synced(connect(url)))
        assert wait_for(lambda: drained(connect(url)))
        server.stop()
        time.sleep(6)
        assert worker.poll() is None
        server.start()
        office.edit("Desired_Outcome__c", outcome, Objective__c="Changed while the database was away")
        with connect(url).begin() as conn:
            due.mark(conn, "fetch", "salesforce", "Desired_Outcome__c", [outcome])
        assert wait_for(lambda: drained(connect(url)))
        with connect(url).connect() as conn:
            objectives = conn.scalars(sa.text("SELECT objective FROM desired_outcome")).all()
        assert "Changed while the database was away" in objectives
    finally:
        worker.terminate()
        worker.wait(30)
        server.remove()
    said.seek(0)
    assert "Traceback" not in said.read()
    assert office.read("Account", member)["Vector_Status__c"] == "Holding"
