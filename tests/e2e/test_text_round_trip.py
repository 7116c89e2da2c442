"""Naughty strings go both ways unchanged, but for the blanks that Salesforce trims; one that doesn't fit is told of.

The strings: Max Woolf's Big List of Naughty Strings (MIT), read from the outside test data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from mappings.model import Source
from plugin.domain.entities import ENTITIES, Kind
from plugin.store import dead_letters, links, records
from plugin.store.records import Origin
from plugin.sync.poll import poll
from tests.e2e.conftest import Connected

ENTITIES_WITH_TEXT = (
    "coverage_segment",
    "expansion_offer",
    "desired_outcome",
    "requirement",
    "milestone",
    "accountability",
    "reading",
)
REQUIRED: dict[str, dict[str, Any]] = {
    "requirement": {"kind": "condition"},
    "milestone": {"type": "functional"},
    "accountability": {"party": "together"},
    "reading": {"read_on": date(2026, 3, 1), "state": "met"},
    "desired_outcome": {"starts_on": date(2026, 1, 1), "due_on": date(2030, 12, 31)},
}
TEXTS = {Kind.TEXT, Kind.LONG_TEXT}
Texts = dict[str, str | None]


def trimmed(text: str) -> str | None:
    """Return what Salesforce keeps of a text: without the characters up to U+0020 at its ends, null for nothing."""
    return text.strip("".join(map(chr, range(0x21)))) or None


@dataclass(frozen=True)
class Texted:
    """An entity's text fields by our name, with how long each may be there, and the values that a record needs."""

    source: Source
    sizes: dict[str, int]
    needed: dict[str, Any]

    @property
    def theirs(self) -> dict[str, str]:
        return {name: self.source.fields[name].theirs for name in self.sizes}

    def texts(self, naughty: list[str]) -> list[dict[str, str]]:
        """Return for each string the values of a record that has it in every text field that it fits."""
        rows = [{name: text for name, size in self.sizes.items() if len(text) <= size} for text in naughty]
        named = "name" in self.sizes
        return [row | {"name": "Sample"} if named and not trimmed(row.get("name", "")) else row for row in rows]


@pytest.fixture
def texted(connected: Connected) -> list[Texted]:
    """Every entity with a text that goes both ways; records that need a parent get the same one."""
    office, system = connected.office, connected.engine.connected["salesforce"]
    account, goal, _ = office.member_with_outcome("Sample Member 017")
    requirement = office.create("Success_Requirement__c", Desired_Outcome__c=goal, Kind__c="Condition")
    poll(connected.engine, "salesforce")
    with connected.engine.database.connect() as conn:
        linked = links.by_external(conn, "salesforce", [account, goal, requirement])
    parents = {"member": account, "desired_outcome": goal, "requirement": requirement}
    found = []
    for source in (one for one in system.mapping.sources if one.entity in ENTITIES_WITH_TEXT):
        fields = ENTITIES[source.entity].fields
        there = system.schemas[source.object].fields
        mapped = {name: there[one.theirs] for name, one in source.fields.items()}
        sizes = {name: one.max_length or 0 for name, one in mapped.items() if fields[name].kind in TEXTS}
        needed = REQUIRED.get(source.entity, {}) | {
            name: linked[their_id].record_id
            for name, their_id in parents.items()
            if name in source.references and (name != "requirement" or source.entity == "reading")
        }
        found.append(Texted(source, sizes, needed))
    assert len(found) == len(ENTITIES_WITH_TEXT)
    return found


def here(connected: Connected, one: Texted, ids: list[UUID]) -> list[Texts]:
    with connected.engine.database.connect() as conn:
        ours = records.load(conn, one.source.entity, ids)
    return [{name: ours[record_id][name] for name in one.sizes} for record_id in ids]


def there(connected: Connected, one: Texted, ids: list[str]) -> list[Texts]:
    body = {"ids": ids, "fields": ["Id", *one.theirs.values()]}
    rows = connected.office.client.json("POST", f"composite/sobjects/{one.source.object}", json=body)
    by_id = {row["Id"]: row for row in rows}
    return [{name: by_id[record_id][theirs] for name, theirs in one.theirs.items()} for record_id in ids]


