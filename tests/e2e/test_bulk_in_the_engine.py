"""Jobs of Bulk API 2.0 as the engine runs them: whole, refused in part, and ended by the end of the worker."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Write, WriteResult
from connectors.salesforce import bulk
from connectors.salesforce import write as writing
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.local_org.bulk import ingest
from connectors.salesforce.local_org.bulk.ingest import Ingest
from connectors.salesforce.local_org.faulty.plan import FaultPlan, FaultRule
from plugin.bootstrap import check_system
from plugin.store import dead_letters, due, resting
from tests.e2e.conftest import Connected, Office

WORKER = Path(__file__).with_name("bulk_worker.py")
SNAPSHOT = "Success_Vector_Snapshot__c"
PROGRESS = "Success_Progress__c"
MEMBERS = 30
CHUNK = 10
PATIENCE_SECONDS = 30
"""What `serve` gives a worker to end."""


@pytest.fixture(autouse=True)
def small_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "ROWS_FROM", 20)
    monkeypatch.setattr(ingest, "CHUNK", CHUNK)


def made(office: Office, object_name: str, rows: Sequence[Mapping[str, object]]) -> list[str]:
    records = [{"attributes": {"type": object_name}, **row} for row in rows]
    answers = office.client.json("POST", "composite/sobjects", json={"allOrNone": True, "records": records})
    return [str(answer["id"]) for answer in answers]


def members_with_goals(connected: Connected, name: str) -> list[str]:
    """Create members with a goal and one milestone each, and make them due to be read; return their ids."""
    office = connected.office
    members = made(office, "Account", [{"Name": f"{name} {n:03}", "Is_Member__c": True} for n in range(MEMBERS)])
    times = {"Starts_On__c": "2026-01-01", "Time_Frame__c": "2030-12-31", "Confirmed_On__c": "2026-01-02"}
    goals = made(
        office, "Desired_Outcome__c", [{"Name": "Wins tenders", "Account__c": one, **times} for one in members]
    )
    day = {"Due__c": "2030-06-01", "First_Promised_Due__c": "2030-06-01", "Type__c": "Functional"}
    steps = made(
        office, "Success_Milestone__c", [{"Name": "Course done", "Desired_Outcome__c": one, **day} for one in goals]
    )
    with connected.engine.database.begin() as conn:
        for name, ids in (("Account", members), ("Desired_Outcome__c", goals), ("Success_Milestone__c", steps)):
            due.mark(conn, "fetch", "salesforce", name, ids)
    return members


def among(ids: Sequence[str]) -> str:
    return ", ".join(f"'{one}'" for one in ids)


def statuses(office: Office, members: Sequence[str]) -> list[Any]:
    return [
        row["Vector_Status__c"]
        for row in office.query(f"SELECT Vector_Status__c FROM Account WHERE Id IN ({among(members)})")
    ]


def snapshots(office: Office, members: Sequence[str]) -> list[str]:
    found = office.query(f"SELECT Account__c FROM {SNAPSHOT} WHERE Account__c IN ({among(members)})")
    return sorted(row["Account__c"] for row in found)


def jobs(office: Office) -> dict[str, dict[str, Any]]:
    """Return all ingest jobs by their ids."""
    told = office.client.json("GET", "jobs/ingest")["records"]
    return {job["id"]: office.client.json("GET", f"jobs/ingest/{job['id']}") for job in told}


def written_by(office: Office, job_id: str) -> list[str]:
    text = office.client.request("GET", f"jobs/ingest/{job_id}/successfulResults").text
    return [line.split(",")[0].strip('"') for line in text.splitlines()[1:]]


def letters(connected: Connected) -> list[dead_letters.DeadLetter]:
    with connected.engine.database.connect() as conn:
        return dead_letters.newest(conn)


def test_more_rows_than_collections_are_worth_go_as_jobs_and_each_lands_once(connected: Connected):
    office, before = connected.office, set(jobs(connected.office))
    members = members_with_goals(connected, "Sample Bulk Member")
    connected.settle(patience=30)
    ran = {key: job for key, job in jobs(office).items() if key not in before}
    assert {(job["object"], job["operation"], job["state"]) for job in ran.values()} == {
        ("Account", "update", "JobComplete"),
        (SNAPSHOT, "insert", "JobComplete"),
    }
    assert set(statuses(office, members)) == {"Holding"}
    assert snapshots(office, members) == sorted(members)
    assert letters(connected) == []
    connected.settle()
    assert set(jobs(office)) == before | set(ran)


@pytest.fixture
def in_collections(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many rows each writing in collections was asked for, as they come."""
    asked: list[int] = []
    write = writing.write

    def noted(client: SalesforceClient, writes: Sequence[Write], *more: Any, **named: Any) -> list[WriteResult]:
        asked.append(len(writes))
        return write(client, writes, *more, **named)

    monkeypatch.setattr(writing, "write", noted)
    return asked


