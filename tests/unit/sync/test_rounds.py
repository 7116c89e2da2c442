"""What a worker is asked to do, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.base import OrgIdentity, Usage
from plugin.errors import LimitReached
from plugin.store import systems, walks
from plugin.sync.engine import Engine
from plugin.sync.rounds import Rounds
from plugin.sync.walking import begin
from tests.unit.sync.conftest import OUTCOME, World


@pytest.fixture
def rounds(world: World) -> Rounds:
    """A worker of an association in New York that has done its first sync at noon UTC, on the second of March."""
    here = world.engine.connected["salesforce"].connector.identity()
    identity = OrgIdentity(here.org_id, here.name, "America/New_York", True, here.user_id, here.username)
    world.crm.identity = lambda: identity  # type: ignore[method-assign]
    worker = Rounds(world.database, "salesforce", lambda: world.engine, world.clock, 300, reconcile_hour=3)
    worker.poll("salesforce")
    world.settle()
    return worker


def at(world: World, *moment: int) -> None:
    world.clock.now = datetime(2026, 3, *moment, tzinfo=UTC)


def tasks(rounds: Rounds) -> set[str]:
    return {task for task, _ in rounds.wanted()}


def work(rounds: Rounds) -> None:
    for task, system in rounds.wanted():
        getattr(rounds, task)(system)


def test_a_reconcile_is_wanted_each_night_at_the_associations_own_hour(world: World, rounds: Rounds):
    at(world, 2, 23)
    assert "reconcile" not in tasks(rounds)
    at(world, 3, 7, 59)
    assert "reconcile" not in tasks(rounds)
    at(world, 3, 8)
    assert "reconcile" in tasks(rounds)
    work(rounds)
    assert "reconcile" not in tasks(rounds)
    at(world, 4, 7, 59)
    assert "reconcile" not in tasks(rounds)
    at(world, 4, 8, 1)
    assert "reconcile" in tasks(rounds)


def test_a_nightly_reconcile_goes_through_every_object_and_is_kept(world: World, rounds: Rounds):
    world.crm.hidden.add(OUTCOME)
    at(world, 3, 9)
    work(rounds)
    with world.database.connect() as conn:
        found = {one.object: one for one in walks.of(conn, "salesforce", "reconcile")}
    assert set(found) == {source.object for source in world.engine.connected["salesforce"].read_sources}
    assert all(one.finished_at for one in found.values())
    assert found["Desired_Outcome__c"].found["suspended"] == 1


def test_a_night_that_was_missed_is_made_up_for(world: World, rounds: Rounds):
    at(world, 6, 20)
    assert "reconcile" in tasks(rounds)
    work(rounds)
    assert "reconcile" not in tasks(rounds)


def test_a_walk_that_was_cut_off_is_wanted_until_it_is_finished(world: World, rounds: Rounds):
    begin(world.engine, "salesforce", "backfill", ["Desired_Outcome__c"])
    assert "backfill" in tasks(rounds)
    work(rounds)
    assert "backfill" not in tasks(rounds)


def test_one_object_reconciled_by_hand_does_not_stand_for_the_night(world: World, rounds: Rounds):
    begin(world.engine, "salesforce", "reconcile", ["Account"])
    assert tasks(rounds) == {"reconcile"}
    rounds.reconcile("salesforce")
    at(world, 3, 9)
    assert "reconcile" in tasks(rounds)


def test_short_of_calls_no_walk_and_no_poll_is_wanted_and_a_notified_change_is(world: World, rounds: Rounds):
    begin(world.engine, "salesforce", "backfill")
    with world.database.begin() as conn:
        systems.record_usage(conn, "salesforce", Usage(920, 1000, 1), world.clock())
    world.clock.forward(600)
    world.notify("Desired_Outcome__c", OUTCOME)
    assert tasks(rounds) == {"drain"}
    world.clock.forward(300)
    assert tasks(rounds) == {"drain", "poll", "backfill"}


def test_an_org_without_calls_is_left_alone_and_not_connected_anew(world: World):
    built: list[int] = []

    def build() -> Engine:
        built.append(1)
        return world.engine

    worker = Rounds(world.database, "salesforce", build, world.clock, 300)
    worker.poll("salesforce")

    def refuse(*_: object) -> None:
        raise LimitReached("none left", 900)

    world.crm.fetch = refuse  # type: ignore[assignment, method-assign]
    world.notify("Desired_Outcome__c", OUTCOME)
    worker.drain("salesforce")
    assert worker.wanted() == ()
    world.clock.forward(901)
    worker.drain("salesforce")
    assert len(built) == 1


def test_idle_costs_at_most_one_call_a_minute_for_each_object_that_is_polled(world: World):
    """Also where the last thing that happened was an import of many records at once."""
    worker = Rounds(world.database, "salesforce", lambda: world.engine, world.clock, 60)
    worker.poll("salesforce")
    world.settle()
    objects = len(world.engine.connected["salesforce"].read_sources)
    world.crm.calls.clear()
    for _ in range(4 * 30):
        world.clock.forward(15)
        work(worker)
    assert len(world.crm.calls) <= objects * 30
    assert set(world.crm.calls) == {"changed"}
