"""Who may call when an org's calls run short: people last of all wait, a backfill first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.base import Usage
from plugin.errors import LimitReached
from plugin.store import due, systems
from plugin.sync import backfill, poll
from plugin.sync.budget import LOOK_AGAIN, Budget
from plugin.sync.engine import Engine
from plugin.sync.walking import Ended, begin, walk_on
from tests.unit.sync.conftest import OUTCOME, World

LIMIT = 1000


def use(world: World, used: int) -> None:
    """The org says so in every answer from now on."""
    world.crm.usage = lambda: Usage(used, LIMIT, len(world.crm.calls))  # type: ignore[method-assign]
    world.crm.calls.append("somebody's")
    world.engine.note_usage("salesforce")


def lanes(world: World) -> tuple[str, ...]:
    with world.database.connect() as conn:
        return world.engine.lanes(conn, "salesforce")


@pytest.fixture
def synced(world: World) -> World:
    world.sync()
    return world


@pytest.mark.parametrize(
    ("used", "allowed"),
    [
        (0, ("interactive", "sync", "backfill")),
        (699, ("interactive", "sync", "backfill")),
        (700, ("interactive", "sync")),
        (899, ("interactive", "sync")),
        (900, ("interactive",)),
        (949, ("interactive",)),
        (950, ()),
        (1000, ()),
    ],
)
def test_the_less_is_left_the_fewer_lanes_may_call(synced: World, used: int, allowed: tuple[str, ...]):
    use(synced, used)
    assert lanes(synced) == allowed


def test_the_shares_can_be_set_and_none_reaches_into_the_reserve(synced: World):
    synced.engine.budget = Budget(reserve=0.5, sync=1.0, backfill=0.1)
    for used, allowed in ((99, 3), (100, 2), (499, 2), (500, 0)):
        use(synced, used)
        assert len(lanes(synced)) == allowed


def test_short_of_calls_a_backfill_waits_and_a_notified_change_goes_through(synced: World):
    use(synced, 800)
    begin(synced.engine, "salesforce", "backfill")
    assert walk_on(synced.engine, "salesforce", "backfill", backfill.step, lambda _: None) is Ended.SHORT
    synced.crm.put("Desired_Outcome__c", OUTCOME, Name="Win two tenders")
    synced.notify("Desired_Outcome__c", OUTCOME)
    synced.settle()
    assert synced.ours("desired_outcome", OUTCOME)["name"] == "Win two tenders"


def test_rows_of_a_lane_that_waits_stay_due_and_are_done_once_calls_are_back(synced: World):
    use(synced, 800)
    synced.crm.put("Desired_Outcome__c", OUTCOME, Name="Win two tenders")
    with synced.database.begin() as conn:
        due.mark(conn, "fetch", "salesforce", "Desired_Outcome__c", [OUTCOME], "backfill", synced.clock())
    calls = list(synced.crm.calls)
    assert synced.engine.drain("salesforce") == 0
    assert synced.crm.calls == calls
    use(synced, 100)
    synced.settle()
    assert synced.ours("desired_outcome", OUTCOME)["name"] == "Win two tenders"


def test_a_wait_has_an_end_at_which_one_look_is_taken_again(synced: World):
    use(synced, 800)
    with synced.database.connect() as conn:
        assert synced.engine.waits(conn, "salesforce") == {"backfill": synced.clock() + LOOK_AGAIN}
    synced.clock.forward(LOOK_AGAIN.total_seconds() - 1)
    assert "backfill" not in lanes(synced)
    synced.clock.forward(1)
    assert "backfill" in lanes(synced)
    use(synced, 801)
    assert "backfill" not in lanes(synced)


def test_what_one_process_was_told_another_one_knows(synced: World):
    use(synced, 800)
    other = Engine(synced.database, synced.engine.connected, synced.clock)
    with other.database.connect() as conn:
        assert other.lanes(conn, "salesforce") == ("interactive", "sync")


def test_a_poll_stops_where_calls_are_short_and_is_not_taken_for_done(synced: World):
    with synced.database.connect() as conn:
        before = systems.get(conn, "salesforce")
    use(synced, 900)
    synced.clock.forward(60)
    calls = len(synced.crm.calls)
    assert poll.poll(synced.engine, "salesforce") == 0
    with synced.database.connect() as conn:
        after = systems.get(conn, "salesforce")
    assert before is not None
    assert after is not None
    assert after.polled_at == before.polled_at
    assert len(synced.crm.calls) == calls


def test_a_first_sync_that_finds_calls_short_says_until_when_and_goes_on_there(world: World):
    world.crm.usage = lambda: Usage(800, LIMIT, len(world.crm.calls))  # type: ignore[method-assign]
    with pytest.raises(LimitReached, match="12:15 UTC"):
        world.sync()
    world.crm.usage = lambda: Usage(10, LIMIT, len(world.crm.calls))  # type: ignore[method-assign]
    world.clock.forward(timedelta(minutes=15).total_seconds())
    world.sync()
    assert world.count("desired_outcome") == 1
