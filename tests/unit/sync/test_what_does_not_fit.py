"""A value that a field of theirs can't hold, for all we know of it, is told to a person and stops nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from plugin.store import dead_letters
from plugin.sync.held import held
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World

GOAL = "Desired_Outcome__c"
OTHER = "a01000000000002AAA"


def objective_is(world: World, **more: Any) -> None:
    system = world.engine.connected["salesforce"]
    known = system.schemas[GOAL]
    objective = replace(known.fields["Objective__c"], **more)
    system.learn({GOAL: replace(known, fields={**known.fields, "Objective__c": objective})})


@pytest.fixture
def short(world: World) -> World:
    """Two Desired Outcomes in sync, where an objective has 30 characters at most, as far as we know."""
    world.crm.put(GOAL, OTHER, Name="Grow", Account__c=ACCOUNT)
    world.sync()
    objective_is(world, max_length=30)
    return world


def outcome(world: World) -> dict[str, Any]:
    return world.ours("desired_outcome", OUTCOME)


def edit_here(world: World, **values: object) -> UUID:
    return world.change("desired_outcome", outcome(world)["id"], **values)


def letters(world: World) -> list[tuple[str, str]]:
    with world.database.connect() as conn:
        return [(one.code, one.our_words or "") for one in dead_letters.newest(conn)]


def test_ours_is_a_dead_letter_and_their_edits_still_come_in(short: World):
    edit_here(short, objective="x" * 40)
    short.settle()
    [(code, words)] = letters(short)
    assert (code, "at most 30 characters, and this has 40" in words) == ("VALUE_REFUSED", True)
    short.crm.put(GOAL, OUTCOME, Baseline__c="theirs")
    short.crm.put(GOAL, OTHER, Baseline__c="theirs too")
    short.poll()
    assert outcome(short)["baseline"] == "theirs"
    assert short.ours("desired_outcome", OTHER)["baseline"] == "theirs too"
    assert outcome(short)["objective"] == "x" * 40
    assert len(letters(short)) == 1


def test_a_conflict_with_it_shows_both_values(short: World):
    edit_here(short, objective="x" * 40)
    short.settle()
    short.crm.put(GOAL, OUTCOME, Objective__c="theirs")
    short.poll()
    with short.database.connect() as conn:
        assert [(one.theirs, one.ours) for one in held(conn)] == [("theirs", "x" * 40)]


def test_a_shorter_one_goes_there_and_ends_the_dead_letter(short: World):
    edit_here(short, objective="x" * 40)
    short.settle()
    edit_here(short, objective="short enough")
    short.settle()
    assert short.crm.value(GOAL, OUTCOME, "Objective__c") == "short enough"
    assert letters(short) == []


def test_theirs_comes_in_where_an_admin_has_made_the_field_longer(short: World):
    short.crm.put(GOAL, OUTCOME, Objective__c="y" * 40)
    short.crm.put(GOAL, OTHER, Baseline__c="theirs too")
    short.poll()
    assert outcome(short)["objective"] == "y" * 40
    assert short.ours("desired_outcome", OTHER)["baseline"] == "theirs too"
    edit_here(short, baseline="ours")
    short.settle()
    assert short.crm.value(GOAL, OUTCOME, "Baseline__c") == "ours"
    assert letters(short) == []


def test_what_is_of_another_kind_than_we_know_is_refused_alone(short: World):
    objective_is(short, type="number")
    short.crm.put(GOAL, OUTCOME, Objective__c="a word")
    short.crm.put(GOAL, OTHER, Baseline__c="theirs too")
    short.poll()
    assert outcome(short)["objective"] is None
    assert short.ours("desired_outcome", OTHER)["baseline"] == "theirs too"
    [(_, words)] = letters(short)
    assert "Objective__c holds 'a word'" in words
    objective_is(short, type="text")
    short.notify(GOAL, OUTCOME)
    short.settle()
    assert (outcome(short)["objective"], letters(short)) == ("a word", [])
