"""What only going through all records can find, and that nothing but proof deletes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugin.store import dead_letters, due, walks
from plugin.sync import reconcile
from plugin.sync.walking import Ended, begin, walk_on
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World

LATER = 3600
SECOND_OUTCOME = "a01000000000002AAA"


def run(world: World, *objects: str) -> dict[str, dict[str, int]]:
    """Reconcile and work on what was found; return what was found by object."""
    begin(world.engine, "salesforce", "reconcile", objects)
    assert walk_on(world.engine, "salesforce", "reconcile", reconcile.step, lambda _: None) is Ended.FINISHED
    world.settle()
    with world.database.connect() as conn:
        found = walks.of(conn, "salesforce", "reconcile")
    return {one.object: {name: n for name, n in one.found.items() if n} for one in found}


@pytest.fixture
def synced(world: World) -> World:
    """An hour after the first sync, polled since."""
    world.crm.put("Desired_Outcome__c", SECOND_OUTCOME, Name="Hire apprentices", Account__c=ACCOUNT)
    world.sync()
    world.clock.forward(LATER)
    world.poll()
    return world


def test_where_all_agrees_nothing_is_found_and_nothing_is_due(synced: World):
    assert not any(run(synced).values())
    with synced.database.connect() as conn:
        assert due.counts(conn) == {}


def test_a_change_that_no_poll_saw_is_found_by_its_stamp(synced: World):
    held = synced.crm.records["Desired_Outcome__c"][OUTCOME]
    held.values["Name"] = "Win two tenders"
    held.stamp += timedelta(seconds=1)
    synced.poll()
    assert synced.ours("desired_outcome", OUTCOME)["name"] == "Win public tenders"
    assert run(synced)["Desired_Outcome__c"] == {"drift": 1}
    assert synced.ours("desired_outcome", OUTCOME)["name"] == "Win two tenders"
    assert not any(run(synced).values())


def test_a_record_that_came_into_sight_with_an_old_stamp_is_found(world: World):
    world.crm.put("Desired_Outcome__c", SECOND_OUTCOME, Name="Hire apprentices", Account__c=ACCOUNT)
    world.crm.hidden.add(SECOND_OUTCOME)
    world.sync()
    world.clock.forward(LATER)
    world.poll()
    world.crm.hidden.clear()
    world.poll()
    assert world.count("desired_outcome") == 1
    assert run(world)["Desired_Outcome__c"] == {"unseen": 1}
    assert world.count("desired_outcome") == 2


def test_what_is_out_of_sight_rests_and_is_reported_and_comes_back_when_it_is_seen_again(synced: World):
    synced.crm.hidden.add(OUTCOME)
    assert run(synced)["Desired_Outcome__c"] == {"suspended": 1}
    assert synced.link(OUTCOME).state == "suspended"
    assert synced.ours("desired_outcome", OUTCOME)["deleted_at"] is None
    assert run(synced)["Desired_Outcome__c"] == {"suspended": 1}
    synced.crm.hidden.clear()
    assert run(synced)["Desired_Outcome__c"] == {"returned": 1}
    assert synced.link(OUTCOME).state == "active"


def test_a_hard_delete_is_proven_by_the_log_of_deletions(synced: World):
    synced.crm.purge("Desired_Outcome__c", OUTCOME)
    synced.poll()
    assert synced.ours("desired_outcome", OUTCOME)["deleted_at"] is None
    assert run(synced)["Desired_Outcome__c"] == {"deleted": 1}
    assert synced.ours("desired_outcome", OUTCOME)["deleted_at"] is not None
    assert synced.link(OUTCOME).state == "deleted"
    assert synced.link(SECOND_OUTCOME).state == "active"


def test_a_hard_delete_that_no_log_remembers_is_never_taken_for_a_deletion(synced: World):
    synced.crm.purge("Desired_Outcome__c", OUTCOME)
    synced.crm.log.clear()
    assert run(synced)["Desired_Outcome__c"] == {"suspended": 1}
    assert synced.ours("desired_outcome", OUTCOME)["deleted_at"] is None


def test_a_record_that_rested_and_was_purged_since_is_deleted_with_proof(synced: World):
    synced.crm.hidden.add(OUTCOME)
    run(synced)
    synced.crm.purge("Desired_Outcome__c", OUTCOME)
    assert run(synced)["Desired_Outcome__c"] == {"deleted": 1}
    assert synced.link(OUTCOME).state == "deleted"


def test_a_log_that_still_names_a_record_that_was_brought_back_deletes_nothing(synced: World):
    synced.crm.hidden.add(OUTCOME)
    run(synced)
    synced.crm.log["Desired_Outcome__c"] = {OUTCOME: synced.clock()}
    synced.crm.hidden.clear()
    run(synced)
    assert synced.ours("desired_outcome", OUTCOME)["deleted_at"] is None
    assert synced.link(OUTCOME).state == "active"


def test_a_soft_delete_that_no_poll_saw_is_found(synced: World):
    held = synced.crm.records["Desired_Outcome__c"][OUTCOME]
    held.deleted = True
    assert run(synced)["Desired_Outcome__c"] == {"deleted": 1}
    assert synced.link(OUTCOME).state == "deleted"


def test_who_ceased_to_be_a_member_unseen_is_read_and_rests(synced: World):
    synced.crm.records["Account"][ACCOUNT].values["Is_Member__c"] = False
    assert run(synced)["Account"] == {"suspended": 1}
    assert synced.link(ACCOUNT).state == "suspended"
    assert synced.ours("member", ACCOUNT)["deleted_at"] is None


def test_what_changed_within_the_overlap_is_left_to_the_poll(synced: World):
    synced.crm.put("Desired_Outcome__c", OUTCOME, Name="Win two tenders")
    assert not any(run(synced).values())
    synced.poll()
    assert synced.ours("desired_outcome", OUTCOME)["name"] == "Win two tenders"


def test_pages_of_one_find_what_one_page_finds(synced: World):
    synced.crm.page = 1
    synced.crm.hidden.add(OUTCOME)
    synced.crm.calls.clear()
    assert run(synced, "Desired_Outcome__c")["Desired_Outcome__c"] == {"suspended": 1}
    synced.crm.hidden.clear()
    synced.crm.purge("Desired_Outcome__c", SECOND_OUTCOME)
    assert run(synced, "Desired_Outcome__c")["Desired_Outcome__c"] == {"returned": 1, "deleted": 1}


def test_one_object_alone_costs_one_call_where_all_is_well(synced: World):
    synced.crm.calls.clear()
    run(synced, "Desired_Outcome__c")
    assert synced.crm.calls == ["stamps"]


def test_a_record_that_was_given_up_on_is_not_tried_again_each_night(world: World):
    world.crm.put("Desired_Outcome__c", SECOND_OUTCOME, Account__c=ACCOUNT, Time_Frame__c="whenever")
    world.sync()
    world.clock.forward(LATER)
    world.poll()
    with world.database.connect() as conn:
        [before] = dead_letters.newest(conn)
    run(world)
    with world.database.connect() as conn:
        assert dead_letters.newest(conn) == [before]
