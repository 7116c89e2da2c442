"""One record on several systems: how it is recognised, how a change travels, and links that people make and undo."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from plugin.errors import UserError
from plugin.store import decisions, unmatched
from plugin.sync.held import held
from plugin.sync.poll import first_sync
from tests.unit.sync.two_systems import ACCOUNT, GOAL, Two

EAST, WEST, WEST2 = "001000000000001EEE", "001000000000001WWW", "001000000000002WWW"
EAST_GOAL = "a01000000000001EEE"


@pytest.fixture
def two(engine: sa.Engine) -> Two:
    """One member with a goal in the east, the same member in the west, not yet synced."""
    two = Two.of(engine)
    two.member(two.east, EAST, "Sample Member 1")
    two.east.put(GOAL, EAST_GOAL, Name="Win public tenders", Account__c=EAST)
    two.member(two.west, WEST, "Sample Member 1")
    return two


def waiting(two: Two) -> list[unmatched.Unmatched]:
    with two.database.connect() as conn:
        return unmatched.waiting(conn)


def goal_in_the_west(two: Two) -> str:
    [found] = two.west.records[GOAL]
    return found


def test_one_record_in_two_systems_is_one_record_here(two: Two):
    two.sync()
    assert two.count("member") == 1
    assert two.link(two.west, WEST).record_id == two.link(two.east, EAST).record_id
    assert (two.link(two.east, EAST).how, two.link(two.west, WEST).how) == ("read", "keys")
    assert [len(crm.records[ACCOUNT]) for crm in (two.east, two.west)] == [1, 1]


def test_keys_match_whatever_their_case_and_space_and_a_person_chooses_the_spelling(two: Two):
    two.member(two.west, WEST, "sample   MEMBER 1")
    two.sync()
    assert two.count("member") == 1
    with two.database.connect() as conn:
        assert [(one.field, one.theirs, one.why) for one in held(conn)] == [
            ("name", "sample   MEMBER 1", "first contact")
        ]


def test_a_record_of_one_system_is_created_in_the_other_below_the_same_member(two: Two):
    two.sync()
    there = goal_in_the_west(two)
    assert two.west.value(GOAL, there, "Name") == "Win public tenders"
    assert two.west.value(GOAL, there, "Account__c") == WEST
    assert two.link(two.west, there).how == "created"


def test_a_change_in_one_system_reaches_the_others(two: Two):
    two.sync()
    there = goal_in_the_west(two)
    two.east.put(GOAL, EAST_GOAL, Objective__c="From the east")
    two.settle()
    assert two.west.value(GOAL, there, "Objective__c") == "From the east"
    two.west.put(GOAL, there, Objective__c="From the west")
    two.settle()
    assert two.east.value(GOAL, EAST_GOAL, "Objective__c") == "From the west"
    written = [len(crm.written) for crm in (two.east, two.west)]
    two.settle()
    assert [len(crm.written) for crm in (two.east, two.west)] == written


def test_a_record_that_carries_our_id_is_matched_by_it_whatever_its_name(two: Two):
    two.sync("east")
    ours = two.link(two.east, EAST).record_id
    two.member(two.west, WEST, "Another name", Success_Vector_Id__c=str(ours))
    two.sync("west")
    assert (two.link(two.west, WEST).record_id, two.link(two.west, WEST).how) == (ours, "external_id")
    with two.database.connect() as conn:
        [one] = held(conn, system="west", entity="member")
    assert (one.theirs, one.ours, one.why) == ("Another name", "Sample Member 1", "first contact")


def test_two_records_of_ours_that_fit_are_ambiguous_and_never_guessed(two: Two):
    two.member(two.east, "001000000000002EEE", "Sample Member 1")
    two.sync()
    [one] = waiting(two)
    fits = {two.link(two.east, EAST).record_id, two.link(two.east, "001000000000002EEE").record_id}
    assert (one.system, one.external_id, set(one.candidates)) == ("west", WEST, fits)
    assert "2 records of ours fit it" in one.why
    assert two.count("member") == 2


def test_two_records_of_theirs_that_fit_one_of_ours_are_ambiguous_and_never_guessed(two: Two):
    two.member(two.west, WEST2, "Sample Member 1")
    two.sync()
    assert {one.external_id for one in waiting(two)} == {WEST, WEST2}
    assert two.count("member") == 1


def test_a_second_record_that_fits_what_was_matched_already_is_ambiguous(two: Two):
    two.sync()
    two.member(two.west, WEST2, "Sample Member 1")
    two.settle()
    [one] = waiting(two)
    assert (one.external_id, WEST in one.why) == (WEST2, True)


def test_two_records_of_one_system_with_the_same_keys_are_two_records(two: Two):
    two.member(two.east, "001000000000002EEE", "Sample Member 1")
    two.sync("east")
    assert (two.count("member"), waiting(two)) == (2, [])


def test_a_record_with_an_empty_key_matches_nothing(engine: sa.Engine):
    two = Two.of(engine, match=("name", "owner"))
    two.member(two.east, EAST, "Sample Member 1", OwnerId="005A")
    two.member(two.west, WEST, "Sample Member 1")
    two.sync()
    assert (waiting(two), two.link(two.west, WEST).how) == ([], "read")


def test_what_is_no_longer_ambiguous_is_linked_at_the_next_read(two: Two):
    two.member(two.west, WEST2, "Sample Member 1")
    two.sync()
    two.member(two.west, WEST2, "Somebody else")
    two.member(two.west, WEST, "Sample Member 1")
    two.settle()
    assert waiting(two) == []
    assert two.link(two.west, WEST).record_id == two.link(two.east, EAST).record_id


def test_a_person_links_what_was_ambiguous_and_it_is_merged(two: Two):
    two.member(two.east, "001000000000002EEE", "Sample Member 1")
    two.sync()
    ours = two.link(two.east, EAST).record_id
    with two.database.begin() as conn:
        two.linking(conn).link("west", WEST, ours)
    two.settle()
    assert (two.link(two.west, WEST).record_id, two.link(two.west, WEST).how, waiting(two)) == (ours, "hand", [])
    with two.database.connect() as conn:
        [decision] = [one for one in decisions.newest(conn) if one.what == "link"]
    assert (decision.external_id, decision.record_id, decision.who) == (WEST, ours, "Sample Person")


def test_a_person_makes_a_record_of_its_own_of_what_was_ambiguous(two: Two):
    two.member(two.east, "001000000000002EEE", "Sample Member 1")
    two.sync()
    with two.database.begin() as conn:
        two.linking(conn).as_new("west", WEST)
    two.settle()
    assert (two.count("member"), waiting(two)) == (3, [])
    assert two.ours("member", two.west, WEST)["name"] == "Sample Member 1"


def test_an_unlinked_record_is_neither_read_nor_written_nor_created_again(two: Two):
    two.sync()
    there = goal_in_the_west(two)
    with two.database.begin() as conn:
        two.linking(conn).unlink("west", there)
    two.west.put(GOAL, there, Objective__c="In the west")
    two.east.put(GOAL, EAST_GOAL, Objective__c="In the east")
    two.settle()
    assert two.west.value(GOAL, there, "Objective__c") == "In the west"
    assert two.ours("desired_outcome", two.east, EAST_GOAL)["objective"] == "In the east"
    assert (len(two.west.records[GOAL]), two.count("desired_outcome")) == (1, 1)


def test_an_unlinked_record_is_linked_again_and_different_values_wait(two: Two):
    two.sync()
    there = goal_in_the_west(two)
    ours = two.link(two.east, EAST_GOAL).record_id
    with two.database.begin() as conn:
        two.linking(conn).unlink("west", there)
    two.west.put(GOAL, there, Objective__c="In the west")
    two.east.put(GOAL, EAST_GOAL, Objective__c="In the east")
    two.settle()
    with two.database.begin() as conn:
        two.linking(conn).link("west", there, ours)
    two.settle()
    with two.database.connect() as conn:
        assert [(one.field, one.theirs, one.ours) for one in held(conn)] == [
            ("objective", "In the west", "In the east")
        ]


def test_relinking_moves_what_was_below_and_deletes_a_record_that_nothing_else_has(engine: sa.Engine):
    two = Two.of(engine, match=())
    two.member(two.east, EAST, "Sample Member 1")
    two.member(two.west, WEST, "Sample Member One")
    two.west.put(GOAL, "a01000000000001WWW", Name="Hire apprentices", Account__c=WEST)
    for name in ("east", "west"):
        first_sync(two.engine, name, lambda _: None)
    winner, loser = two.link(two.east, EAST).record_id, two.link(two.west, WEST).record_id
    with two.database.begin() as conn:
        assert two.linking(conn).relink("west", WEST, winner)
    assert two.count("member") == 1
    assert two.ours("desired_outcome", two.west, "a01000000000001WWW")["member"] == winner != loser


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda one, two, ours: one.link("north", WEST, ours), "no system 'north'"),
        (lambda one, two, ours: one.link("west", WEST, ours), "relink"),
        (lambda one, two, ours: one.link("west", "001000000000009WWW", ours), "--object"),
        (lambda one, two, ours: one.link("west", "001000000000009WWW", ours, ACCOUNT), f"linked with {WEST}"),
        (lambda one, two, ours: one.link("west", "001000000000009WWW", uuid4(), ACCOUNT), "doesn't exist"),
        (lambda one, two, ours: one.link("west", "001000000000009WWW", ours, "Accounts"), "no object 'Accounts'"),
        (lambda one, two, ours: one.unlink("west", "001000000000009WWW"), "linked with nothing"),
        (lambda one, two, ours: one.relink("west", WEST, ours), "already"),
        (lambda one, two, ours: one.as_new("west", WEST), "unmatched"),
    ],
)
def test_a_link_that_conflicts_is_refused_and_changes_nothing(two: Two, act: Any, words: str):
    two.sync()
    before = two.link(two.west, WEST)
    with pytest.raises(UserError, match=words), two.database.begin() as conn:
        act(two.linking(conn), two, two.link(two.east, EAST).record_id)
    assert two.link(two.west, WEST) == before


def test_an_update_never_becomes_a_create(two: Two):
    two.sync()
    there = goal_in_the_west(two)
    two.west.hidden.add(there)
    for number in range(3):
        two.east.put(GOAL, EAST_GOAL, Objective__c=f"Again {number}")
        two.settle()
    assert list(two.west.records[GOAL]) == [there]


def answering(two: Two, crm: Any, record_id: str, value: str) -> None:
    """An automation of theirs sets its own value again whenever the service has written another."""
    if crm.value(GOAL, record_id, "Objective__c") not in {None, value}:
        crm.put(GOAL, record_id, Objective__c=value)


def test_a_field_that_goes_back_and_forth_is_quarantined_and_reported(two: Two):
    two.sync()
    there = goal_in_the_west(two)
    two.east.put(GOAL, EAST_GOAL, Objective__c="A")
    for _ in range(8):
        two.settle(rounds=2)
        two.clock.forward(1)
        answering(two, two.west, there, "B")
        two.settle(rounds=2)
        two.clock.forward(1)
        answering(two, two.east, EAST_GOAL, "A")
    with two.database.connect() as conn:
        [one] = held(conn)
    assert (one.field, one.why, {one.theirs, one.ours}) == ("objective", "flip-flop", {"A", "B"})
    written = [len(crm.written) for crm in (two.east, two.west)]
    two.settle()
    assert [len(crm.written) for crm in (two.east, two.west)] == written


def test_a_field_that_a_person_edits_in_between_is_not_quarantined(two: Two):
    two.sync()
    there = goal_in_the_west(two)
    ours = two.link(two.east, EAST_GOAL).record_id
    two.east.put(GOAL, EAST_GOAL, Objective__c="A")
    two.settle()
    for _ in range(4):
        two.change("desired_outcome", ours, objective="B")
        two.settle()
        two.west.put(GOAL, there, Objective__c="A")
        two.settle()
    with two.database.connect() as conn:
        assert held(conn) == []
    assert two.east.value(GOAL, EAST_GOAL, "Objective__c") == "A"


def test_a_field_that_takes_ever_new_values_is_not_quarantined(two: Two):
    two.sync()
    there = goal_in_the_west(two)
    for number in range(6):
        two.east.put(GOAL, EAST_GOAL, Objective__c=f"East {number}")
        two.settle(rounds=3)
        two.west.put(GOAL, there, Objective__c=f"West {number}")
        two.settle(rounds=3)
    with two.database.connect() as conn:
        assert held(conn) == []
