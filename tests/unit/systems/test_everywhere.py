"""One worker for several systems."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from plugin.errors import Unreachable
from plugin.store import due
from plugin.sync.engine import Engine
from plugin.sync.everywhere import Everywhere
from plugin.sync.rounds import Rounds
from tests.unit.sync.two_systems import ACCOUNT, GOAL, Two

EAST, WEST = "001000000000001EEE", "001000000000001WWW"


@pytest.fixture
def two(engine: sa.Engine) -> Two:
    """The same member in the east and in the west."""
    two = Two.of(engine)
    two.member(two.east, EAST, "Sample Member 1")
    two.member(two.west, WEST, "Sample Member 1")
    return two


def engine_for(two: Two, name: str) -> Engine:
    """As in production, where an engine is connected to one system and knows of the others."""
    mappings = {crm.system: crm.mapping for crm in (two.east, two.west)}
    return Engine(two.database, {name: two.engine.connected[name]}, two.clock, "UTC", mappings=mappings)


def worker_of(two: Two, *down: str) -> Everywhere:
    def build(name: str) -> Engine:
        if name in down:
            raise Unreachable(f"{name} is down", 600)
        return engine_for(two, name)

    return Everywhere(
        {name: Rounds(two.database, name, lambda n=name: build(n), two.clock, 60) for name in ("east", "west")}
    )


def work(two: Two, worker: Everywhere, times: int = 6) -> None:
    for _ in range(times):
        two.clock.forward(61)
        for task, system in worker.wanted():
            getattr(worker, task)(system)


def test_a_change_in_one_system_reaches_another_that_has_an_engine_of_its_own(two: Two):
    worker = worker_of(two)
    work(two, worker)
    two.east.put(GOAL, "a01000000000001EEE", Name="Win tenders", Account__c=EAST)
    work(two, worker)
    [there] = two.west.records[GOAL]
    assert two.west.value(GOAL, there, "Account__c") == WEST


def test_while_one_system_is_down_the_other_goes_on_and_what_is_due_waits(two: Two):
    work(two, worker_of(two))
    worker = worker_of(two, "west")
    work(two, worker)
    two.east.put(ACCOUNT, EAST, Name="Sample Member One")
    work(two, worker)
    assert {system for _, system in worker.wanted()} <= {"east"}
    assert two.ours("member", two.east, EAST)["name"] == "Sample Member One"
    with two.database.connect() as conn:
        assert due.counts(conn)["push", "west", "sync"] == 1
    work(two, worker_of(two))
    assert two.west.value(ACCOUNT, WEST, "Name") == "Sample Member One"


def test_a_system_that_joins_later_gets_what_it_lacks(two: Two):
    two.east.put(GOAL, "a01000000000001EEE", Name="Win tenders", Account__c=EAST)
    alone = Everywhere({"east": Rounds(two.database, "east", lambda: engine_alone(two), two.clock, 60)})
    work(two, alone)
    assert not two.west.records.get(GOAL)
    work(two, worker_of(two))
    [there] = two.west.records[GOAL]
    assert two.west.value(GOAL, there, "Name") == "Win tenders"
    assert len(two.west.records[ACCOUNT]) == 1


def engine_alone(two: Two) -> Engine:
    return Engine(two.database, {"east": two.engine.connected["east"]}, two.clock, "UTC")


def test_a_job_for_a_system_that_was_taken_out_does_nothing(two: Two):
    work(two, worker_of(two))
    worker_of(two).drain("north")
    assert two.count("member") == 1


def test_a_system_that_is_slow_to_connect_holds_up_one_thread_only(two: Two):
    connecting, go_on = threading.Event(), threading.Event()

    def build() -> Engine:
        connecting.set()
        go_on.wait(30)
        return engine_for(two, "east")

    rounds = Rounds(two.database, "east", build, two.clock, 60)
    first = threading.Thread(target=rounds.poll, args=("east",))
    first.start()
    assert connecting.wait(30)
    rounds.drain("east")  # Comes back though the first still waits.
    assert first.is_alive()
    go_on.set()
    first.join(30)
    assert two.link(two.east, EAST).state == "active"
