"""Fields that wait for a person, and what becomes of them when one has decided."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from mappings.convert import ValueRefused
from plugin.errors import UserError
from plugin.store import decisions, history
from plugin.sync import held as holding
from plugin.sync.held import Held, held
from plugin.sync.review import Settlement, Stale, settle
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World

DESIRED = "Desired_Outcome__c"


def waiting(world: World, **which: str) -> list[Held]:
    with world.database.connect() as conn:
        return held(conn, **which)  # type: ignore[arg-type]


def decide(world: World, review_id: str, take: str, value: object = None) -> object:
    mappings = {"salesforce": world.crm.mapping}
    with world.database.begin() as conn:
        settlement = Settlement(take, value, "Sample Person", "they called")  # type: ignore[arg-type]
        return settle(conn, mappings, review_id, settlement, world.clock())


def both(world: World) -> tuple[object, object]:
    return world.crm.value(DESIRED, OUTCOME, "Objective__c"), world.ours("desired_outcome", OUTCOME)["objective"]


def test_a_held_field_shows_both_values_with_who_and_when_and_why(conflict: World):
    [one] = waiting(conflict)
    assert (one.system, one.external_id, one.entity, one.field) == (
        "salesforce",
        OUTCOME,
        "desired_outcome",
        "objective",
    )
    assert (one.theirs, one.theirs_by, one.ours, one.ours_by, one.ours_through) == (
        "Theirs",
        "005PERSON",
        "Ours",
        "someone",
        "workbook",
    )
    assert one.theirs_at is not None
    assert one.ours_at is not None
    assert one.theirs_at > one.ours_at.isoformat()
    assert (one.why, one.record, one.members) == ("undecided", "Win public tenders", ("Sample Member 1",))


def test_what_waits_is_listed_by_system_entity_and_field_and_counted(conflict: World):
    assert waiting(conflict, entity="desired_outcome", field="objective") == waiting(conflict)
    assert waiting(conflict, field="baseline") == []
    assert waiting(conflict, entity="member") == []
    assert waiting(conflict, system="salesforce") == waiting(conflict)
    with conflict.database.connect() as conn:
        assert holding.counts(conn) == {"salesforce": 1}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"system": "salesfroce"}, "Did you mean salesforce"),
        ({"entity": "membr"}, "Did you mean member"),
        ({"entity": "desired_outcome", "field": "objectiv"}, "Did you mean objective"),
        ({"field": "objectiv"}, "Did you mean objective"),
        ({"entity": "member", "field": "objective"}, "No field of member is called 'objective'"),
    ],
)
def test_what_there_is_not_is_refused_instead_of_listed_as_nothing(conflict: World, asked: dict[str, str], words: str):
    with pytest.raises(UserError, match=words):
        waiting(conflict, **asked)


@pytest.mark.parametrize(
    ("take", "value", "stands"), [("theirs", None, "Theirs"), ("ours", None, "Ours"), ("value", "A third", "A third")]
)
def test_a_settled_value_stands_on_both_sides_and_no_read_undoes_it(
    conflict: World, take: str, value: object, stands: str
):
    [one] = waiting(conflict)
    assert decide(conflict, one.id, take, value) == stands
    conflict.poll()
    assert both(conflict) == (stands, stands)
    for _ in range(3):
        conflict.clock.forward(60)
        conflict.poll()
    assert both(conflict) == (stands, stands)
    assert (waiting(conflict), conflict.link(OUTCOME).quarantined) == ([], {})


def test_a_settled_value_that_was_not_told_yet_survives_a_read_of_theirs(conflict: World):
    [one] = waiting(conflict)
    decide(conflict, one.id, "ours")
    conflict.notify(DESIRED, OUTCOME)
    conflict.engine.fetch("salesforce")
    assert conflict.ours("desired_outcome", OUTCOME)["objective"] == "Ours"
    conflict.settle()
    assert both(conflict) == ("Ours", "Ours")


def test_settling_is_in_the_history_and_among_the_decisions(conflict: World):
    [one] = waiting(conflict)
    decide(conflict, one.id, "theirs")
    with conflict.database.connect() as conn:
        last = history.last_changes(conn, "desired_outcome", [one.record_id])[one.record_id]["objective"]
        [decision] = decisions.newest(conn, record_id=one.record_id)
    assert (last.new, last.who, last.source) == ("Theirs", "Sample Person", "review")
    assert (decision.what, decision.who, decision.because) == ("settle", "Sample Person", "they called")
    assert (decision.before["theirs"], decision.before["ours"], decision.after["value"]) == ("Theirs", "Ours", "Theirs")


def test_a_stale_settle_is_refused_with_what_changed(conflict: World):
    [one] = waiting(conflict)
    conflict.clock.forward(60)
    conflict.crm.put(DESIRED, OUTCOME, Objective__c="Theirs, again")
    conflict.poll()
    with pytest.raises(Stale, match="they hold 'Theirs, again'") as refused:
        decide(conflict, one.id, "ours")
    assert refused.value.now is not None
    assert refused.value.now.theirs == "Theirs, again"
    assert both(conflict) == ("Theirs, again", "Ours")


def test_a_settle_is_stale_when_our_value_moved(conflict: World):
    [one] = waiting(conflict)
    conflict.change("desired_outcome", one.record_id, objective="Ours, again")
    with pytest.raises(Stale, match="we hold 'Ours, again'"):
        decide(conflict, one.id, "theirs")


def test_what_was_settled_already_is_refused_a_second_time(conflict: World):
    [one] = waiting(conflict)
    decide(conflict, one.id, "ours")
    with pytest.raises(Stale, match="waits no longer"):
        decide(conflict, one.id, "theirs")


def test_an_edit_over_there_that_nobody_saw_when_settling_waits_again_and_is_not_overwritten(conflict: World):
    [one] = waiting(conflict)
    conflict.clock.forward(60)
    conflict.crm.put(DESIRED, OUTCOME, Objective__c="Unseen")
    decide(conflict, one.id, "ours")
    conflict.settle()
    assert both(conflict) == ("Unseen", "Ours")
    assert [(again.theirs, again.ours) for again in waiting(conflict)] == [("Unseen", "Ours")]


def test_a_value_that_the_field_cannot_hold_is_refused_and_changes_nothing(world: World):
    world.sync()
    world.change("desired_outcome", world.ours("desired_outcome", OUTCOME)["id"], due_on=date(2027, 1, 1))
    world.clock.forward(1)
    world.crm.put(DESIRED, OUTCOME, Time_Frame__c="2027-02-02")
    world.poll()
    [one] = waiting(world)
    with pytest.raises(ValueRefused, match="YYYY-MM-DD"):
        decide(world, one.id, "value", "next spring")
    assert waiting(world) == [one]
    decide(world, one.id, "value", "2027-03-03")
    world.poll()
    assert world.crm.value(DESIRED, OUTCOME, "Time_Frame__c") == "2027-03-03"


@pytest.mark.parametrize("wrong", ["", "1", "x.objective.00000000", "999.objective.00000000", "1.2.3.4"])
def test_an_id_of_nothing_is_refused(conflict: World, wrong: str):
    with pytest.raises(UserError, match="success-vector review"):
        decide(conflict, wrong, "ours")


def test_at_first_contact_without_a_shadow_a_value_beats_null_and_two_different_values_go_to_review(world: World):
    world.crm.put(DESIRED, OUTCOME, Objective__c="Theirs", Baseline__c=None, Priority__c=1)
    world.sync()
    outcome = world.ours("desired_outcome", OUTCOME)["id"]
    world.change("desired_outcome", outcome, objective="Ours", baseline="Ours alone", priority=None)
    with world.database.begin() as conn:
        conn.execute(sa.text("UPDATE links SET shadow = '{}', stamp = NULL WHERE external_id = :id"), {"id": OUTCOME})
        conn.execute(sa.text("DELETE FROM due WHERE stage = 'push'"))
    world.notify(DESIRED, OUTCOME)
    world.settle()
    assert [(one.field, one.why) for one in waiting(world)] == [("objective", "first contact")]
    assert both(world) == ("Theirs", "Ours")
    assert world.crm.value(DESIRED, OUTCOME, "Baseline__c") == "Ours alone"
    assert world.ours("desired_outcome", OUTCOME)["priority"] == 1


def test_a_record_that_somebody_moved_on_both_sides_is_settled_by_taking_their_parent(world: World):
    other = ("001000000000002AAA", "001000000000003AAA")
    for number, key in enumerate(other, 2):
        world.crm.put("Account", key, Name=f"Sample Member {number}", Is_Member__c=True)
    world.sync()
    outcome = world.ours("desired_outcome", OUTCOME)["id"]
    world.change("desired_outcome", outcome, member=world.ours("member", other[0])["id"])
    world.clock.forward(1)
    world.crm.put(DESIRED, OUTCOME, Account__c=other[1])
    world.poll()
    [one] = waiting(world)
    assert (one.field, one.theirs, one.ours) == ("member", other[1], str(world.ours("member", other[0])["id"]))
    decide(world, one.id, "theirs")
    world.poll()
    assert world.ours("desired_outcome", OUTCOME)["member"] == world.ours("member", other[1])["id"]
    assert world.ours("member", ACCOUNT)["deleted_at"] is None
