"""A field that an admin deletes or makes read-only rests by itself; the rest flows, and it comes back by itself."""

from __future__ import annotations

import pytest

from plugin.store import dead_letters, resting, walks
from plugin.sync import backfill
from plugin.sync.resting import look_again, settle
from plugin.sync.walking import walk_on
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World


def rests(world: World) -> list[tuple[str, str]]:
    with world.database.connect() as conn:
        return [(one.object, one.field) for one in resting.of(conn)]


def letters(world: World) -> list[dead_letters.DeadLetter]:
    with world.database.connect() as conn:
        return dead_letters.newest(conn)


def look(world: World) -> None:
    system = world.engine.connected["salesforce"]
    look_again(world.database, system, system.mapping.objects, world.clock())


@pytest.fixture
def synced(world: World) -> World:
    world.sync()
    return world


def test_a_calculated_field_that_is_gone_rests_and_the_others_are_written(world: World):
    assert "Vector_Status__c" in world.engine.connected["salesforce"].schemas["Account"].fields
    world.crm.lost.add("Vector_Status__c")
    world.sync()
    assert world.crm.value("Account", ACCOUNT, "Vector_Status_Reason__c") is not None
    assert world.crm.value("Account", ACCOUNT, "Vector_Status__c") is None
    assert rests(world) == [("Account", "Vector_Status__c")]
    assert letters(world) == []


@pytest.mark.parametrize("how", ["lost", "read_only"])
def test_a_shared_field_that_cannot_be_written_rests_and_the_others_go_out(synced: World, how: str):
    getattr(synced.crm, how).add("Name")
    record_id = synced.link(OUTCOME).record_id
    synced.change("desired_outcome", record_id, name="Renamed here", objective="Win three tenders")
    synced.settle()
    assert synced.crm.value("Desired_Outcome__c", OUTCOME, "Objective__c") == "Win three tenders"
    assert synced.crm.value("Desired_Outcome__c", OUTCOME, "Name") == "Win public tenders"
    assert ("Desired_Outcome__c", "Name") in rests(synced)
    assert letters(synced) == []


def test_a_field_that_is_refused_though_it_is_there_becomes_a_dead_letter_in_their_words(synced: World):
    described = synced.crm.describe(synced.crm.mapping.objects)
    synced.crm.describe = lambda objects: {name: described[name] for name in objects}  # type: ignore[method-assign]
    synced.crm.read_only.add("Objective__c")
    synced.change("desired_outcome", synced.link(OUTCOME).record_id, objective="Win three tenders")
    synced.settle()
    [letter] = letters(synced)
    assert (letter.code, "Objective__c" in (letter.their_words or "")) == ("INVALID_FIELD", True)
    assert rests(synced) == []


def test_a_field_that_a_read_misses_rests_and_the_others_come_in(synced: World):
    synced.crm.lost.add("Objective__c")
    synced.clock.forward(60)
    synced.crm.put("Desired_Outcome__c", OUTCOME, Name="Renamed there")
    synced.poll()
    assert synced.ours("desired_outcome", OUTCOME)["name"] == "Renamed there"
    assert ("Desired_Outcome__c", "Objective__c") in rests(synced)


def test_what_we_hold_in_a_lost_field_stays(synced: World):
    synced.crm.put("Desired_Outcome__c", OUTCOME, Objective__c="Win three tenders")
    synced.poll()
    synced.crm.lost.add("Objective__c")
    synced.clock.forward(60)
    synced.crm.put("Desired_Outcome__c", OUTCOME, Name="Renamed there")
    synced.poll()
    assert synced.ours("desired_outcome", OUTCOME)["objective"] == "Win three tenders"


def test_a_field_that_is_back_brings_both_sides_values(synced: World):
    record_id = synced.link(OUTCOME).record_id
    synced.crm.lost |= {"Objective__c", "Baseline__c"}
    look(synced)
    synced.change("desired_outcome", record_id, objective="Written while it was gone")
    synced.settle()
    # The data of a field that is undeleted are there again, and no record's stamp has moved.
    synced.crm.records["Desired_Outcome__c"][OUTCOME].values["Baseline__c"] = "None won so far"
    synced.crm.lost.clear()
    look(synced)
    walk_on(synced.engine, "salesforce", "backfill", backfill.step, lambda _: None)
    synced.settle()
    assert synced.crm.value("Desired_Outcome__c", OUTCOME, "Objective__c") == "Written while it was gone"
    assert synced.ours("desired_outcome", OUTCOME)["baseline"] == "None won so far"
    assert rests(synced) == []


def test_looking_again_without_news_starts_nothing(synced: World):
    synced.crm.lost.add("Objective__c")
    look(synced)
    look(synced)
    system = synced.engine.connected["salesforce"]
    settle(synced.database, system, system.mapping.objects, synced.clock())
    with synced.database.connect() as conn:
        assert walks.under_way(conn, "salesforce", "backfill") == []
    assert rests(synced) == [("Desired_Outcome__c", "Objective__c")]
