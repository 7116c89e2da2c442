"""Reading again what was read before: nothing is lost, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from connectors.base import Condition, Cursor, Page
from plugin.errors import UserError
from plugin.store import due, walks
from plugin.store.locks import lane_lock
from plugin.sync import backfill, resync
from plugin.sync.points import Point
from plugin.sync.walking import Ended, begin, walk_on
from tests.fakes.crm import FakeCrm
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World

MANY = [f"a01000000002{number:03d}AAA" for number in range(7)]
MILESTONE = "a02000000000001AAA"


class Pages(FakeCrm):
    """Answers three rows a page."""

    def changed(
        self, object_name: str, fields: Sequence[str], since: Cursor | None, where: Sequence[Condition] = ()
    ) -> Iterator[Page]:
        for whole in super().changed(object_name, fields, since, where):
            rows = whole.rows[:3]
            cursor = Cursor(rows[-1].stamp, rows[-1].id) if rows else whole.cursor
            yield Page(rows, cursor, whole.began_at, whole.server_time, whole.total)


@pytest.fixture
def synced(world: World) -> World:
    for record_id in MANY:
        world.crm.put("Desired_Outcome__c", record_id, Name=record_id, Account__c=ACCOUNT)
        world.clock.forward(1)
    world.crm.put("Success_Milestone__c", MILESTONE, Name="First bid", Type__c="Functional", Desired_Outcome__c=OUTCOME)
    world.sync()
    world.clock.forward(3600)
    world.poll()
    world.crm.__class__ = Pages
    return world


def change_unseen(world: World, record_id: str, **values: str) -> None:
    """A value differs from what was read, and no stamp tells: an import that kept the audit fields, a formula."""
    world.crm.records["Desired_Outcome__c"][record_id].values |= values


def run(world: World, *objects: str) -> Ended:
    begin(world.engine, "salesforce", "backfill", objects)
    return walk_on(world.engine, "salesforce", "backfill", backfill.step, lambda _: None)


def stands(world: World) -> dict[str, walks.Walk]:
    with world.database.connect() as conn:
        return {one.object: one for one in walks.of(conn, "salesforce", "backfill")}


def test_reading_everything_again_brings_what_no_stamp_told(synced: World):
    for record_id in MANY:
        change_unseen(synced, record_id, Name=f"{record_id} again")
    assert run(synced) is Ended.FINISHED
    assert [synced.ours("desired_outcome", one)["name"] for one in MANY] == [f"{one} again" for one in MANY]
    at = stands(synced)
    assert (at["Desired_Outcome__c"].read, at["Desired_Outcome__c"].total) == (8, 8)
    assert all(one.finished_at for one in at.values())


def test_one_object_is_read_and_no_other(synced: World):
    synced.crm.records["Account"][ACCOUNT].values["Name"] = "Another name"
    change_unseen(synced, MANY[0], Name="Again")
    run(synced, "Desired_Outcome__c")
    assert synced.ours("desired_outcome", MANY[0])["name"] == "Again"
    assert synced.ours("member", ACCOUNT)["name"] == "Sample Member 1"


def test_reading_everything_again_where_nothing_changed_writes_nothing(synced: World):
    writes = len(synced.crm.written)
    run(synced)
    synced.settle()
    assert len(synced.crm.written) == writes


@pytest.mark.parametrize("point", [Point.READ, Point.SAVED, Point.FETCHED])
def test_a_backfill_that_dies_goes_on_where_it_stood(synced: World, point: Point):
    for record_id in MANY:
        change_unseen(synced, record_id, Name=f"{record_id} again")
    passed = 0

    def passing(here: Point) -> None:
        nonlocal passed
        passed += here is point
        if here is point and passed == 2:
            raise KeyboardInterrupt

    synced.engine.passing = passing
    with pytest.raises(KeyboardInterrupt):
        run(synced, "Desired_Outcome__c")
    synced.crm.calls.clear()
    assert run(synced, "Desired_Outcome__c") is Ended.FINISHED
    pages = 1 if point is Point.FETCHED else 2
    assert synced.crm.calls.count("changed") == pages
    assert [synced.ours("desired_outcome", one)["name"] for one in MANY] == [f"{one} again" for one in MANY]


def test_edits_on_both_sides_during_a_backfill_are_kept(synced: World):
    ours = synced.ours("desired_outcome", MANY[0])["id"]

    def meanwhile(here: Point) -> None:
        if here is Point.READ and "edited" not in done:
            done.append("edited")
            synced.clock.forward(2)
            synced.change("desired_outcome", ours, objective="Ours, meanwhile")
            synced.crm.put("Desired_Outcome__c", MANY[0], Baseline__c="Theirs, meanwhile")
            synced.crm.put("Desired_Outcome__c", MANY[6], Name="Theirs, too")

    done: list[str] = []
    synced.engine.passing = meanwhile
    synced.clock.forward(5)
    run(synced, "Desired_Outcome__c")
    synced.settle()
    synced.poll()
    record = synced.ours("desired_outcome", MANY[0])
    assert (record["objective"], record["baseline"]) == ("Ours, meanwhile", "Theirs, meanwhile")
    assert synced.crm.value("Desired_Outcome__c", MANY[0], "Objective__c") == "Ours, meanwhile"
    assert synced.ours("desired_outcome", MANY[6])["name"] == "Theirs, too"


def test_a_notified_change_is_done_between_two_pages(synced: World):
    """Nobody waits for a backfill."""
    names: list[str] = []
    synced.crm.put("Desired_Outcome__c", MANY[5], Name="Urgent")
    synced.clock.forward(5)
    synced.notify("Desired_Outcome__c", MANY[5])
    begin(synced.engine, "salesforce", "backfill", ["Desired_Outcome__c"])
    walk_on(
        synced.engine,
        "salesforce",
        "backfill",
        backfill.step,
        lambda _: names.append(synced.ours("desired_outcome", MANY[5])["name"]),
    )
    assert names[1] == "Urgent"


def test_where_another_worker_has_the_system_a_backfill_waits_or_leaves_it_to_that_one(synced: World):
    tries: list[int] = []

    def twice() -> bool:
        tries.append(1)
        return len(tries) < 2

    begin(synced.engine, "salesforce", "backfill", ["Desired_Outcome__c"])
    with lane_lock(synced.database, "system:salesforce"):
        assert walk_on(synced.engine, "salesforce", "backfill", backfill.step, lambda _: None, twice) is Ended.BUSY
    assert len(tries) == 2
    assert stands(synced)["Desired_Outcome__c"].read == 0


def test_asking_again_while_it_is_under_way_begins_nothing_anew(synced: World):
    begin(synced.engine, "salesforce", "backfill", ["Desired_Outcome__c"])
    with synced.database.begin() as conn:
        [walk] = walks.under_way(conn, "salesforce", "backfill")
    backfill.step(synced.engine, synced.engine.connected["salesforce"], walk)
    begin(synced.engine, "salesforce", "backfill", ["Desired_Outcome__c"])
    assert stands(synced)["Desired_Outcome__c"].read == 3


def test_one_member_is_read_again_with_everything_below(synced: World):
    synced.crm.records["Account"][ACCOUNT].values["Name"] = "Another name"
    change_unseen(synced, MANY[0], Name="Again")
    synced.crm.records["Success_Milestone__c"][MILESTONE].values["Name"] = "Second bid"
    assert resync.read_member(synced.engine, "salesforce", ACCOUNT) == 1 + 3 + 1
    synced.settle()
    assert synced.ours("member", ACCOUNT)["name"] == "Another name"


def test_what_was_below_a_member_and_is_gone_is_found_when_the_member_is_read_again(synced: World):
    synced.crm.__class__ = FakeCrm
    synced.crm.hidden.add(MANY[3])
    resync.read_member(synced.engine, "salesforce", ACCOUNT)
    with synced.database.connect() as conn:
        assert due.counts(conn) == {("fetch", "salesforce", "backfill"): 1}
    synced.settle()
    assert synced.link(MANY[3]).state == "suspended"


def test_a_member_that_nobody_knows_is_told_and_nothing_is_changed(synced: World):
    with pytest.raises(UserError, match="001000000000099AAA"):
        resync.read_member(synced.engine, "salesforce", "001000000000099AAA")
