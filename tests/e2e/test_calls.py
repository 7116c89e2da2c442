"""How many API calls a sync costs, counted by the org itself."""

from __future__ import annotations

from math import ceil

import requests

from plugin.store import due
from plugin.sync.poll import first_sync, poll
from tests.e2e.conftest import Connected, Office, connect_to

MEMBERS = 450


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
    assert sum(writes.values()) <= ceil((MEMBERS + 1) / 1000) + 2, writes
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


def test_a_nightly_rescore_with_nothing_changed_but_the_date_writes_nothing(connected: Connected):
    office = connected.office
    connected.engine.rescore_all("salesforce")
    before = calls(office)
    connected.settle()
    assert since(office, before) == {}
