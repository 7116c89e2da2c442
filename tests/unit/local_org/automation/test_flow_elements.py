"""Every kind of element that a flow may hold: those that aren't run here stop the deployment, by their name."""

from __future__ import annotations

import pytest

from connectors.salesforce.local_org.flows import form
from connectors.salesforce.local_org.metadata.wsdl import wsdl
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import PLACE, SEND, flow, message, package, start, workflow

KINDS = {
    name: element.type.removeprefix("tns:")
    for name, element in wsdl().elements("Flow").items()
    if element.type.removeprefix("tns:") in wsdl().shapes
}
OTHERS = sorted(KINDS.keys() - form.ELEMENTS - {"start", "variables", "formulas", "processMetadataValues"})
PLAIN = {"xsd:boolean": "true", "xsd:int": "1", "xsd:double": "1.0"}


def least(name: str, kind: str) -> str:
    """The smallest element of a type that the WSDL takes, called Each where it may have a name."""
    space, _, bare = kind.partition(":")
    if space == "tns" and bare in wsdl().enums:
        return f"<{name}>{min(wsdl().enums[bare])}</{name}>"
    if space != "tns" or bare not in wsdl().shapes:
        return f"<{name}>{PLAIN.get(kind, 'Each')}</{name}>"
    elements = wsdl().elements(bare)
    wanted = [(each, about) for each, about in elements.items() if about.required or each == "name"]
    return f"<{name}>{''.join(least(each, about.type) for each, about in wanted)}</{name}>"


def faults(bench: Bench, text: str) -> list[str]:
    files = {"workflows/Account.workflow": workflow(message()), "flows/Notify.flow": text}
    return [words for _, _, words in bench.faults(package(files, {"Workflow": ["Account"], "Flow": ["Notify"]}))]


def test_the_kinds_that_are_tried_are_all_that_there_are() -> None:
    assert len(OTHERS) >= 20
    assert {"loops", "screens", "recordLookups", "recordDeletes", "subflows", "waits", "transforms"} <= set(OTHERS)


@pytest.mark.parametrize("kind", OTHERS)
def test_an_element_that_is_not_run_here_stops_the_deployment_by_its_name(untouched: Bench, kind: str) -> None:
    name = "Each" if "name" in wsdl().elements(KINDS[kind]) else ""
    told = faults(untouched, flow(elements=SEND + least(kind, f"tns:{KINDS[kind]}")))
    assert told == [f"The local org does not model the flow element '{kind}' ({name})"]
    assert untouched.rows("SELECT count(*) FROM org_meta.flows") == [(0,)]


DECISION = (
    f"<decisions><name>Choose</name><label>Choose</label>{PLACE}<rules><name>Way</name><label>Way</label>"
    "<conditionLogic>and</conditionLogic><conditions><leftValueReference>$Record.Name</leftValueReference>"
    "<operator>{}</operator><rightValue>{}</rightValue></conditions></rules></decisions>"
)
ASSIGNMENT = (
    f"<assignments><name>Choose</name><label>Choose</label>{PLACE}<assignmentItems><assignToReference>Text"
    "</assignToReference><operator>{}</operator><value><stringValue>a</stringValue></value></assignmentItems>"
    "</assignments><variables><name>Text</name><dataType>String</dataType><isCollection>false</isCollection>"
    "<isInput>false</isInput><isOutput>false</isOutput></variables>"
)
TEXT = "<stringValue>a</stringValue>"
MADE = "<inputAssignments><field>Name</field><value><stringValue>a</stringValue></value></inputAssignments>"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            flow(start(later="Send").replace("<pathType>AsyncAfterCommit</", "<offsetNumber>1</").replace(
                "1</pathType>", "1</offsetNumber>")),
            "The local org does not model scheduled paths other than AsyncAfterCommit",
        ),
        (
            flow(start().replace("<triggerType>", "<flowRunAsUser>TriggeringUser</flowRunAsUser><triggerType>")),
            "The local org does not model 'flowRunAsUser' of a flow's start",
        ),
        (flow(elements=SEND + DECISION.format("In", TEXT)), "Choose: The local org does not model the operator 'In'"),
        (
            flow(elements=SEND + DECISION.format("EqualTo", "<setupReference>a</setupReference>")),
            "The local org does not model 'setupReference' in a flow",
        ),
        (
            flow(elements=SEND + ASSIGNMENT.format("AddItem")),
            "Choose: The local org does not model the assignment operator 'AddItem'",
        ),
        (
            flow(elements=f"<recordUpdates><name>Send</name>{PLACE}{MADE}<object>Account</object></recordUpdates>"),
            "Send: An update without filters would touch every record; the local org does not model it",
        ),
        (
            flow(elements=f"<recordCreates><name>Send</name>{PLACE}<inputReference>$Record</inputReference>"
                          "</recordCreates>"),
            "Send: the local org does not model 'inputReference' of recordCreates",
        ),
    ],
)  # fmt: skip
def test_a_part_that_is_not_run_here_stops_the_deployment_by_its_name(
    untouched: Bench, text: str, problem: str
) -> None:
    assert problem in faults(untouched, text)
    assert untouched.rows("SELECT count(*) FROM org_meta.flows") == [(0,)]
