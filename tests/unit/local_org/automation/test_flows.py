"""Record-triggered flows: when they run, what they do, and what their failures undo."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from connectors.salesforce.local_org import deletes, dml
from connectors.salesforce.local_org.errors import OrgError
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import PLACE, SEND, flow, message, package, start, workflow

CHANGED = "<filterFormula>OR(ISCHANGED({!$Record.Phone}), ISCHANGED({!$Record.Website}))</filterFormula>"


def connector(to: str, tag: str = "connector") -> str:
    return f"<{tag}><targetReference>{to}</targetReference></{tag}>"


def task(subject: str, more: str = "", **fields: str) -> str:
    given = "".join(
        f"<inputAssignments><field>{name}</field><value><elementReference>{value}</elementReference></value>"
        "</inputAssignments>"
        for name, value in fields.items()
    )
    return (
        f"<recordCreates><name>Make</name>{PLACE}{more}<inputAssignments><field>Subject</field><value><stringValue>"
        f"{subject}</stringValue></value></inputAssignments>{given}<object>Task</object></recordCreates>"
    )


def test_a_flow_fires_only_while_it_is_active(bench: Bench) -> None:
    bench.with_message(("Notify", flow(start("Create"), status="Draft")))
    bench.create("Account", Name="One")
    assert bench.messages() == 0

    bench.with_message(("Notify", flow(start("Create"))))
    bench.create("Account", Name="Two")
    assert bench.messages() == 1


def test_an_update_flow_fires_for_the_fields_it_watches_only(bench: Bench) -> None:
    bench.with_flow(start("Update", CHANGED))
    account = bench.create("Account", Name="Acme", Phone="1")

    bench.update("Account", account, Description="not watched")
    bench.update("Account", account, Phone="1")
    assert bench.messages() == 0

    bench.update("Account", account, Phone="2")
    bench.update("Account", account, Website="https://example.org")
    assert bench.messages() == 2


def filters(*conditions: tuple[str, str, str], logic: str = "and") -> str:
    said = "".join(
        f"<filters><field>{name}</field><operator>{operator}</operator><value>{value}</value></filters>"
        for name, operator, value in conditions
    )
    return f"<filterLogic>{logic}</filterLogic>{said}"


NAMED = ("Name", "EqualTo", "<stringValue>acme</stringValue>")
CALLED = ("Phone", "IsNull", "<booleanValue>false</booleanValue>")
BIG = ("NumberOfEmployees", "GreaterThan", "<numberValue>10.0</numberValue>")


@pytest.mark.parametrize(
    ("entry", "values", "fires"),
    [
        (filters(NAMED), {"Name": "Acme"}, True),
        (filters(NAMED), {"Name": "Other"}, False),
        (filters(NAMED, CALLED), {"Name": "Acme"}, False),
        (filters(NAMED, CALLED, logic="or"), {"Name": "Acme"}, True),
        (filters(NAMED, CALLED, BIG, logic="1 AND (2 OR 3)"), {"Name": "Acme", "NumberOfEmployees": 11}, True),
        (filters(NAMED, CALLED, BIG, logic="1 AND (2 OR 3)"), {"Name": "Acme", "NumberOfEmployees": 10}, False),
        ("<filterFormula>ISNEW() &amp;&amp; NOT(ISBLANK({!$Record.Phone}))</filterFormula>", {"Phone": "1"}, True),
        ("<filterFormula>{!$Record.NumberOfEmployees} &gt; 10</filterFormula>", {}, False),
    ],
)
def test_entry_conditions_decide(bench: Bench, entry: str, values: dict[str, object], fires: bool) -> None:
    bench.with_flow(start("Create", entry))

    bench.create("Account", **{"Name": "Some", **values})

    assert bench.messages() == int(fires)


def test_a_flow_may_wait_until_its_conditions_become_true(bench: Bench) -> None:
    entry = f"<doesRequireRecordChangedToMeetCriteria>true</doesRequireRecordChangedToMeetCriteria>{filters(CALLED)}"
    bench.with_flow(start("CreateAndUpdate", entry))
    account = bench.create("Account", Name="Acme")

    for phone in ("1", "2", None, "3"):
        bench.update("Account", account, Phone=phone)

    assert bench.messages() == 2


def test_a_decision_and_an_assignment_lead_to_a_created_record(bench: Bench) -> None:
    rule = (
        "<rules><name>Called</name><conditionLogic>and</conditionLogic><conditions><leftValueReference>$Record.Phone"
        "</leftValueReference><operator>IsNull</operator><rightValue><booleanValue>true</booleanValue></rightValue>"
        f"</conditions>{connector('Note')}<label>Called</label></rules>"
    )
    elements = (
        f"<assignments><name>Note</name>{PLACE}<assignmentItems><assignToReference>words</assignToReference>"
        "<operator>Assign</operator><value><elementReference>$Record.Name</elementReference></value></assignmentItems>"
        f"{connector('Make')}</assignments><decisions><name>Ask</name>{PLACE}{rule}</decisions>"
        + task("Call them", Description="words", WhatId="$Record.Id")
        + "<variables><name>words</name><dataType>String</dataType></variables>"
    )
    bench.with_message(("Notify", flow(start("Create", to="Ask"), elements)))

    bench.create("Account", Name="Has one", Phone="1")
    account = bench.create("Account", Name="Has none")

    assert bench.rows("SELECT subject, description, whatid FROM org.task") == [("Call them", "Has none", account)]


def test_an_update_changes_the_records_that_its_filters_find(bench: Bench) -> None:
    elements = (
        f"<recordUpdates><name>Send</name>{PLACE}<filters><field>AccountId</field><operator>EqualTo</operator><value>"
        "<elementReference>$Record.Id</elementReference></value></filters><inputAssignments><field>Phone</field><value>"
        "<elementReference>$Record.Phone</elementReference></value></inputAssignments><object>Contact</object>"
        "</recordUpdates>"
    )
    bench.with_message(("Notify", flow(start("Update"), elements)))
    account = bench.create("Account", Name="Acme")
    bench.create("Contact", LastName="Inside", AccountId=account)
    bench.create("Contact", LastName="Outside")

    bench.update("Account", account, Phone="123")

    assert bench.rows("SELECT lastname, phone FROM org.contact ORDER BY 1") == [("Inside", "123"), ("Outside", None)]


def test_a_flow_that_updates_its_own_record_without_end_is_stopped(bench: Bench) -> None:
    elements = (
        f"<recordUpdates><name>Send</name>{PLACE}<inputAssignments><field>Site</field><value><stringValue>x</stringValue>"
        "</value></inputAssignments><inputReference>$Record</inputReference></recordUpdates>"
    )
    bench.with_message(("Notify", flow(start("Update"), elements)))
    account = bench.create("Account", Name="Acme")

    with pytest.raises(OrgError, match="Maximum trigger depth"):
        bench.update("Account", account, Phone="1")


def test_a_before_save_flow_changes_the_record_itself(bench: Bench) -> None:
    elements = (
        f"<assignments><name>Set</name>{PLACE}<assignmentItems><assignToReference>$Record.Site</assignToReference>"
        "<operator>Assign</operator><value><stringValue>by flow</stringValue></value></assignmentItems></assignments>"
    )
    bench.with_message(("Notify", flow(start("CreateAndUpdate", trigger="RecordBeforeSave", to="Set"), elements)))

    bench.create("Account", Name="Acme")

    assert bench.rows("SELECT site FROM org.account") == [("by flow",)]


def test_an_error_in_an_immediate_after_save_flow_rolls_the_write_back(bench: Bench) -> None:
    elements = SEND.replace("</actionCalls>", f"{connector('Make')}</actionCalls>") + task("x" * 256)
    bench.with_message(("Notify", flow(start("Create"), elements, label="Fails")))

    with bench.org.work() as work:
        (result,) = dml.create(work, "Account", [{"Name": "Acme"}])

    assert result.error is not None
    assert result.error.code == "CANNOT_EXECUTE_FLOW_TRIGGER"
    assert "because the “Fails” process failed" in result.error.message
    assert bench.rows("SELECT count(*) FROM org.account") == [(0,)]
    assert bench.messages() == 0


def test_a_fault_path_keeps_the_save(bench: Bench) -> None:
    elements = SEND + task("x" * 256, connector("Send", "faultConnector"))
    bench.with_message(("Notify", flow(start("Create", to="Make"), elements)))

    bench.create("Account", Name="Acme")

    assert bench.messages() == 1


def test_an_asynchronous_path_runs_after_the_commit(bench: Bench) -> None:
    bench.with_flow(start("Create", to=None, later="Send"))

    bench.create("Account", Name="Acme")
    assert bench.messages() == 0
    bench.automation.settle()

    assert len(bench.endpoint.bodies) == 1


def test_an_error_in_an_asynchronous_path_leaves_the_record(bench: Bench) -> None:
    bench.with_message(("Notify", flow(start("Create", to=None, later="Make"), task("x" * 256))))

    bench.create("Account", Name="Acme")
    bench.automation.settle()

    assert bench.rows("SELECT count(*) FROM org.account") == [(1,)]
    assert bench.rows("SELECT count(*) FROM org_meta.interviews") == [(0,)]
    assert "Notify" in (bench.automation.triggers.last_error or "")


def test_what_is_rolled_back_sends_nothing(bench: Bench) -> None:
    bench.with_flow(start("Create"))

    with suppress(ZeroDivisionError), bench.org.work() as work:
        dml.create(work, "Account", [{"Name": "Acme"}])
        work.after_commit.append(lambda: pytest.fail("nothing was committed"))
        _ = 1 / 0
    with bench.org.work() as work:
        dml.create(work, "Account", [{"Name": "Good"}, {"Phone": "no name"}], all_or_none=True)
    bench.automation.settle()

    assert bench.endpoint.bodies == []


def test_one_bad_row_does_not_silence_its_neighbours(bench: Bench) -> None:
    bench.with_flow(start("Create"))

    with bench.org.work() as work:
        dml.create(work, "Account", [{"Name": "Good"}, {"Phone": "no name"}, {"Name": "Fine"}])

    assert bench.messages() == 2


def test_a_deleted_record_sends_nothing(bench: Bench) -> None:
    bench.with_flow(start("CreateAndUpdate"))
    account = bench.create("Account", Name="Acme")
    bench.automation.settle()

    with bench.org.work() as work:
        deletes.delete(work, [account])
    bench.automation.settle()

    assert len(bench.endpoint.bodies) == 1


def test_a_flow_of_a_production_org_waits_to_be_activated(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(production=True)
    files = {"workflows/Account.workflow": workflow(message()), "flows/Notify.flow": flow(start("Create"))}
    assert bench.deploy(package(files, {"Workflow": ["Account"], "Flow": ["Notify"]}))["success"]

    bench.create("Account", Name="Acme")

    assert bench.messages() == 0
    assert bench.rows("SELECT active FROM org_meta.flows") == [(None,)]


def test_today_is_the_day_in_the_orgs_time_zone(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(time_zone="Pacific/Kiritimati", clock=lambda: datetime(2026, 11, 22, 20, tzinfo=UTC))
    entry = "<filterFormula>{!$Record.Birthdate} = TODAY()</filterFormula>"
    bench.with_message(("Notify", flow(start("Create", entry, to="Make", of="Contact"), task("Cake"))))

    bench.create("Contact", LastName="Yesterday", Birthdate="2026-11-22")
    bench.create("Contact", LastName="Today", Birthdate="2026-11-23")

    assert bench.rows("SELECT count(*) FROM org.task") == [(1,)]
