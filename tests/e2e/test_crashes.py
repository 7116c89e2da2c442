"""A worker killed at any point between read, save, call and commit: nothing is lost, nothing is doubled."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from plugin.store import dead_letters, due, history, links, records
from plugin.store.records import Origin
from plugin.sync.points import Point
from tests.e2e.conftest import Connected

WORKER = Path(__file__).with_name("crash_worker.py")


def ours(connected: Connected, entity: str, external_id: str) -> tuple[UUID, dict]:
    with connected.engine.database.connect() as conn:
        link = links.by_external(conn, "salesforce", [external_id])[external_id]
        return link.record_id, records.load(conn, entity, [link.record_id])[link.record_id]


def work_and_die(connected: Connected, point: Point) -> int:
    environment = connected.office.environment(connected.services.conninfo)
    command = [sys.executable, str(WORKER), point.value]
    return subprocess.run(command, env=environment, cwd=WORKER.parents[2], timeout=60, check=False).returncode


@pytest.mark.parametrize("point", Point)
def test_a_killed_worker_loses_and_doubles_nothing(connected: Connected, point: Point):
    office = connected.office
    member, outcome, milestones = office.member_with_outcome(f"Sample Member {point.name}")
    with connected.engine.database.begin() as conn:
        due.mark(conn, "fetch", "salesforce", "Account", [member])
        due.mark(conn, "fetch", "salesforce", "Desired_Outcome__c", [outcome])
        due.mark(conn, "fetch", "salesforce", "Success_Milestone__c", milestones)
    connected.settle()
    record_id, _ = ours(connected, "desired_outcome", outcome)
    member_id, _ = ours(connected, "member", member)

    office.edit("Success_Milestone__c", milestones[0], Achieved_On__c="2026-02-01")
    change_here_and_there(connected, record_id, member_id, milestones[0], point)
    died = [work_and_die(connected, point) for _ in range(2)]
    assert died[0] == -signal.SIGKILL, f"the worker never passed {point.value!r}"
    connected.settle(patience=20)

    there = office.read("Desired_Outcome__c", outcome)
    assert there["Objective__c"] == f"Ours at {point.name}"
    born = office.query(f"SELECT Id FROM Desired_Outcome__c WHERE Name = 'Born here at {point.name}'")
    assert len(born) == 1
    assert ours(connected, "milestone", milestones[0])[1]["achieved_on"].isoformat() == "2026-02-01"
    assert office.read("Account", member)["Vector_Status__c"] is not None
    with connected.engine.database.connect() as conn:
        mine = [change for change in history.changes(conn, "desired_outcome", record_id) if change.field == "objective"]
        letters = dead_letters.newest(conn)
    assert [(change.new, change.source) for change in mine] == [(f"Ours at {point.name}", "workbook")]
    assert letters == []


def change_here_and_there(connected: Connected, record_id: UUID, member_id: UUID, milestone: str, point: Point) -> None:
    now = connected.engine.clock()
    origin = Origin("someone", "workbook", now, now)
    with connected.engine.database.begin() as conn:
        due.mark(conn, "fetch", "salesforce", "Success_Milestone__c", [milestone])
        records.save(conn, "desired_outcome", record_id, {"objective": f"Ours at {point.name}"}, origin)
        values = {"name": f"Born here at {point.name}", "member": member_id}
        born = records.save(conn, "desired_outcome", None, values, origin)
        connected.engine.mark_push(conn, "desired_outcome", {record_id, born})
        connected.engine.mark_score(conn, "desired_outcome", {record_id, born})