def test_every_text_goes_both_ways_byte_for_byte(connected: Connected, texted: list[Texted], naughty: list[str]):
    made = {one.source.entity: _made_here(connected, one, naughty) for one in texted}
    connected.settle(patience=120)
    for one in texted:
        expected = [{name: trimmed(row.get(name, "")) for name in one.sizes} for row in one.texts(naughty)]
        ids = made[one.source.entity]
        with connected.engine.database.connect() as conn:
            by_record = links.by_record(conn, "salesforce", one.source.entity, ids)
        born = [by_record[record_id][0].external_id or "" for record_id in ids]
        assert there(connected, one, born) == expected

        copies = _copied_there(connected, one, born)
        poll(connected.engine, "salesforce")
        with connected.engine.database.connect() as conn:
            linked = links.by_external(conn, "salesforce", copies)
        assert here(connected, one, [linked[their_id].record_id for their_id in copies]) == expected
    with connected.engine.database.connect() as conn:
        assert dead_letters.newest(conn) == []


def _made_here(connected: Connected, one: Texted, naughty: list[str]) -> list[UUID]:
    """Save records on our side, to be created there; return their ids."""
    now = datetime.now(UTC)
    origin = Origin("Sample Manager", "test", now, now)
    with connected.engine.database.begin() as conn:
        rows = [(None, {**one.needed, **texts}, origin) for texts in one.texts(naughty)]
        ids = records.save_many(conn, one.source.entity, rows)
        connected.engine.mark_push(conn, one.source.entity, set(ids))
    return ids


def _copied_there(connected: Connected, one: Texted, ids: list[str]) -> list[str]:
    """Create records like these over there, as somebody there would; return their ids."""
    client, kept = connected.office.client, {"Success_Vector_Id__c", "Id"}
    writable = connected.engine.connected["salesforce"].schemas[one.source.object].fields
    names = [name for name, field in writable.items() if field.createable and name not in kept]
    rows = client.json("POST", f"composite/sobjects/{one.source.object}", json={"ids": ids, "fields": names})
    copies = []
    for start in range(0, len(rows), 200):
        wanted = [{"attributes": {"type": one.source.object}, **_values(row)} for row in rows[start : start + 200]]
        results = client.json("POST", "composite/sobjects", json={"allOrNone": False, "records": wanted})
        assert [result["errors"] for result in results if not result["success"]] == []
        copies += [result["id"] for result in results]
    return copies


def _values(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"attributes", "Id"} and value is not None}


def test_a_text_that_does_not_fit_is_a_dead_letter_that_says_so(connected: Connected, naughty: list[str]):
    office = connected.office
    member, goal, _ = office.member_with_outcome("Sample Member 018")
    poll(connected.engine, "salesforce")
    connected.settle()
    with connected.engine.database.connect() as conn:
        linked = links.by_external(conn, "salesforce", [goal, member])
    before, there_before = office.read("Desired_Outcome__c", goal), _goals(connected)
    too_long = ["x" * 81, *(text for text in naughty if len(text.strip()) > 80)]
    now = datetime.now(UTC)
    origin, mine = Origin("Sample Manager", "test", now, now), linked[member].record_id
    with connected.engine.database.begin() as conn:
        renamed = {"name": too_long[0], "baseline": "fits"}
        records.save(conn, "desired_outcome", linked[goal].record_id, renamed, origin)
        dated = REQUIRED["desired_outcome"]
        born = [(None, {**dated, "member": mine, "name": text}, origin) for text in too_long[1:]]
        ids = [linked[goal].record_id, *records.save_many(conn, "desired_outcome", born)]
        connected.engine.mark_push(conn, "desired_outcome", set(ids))
    connected.settle()
    with connected.engine.database.connect() as conn:
        letters = {letter.record_id: letter for letter in dead_letters.newest(conn)}
    assert len(too_long) > 10
    assert set(letters) == set(map(str, ids))
    for record_id, text in zip(ids, too_long, strict=True):
        assert str(len(text.strip())) in letters[str(record_id)].our_words
        assert "80" in letters[str(record_id)].our_words
    assert office.read("Desired_Outcome__c", goal)["Name"] == before["Name"]
    assert _goals(connected) == there_before


def _goals(connected: Connected) -> list[dict[str, Any]]:
    return connected.office.query("SELECT Id, Name FROM Desired_Outcome__c ORDER BY Id")
