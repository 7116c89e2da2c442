"""What the engine promises, between a real database and a CRM in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from connectors.base import Write
from plugin.store import dead_letters, history
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World


def test_a_first_sync_brings_members_and_their_outcomes(world: World):
    world.sync()
    member = world.ours("member", ACCOUNT)
    outcome = world.ours("desired_outcome", OUTCOME)
    assert (member["name"], member["kind"], member["joined_on"]) == (
        "Sample Member 1",
        "organisation",
        date(2025, 1, 10),
    )
    assert (outcome["member"], outcome["due_on"]) == (member["id"], date(2026, 12, 31))


def test_what_a_first_sync_brings_is_known_since_they_last_changed_it_and_labelled_so(world: World):
    changed = world.clock()
    world.clock.forward(3600)
    world.sync()
    outcome = world.ours("desired_outcome", OUTCOME)["id"]
    with world.database.connect() as conn:
        [objective] = [one for one in history.changes(conn, "desired_outcome", outcome) if one.field == "name"]
    assert (objective.known_at, objective.source) == (changed, "salesforce")
    assert objective.who == "005PERSON (first sync)"


def test_accounts_that_are_no_members_stay_where_they_are(world: World):
    world.crm.put("Account", "001000000000009AAA", Name="A supplier", Is_Member__c=False)
    world.sync()
    world.notify("Account", "001000000000009AAA")
    world.settle()
    assert world.count("member") == 1


def test_their_change_comes_in_after_a_notification(world: World):
    world.sync()
    world.crm.put("Desired_Outcome__c", OUTCOME, Name="Win two tenders")
    world.notify("Desired_Outcome__c", OUTCOME)
    world.settle()
    assert world.ours("desired_outcome", OUTCOME)["name"] == "Win two tenders"


def test_their_change_comes_in_by_polling_when_no_notification_tells(world: World):
    world.sync()
    world.crm.put("Desired_Outcome__c", OUTCOME, Name="Win two tenders")
    world.poll()
    assert world.ours("desired_outcome", OUTCOME)["name"] == "Win two tenders"


def test_a_repeated_notification_changes_nothing(world: World):
    world.sync()
    writes = len(world.crm.written)
    before = world.ours("desired_outcome", OUTCOME)
    for _ in range(5):
        world.notify("Desired_Outcome__c", OUTCOME)
        world.settle()
    assert len(world.crm.written) == writes
    assert world.ours("desired_outcome", OUTCOME) == before


def test_our_change_goes_out_and_comes_back_as_agreed(world: World):
    world.sync()
    outcome = world.ours("desired_outcome", OUTCOME)
    world.change("desired_outcome", outcome["id"], objective="Two framework contracts")
    world.settle()
    assert world.crm.value("Desired_Outcome__c", OUTCOME, "Objective__c") == "Two framework contracts"
    link = world.link(OUTCOME)
    assert (link.sent, link.shadow["objective"]) == (None, "Two framework contracts")


def test_only_what_differs_is_written(world: World):
    world.sync()
    outcome = world.ours("desired_outcome", OUTCOME)
    world.crm.written.clear()
    world.change("desired_outcome", outcome["id"], objective="Two framework contracts")
    world.settle()
    [write] = [one for one in world.crm.written if one.object == "Desired_Outcome__c"]
    assert write.values == {"Objective__c": "Two framework contracts"}


def test_an_edit_between_our_read_and_our_write_survives(world: World):
    world.sync()
    outcome = world.ours("desired_outcome", OUTCOME)

    def somebody_edits(writes: Sequence[Write]) -> None:
        world.clock.forward(1)
        world.crm.put("Desired_Outcome__c", OUTCOME, Objective__c="Theirs")

    world.change("desired_outcome", outcome["id"], objective="Ours", baseline="No tender won yet")
    world.crm.between = somebody_edits
    world.settle()
    assert world.crm.value("Desired_Outcome__c", OUTCOME, "Objective__c") == "Theirs"
    assert world.crm.value("Desired_Outcome__c", OUTCOME, "Baseline__c") == "No tender won yet"
    held = world.link(OUTCOME).quarantined["objective"]
    assert (held["ours"], held["theirs"], held["why"]) == ("Ours", "Theirs", "undecided")


def test_in_bulk_an_edit_of_another_field_between_our_read_and_our_write_is_merged_on_the_next_read(world: World):
    many = [f"a01000000001{number:03d}AAA" for number in range(30)]
    for record_id in many:
        world.crm.put("Desired_Outcome__c", record_id, Name=record_id, Account__c=ACCOUNT)
    world.sync()

    def somebody_edits(writes: Sequence[Write]) -> None:
        assert all(write.unmodified_since is None for write in writes)
        world.clock.forward(1)
        world.crm.put("Desired_Outcome__c", many[7], Baseline__c="Theirs")

    for record_id in many:
        world.change("desired_outcome", world.ours("desired_outcome", record_id)["id"], objective="Ours")
    world.crm.between = somebody_edits
    world.settle()
    assert world.crm.value("Desired_Outcome__c", many[7], "Baseline__c") == "Theirs"
    assert world.ours("desired_outcome", many[7])["baseline"] == "Theirs"
    assert all(world.crm.value("Desired_Outcome__c", one, "Objective__c") == "Ours" for one in many)


def test_a_record_born_here_is_created_there_once(world: World):
    world.sync()
    member = world.ours("member", ACCOUNT)
    world.change("desired_outcome", None, name="Hire apprentices", member=member["id"], due_on=date(2026, 9, 1))
    world.settle()
    named = [
        one for one in world.crm.records["Desired_Outcome__c"].values() if one.values["Name"] == "Hire apprentices"
    ]
    assert len(named) == 1
    assert named[0].values["Account__c"] == ACCOUNT


def test_a_lost_answer_to_a_creation_creates_nothing_twice(world: World):
    world.sync()
    member = world.ours("member", ACCOUNT)
    world.crm.lost_answers = 1
    world.change("desired_outcome", None, name="Hire apprentices", member=member["id"])
    world.settle(seconds=60)
    named = [
        one for one in world.crm.records["Desired_Outcome__c"].values() if one.values["Name"] == "Hire apprentices"
    ]
    assert len(named) == 1
    assert world.count("desired_outcome") == 2


def test_a_lost_answer_to_an_update_is_found_out_by_reading(world: World):
    world.sync()
    outcome = world.ours("desired_outcome", OUTCOME)
    world.crm.lost_answers = 1
    world.change("desired_outcome", outcome["id"], objective="Two framework contracts")
    world.settle(seconds=60)
    written = [one for one in world.crm.written if one.values.get("Objective__c") == "Two framework contracts"]
    assert len(written) == 1
    assert world.link(OUTCOME).shadow["objective"] == "Two framework contracts"


def test_a_child_waits_for_its_parent_and_is_not_failed(world: World):
    world.sync()
    late = "a01000000000077AAA"
    world.crm.put(
        "Success_Milestone__c", "a02000000000001AAA", Name="First bid", Type__c="Functional", Desired_Outcome__c=late
    )
    world.crm.hidden.add(late)
    world.crm.put("Desired_Outcome__c", late, Name="Later", Account__c=ACCOUNT)
    world.poll()
    assert world.count("milestone") == 0
    world.crm.hidden.clear()
    world.crm.put("Desired_Outcome__c", late, Name="Later", Account__c=ACCOUNT)
    world.poll()
    assert world.count("milestone") == 1
    with world.database.connect() as conn:
        assert dead_letters.newest(conn) == []


def test_only_proof_deletes(world: World):
    world.sync()
    world.crm.hidden.add(OUTCOME)
    world.notify("Desired_Outcome__c", OUTCOME)
    world.settle()
    assert world.ours("desired_outcome", OUTCOME)["deleted_at"] is None
    assert world.link(OUTCOME).state == "suspended"
    world.crm.hidden.clear()
    world.crm.remove("Desired_Outcome__c", OUTCOME)
    world.poll()
    assert world.ours("desired_outcome", OUTCOME)["deleted_at"] is not None
    assert world.link(OUTCOME).state == "deleted"


def test_an_undeleted_record_comes_back(world: World):
    world.sync()
    world.crm.remove("Desired_Outcome__c", OUTCOME)
    world.poll()
    world.crm.put("Desired_Outcome__c", OUTCOME, Name="Back again")
    world.poll()
    assert (world.ours("desired_outcome", OUTCOME)["deleted_at"], world.link(OUTCOME).state) == (None, "active")


def test_a_value_that_ours_cannot_hold_becomes_a_dead_letter_and_blocks_no_neighbour(world: World):
    world.crm.put("Desired_Outcome__c", "a01000000000002AAA", Account__c=ACCOUNT, Time_Frame__c="whenever")
    world.sync()
    world.settle()
    assert world.ours("desired_outcome", OUTCOME)["name"] == "Win public tenders"
    with world.database.connect() as conn:
        [letter] = dead_letters.newest(conn)
    assert (letter.record_id, letter.stage) == ("a01000000000002AAA", "fetch")
    assert "whenever" in letter.our_words


def test_the_score_is_written_on_the_members_record(world: World):
    world.sync()
    assert world.crm.value("Account", ACCOUNT, "Vector_Status__c") == "No goal"
    world.crm.put(
        "Success_Milestone__c",
        "a02000000000001AAA",
        Name="First bid",
        Type__c="Functional",
        Desired_Outcome__c=OUTCOME,
        Due__c="2026-11-01",
    )
    world.poll()
    assert world.crm.value("Account", ACCOUNT, "Vector_Status__c") == "Holding"
    assert world.crm.value("Account", ACCOUNT, "Success_Score__c") == 50.0


def test_a_nightly_rescore_with_nothing_changed_but_the_date_writes_nothing(world: World):
    world.sync()
    writes = len(world.crm.written)
    world.clock.forward(24 * 3600)
    world.engine.rescore_all("salesforce")
    world.settle()
    assert len(world.crm.written) == writes


def test_nothing_is_written_before_the_first_sync_is_complete(world: World):
    world.notify("Account", ACCOUNT)
    world.settle()
    assert world.crm.written == []