def test_of_the_rows_of_a_job_only_those_that_it_refused_go_again(connected: Connected, in_collections: list[int]):
    office, before = connected.office, set(jobs(connected.office))
    faults = office.org.faults
    faults.follow(FaultPlan(rules=(FaultRule(kind="partial", rate=1, endpoint="jobs/ingest", share=0.3),)))
    members = members_with_goals(connected, "Sample Locked Member")
    try:
        connected.settle(patience=30)
    finally:
        faults.clear()
    ran = {key: job for key, job in jobs(office).items() if key not in before}
    refused = {job["object"]: job["numberRecordsFailed"] for job in ran.values()}
    assert refused.keys() == {"Account", SNAPSHOT}
    assert all(0 < count < MEMBERS for count in refused.values())
    assert sorted(in_collections) == sorted(refused.values())
    assert set(statuses(office, members)) == {"Holding"}
    assert snapshots(office, members) == sorted(members)
    assert letters(connected) == []


@pytest.fixture(params=["before", "half-way"])
def field_goes(
    request: pytest.FixtureRequest, connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, int]]:
    """Let an admin delete a field of the members that we write, before a job of theirs or after its first chunk.

    Return the state in which that job ends, and how many rows it tells of as failed.
    """
    org, do = connected.office.org.org, Ingest._do
    kept = org.schema.objects["account"].fields[PROGRESS.lower()]

    def drop() -> None:
        with org.change_schema() as change:
            change.drop_field("Account", PROGRESS)

    def do_and_drop(job: Ingest, header: list[str], chunk: list[list[str]]) -> bool:
        went = do(job, header, chunk)
        if job._job.spec["object"] == "Account" and PROGRESS.lower() in org.schema.objects["account"].fields:
            drop()
        return went

    if request.param == "before":
        drop()
        yield "Failed", 0
    else:
        monkeypatch.setattr(Ingest, "_do", do_and_drop)
        yield "JobComplete", MEMBERS - CHUNK
    with org.change_schema() as change:
        change.put_field("Account", replace(kept, extra={**kept.extra, "fls": False}))


def test_a_field_that_goes_while_jobs_run_rests_and_every_row_gets_the_others(
    connected: Connected, field_goes: tuple[str, int]
):
    office, before = connected.office, set(jobs(connected.office))
    members = members_with_goals(connected, "Sample Halved Member")
    connected.settle(patience=30)
    ran = [job for key, job in jobs(office).items() if key not in before and job["object"] == "Account"]
    assert {(job["state"], job["numberRecordsFailed"]) for job in ran} == {field_goes, ("JobComplete", 0)}
    assert set(statuses(office, members)) == {"Holding"}
    assert snapshots(office, members) == sorted(members)
    assert letters(connected) == []
    with connected.engine.database.connect() as conn:
        assert [(one.object, one.field) for one in resting.of(conn)] == [("Account", PROGRESS)]


