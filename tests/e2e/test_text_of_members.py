"""Naughty strings in the fields that people write over there, and in those of records that are made only there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from mappings.model import Source
from plugin.store import dead_letters, links, records
from plugin.store.records import Origin
from plugin.sync.poll import poll
from tests.e2e.conftest import Connected
from tests.e2e.test_text_round_trip import TEXTS, Texts, trimmed

MADE_THERE: dict[str, dict[str, Any]] = {
    "Account": {"Is_Member__c": True},
    "Task": {"Status": "Completed", "Engagement_Direction__c": "Inbound reactive"},
    "Event": {"Engagement_Direction__c": "Inbound reactive", "ActivityDate": "2026-03-01", "IsAllDayEvent": True},
    "Context_Event__c": {"Kind__c": "Progress"},
}
"""Objects whose records people make over there alone, with what one needs to come in. Flows alone make member flags."""
PARENTS = {"Task": "WhatId", "Event": "WhatId", "Context_Event__c": "Account__c"}


def texts_of(connected: Connected, source: Source) -> dict[str, tuple[str, int]]:
    """Return by our name the text fields that people write over there, each with its name and how long it may be."""
    there, ours = connected.engine.connected["salesforce"].schemas[source.object].fields, source.definition.fields
    written = {name: one.theirs for name, one in source.inbound.items() if ours[name].kind in TEXTS}
    named = {name: theirs for name, theirs in written.items() if there[theirs].type != "reference"}
    return {name: (theirs, there[theirs].max_length or 0) for name, theirs in named.items()}


def fitting(sizes: dict[str, tuple[str, int]], naughty: list[str]) -> list[dict[str, str]]:
    """Return for each string the texts of a record that has it in every field that it fits."""
    rows = [{name: text for name, (_, size) in sizes.items() if len(text) <= size} for text in naughty]
    return [row | {"name": "Sample"} if "name" in sizes and not trimmed(row.get("name", "")) else row for row in rows]


def kept(sizes: dict[str, tuple[str, int]], rows: list[dict[str, str]]) -> list[Texts]:
    return [{name: trimmed(row.get(name, "")) for name in sizes} for row in rows]


def create(connected: Connected, name: str, rows: list[dict[str, Any]]) -> list[str]:
    """Create records as people over there do; return their ids."""
    ids: list[str] = []
    for start in range(0, len(rows), 200):
        wanted = [{"attributes": {"type": name}, **row} for row in rows[start : start + 200]]
        body = {"allOrNone": True, "records": wanted}
        results = connected.office.client.json("POST", "composite/sobjects", json=body)
        assert [result["errors"] for result in results if not result["success"]] == []
        ids += [result["id"] for result in results]
    return ids


def test_every_text_that_people_write_over_there_comes_in_byte_for_byte_and_a_members_goes_back(
    connected: Connected, naughty: list[str]
):
    system, office = connected.engine.connected["salesforce"], connected.office
    member, _, _ = office.member_with_outcome("Sample Member 019")
    born: dict[str, list[str]] = {}
    for name, needed in MADE_THERE.items():
        sizes = texts_of(connected, system.mapping.source(name))
        assert sizes
        needs = {**needed, PARENTS[name]: member} if name in PARENTS else needed
        rows = fitting(sizes, naughty)
        born[name] = create(connected, name, [needs | {sizes[one][0]: row[one] for one in row} for row in rows])
    poll(connected.engine, "salesforce")
    for name, ids in born.items():
        sizes = texts_of(connected, system.mapping.source(name))
        assert here(connected, system.mapping.source(name), sizes, ids) == kept(sizes, fitting(sizes, naughty)), name

    accounts = system.mapping.source("Account")
    sizes = {name: size for name, size in texts_of(connected, accounts).items() if name in accounts.shared}
    assert set(sizes) == {"coverage_reason", "persona", "communication_segments"}
    rows = fitting(sizes, naughty[::-1])
    connected.engine.brakes = None  # All of them are overwritten at once, which a brake would stop.
    change_here(connected, born["Account"], [{name: row.get(name) for name in sizes} for row in rows])
    connected.settle(patience=120)
    fields = [theirs for theirs, _ in sizes.values()]
    answer = office.client.json(
        "POST", "composite/sobjects/Account", json={"ids": born["Account"], "fields": ["Id", *fields]}
    )
    by_id = {row["Id"]: row for row in answer}
    found = [{name: by_id[one][theirs] for name, (theirs, _) in sizes.items()} for one in born["Account"]]
    assert found == kept(sizes, rows)
    with connected.engine.database.connect() as conn:
        assert dead_letters.newest(conn) == []


def here(connected: Connected, source: Source, names: dict[str, Any], ids: list[str]) -> list[Texts]:
    with connected.engine.database.connect() as conn:
        linked = links.by_external(conn, "salesforce", ids)
        ours = records.load(conn, source.entity, [one.record_id for one in linked.values()])
    return [{name: ours[linked[one].record_id][name] for name in names} for one in ids]


def change_here(connected: Connected, ids: list[str], rows: list[Texts]) -> None:
    """Somebody on our side writes these texts."""
    now = datetime.now(UTC)
    origin = Origin("Sample Manager", "test", now, now)
    with connected.engine.database.begin() as conn:
        linked = links.by_external(conn, "salesforce", ids)
        edits = [(linked[one].record_id, {**row}, origin) for one, row in zip(ids, rows, strict=True)]
        records.save_many(conn, "member", edits)
        connected.engine.mark_push(conn, "member", {record_id for record_id, _, _ in edits})
