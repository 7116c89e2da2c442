"""Reconcile and backfill against the local org: calls, a worker that is killed, and what nothing may delete."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.salesforce.local_org import merges
from plugin.cli.status import look
from plugin.errors import LimitReached
from plugin.store import links, records, walks
from plugin.sync import backfill, reconcile
from plugin.sync.points import Point
from plugin.sync.poll import poll
from plugin.sync.walking import Ended, begin, walk_on
from tests.e2e.conftest import Connected
from tests.e2e.test_calls import calls, since

WORKER = Path(__file__).with_name("walk_worker.py")


def polled_since(ours: Connected) -> None:
    """Let the polls have nothing more to say: what is found now, they missed."""
    with ours.engine.database.begin() as conn:
        conn.exec_driver_sql("UPDATE cursors SET stamp = stamp + interval '2 hours'")


def hold_against_ours(ours: Connected, *objects: str) -> dict[str, dict[str, int]]:
    begin(ours.engine, "salesforce", "reconcile", objects)
    assert walk_on(ours.engine, "salesforce", "reconcile", reconcile.step, lambda _: None) is Ended.FINISHED
    ours.settle()
    with ours.engine.database.connect() as conn:
        found = walks.of(conn, "salesforce", "reconcile")
    return {one.object: {name: n for name, n in one.found.items() if n} for one in found}


def link(ours: Connected, external_id: str) -> links.Link:
    with ours.engine.database.connect() as conn:
        return links.by_external(conn, "salesforce", [external_id])[external_id]


def record(ours: Connected, external_id: str) -> dict:
    one = link(ours, external_id)
    with ours.engine.database.connect() as conn:
        return records.load(conn, one.entity, [one.record_id])[one.record_id]


def test_a_merge_over_there_moves_what_was_below_and_deletes_the_one_that_is_gone(connected: Connected):
    office = connected.office
    loser, outcome, _ = office.member_with_outcome("Sample Member 601")
    winner, _, _ = office.member_with_outcome("Sample Member 602")
    poll(connected.engine, "salesforce")
    connected.settle()
    with office.org.org.work() as work:
        merges.merge(work, "Account", winner, [loser])
    poll(connected.engine, "salesforce")
    connected.settle()
    assert link(connected, loser).state == "deleted"
    assert record(connected, loser)["deleted_at"] is not None
    assert record(connected, outcome)["member"] == link(connected, winner).record_id
    assert record(connected, outcome)["deleted_at"] is None
    assert office.read("Desired_Outcome__c", outcome)["Account__c"] == winner


def test_a_delete_over_there_is_found_by_polling_and_an_undelete_too(connected: Connected):
    office = connected.office
    _, outcome, _ = office.member_with_outcome("Sample Member 603")
    poll(connected.engine, "salesforce")
    connected.settle()
    office.client.request("DELETE", f"sobjects/Desired_Outcome__c/{outcome}")
    poll(connected.engine, "salesforce")
    connected.settle()
    assert record(connected, outcome)["deleted_at"] is not None
    office.undelete(outcome)
    poll(connected.engine, "salesforce")
    connected.settle()
    assert record(connected, outcome)["deleted_at"] is None
    assert link(connected, outcome).state == "active"


def test_an_archived_activity_is_never_taken_for_a_deleted_one(connected: Connected):
    office = connected.office
    member, _, _ = office.member_with_outcome("Sample Member 604")
    old = (datetime.now(UTC) - timedelta(days=500)).date().isoformat()
    done = {"Status": "Completed", "ActivityDate": old, "Engagement_Direction__c": "Inbound reactive"}
    task = office.create("Task", Subject="Sample call", WhatId=member, **done)
    poll(connected.engine, "salesforce")
    connected.settle()
    assert office.query(f"SELECT Id FROM Task WHERE Id = '{task}'") == []
    assert link(connected, task).state == "active"
    polled_since(connected)
    assert "Task" not in {name for name, found in hold_against_ours(connected).items() if found}
    assert record(connected, task)["deleted_at"] is None
    assert link(connected, task).state == "active"


def test_a_record_that_is_gone_without_proof_rests_and_is_reported(connected: Connected):
    office = connected.office
    member, outcome, milestones = office.member_with_outcome("Sample Member 605")
    poll(connected.engine, "salesforce")
    connected.settle()
    with office.org.org.work() as work:
        work.conn.execute("DELETE FROM org.success_milestone__c WHERE id = %s", (milestones[0],))
    polled_since(connected)
    assert hold_against_ours(connected)["Success_Milestone__c"] == {"suspended": 1}
    assert record(connected, milestones[0])["deleted_at"] is None
    assert link(connected, milestones[0]).state == "suspended"
    with connected.engine.database.connect() as conn:
        [system] = look(conn, datetime.now(UTC))["systems"]
    assert system["links"]["suspended"] == 1
    assert system["reconcile"]["suspended"] == 1
    assert office.read("Desired_Outcome__c", outcome)["Account__c"] == member


def test_a_delete_that_no_poll_saw_and_a_change_with_an_old_stamp_are_found(connected: Connected):
    office = connected.office
    _, outcome, milestones = office.member_with_outcome("Sample Member 606")
    poll(connected.engine, "salesforce")
    connected.settle()
    office.client.request("DELETE", f"sobjects/Success_Milestone__c/{milestones[2]}")
    before = link(connected, outcome).stamp
    assert before is not None
    with office.org.org.work() as work:
        changed = "UPDATE org.desired_outcome__c SET name = 'Changed unseen', systemmodstamp = %s WHERE id = %s"
        work.conn.execute(changed, (before + timedelta(seconds=1), outcome))
    polled_since(connected)
    found = hold_against_ours(connected)
    assert found["Success_Milestone__c"] == {"deleted": 1}
    assert found["Desired_Outcome__c"] == {"drift": 1}
    assert record(connected, outcome)["name"] == "Changed unseen"
    assert record(connected, milestones[2])["deleted_at"] is not None


@pytest.mark.parametrize("point", [Point.READ, Point.SAVED, Point.FETCHED])
def test_a_killed_backfill_goes_on_where_it_stood(connected: Connected, point: Point):
    office = connected.office
    begin(connected.engine, "salesforce", "backfill")
    with connected.engine.database.connect() as conn:
        objects = len(walks.under_way(conn, "salesforce", "backfill"))
    environment = office.environment(connected.services.conninfo)
    command = [sys.executable, str(WORKER), point.value]
    died = subprocess.run(command, env=environment, cwd=WORKER.parents[2], timeout=60, check=False).returncode
    assert died == -signal.SIGKILL
    before = calls(office)
    assert walk_on(connected.engine, "salesforce", "backfill", backfill.step, lambda _: None) is Ended.FINISHED
    done = 2 if point is Point.FETCHED else 1
    assert since(office, before)["queryAll"] == objects - done


def test_a_reconcile_where_all_is_well_is_one_call_for_each_object(connected: Connected):
    office = connected.office
    objects = len(connected.engine.connected["salesforce"].read_sources)
    before = calls(office)
    assert not any(hold_against_ours(connected).values())
    assert since(office, before) == {"queryAll": objects}


def test_the_last_calls_of_an_org_are_never_used_and_a_backfill_waits_first(connected: Connected):
    office, counted = connected.office, connected.office.org.calls
    _, outcome, _ = office.member_with_outcome("Sample Member 607")
    poll(connected.engine, "salesforce")
    connected.settle()
    usual = counted.limit
    try:
        counted.limit = round(counted.used / 0.8)
        office.edit("Desired_Outcome__c", outcome, Objective__c="One framework contract")
        poll(connected.engine, "salesforce")
        begin(connected.engine, "salesforce", "backfill")
        assert walk_on(connected.engine, "salesforce", "backfill", backfill.step, lambda _: None) is Ended.SHORT
        connected.settle()
        assert record(connected, outcome)["objective"] == "One framework contract"

        counted.limit = round(counted.used / 0.949) + 1
        reserve = round(counted.limit * 0.05)
        for _ in range(40):
            _ask(connected)
        with pytest.raises(LimitReached, match="left alone"):
            connected.engine.connected["salesforce"].connector.count("Account")
        assert counted.used <= counted.limit - reserve
        assert counted.used >= counted.limit - reserve - 1
    finally:
        counted.limit = usual


def _ask(ours: Connected) -> None:
    """A call of whatever kind: nothing that anybody does may touch the reserve."""
    with suppress(LimitReached):
        ours.engine.connected["salesforce"].connector.count("Account")
