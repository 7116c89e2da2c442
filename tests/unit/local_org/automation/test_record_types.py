"""Record types: deployed with their object, given to records by their id, told of by SOQL and describes."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.org import Org
from connectors.salesforce.local_org.rest.describe import describe_whole
from connectors.salesforce.local_org.rest.queries import run
from connectors.salesforce.local_org.results import Result
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import package, xml

PROCESS = (
    "<businessProcesses><fullName>Members</fullName><isActive>true</isActive>"
    "<values><fullName>Prospecting</fullName><default>false</default></values></businessProcesses>"
)
LEVELS = (
    "<fields><fullName>Level__c</fullName><label>Level</label><type>Picklist</type><valueSet><restricted>true"
    "</restricted><valueSetDefinition><sorted>false</sorted>"
    + "".join(f"<value><fullName>{each}</fullName><default>false</default></value>" for each in ("Low", "High"))
    + "</valueSetDefinition></valueSet></fields>"
)
GIVES = xml(
    "PermissionSet",
    "<label>Gives</label><objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete><allowEdit>"
    "true</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Opportunity</object>"
    "<viewAllRecords>true</viewAllRecords></objectPermissions><recordTypeVisibilities><recordType>"
    "Opportunity.Membership</recordType><visible>true</visible></recordTypeVisibilities>",
)


def kind(name: str = "Membership", more: str = "", process: str = "Members", active: str = "true") -> str:
    runs = f"<businessProcess>{process}</businessProcess>" if process else ""
    return (
        f"<recordTypes><fullName>{name}</fullName><active>{active}</active>{runs}<label>The {name}</label>{more}"
        "</recordTypes>"
    )


def zipped(*kinds: str, **files: str) -> bytes:
    body = xml("CustomObject", PROCESS + LEVELS + "".join(kinds))
    names = [text.partition("<fullName>")[2].partition("<")[0] for text in kinds]
    members = {
        "RecordType": [f"Opportunity.{name}" for name in names],
        "BusinessProcess": ["Opportunity.Members"],
        "CustomField": ["Opportunity.Level__c"],
        **({"PermissionSet": ["Gives"]} if files else {}),
    }
    return package({"objects/Opportunity.object": body, **files}, members)


LOW = (
    "<picklistValues><picklist>Level__c</picklist><values><fullName>Low</fullName><default>false</default></values>"
    "</picklistValues>"
)


def with_kinds(bench: Bench) -> dict[str, str]:
    """Deploy two record types; returns their ids by name."""
    gives = {"permissionsets/Gives.permissionset": GIVES}
    result = bench.deploy(zipped(kind(more=LOW), kind("Old", active="false"), **gives))
    assert result["success"], result["details"]["componentFailures"]
    return dict(bench.rows("SELECT developername, id FROM org.recordtype"))


def create(bench: Bench, user: str | None = None, **values: Any) -> Result:
    access = bench.org.access(user) if user else None
    row = {"Name": "O", "StageName": "Prospecting", "CloseDate": "2026-01-01", **values}
    with bench.org.work(access) as work:
        return dml.create(work, "Opportunity", [row])[0]


def test_a_record_is_told_with_its_record_type(bench: Bench) -> None:
    ids = with_kinds(bench)
    assert ids["Membership"].startswith("012")
    assert create(bench, RecordTypeId=ids["Membership"]).success
    assert create(bench).success
    with bench.org.work() as work:
        text = "SELECT RecordType.DeveloperName, RecordTypeId FROM Opportunity ORDER BY RecordTypeId NULLS LAST"
        assert [row[-2:] for row in run(work, text)[1]] == [("Membership", ids["Membership"]), (None, None)]
        known = run(work, "SELECT Name FROM RecordType WHERE SobjectType = 'Opportunity' AND IsActive = true")[1]
        assert [row[-1] for row in known] == ["The Membership"]
        where = "SELECT Id FROM Opportunity WHERE RecordType.DeveloperName = 'Membership'"
        assert len(run(work, where)[1]) == 1


def test_a_describe_lists_record_types_and_the_master(bench: Bench) -> None:
    with_kinds(bench)
    with bench.org.work() as work:
        told = describe_whole(work, work.schema.objects["opportunity"], "66.0")["recordTypeInfos"]
    names = [(each["developerName"], each["active"], each["available"], each["master"]) for each in told]
    assert names == [("Membership", True, True, False), ("Old", False, False, False), ("Master", True, True, True)]


def test_a_record_type_of_nothing_or_switched_off_is_not_for_the_user(bench: Bench) -> None:
    ids = with_kinds(bench)
    for wrong in (ids["Old"], "012Lo000000zzzzIAA"):
        result = create(bench, RecordTypeId=wrong)
        assert result.error is not None
        words = f"Record Type ID: this ID value isn't valid for the user: {wrong}"
        assert (result.error.code, result.error.message) == ("INVALID_CROSS_REFERENCE_KEY", words)


def test_who_is_no_administrator_needs_a_permission_set_for_a_record_type(bench: Bench) -> None:
    ids = with_kinds(bench)
    user = bench.org.founding.integration_id
    (gives,) = bench.rows("SELECT id FROM org.permissionset WHERE name = 'Gives'")[0]
    bench.create("PermissionSetAssignment", PermissionSetId=gives, AssigneeId=user)
    assert create(bench, user, RecordTypeId=ids["Membership"]).success
    result = create(bench, user, RecordTypeId=ids["Old"])
    assert result.error is not None
    assert result.error.code == "INVALID_CROSS_REFERENCE_KEY"


def test_a_restricted_picklist_takes_what_the_record_type_has(bench: Bench) -> None:
    ids = with_kinds(bench)
    assert create(bench, RecordTypeId=ids["Membership"], Level__c="Low").success
    assert create(bench, Level__c="High").success
    result = create(bench, RecordTypeId=ids["Membership"], Level__c="High")
    assert result.error is not None
    words = "Level: bad value for restricted picklist field: High"
    assert (result.error.code, result.error.message) == ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", words)


def test_a_record_type_keeps_its_id_when_it_is_deployed_again_and_when_the_org_restarts(bench: Bench) -> None:
    ids = with_kinds(bench)
    assert bench.deploy(zipped(kind(active="false")))["success"]
    assert dict(bench.rows("SELECT developername, id FROM org.recordtype")) == ids
    again = Org(bench.url)
    again.open()
    kept = again.schema.objects["opportunity"].extra["record_types"]["membership"]
    again.close()
    assert (kept["id"], kept["active"]) == (ids["Membership"], False)


def test_record_types_change_by_deployments_only(bench: Bench) -> None:
    ids = with_kinds(bench)
    with pytest.raises(Exception, match="the local org does not model the changing of record types"):
        bench.update("RecordType", ids["Old"], IsActive=True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (kind(process=""), "Must specify a non-empty businessProcess for the record type Membership"),
        (kind(process="Gone"), "no BusinessProcess named Opportunity.Gone found"),
        (kind(more=LOW.replace("Level__c", "Gone__c")), "Could not find picklist field 'Gone__c' of Opportunity"),
        (kind(more=LOW.replace("Low", "Lowest")), "Picklist value: Lowest in picklist: Level__c not found"),
        (kind(more=LOW.replace("false", "true")), "The local org does not model defaults by record type"),
    ],
)
def test_a_faulty_record_type_is_refused(untouched: Bench, text: str, problem: str) -> None:
    faults = untouched.faults(zipped(text))
    assert any(problem in words for _, _, words in faults), faults
