"""Flows that a platform event starts."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.salesforce.local_org import dml
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.test_switches_and_events import EVENT
from tests.unit.local_org.automation.zips import PLACE, flow, package, start

FOLLOW_UP = (
    f"<recordCreates><name>FollowUp</name><label>Follow up</label>{PLACE}<inputAssignments><field>Subject</field>"
    "<value><elementReference>$Record.About__c</elementReference></value></inputAssignments><object>Task</object>"
    "</recordCreates>"
)
ABOUT_CALLS = (
    "<filterLogic>and</filterLogic><filters><field>About__c</field><operator>StartsWith</operator><value><stringValue>"
    "Call</stringValue></value></filters>"
)


def heard(entry: str = "", more: str = "", of: str = "Told__e") -> str:
    connector = "<connector><targetReference>FollowUp</targetReference></connector>"
    return (
        f"<start>{PLACE}{connector}{entry}<object>{of}</object>{more}<triggerType>PlatformEvent</triggerType></start>"
    )


def deploy(bench: Bench, starts: str) -> dict[str, Any]:
    files = {"objects/Told__e.object": EVENT, "flows/Hear.flow": flow(starts, FOLLOW_UP)}
    return bench.deploy(package(files, {"CustomObject": ["Told__e"], "Flow": ["Hear"]}))


def subjects(bench: Bench) -> list[str]:
    return [row[0] for row in bench.rows("SELECT subject FROM org.task ORDER BY subject")]


def test_a_published_event_starts_the_flows_that_wait_for_it_after_the_commit(bench: Bench) -> None:
    result = deploy(bench, heard(ABOUT_CALLS))
    assert result["success"], result["details"]["componentFailures"]
    for about in ("Call Sample Member 1", "Write to Sample Member 2", "Call Sample Member 3"):
        bench.create("Told__e", About__c=about)
    assert subjects(bench) == []

    bench.automation.settle()
    bench.automation.settle()

    assert subjects(bench) == ["Call Sample Member 1", "Call Sample Member 3"]


def test_an_event_of_what_is_rolled_back_starts_nothing(bench: Bench) -> None:
    assert deploy(bench, heard())["success"]
    with bench.org.work() as work:
        results = dml.create(work, "Told__e", [{"About__c": "x"}, {"About__c": "y" * 100}], all_or_none=True)
    assert not any(result.success for result in results)

    bench.automation.settle()

    assert subjects(bench) == []


def test_a_flow_that_fails_leaves_the_event_and_the_other_flows_alone(bench: Bench) -> None:
    assert deploy(bench, heard())["success"]
    with bench.org.change_schema() as change:
        change.schema.objects["task"].validation_rules["No_X"] = {
            "active": True, "formula": "Subject = \"x\"", "message": "no", "field": None,
        }  # fmt: skip
        change.save_object(change.schema.objects["task"])
    for about in ("x", "fine"):
        bench.create("Told__e", About__c=about)

    bench.automation.settle()

    assert subjects(bench) == ["fine"]
    assert "no" in str(bench.automation.triggers.last_error)
    assert bench.rows("SELECT count(*) FROM org.told__e") == [(2,)]


@pytest.mark.parametrize(
    ("starts", "problem"),
    [
        (
            heard(more="<recordTriggerType>Create</recordTriggerType>"),
            "neither a recordTriggerType nor scheduled paths",
        ),
        (heard(of="Account"), "can't be about Account"),
        (start("Create", to="FollowUp", of="Told__e"), "can't be about Told__e"),
    ],
)
def test_a_start_that_does_not_fit_its_trigger_is_refused(bench: Bench, starts: str, problem: str) -> None:
    failures = deploy(bench, starts)["details"]["componentFailures"]
    assert any(problem in each["problem"] for each in failures), failures
