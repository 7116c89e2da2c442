"""What was given up on is tried again by itself, ever more seldom: what stopped it may have been put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Outcome, Usage, Write, WriteResult
from plugin.store import dead_letters, due
from plugin.store.dead_letters import DeadLetter
from plugin.sync.retrying import retry
from plugin.sync.rounds import Rounds
from tests.unit.sync.conftest import OUTCOME, World

HOUR = timedelta(hours=1)


def letters(world: World) -> list[DeadLetter]:
    with world.database.connect() as conn:
        return dead_letters.newest(conn)


@pytest.fixture
def refused(world: World) -> World:
    """The CRM refuses an objective of ours, and says why."""

    def update(writes: Sequence[Write]) -> list[WriteResult]:
        world.crm.calls.append("update")
        words = ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Say why.")
        return [WriteResult(Outcome.REJECTED, one.id, *words) for one in writes]

    world.sync()
    world.crm.update = update  # type: ignore[method-assign]
    world.change("desired_outcome", world.ours("desired_outcome", OUTCOME)["id"], objective="Ours")
    world.settle()
    assert [(one.code, one.count) for one in letters(world)] == [("FIELD_CUSTOM_VALIDATION_EXCEPTION", 1)]
    return world


def later(world: World, wait: timedelta) -> int:
    """Let a time pass since the database noted the last try; return how many letters are due for another one."""
    world.clock.now = datetime.now(UTC) + wait
    return retry(world.engine, "salesforce")


def test_a_letter_is_tried_again_after_an_hour_then_twice_as_long_each_time_at_most_a_day(refused: World):
    for tries, hours in enumerate((1, 2, 4, 8, 16, 24, 24), start=1):
        assert later(refused, hours * HOUR - timedelta(minutes=1)) == 0
        assert later(refused, hours * HOUR) == 1
        refused.settle()
        [letter] = letters(refused)
        assert (letter.count, letter.their_words) == (tries + 1, "Say why.")


def test_a_worker_tries_again_when_it_polls_and_the_letter_goes_once_the_rule_is_mended(refused: World):
    worker = Rounds(refused.database, "salesforce", lambda: refused.engine, refused.clock, 300)
    del refused.crm.update  # type: ignore[method-assign]
    refused.clock.now = datetime.now(UTC) + HOUR / 2
    worker.poll("salesforce")
    refused.settle()
    assert len(letters(refused)) == 1
    refused.clock.now = datetime.now(UTC) + HOUR
    worker.poll("salesforce")
    refused.settle()
    assert letters(refused) == []
    assert refused.crm.value("Desired_Outcome__c", OUTCOME, "Objective__c") == "Ours"


def test_another_try_waits_where_calls_are_short_and_for_live_changes(refused: World):
    refused.crm.usage = lambda: Usage(800, 1000, len(refused.crm.calls))  # type: ignore[method-assign]
    refused.clock.now = datetime.now(UTC) + HOUR
    refused.crm.calls.append("somebody's")
    refused.engine.note_usage("salesforce")
    writes = refused.crm.calls.count("update")
    assert retry(refused.engine, "salesforce") == 1
    refused.settle()
    assert refused.crm.calls.count("update") == writes
    with refused.database.connect() as conn:
        assert due.counts(conn) == {("push", "salesforce", "backfill"): 1}


def test_what_is_due_again_already_keeps_its_own_time(refused: World):
    def busy(writes: Sequence[Write]) -> list[WriteResult]:
        return [WriteResult(Outcome.BUSY, one.id, "UNABLE_TO_LOCK_ROW", "locked") for one in writes]

    refused.crm.update = busy  # type: ignore[method-assign]
    assert later(refused, HOUR) == 1
    refused.engine.drain("salesforce")
    with refused.database.connect() as conn:
        [postponed] = due.take(conn, "push", "salesforce", 9, refused.clock() + HOUR)
    assert later(refused, HOUR) == 0
    with refused.database.connect() as conn:
        assert due.take(conn, "push", "salesforce", 9, refused.clock() + HOUR) == [postponed]


def test_what_only_a_person_can_settle_is_left_to_one(world: World):
    with world.database.begin() as conn:
        due.mark(conn, "push", "salesforce", "desired_outcome", ["a"])
        [row] = due.take(conn, "push", "salesforce", 9, datetime.now(UTC) + HOUR)
        dead_letters.bury(conn, row, None, "It was edited as it went.", "EDITED_THERE")
    assert later(world, 100 * HOUR) == 0


def test_a_dropped_letter_is_not_tried_again(refused: World):
    with refused.database.begin() as conn:
        [letter] = letters(refused)
        dead_letters.drop(conn, letter.id, "Sample Manager", "it may stay as it is", refused.clock())
    assert later(refused, 100 * HOUR) == 0


def test_each_system_has_letters_of_its_own(refused: World):
    with refused.database.begin() as conn:
        due.mark(conn, "push", "another", "desired_outcome", ["a"])
        [row] = due.take(conn, "push", "another", 9, datetime.now(UTC) + HOUR)
        dead_letters.bury(conn, row, None, "no", None)
    assert later(refused, HOUR) == 1
