"""An admin deletes a mapped field while the service runs: it rests, the rest flows, and it comes back by itself."""

from __future__ import annotations

from dataclasses import replace

from plugin.bootstrap import check_system
from plugin.store import dead_letters, resting
from plugin.sync import backfill
from plugin.sync.poll import poll
from plugin.sync.resting import look_again
from plugin.sync.walking import walk_on
from tests.e2e.conftest import Connected


def test_a_field_is_deleted_while_the_service_runs_and_is_restored(connected: Connected):
    office, engine, org = connected.office, connected.engine, connected.office.org.org
    member, _, milestones = office.member_with_outcome("Sample Member 700")
    poll(engine, "salesforce")
    connected.settle()
    before = office.read("Account", member)
    assert before["Vector_Status__c"] is not None

    kept = org.schema.objects["account"].fields["success_progress__c"]
    with org.change_schema() as change:
        change.drop_field("Account", "Success_Progress__c")
    office.edit("Success_Milestone__c", milestones[0], Achieved_On__c="2026-02-01")
    office.edit("Account", member, Staff__c=12)
    poll(engine, "salesforce")
    connected.settle()
    there = office.read("Account", member)
    assert there["Success_Score__c"] != before["Success_Score__c"]
    with engine.database.connect() as conn:
        assert [(one.object, one.field) for one in resting.of(conn)] == [("Account", "Success_Progress__c")]
        assert dead_letters.newest(conn) == []
    # A worker that starts now runs, and whoever asks for a check is told.
    assert check_system(connected.services).require()
    assert next(one.severity for one in check_system(connected.services, with_flows=True).problems) == "error"

    # Its permissions went with it: a restored field is granted anew.
    with org.change_schema() as change:
        change.put_field("Account", replace(kept, extra={**kept.extra, "fls": False}))
    system = engine.connected["salesforce"]
    look_again(engine.database, system, system.mapping.objects, engine.clock())
    walk_on(engine, "salesforce", "backfill", backfill.step, lambda _: None)
    connected.settle()
    assert office.read("Account", member)["Success_Progress__c"] not in (None, before["Success_Progress__c"])
    with engine.database.connect() as conn:
        assert resting.of(conn) == []
