"""Two workers and two web processes on one database; a worker that is killed holds nothing up."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from plugin import processes
from plugin.store import dead_letters, links, records
from tests.e2e.conftest import SECRET, Connected
from tests.fakes.served import free_port
from tests.fakes.service import message

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30
"""For how long a killed worker may hold anything up."""


@dataclass
class Running:
    """The web service's address (gunicorn runs two processes of it) and the workers, to which more can be added."""

    address: str
    workers: list[subprocess.Popen[bytes]]
    another: Callable[[], subprocess.Popen[bytes]]

    def kill(self, number: int) -> None:
        """Kill a worker as `kill -9` does, and start another one in its place."""
        self.workers[number].send_signal(signal.SIGKILL)
        self.workers[number] = self.another()


@pytest.fixture
def running(connected: Connected, tmp_path: Path) -> Iterator[Running]:
    """Run the web service and two workers on our side's database."""
    port = free_port()
    environment = connected.office.environment(connected.services.conninfo)
    command = [sys.executable, "-m", "plugin.cli", "worker"]
    with ExitStack() as ended, (tmp_path / "log").open("wb") as log:
        first = processes.start("127.0.0.1", port, environment, ROOT, log)
        ended.callback(first.stop)

        def another() -> subprocess.Popen[bytes]:
            worker = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=log)
            ended.callback(worker.wait, PATIENCE_SECONDS)
            ended.callback(worker.terminate)
            return worker

        address = f"http://127.0.0.1:{port}"
        until(lambda: _alive(address), 120)
        yield Running(address, [first.children["The worker"], another()], another)


def _alive(address: str) -> bool:
    try:
        return requests.get(f"{address}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


def until(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.1)


def notify(address: str, org_id: str, *records: tuple[str, str]) -> None:
    """Send a notification as the org would."""
    body = message(*records, org=org_id)
    sent = requests.post(f"{address}/webhooks/salesforce/{SECRET}", data=body, timeout=10)
    assert sent.status_code == 200, sent.text


def achieved(connected: Connected, milestone: str) -> str | None:
    with connected.engine.database.connect() as conn:
        link = links.by_external(conn, "salesforce", [milestone]).get(milestone)
        if link is None:
            return None
        day = records.load(conn, "milestone", [link.record_id])[link.record_id]["achieved_on"]
    return day.isoformat() if day else None


def test_a_killed_worker_holds_nothing_up_and_nothing_is_lost_or_doubled(connected: Connected, running: Running):
    office, org_id = connected.office, connected.engine.connected["salesforce"].connector.identity().org_id
    made = [office.member_with_outcome(f"Sample Member {number:03d}") for number in range(20)]
    milestones = [milestone for _, _, three in made for milestone in three]
    told = [("Account", member) for member, _, _ in made] + [("Desired_Outcome__c", goal) for _, goal, _ in made]
    notify(running.address, org_id, *told, *(("Success_Milestone__c", one) for one in milestones))
    until(lambda: all(office.read("Account", member)["Vector_Status__c"] for member, _, _ in made), 120)

    for killed in range(len(running.workers)):
        day = f"2026-02-0{killed + 1}"
        for milestone in milestones:
            office.edit("Success_Milestone__c", milestone, Achieved_On__c=day)
        for start in range(0, len(milestones), 10):
            chosen = milestones[start : start + 10]
            notify(running.address, org_id, *(("Success_Milestone__c", one) for one in chosen))
        running.kill(killed)
        until(lambda day=day: all(achieved(connected, one) == day for one in milestones))  # type: ignore[misc]

    with connected.engine.database.connect() as conn:
        assert dead_letters.newest(conn) == []
    assert {row["Id"] for row in office.query("SELECT Id FROM Success_Milestone__c")} >= set(milestones)
    assert len(office.query("SELECT Id FROM Desired_Outcome__c WHERE Name LIKE 'Sample Member%'")) == len(made)
