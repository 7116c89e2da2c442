"""How many API calls a sync costs, counted by the org itself."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from math import ceil

import requests
import sqlalchemy as sa

from plugin.store import due, records
from plugin.store.records import Origin
from plugin.store.schema import links
from plugin.sync.poll import first_sync, poll
from tests.e2e.conftest import Connected, Office, connect_to

MEMBERS = 1000


def calls(office: Office) -> dict[str, int]:
    """Return the calls that count against the org's limit, by kind."""
    told: dict[str, dict[str, int]] = requests.get(f"{office.org.url}/__local__/calls", timeout=10).json()
    return told["by_kind"]


def since(office: Office, before: dict[str, int]) -> dict[str, int]:
    """Return the calls made since then, by kind."""
    now = calls(office)
    return {kind: now[kind] - before.get(kind, 0) for kind in now if now[kind] != before.get(kind, 0)}


def load_members(office: Office, count: int) -> None:
    """Create members as the association's staff would import them."""
    for start in range(0, count, 200):
        rows = [
            {"attributes": {"type": "Account"}, "Name": f"Sample Member {number:04d}", "Is_Member__c": True}
            for number in range(start, min(start + 200, count))
        ]
        office.client.json("POST", "composite/sobjects", json={"allOrNone": True, "records": rows})


def test_calls_stay_within_their_bounds(office: Office, database_url: str):
    load_members(office, MEMBERS)
    member, _, milestones = office.member_with_outcome("Sample Member 9999")
    ours = connect_to(office, database_url)

    before = calls(office)
    first_sync(ours.engine, "salesforce", lambda _: None)
    reads = since(office, before)
    objects = len(ours.engine.connected["salesforce"].read_sources)
    bound = ceil((MEMBERS + 1) / 2000) + 2
    assert sum(reads.values()) <= objects * bound

    before = calls(office)
    ours.settle()
    writes = since(office, before)
    assert sum(writes.values()) <= ceil((MEMBERS + 1) / 1000) + 1, writes
    assert office.read("Account", member)["Vector_Status__c"] == "Holding"

    before = calls(office)
    office.edit("Success_Milestone__c", milestones[0], Achieved_On__c="2026-02-01")
    edit = since(office, before)
    with ours.engine.database.begin() as conn:
        due.mark(conn, "fetch", "salesforce", "Success_Milestone__c", milestones[:1], lane="interactive")
    ours.settle()
    assert sum(since(office, before).values()) - sum(edit.values()) <= 4

    before = calls(office)
    poll(ours.engine, "salesforce")
    ours.settle()
    assert sum(since(office, before).values()) <= objects
    ours.services.close()


def test_a_thousand_changed_members_cost_one_call_more_than_they_must_in_either_direction(
    office: Office, database_url: str
):
    load_members(office, MEMBERS)
    ours = connect_to(office, database_url)
    first_sync(ours.engine, "salesforce", lambda _: None)
    ours.settle()
    with ours.engine.database.connect() as conn:
        linked = conn.execute(sa.select(links.c.external_id, links.c.record_id).where(links.c.entity == "member"))
        found = {row.external_id: row.record_id for row in linked}
    chosen = sorted(found)[:MEMBERS]

    for start in range(0, MEMBERS, 200):
        rows = [{"attributes": {"type": "Account"}, "id": each, "Staff__c": 7} for each in chosen[start : start + 200]]
        office.client.json("PATCH", "composite/sobjects", json={"allOrNone": True, "records": rows})
    before = calls(office)
    with ours.engine.database.begin() as conn:
        due.mark(conn, "fetch", "salesforce", "Account", chosen)
    ours.settle()
    assert sum(since(office, before).values()) <= ceil(MEMBERS / 2000) + 1

    time.sleep(1.1)  # The second in which they were edited has to pass: a guard has whole seconds.
    with ours.engine.database.begin() as conn:
        now = datetime.now(UTC)
        edits = [(found[each], {"persona": "starter"}, Origin("someone", "workbook", now, now)) for each in chosen]
        records.save_many(conn, "member", edits)
        ours.engine.mark_push(conn, "member", {found[each] for each in chosen})
    before = calls(office)
    ours.settle()
    # Read before they are written, written, and read back: what people may edit is agreed on only once it was seen.
    assert sum(since(office, before).values()) <= 2 * ceil(MEMBERS / 2000) + ceil(MEMBERS / 1000) + 1
    assert office.read("Account", chosen[0])["Persona__c"] == "starter"
    ours.services.close()


def test_a_nightly_rescore_with_nothing_changed_but_the_date_writes_nothing(connected: Connected):
    office = connected.office
    connected.engine.rescore_all("salesforce")
    before = calls(office)
    connected.settle()
    assert since(office, before) == {}
