"""What is deleted here is deleted there where the mapping says so, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from connectors.base import Outcome, Write, WriteResult
from mappings.model import Deletes
from plugin.errors import RetryLater
from plugin.store import dead_letters, links, records
from plugin.store.records import Origin
from plugin.sync.brakes import Brakes, release
from plugin.sync.system import System
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World


def says(world: World, deletes: Deletes) -> None:
    system = world.engine.connected["salesforce"]
    sources = tuple(replace(one, deletes=deletes) for one in system.mapping.sources)
    mapping = replace(system.mapping, sources=sources)
    world.engine.connected = {"salesforce": System("salesforce", world.crm, mapping, system.schemas)}


@pytest.fixture
def pushing(world: World) -> World:
    """The CRM, synced, with a mapping that lets deletions out."""
    says(world, Deletes.PUSH)
    world.sync()
    return world


def delete(world: World, entity: str, external_id: str) -> UUID:
    """Somebody deletes a record on our side."""
    record_id = world.link(external_id).record_id
    with world.database.begin() as conn:
        now = world.clock()
        records.delete(conn, entity, record_id, Origin("someone", "workbook", now, now))
        world.engine.mark_push(conn, entity, {record_id})
    return record_id


def gone(world: World, object_name: str, record_id: str) -> bool:
    return world.crm.records[object_name][record_id].deleted


def letters(world: World) -> list[dead_letters.DeadLetter]:
    with world.database.connect() as conn:
        return dead_letters.newest(conn)


def still_due(world: World) -> int:
    with world.database.connect() as conn:
        return conn.scalar(sa.text("SELECT count(*) FROM due WHERE stage = 'push'")) or 0


def test_a_record_that_is_deleted_here_is_deleted_there_once(pushing: World):
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.settle()
    assert gone(pushing, "Desired_Outcome__c", OUTCOME)
    assert pushing.link(OUTCOME).state == "deleted"
    with pushing.database.begin() as conn:
        pushing.engine.mark_push(conn, "desired_outcome", {pushing.link(OUTCOME).record_id})
    pushing.settle()
    pushing.poll()
    assert pushing.crm.calls.count("delete") == 1
    assert still_due(pushing) == 0
    assert letters(pushing) == []


def test_without_the_mappings_word_nothing_is_deleted(world: World):
    world.sync()
    delete(world, "desired_outcome", OUTCOME)
    world.settle()
    assert not gone(world, "Desired_Outcome__c", OUTCOME)
    assert world.crm.calls.count("delete") == 0
    assert still_due(world) == 0


def test_a_record_that_was_edited_there_meanwhile_is_left_to_a_person(pushing: World):
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.crm.put("Desired_Outcome__c", OUTCOME, Name="Win more tenders")
    pushing.settle()
    assert not gone(pushing, "Desired_Outcome__c", OUTCOME)
    [letter] = letters(pushing)
    assert letter.code == "EDITED_THERE"
    assert OUTCOME in letter.our_words


def test_an_edit_there_that_we_read_after_the_deletion_stops_it_too(pushing: World):
    with pushing.database.begin() as conn:
        now = pushing.clock()
        record_id = links.by_external(conn, "salesforce", [OUTCOME])[OUTCOME].record_id
        records.delete(conn, "desired_outcome", record_id, Origin("someone", "workbook", now, now))
    pushing.clock.forward(60)
    pushing.crm.put("Desired_Outcome__c", OUTCOME, Name="Win more tenders")
    pushing.poll()
    with pushing.database.begin() as conn:
        pushing.engine.mark_push(conn, "desired_outcome", {record_id})
    pushing.settle()
    assert not gone(pushing, "Desired_Outcome__c", OUTCOME)
    assert [one.code for one in letters(pushing)] == ["EDITED_THERE"]


def test_an_edit_there_between_our_read_and_our_deletion_is_reported_and_an_undelete_brings_it_back(pushing: World):
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.crm.between = lambda _: pushing.crm.put("Desired_Outcome__c", OUTCOME, Name="Win more tenders")
    pushing.settle()
    assert gone(pushing, "Desired_Outcome__c", OUTCOME)
    [letter] = letters(pushing)
    assert (letter.code, letter.stage) == ("EDITED_THERE", "push")
    assert "It lies in the bin" in letter.our_words
    pushing.crm.records["Desired_Outcome__c"][OUTCOME].deleted = False
    pushing.crm.put("Desired_Outcome__c", OUTCOME, Name="Win more tenders")
    pushing.poll()
    back = pushing.ours("desired_outcome", OUTCOME)
    assert (back["deleted_at"], back["name"]) == (None, "Win more tenders")


def test_a_deletion_after_which_nothing_can_be_read_is_settled_and_said(pushing: World):
    delete(pushing, "desired_outcome", OUTCOME)

    def cut(_: object) -> None:
        pushing.crm.fetch = down  # type: ignore[method-assign]

    def down(*_: object) -> None:
        raise RetryLater("The line broke.")

    pushing.crm.between = cut
    with capture_logs() as lines:
        pushing.settle()
    assert [line["reason"] for line in lines if "what the records held last" in line["event"]] == ["The line broke."]
    assert pushing.link(OUTCOME).state == "deleted"
    assert (still_due(pushing), letters(pushing)) == (0, [])


def test_a_record_that_is_deleted_on_both_sides_is_settled(pushing: World):
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.crm.remove("Desired_Outcome__c", OUTCOME)
    pushing.settle()
    assert pushing.link(OUTCOME).state == "deleted"
    assert pushing.crm.calls.count("delete") == 0
    assert (still_due(pushing), letters(pushing)) == (0, [])


def test_one_that_was_deleted_between_the_read_and_the_call_is_settled(pushing: World):
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.crm.between = lambda _: pushing.crm.remove("Desired_Outcome__c", OUTCOME)
    pushing.settle()
    assert pushing.link(OUTCOME).state == "deleted"
    assert (still_due(pushing), letters(pushing)) == (0, [])


def test_a_parent_waits_until_what_is_below_it_is_gone(pushing: World):
    delete(pushing, "member", ACCOUNT)
    pushing.settle()
    assert not gone(pushing, "Account", ACCOUNT)
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.settle(seconds=600)
    assert gone(pushing, "Desired_Outcome__c", OUTCOME)
    assert gone(pushing, "Account", ACCOUNT)


def test_a_child_and_its_parent_go_in_one_round(pushing: World):
    delete(pushing, "member", ACCOUNT)
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.settle()
    deleted = [one.object for one in pushing.crm.written if not one.values]
    assert deleted == ["Desired_Outcome__c", "Account"]


def test_what_is_out_of_sight_is_not_deleted(pushing: World):
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.crm.hidden.add(OUTCOME)
    pushing.settle()
    assert pushing.link(OUTCOME).state == "suspended"
    assert pushing.crm.calls.count("delete") == 0


def test_a_lost_answer_is_settled_by_reading(pushing: World):
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.crm.lost_answers = 1
    pushing.settle(seconds=30)
    assert pushing.link(OUTCOME).state == "deleted"
    assert pushing.crm.calls.count("delete") == 1


def test_a_refused_deletion_is_a_dead_letter_in_their_words(pushing: World, monkeypatch: pytest.MonkeyPatch):
    def refuse(writes: list[Write]) -> list[WriteResult]:
        words = "Your attempt to delete it could not be completed because some cases hang on it"
        return [WriteResult(Outcome.REJECTED, one.id, "DELETE_FAILED", words) for one in writes]

    monkeypatch.setattr(pushing.crm, "delete", refuse)
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.settle()
    [letter] = letters(pushing)
    assert letter.code == "DELETE_FAILED"
    assert "cases hang on it" in (letter.their_words or "")
    assert pushing.link(OUTCOME).state == "active"


def test_the_brake_stops_deletions_there_until_a_person_releases_it(pushing: World):
    pushing.engine.brakes = Brakes(0.2, 0.1, 0)
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.settle()
    assert not gone(pushing, "Desired_Outcome__c", OUTCOME)
    with pushing.database.begin() as conn:
        assert release(conn, "salesforce", "delete", "someone", "meant so", pushing.clock()) == 1
    pushing.settle()
    assert gone(pushing, "Desired_Outcome__c", OUTCOME)


def test_an_undelete_there_brings_ours_back(pushing: World):
    delete(pushing, "desired_outcome", OUTCOME)
    pushing.settle()
    pushing.clock.forward(60)
    pushing.crm.records["Desired_Outcome__c"][OUTCOME].deleted = False
    pushing.crm.put("Desired_Outcome__c", OUTCOME)
    pushing.poll()
    assert pushing.ours("desired_outcome", OUTCOME)["deleted_at"] is None
    assert pushing.link(OUTCOME).state == "active"
