"""Custom metadata as a flow's switch, platform events, formulas and permissions in flows, faults off to the side."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.errors import OrgError
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import PLACE, field, flow, manifest, package, start, xml

SWITCH = xml("CustomObject", f"{field('Active__c', 'Checkbox', '<defaultValue>false</defaultValue>')}"
             f"{field('Stage__c')}<label>Switch</label><pluralLabel>Switches</pluralLabel>")  # fmt: skip
EVENT = xml("CustomObject", "<deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType>"
            f"{field('About__c')}<label>Told</label><pluralLabel>Told</pluralLabel>")  # fmt: skip
ON = "$CustomMetadata.Switch__mdt.Late.Active__c"


def record(active: str = "true", more: str = "") -> str:
    value = f'<value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xsd:boolean">{active}</value>'
    return xml(
        "CustomMetadata",
        f"<label>Late</label><protected>false</protected><values><field>Active__c</field>{value}</values>{more}",
    )


def decision(left: str, then: str) -> str:
    rule = (
        f"<rules><name>On</name><label>On</label><conditionLogic>and</conditionLogic><conditions><leftValueReference>{left}"
        "</leftValueReference><operator>EqualTo</operator><rightValue><booleanValue>true</booleanValue></rightValue>"
        f"</conditions><connector><targetReference>{then}</targetReference></connector></rules>"
    )
    return f"<decisions><name>Switched</name><label>Switched</label>{PLACE}{rule}</decisions>"


def publish(value: str, more: str = "", name: str = "Publish", about: str = "About__c") -> str:
    return (
        f"<recordCreates><name>{name}</name><label>Publish</label>{PLACE}{more}<inputAssignments><field>{about}</field>"
        f"<value><elementReference>{value}</elementReference></value></inputAssignments><object>Told__e</object>"
        "</recordCreates>"
    )


FILES = {
    "objects/Switch__mdt.object": SWITCH,
    "objects/Told__e.object": EVENT,
    "customMetadata/Switch.Late.md": record(),
}
MEMBERS = {"CustomObject": ["Switch__mdt", "Told__e"], "CustomMetadata": ["Switch.Late"]}


def deploy(bench: Bench, elements: str = "", starts: str = "", **files: str) -> dict[str, Any]:
    changed = {**FILES, **files}
    members = dict(MEMBERS)
    if elements:
        changed["flows/Act.flow"] = flow(starts or start("Create", to=None, later="Switched"), elements)
        members["Flow"] = ["Act"]
    return bench.deploy(package(changed, members))


def events(bench: Bench) -> list[str]:
    return [row[0] for row in bench.rows("SELECT about__c FROM org.told__e ORDER BY id")]


def created(bench: Bench, name: str = "Acme") -> str:
    account = bench.create("Account", Name=name)
    bench.automation.settle()
    return account


def test_a_switch_decides_whether_a_flow_acts(bench: Bench) -> None:
    result = deploy(bench, decision(ON, "Publish") + publish("$Record.Name"))
    assert result["success"], result["details"]["componentFailures"]
    created(bench, "One")

    deploy(bench, **{"customMetadata/Switch.Late.md": record("false")})
    created(bench, "Two")
    deploy(bench)
    created(bench, "Three")

    assert events(bench) == ["One", "Three"]


def test_formulas_of_a_flow_are_worked_out_from_the_record(bench: Bench) -> None:
    formula = "<formulas><name>Short</name><dataType>String</dataType><expression>LEFT({!$Record.Name}, 2) &amp; &quot;!&quot;</expression></formulas>"  # noqa: E501
    deploy(bench, formula + decision(ON, "Publish") + publish("Short"))

    created(bench)

    assert events(bench) == ["Ac!"]


def test_a_failing_element_takes_its_fault_path_and_the_rest_stays(bench: Bench) -> None:
    longer = "<formulas><name>Long</name><dataType>String</dataType><expression>{!$Record.Name} &amp; {!$Record.Description}</expression></formulas>"  # noqa: E501
    fault = "<faultConnector><targetReference>Tell</targetReference></faultConnector>"
    then = "<connector><targetReference>Fail</targetReference></connector>"
    elements = (
        longer
        + "<formulas><name>Said</name><expression>LEFT({!$Flow.FaultMessage}, 150)</expression></formulas>"
        + decision(ON, "Publish")
        + publish("$Record.Name", then)
        + publish("Long", fault, "Fail")
        + publish("Said", "", "Tell")
    )
    assert deploy(bench, elements, **{"objects/Told__e.object": EVENT.replace(">80<", ">200<")})["success"]

    bench.create("Account", Name="Acme", Description="x" * 300)
    bench.automation.settle()
    assert bench.automation.triggers.last_error is None

    first, second = events(bench)
    assert first == "Acme"
    assert "when the flow tried to create records: STRING_TOO_LONG" in second


def test_a_flow_can_ask_for_a_custom_permission(bench: Bench) -> None:
    entry = "<filterFormula>NOT({!$Permission.Skip})</filterFormula>"
    files = {
        "flows/Act.flow": flow(start("Create", entry, to=None, later="Publish"), publish("$Record.Name")),
        "customPermissions/Skip.customPermission": xml(
            "CustomPermission", "<isLicensed>false</isLicensed><label>Skip</label>"
        ),
        "permissionsets/Skips.permissionset": xml(
            "PermissionSet",
            "<customPermissions><enabled>true</enabled><name>Skip</name></customPermissions><label>Skips</label>",
        ),
    }
    members = {**MEMBERS, "Flow": ["Act"], "CustomPermission": ["Skip"], "PermissionSet": ["Skips"]}
    assert bench.faults(package({**FILES, **files}, members)) == []
    created(bench, "One")

    ((granted,),) = bench.rows("SELECT id FROM org.permissionset WHERE name = 'Skips'")
    bench.create("PermissionSetAssignment", PermissionSetId=granted, AssigneeId=bench.org.founding.admin_id)
    with bench.org.work(bench.org.access(bench.org.founding.admin_id)) as work:
        dml.create(work, "Account", [{"Name": "Two"}])
    bench.automation.settle()

    assert events(bench) == ["One"]


def test_custom_metadata_is_deployed_and_removed_but_never_saved(bench: Bench) -> None:
    deploy(bench)
    with pytest.raises(OrgError, match="does not support DML"), bench.org.work() as work:
        dml.create(work, "Switch__mdt", [{"Stage__c": "x"}])

    gone = manifest({"CustomMetadata": ["Switch.Late"]})
    assert bench.faults(package({}, {}, destructiveChanges=gone)) == []

    assert bench.rows("SELECT * FROM org.switch__mdt") == []


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("customMetadata/Switch.Late.md", record("maybe"), "Cannot deserialize instance of boolean"),
        (
            "customMetadata/Switch.Late.md",
            record(more="<values><field>Loud__c</field><value>1</value></values>"),
            "no CustomField named Switch__mdt.Loud__c found",
        ),
        ("objects/Told__e.object", EVENT.replace("eventType>", "description>"), "non-empty eventType"),
        ("objects/Switch__mdt.object", SWITCH.replace(">Text<", ">Currency<").replace("<length>80</length>",
         "<precision>8</precision><scale>2</scale>"), "can't have fields of the type Currency"),
    ],
)  # fmt: skip
def test_what_salesforce_would_not_take_is_refused(bench: Bench, path: str, content: str, words: str) -> None:
    assert words in " ".join(fault for _, _, fault in bench.faults(package({**FILES, path: content}, MEMBERS)))


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("$CustomMetadata.Switch__mdt.Early.Active__c", "names no custom metadata record that there is"),
        ("$CustomMetadata.Switch__mdt.Late.Loud__c", "names no field of a custom metadata type"),
        ("$Permission.Fly", "names no custom permission that there is"),
    ],
)
def test_a_switch_or_permission_that_is_not_there_stops_the_flow(bench: Bench, reference: str, words: str) -> None:
    failures = deploy(bench, decision(reference, "Publish") + publish("$Record.Name"))["details"]["componentFailures"]

    assert words in failures[0]["problem"]