def test_a_worker_that_starts_begins_with_the_sizes_that_another_one_learnt(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk, "ROWS_FROM", 1000)
    office, faults = connected.office, connected.office.org.faults
    members = members_with_goals(connected, "Sample Crowded Member")
    faults.follow(FaultPlan(rules=(FaultRule(kind="partial", rate=1, endpoint="composite"),)))
    try:
        connected.engine.drain("salesforce")
    finally:
        faults.clear()
    learnt = connected.engine.connected["salesforce"].connector.usage().sizes
    assert learnt["Account"] < 200
    assert check_system(connected.services).require().connector.usage().sizes == learnt
    connected.settle(patience=30)
    assert set(statuses(office, members)) == {"Holding"}


class HalfWay:
    """Holds the first job of an object after its first chunk, until it may go on."""

    def __init__(self, object_name: str) -> None:
        self.object, self.reached, self.go_on = object_name, threading.Event(), threading.Event()
        self._do = Ingest._do

    def __call__(self, job: Ingest, header: list[str], chunk: list[list[str]]) -> bool:
        went = self._do(job, header, chunk)
        if job._job.spec["object"] == self.object and not self.reached.is_set():
            self.reached.set()
            self.go_on.wait(PATIENCE_SECONDS)
        return went


@pytest.fixture(params=["Account", SNAPSHOT], ids=["updates", "creations"])
def half_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[HalfWay]:
    """Hold the job of that object half-way."""
    held = HalfWay(request.param)

    def hold(job: Ingest, header: list[str], chunk: list[list[str]]) -> bool:
        return held(job, header, chunk)

    monkeypatch.setattr(Ingest, "_do", hold)
    yield held
    held.go_on.set()


@contextmanager
def working_half_way(connected: Connected, half_way: HalfWay) -> Iterator[subprocess.Popen[bytes]]:
    """Let a worker run until its job is half-way; it is gone when this ends."""
    environment = connected.office.environment(connected.services.conninfo)
    worker = subprocess.Popen([sys.executable, str(WORKER)], env=environment, cwd=WORKER.parents[2])
    try:
        assert half_way.reached.wait(PATIENCE_SECONDS)
        yield worker
    finally:
        worker.kill()
        worker.wait()


def test_a_worker_that_is_asked_to_end_aborts_its_job_and_no_row_is_lost_or_doubled(
    connected: Connected, half_way: HalfWay
):
    office, before = connected.office, set(jobs(connected.office))
    members = members_with_goals(connected, f"Sample {half_way.object} Member")
    with working_half_way(connected, half_way) as worker:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE_SECONDS) == 0
    [aborted] = [key for key, job in jobs(office).items() if key not in before and job["object"] == half_way.object]
    assert jobs(office)[aborted]["state"] == "Aborted"
    written = written_by(office, aborted)
    assert len(written) == CHUNK
    stamps = f"SELECT Id, SystemModstamp FROM {half_way.object} WHERE Id IN ({among(written)}) ORDER BY Id"
    left = office.query(stamps)
    half_way.go_on.set()

    connected.settle(patience=30)
    assert set(statuses(office, members)) == {"Holding"}
    assert snapshots(office, members) == sorted(members)
    assert office.query(stamps) == left
    assert letters(connected) == []


def test_a_worker_that_is_killed_leaves_a_job_that_goes_on_and_no_row_is_lost_or_doubled(
    connected: Connected, half_way: HalfWay
):
    office, before = connected.office, set(jobs(connected.office))
    members = members_with_goals(connected, f"Sample Killed {half_way.object}")
    with working_half_way(connected, half_way):
        pass
    half_way.go_on.set()

    connected.settle(patience=40)
    left = [job for key, job in jobs(office).items() if key not in before and job["object"] == half_way.object]
    assert all(job["state"] == "JobComplete" for job in left)
    assert set(statuses(office, members)) == {"Holding"}
    assert snapshots(office, members) == sorted(members)
    assert letters(connected) == []
