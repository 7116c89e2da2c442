"""A duplicate rule over there stops a new record: what then happens is the mapping's to say, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from connectors.base import Outcome, Write, WriteResult
from mappings.model import Duplicates
from plugin.store import dead_letters, links, unmatched
from plugin.sync.system import System
from tests.unit.sync.conftest import World

THERE = "00Q000000000009AAA"
OBJECT = "Coverage_Segment__c"


def says(world: World, duplicates: Duplicates) -> None:
    system = world.engine.connected["salesforce"]
    sources = tuple(
        replace(one, duplicates=duplicates, match=("name",)) if one.object == OBJECT else one
        for one in system.mapping.sources
    )
    mapping = replace(system.mapping, sources=sources)
    world.crm.mapping = mapping
    world.engine.connected = {"salesforce": System("salesforce", world.crm, mapping, system.schemas)}


def rule(world: World, *alike: str, blocks: bool = False) -> None:
    """Switch a duplicate rule on that takes every new record of the object for these."""
    create = world.crm.create

    def stopped(writes: Sequence[Write]) -> list[WriteResult]:
        results = []
        for one in writes:
            if one.object == OBJECT and (blocks or not one.allow_duplicates):
                world.crm.calls.append("create")
                words = "Use one of these records?"
                results.append(WriteResult(Outcome.ALIKE, None, "DUPLICATES_DETECTED", words, alike=alike))
            else:
                results += create([one])
        return results

    world.crm.create = stopped  # type: ignore[method-assign]


def born(world: World, name: str = "Sample Segment") -> UUID:
    record_id = world.change("coverage_segment", None, name=name)
    world.settle()
    return record_id


def held(world: World, record_id: UUID) -> list[links.Link]:
    with world.database.connect() as conn:
        return links.by_record(conn, "salesforce", "coverage_segment", [record_id]).get(record_id, [])


def letters(world: World) -> list[dead_letters.DeadLetter]:
    with world.database.connect() as conn:
        return dead_letters.newest(conn)


def waiting(world: World) -> list[unmatched.Unmatched]:
    with world.database.connect() as conn:
        return unmatched.waiting(conn)


@pytest.mark.parametrize(("duplicates", "blocks"), [(Duplicates.REFUSE, False), (Duplicates.ALLOW, True)])
def test_a_refused_record_is_a_dead_letter_that_names_its_likeness_and_the_fix(
    world: World, duplicates: Duplicates, blocks: bool
):
    says(world, duplicates)
    world.sync()
    rule(world, THERE, blocks=blocks)
    record_id = born(world)
    [letter] = letters(world)
    assert letter.code == "DUPLICATES_DETECTED"
    assert THERE in letter.our_words
    assert "success-vector link" in letter.our_words
    assert held(world, record_id) == []


def test_a_mapping_that_allows_duplicates_saves_the_record(world: World):
    says(world, Duplicates.ALLOW)
    world.sync()
    rule(world, THERE)
    [link] = held(world, born(world))
    assert link.state == "active"
    assert letters(world) == []


def test_one_likeness_with_the_same_keys_is_the_record(world: World):
    says(world, Duplicates.LINK)
    world.sync()
    # Nobody told us of it yet: it is younger than our last poll.
    world.crm.put(OBJECT, THERE, Name="sample  SEGMENT", Playbook__c="Theirs")
    rule(world, THERE)
    [link] = held(world, record_id := born(world))
    assert (link.external_id, link.state, link.how) == (THERE, "active", "keys")
    assert world.count("coverage_segment") == 1
    assert world.crm.calls.count("create") == 1
    assert world.ours("coverage_segment", THERE)["playbook"] == "Theirs"
    assert record_id == link.record_id
    assert (letters(world), waiting(world)) == ([], [])


@pytest.mark.parametrize(
    ("alike", "name", "why"),
    [
        ((THERE, "00Q000000000008AAA"), "Sample Segment", "2 records"),
        ((THERE,), "Another Segment", "name differs"),
        (("00Q000000000007AAA",), "Sample Segment", "out of sight"),
    ],
)
def test_what_proves_nothing_waits_for_a_person_and_is_not_tried_again(
    world: World, alike: tuple[str, ...], name: str, why: str
):
    says(world, Duplicates.LINK)
    world.sync()
    world.crm.put(OBJECT, THERE, Name=name)
    rule(world, *alike)
    record_id = born(world)
    world.settle(seconds=600)
    found = waiting(world)
    assert {one.external_id for one in found} == set(alike)
    assert all(why in one.why and one.candidates == [record_id] for one in found)
    assert held(world, record_id) == []
    assert world.crm.calls.count("create") == 1


def test_a_likeness_that_is_another_record_of_ours_waits_for_a_person(world: World):
    says(world, Duplicates.LINK)
    world.crm.put(OBJECT, THERE, Name="Sample Segment")
    world.sync()
    rule(world, THERE)
    record_id = born(world)
    [one] = waiting(world)
    assert (one.external_id, one.candidates) == (THERE, [record_id])
    assert "linked already" in one.why
    with world.database.connect() as conn:
        assert conn.scalar(sa.text("SELECT count(*) FROM links WHERE external_id = :id"), {"id": THERE}) == 1
