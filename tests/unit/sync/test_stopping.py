"""A process that is asked to end stops after what it is at, and whoever comes next goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from connectors.base import Condition, Cursor, Page
from plugin.errors import RetryLater
from plugin.sync import backfill
from plugin.sync.poll import first_sync
from plugin.sync.walking import Ended, begin, walk_on
from tests.fakes.crm import FakeCrm
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World

STEP = "a02000000000001AAA"
MANY = [f"a01000000003{number:03d}AAA" for number in range(6)]


class TwoAtOnce(FakeCrm):
    """Answers two rows a page."""

    def changed(
        self, object_name: str, fields: Sequence[str], since: Cursor | None, where: Sequence[Condition] = ()
    ) -> Iterator[Page]:
        while True:
            [whole] = super().changed(object_name, fields, since, where)
            rows = whole.rows[:2]
            since = Cursor(rows[-1].stamp, rows[-1].id) if rows else whole.cursor
            yield Page(rows, since, whole.began_at, whole.server_time, whole.total)
            if len(rows) == len(whole.rows):
                return


@pytest.fixture
def many(world: World) -> World:
    for record_id in MANY:
        world.crm.put("Desired_Outcome__c", record_id, Name=record_id, Account__c=ACCOUNT)
        world.clock.forward(1)
    world.crm.__class__ = TwoAtOnce
    return world


def test_nothing_is_begun_and_all_stays_due(world: World):
    world.sync()
    world.crm.put("Desired_Outcome__c", OUTCOME, Name="Win two tenders")
    world.notify("Desired_Outcome__c", OUTCOME)
    world.engine.stopping = lambda: True
    assert world.engine.drain("salesforce") == 0
    world.engine.stopping = lambda: False
    world.settle()
    assert world.ours("desired_outcome", OUTCOME)["name"] == "Win two tenders"


def test_the_batch_at_hand_is_finished_and_the_next_stage_is_left(world: World):
    world.sync()
    due_on = {"Due__c": "2026-06-01", "First_Promised_Due__c": "2026-06-01"}
    world.crm.put("Success_Milestone__c", STEP, Name="Bid", Type__c="Functional", Desired_Outcome__c=OUTCOME, **due_on)
    before = world.crm.value("Account", ACCOUNT, "Vector_Status__c")
    world.notify("Success_Milestone__c", STEP)
    asked = iter([False])
    world.engine.stopping = lambda: next(asked, True)
    assert world.engine.drain("salesforce") == 1
    assert world.ours("milestone", STEP)["name"] == "Bid"
    assert world.crm.value("Account", ACCOUNT, "Vector_Status__c") == before
    world.engine.stopping = lambda: False
    world.settle()
    assert world.crm.value("Account", ACCOUNT, "Vector_Status__c") != before


def test_a_first_sync_is_left_after_a_page_and_gone_on_with(many: World):
    seen: list[str] = []
    many.engine.stopping = lambda: len(seen) >= 3
    with pytest.raises(RetryLater, match="goes on where it stands"):
        first_sync(many.engine, "salesforce", lambda at: seen.append(at.object))
    assert many.count("desired_outcome") < len(MANY) + 1
    many.engine.stopping = lambda: False
    many.sync()
    assert many.count("desired_outcome") == len(MANY) + 1


def test_a_walk_is_left_after_a_page_and_gone_on_with(many: World):
    many.sync()
    begin(many.engine, "salesforce", "backfill", ["Desired_Outcome__c"])
    pages: list[int] = []
    many.engine.stopping = lambda: len(pages) >= 2

    def go() -> Ended:
        return walk_on(many.engine, "salesforce", "backfill", backfill.step, lambda at: pages.append(at.read))

    assert (go(), pages) == (Ended.STOPPING, [2, 4])
    many.engine.stopping = lambda: False
    assert go() is Ended.FINISHED
    assert pages == [2, 4, 6, 7]
