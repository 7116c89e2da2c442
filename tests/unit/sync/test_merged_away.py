"""A record that was merged into another over there, and what hung below it."""

from __future__ import annotations

import pytest

from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World

WINNER, EVENT = "001000000000002AAA", "a03000000000001AAA"


@pytest.fixture
def merged(world: World) -> World:
    """The member was merged into another one, and no stamp of what hung below it has moved."""
    world.crm.put("Account", WINNER, Name="Sample Member 2", Is_Member__c=True)
    world.crm.put("Context_Event__c", EVENT, Kind__c="Progress", Happened_On__c="2026-02-01", Account__c=ACCOUNT)
    world.sync()
    # Beyond the overlap that a poll reads again anyway.
    world.clock.forward(3600)
    world.poll()
    world.crm.remove("Account", ACCOUNT, merged_into=WINNER)
    for name, key in (("Context_Event__c", EVENT), ("Desired_Outcome__c", OUTCOME)):
        world.crm.records[name][key].values["Account__c"] = WINNER
    return world


def test_a_merge_is_found_by_polling_and_its_children_belong_to_the_one_that_is_left(merged: World):
    merged.poll()
    left = merged.ours("member", WINNER)["id"]
    assert merged.ours("member", ACCOUNT)["deleted_at"] is not None
    assert merged.ours("desired_outcome", OUTCOME)["member"] == left
    assert merged.ours("context_event", EVENT)["member"] == left


def test_what_the_merge_changed_below_is_read_again_though_no_stamp_tells(merged: World):
    merged.crm.records["Context_Event__c"][EVENT].values["Description__c"] = "Set by the merge"
    merged.crm.records["Desired_Outcome__c"][OUTCOME].values["Baseline__c"] = "Set by the merge"
    merged.poll()
    assert merged.ours("context_event", EVENT)["description"] == "Set by the merge"
    assert merged.ours("desired_outcome", OUTCOME)["baseline"] == "Set by the merge"


def test_what_went_with_a_merge_goes_here_as_well(merged: World):
    merged.crm.records["Context_Event__c"][EVENT].deleted = True
    merged.poll()
    assert merged.ours("context_event", EVENT)["deleted_at"] is not None
