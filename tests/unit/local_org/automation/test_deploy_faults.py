"""What Salesforce would refuse is refused, in its file and by its name."""

from __future__ import annotations

import pytest

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.metadata.jobs import Options
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import (
    PLACE,
    SEND,
    custom_object,
    field,
    flow,
    message,
    package,
    start,
    workflow,
    xml,
)

OBJECT = "objects/Goal__c.object"
GOAL = {"CustomObject": ["Goal__c"]}
ACCOUNT_LOOKUP = "<referenceTo>{}</referenceTo><relationshipName>Goals</relationshipName>"
VALUES = "<valueSet><valueSetDefinition><sorted>false</sorted>{}</valueSetDefinition></valueSet>"
VALUE = "<value><fullName>{}</fullName><default>false</default><label>x</label></value>"


def rule(formula: str, shown: str = "") -> str:
    return (
        f"<validationRules><fullName>Rule</fullName><active>true</active><errorConditionFormula>{formula}"
        f"</errorConditionFormula>{shown}<errorMessage>No.</errorMessage></validationRules>"
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<colour>red</colour>", "colour invalid at this location in type CustomObject"),
        (field("A__c", "Txt"), "'Txt' is not a valid value for the enum 'FieldType'"),
        (field("A__c", more="<length>many</length>"), "'many' is not a valid value for the type xsd:int"),
        (field("A__c", more="<length>1</length><length>2</length>"), "Element length is duplicated"),
        (field("A__c", more=""), "Must specify 'length' for a CustomField of type Text"),
        (field("A__c", more="<length>256</length>"), "Length must be 1 to 255"),
        (field("A__c", label=None), "Must specify a non-empty label"),
        (field("A__c", label="x" * 41), "longer than 40 characters"),
        (field("A" * 41 + "__c"), "longer than 40 characters"),
        (field("A__b__c"), "is not valid"),
        (field("A"), "must end in __c"),
        (field("A__c") + field("a__c"), "Duplicate field"),
        (field("A__c", "Picklist", ""), "Must specify the values"),
        (field("A__c", "Picklist", VALUES.format(VALUE.format("x") + VALUE.format("X"))), "Duplicate picklist value"),
        (field("A__c", "Checkbox", ""), "Must specify 'defaultValue'"),
        (field("A__c", "Number", "<precision>4</precision>"), "Must specify 'scale'"),
        (field("A__c", "Number", "<precision>4</precision><scale>5</scale>"), "Scale must be"),
        (field("A__c", "LongTextArea", "<length>500</length>"), "Must specify 'visibleLines'"),
        (field("A__c", "Lookup", ""), "Must specify 'referenceTo'"),
        (
            field("A__c", "Lookup", ACCOUNT_LOOKUP.format("Gone__c")),
            "'Gone__c' does not resolve to a valid sObject type",
        ),
        (field("A__c", "MasterDetail", ACCOUNT_LOOKUP.format("Gone__c")), "'Gone__c' does not resolve"),
        (
            field("A__c", "MasterDetail", "<required>false</required>" + ACCOUNT_LOOKUP.format("Account")),
            "Can not specify 'required' for a CustomField of type MasterDetail",
        ),
        (
            field("A__c", "Lookup", "<required>true</required>" + ACCOUNT_LOOKUP.format("Account")),
            "A required Lookup can not have the deleteConstraint SetNull",
        ),
        (
            field("A__c", "Lookup", ACCOUNT_LOOKUP.format("Account"))
            + field("B__c", "Lookup", ACCOUNT_LOOKUP.format("Account")),
            "There is already a Child Relationship named Goals__r on Account",
        ),
        (field("A__c", "Date", "<externalId>true</externalId>"), "Can not specify 'externalId'"),
        (field("A__c", "Date", "<unique>true</unique>"), "Can not specify 'unique'"),
        (field("A__c", "Location", ""), "The local org does not model fields of type Location"),
        (field("A__c", "Number", "<formula>1 + 1</formula>"), "Must specify 'scale' for a CustomField of type Number"),
        (
            field("A__c", "Text", "<formula>1 + 1</formula>"),
            "Formula result is data type (Number), incompatible with expected data type (Text).",
        ),
        (
            field("A__c", "Text", "<formula>Gone__c</formula>"),
            "Error in formula of A__c: Field Gone__c does not exist. Check spelling.",
        ),
        (
            field("A__c", "Text", "<formula>A__c</formula>"),
            "Error in formula of A__c: Formula fields can't refer to themselves: A__c",
        ),
        (
            field("A__c", "Text", "<formula>Name &amp; 1</formula>"),
            "Error in formula of A__c: Incorrect parameter type for operator '&'. Expected Text, received Number",
        ),
        (
            field("A__c", "Text", "<formula>VLOOKUP(Name)</formula>"),
            "Error in formula of A__c: Unknown function VLOOKUP. The local org does not model it",
        ),
        (
            field("A__c", "Text", "<formula>ISCHANGED(Name)</formula>"),
            "Error in formula of A__c: The local org does not model the function ISCHANGED in a formula field",
        ),
        (
            field("A__c", "Text", "<formula>Owner.Name</formula><unique>true</unique>"),
            "Can not specify 'unique' for a formula field",
        ),
        (
            field("A__c", "Email", "<formula>Name</formula>"),
            "The local org does not model formula fields of type Email",
        ),
        (rule("ISBLANK(Gone__c)"), "Field Gone__c does not exist. Check spelling."),
        (rule("$Permission.Gone"), "Field $Permission.Gone does not exist"),
        (rule("VLOOKUP(Name)"), "Unknown function VLOOKUP"),
        (rule("ISNULL(Name)"), "The local org does not model ISNULL of a text, which is never null: use ISBLANK"),
        (rule("CASE(Name, 1, 2)"), "Incorrect number of parameters for function 'CASE()'. Expected 4, received 3"),
        (field("A__c", "Number", "<formula>2 ^ 3</formula><scale>0</scale>"), "does not model the operator ^"),
        (rule("AND(ISBLANK(Name)"), "Syntax error"),
        (rule("ISBLANK(Name, 1)"), "Incorrect number of parameters for function 'ISBLANK()'"),
        (rule("ISBLANK(Name)", "<errorDisplayField>Gone__c</errorDisplayField>"), "Field Gone__c does not exist"),
        ("<customSettingsType>List</customSettingsType>", "The local org does not model objects such as"),
    ],
)
def test_a_faulty_object_is_refused(untouched: Bench, body: str, problem: str) -> None:
    faults = untouched.faults(package({OBJECT: custom_object(body)}, GOAL))

    assert any(file == OBJECT and problem in words for file, _, words in faults), faults
    assert untouched.org.schema.object("Goal__c") is None


def test_an_object_without_its_parts_is_refused(untouched: Bench) -> None:
    text = xml("CustomObject", "<nameField><type>Number</type></nameField>")

    problems = " ".join(words for _, _, words in untouched.faults(package({OBJECT: text}, GOAL)))

    for part in ("label", "pluralLabel", "sharingModel", "Text or AutoNumber, not 'Number'"):
        assert part in problems


def test_manifest_and_files_must_agree(untouched: Bench) -> None:
    files = {OBJECT: custom_object(), "tabs/Goal__c.tab": xml("CustomTab", "<motif>Custom1: Heart</motif>")}

    faults = untouched.faults(
        package(files, {"CustomObject": ["Goal__c", "Gone__c"], "CustomField": ["Goal__c.Gone__c"]})
    )

    assert ("package.xml", "Gone__c") in {(file, name) for file, name, _ in faults}
    assert ("package.xml", "Goal__c.Gone__c") in {(file, name) for file, name, _ in faults}
    assert ("tabs/Goal__c.tab", "Goal__c") in {(file, name) for file, name, _ in faults}
    assert any("was named in package.xml, but was not found in zipped directory" in words for _, _, words in faults)


def test_a_part_of_a_file_that_is_not_named_whole_must_be_named_itself(untouched: Bench) -> None:
    files = {"objects/Account.object": xml("CustomObject", field("One__c") + field("Two__c"))}

    ((file, name, _),) = untouched.faults(package(files, {"CustomField": ["Account.One__c"]}))

    assert (file, name) == ("objects/Account.object", "Account.Two__c")


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"objects/A__c.object": "<CustomObject"}, "Error parsing file"),
        ({"objects/A__c.object": '<!DOCTYPE x [<!ENTITY y "z">]><CustomObject>&y;</CustomObject>'}, "document types"),
        ({"classes/A.cls": "class A {}"}, "The local org does not model what lies in the folder 'classes'"),
        ({"objects/A__c.object": xml("Flow", "")}, "the root is Flow, not CustomObject"),
    ],
)
def test_what_cannot_be_read_is_refused(untouched: Bench, files: dict[str, str], problem: str) -> None:
    (fault, *_) = untouched.faults(package(files, {}))

    assert fault[0] in files
    assert problem in fault[2]


@pytest.mark.parametrize(("content", "problem"), [(b"no zip", "no zip"), (b"PK\x05\x06" + bytes(18), "No package.xml")])
def test_what_is_no_package_is_refused(untouched: Bench, content: bytes, problem: str) -> None:
    ((_, _, words),) = untouched.faults(content)

    assert problem in words


def permission_set(body: str) -> dict[str, str]:
    return {"permissionsets/Some.permissionset": xml("PermissionSet", f"{body}<label>Some</label>")}


def grant(name: str, edit: str = "true", read: str = "true") -> str:
    return (
        f"<fieldPermissions><editable>{edit}</editable><field>{name}</field><readable>{read}</readable>"
        "</fieldPermissions>"
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (grant("Account.Gone__c"), "In field: field - no CustomField named Account.Gone__c found"),
        (grant("Gone__c.Name"), "no CustomField named Gone__c.Name found"),
        (grant("Activity.Subject"), "no CustomField named Activity.Subject found"),
        (grant("Contact.LastName"), "You cannot deploy to a required field: Contact.LastName"),
        (grant("Account.Phone", read="false"), "depends on permission(s): Read Account.Phone"),
        (grant("Account.Phone") * 2, "Duplicate fieldPermissions for Account.Phone"),
        ("<tabSettings><tab>Gone__c</tab><visibility>Visible</visibility></tabSettings>", "no CustomTab named Gone__c"),
        (
            "<userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>",
            "The local org does not model the user permission 'ModifyAllData'",
        ),
        (
            "<classAccesses><apexClass>A</apexClass><enabled>true</enabled></classAccesses>",
            "does not model 'classAccesses'",
        ),
        (
            "<objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete><allowEdit>false"
            "</allowEdit><allowRead>false</allowRead><modifyAllRecords>false</modifyAllRecords><object>Account</object>"
            "<viewAllRecords>false</viewAllRecords></objectPermissions>",
            "Permission Create Account depends on permission(s): Read Account",
        ),
    ],
)
def test_a_faulty_permission_set_is_refused(untouched: Bench, body: str, problem: str) -> None:
    faults = untouched.faults(package(permission_set(body), {"PermissionSet": ["Some"]}))

    assert [file for file, _, _ in faults] == ["permissionsets/Some.permissionset"]
    assert problem in faults[0][2]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (message(url="ftp://127.0.0.1/x"), "Invalid endpoint URL"),
        (message(url="https://vector.example.org/hook"), "loopback addresses only"),
        (message(user="nobody@local-org.example"), "no active User named nobody@local-org.example found"),
        (message(fields=("Id", "Gone__c")), "no CustomField named Account.Gone__c found"),
        (message(session="true"), "includeSessionId"),
        (message() + message(), "Duplicate outbound message"),
        (
            "<rules><fullName>R</fullName><active>true</active><triggerType>onCreateOnly</triggerType></rules>",
            "'rules'",
        ),
    ],
)
def test_a_faulty_outbound_message_is_refused(untouched: Bench, text: str, problem: str) -> None:
    faults = untouched.faults(package({"workflows/Account.workflow": workflow(text)}, {"Workflow": ["Account"]}))

    assert {file for file, _, _ in faults} == {"workflows/Account.workflow"}
    assert any(problem in words for _, _, words in faults), faults


FORMULA = "<filterFormula>{}</filterFormula>"
CHANGED = FORMULA.format("ISCHANGED({!$Record.Name})")
ACTION = SEND.replace("Account.Told", "{}")
CREATE = (
    "<recordCreates><name>Send</name><label>Make</label>"
    + PLACE
    + "<inputAssignments><field>{}</field></inputAssignments>"
    "<object>{}</object></recordCreates>"
)


UPDATE = (
    "<recordUpdates><name>Send</name>"
    + PLACE
    + "<filters><field>Phone</field><operator>{}</operator><value><stringValue>"
    "{}</stringValue></value></filters><object>Contact</object></recordUpdates>"
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (flow(start(of="Gone__c")), "The object 'Gone__c' of the flow's start doesn't exist"),
        (flow(start(entry=FORMULA.format("{!$Record.Gone__c} = 1"))), 'The field "Gone__c" for the object "Account"'),
        (flow(start("CreateAndUpdate", CHANGED)), "ISCHANGED can't be used when the flow runs on CreateAndUpdate"),
        (flow(start("Create", CHANGED)), "ISCHANGED can't be used when the flow runs on Create"),
        (
            flow(start(of="Opportunity", entry=FORMULA.format("{!$Record.Probability} &gt; 0.5"))),
            "The local org does not model the percent field $Record.Probability in a flow's formula",
        ),
        (flow(start("Delete")), "does not model flows of the recordTriggerType 'Delete'"),
        (flow(start(trigger="Scheduled")), "does not model flows of the triggerType 'Scheduled'"),
        (flow(start(trigger="PlatformEvent")), "has neither a recordTriggerType nor scheduled paths"),
        (flow(start(trigger="PlatformEvent")), "A flow of the triggerType 'PlatformEvent' can't be about Account"),
        (flow(process="Flow"), "does not model flows of the processType 'Flow'"),
        (flow(start(to="Nowhere")), "points to the element 'Nowhere', which doesn't exist"),
        (flow(start(to=None)), "isn't connected to any element"),
        (flow(elements=ACTION.format("Account.Gone")), "The outbound message 'Account.Gone' doesn't exist"),
        (flow(start(of="Contact")), "not of the flow's object Contact"),
        (flow(elements=SEND.replace("outboundMessage", "emailAlert")), "actions of the type 'emailAlert'"),
        (flow(elements=CREATE.format("Subject", "Gone__c")), "The object 'Gone__c' doesn't exist"),
        (flow(elements=CREATE.format("Gone__c", "Task")), 'The field "Gone__c" for the object "Task" doesn\'t exist'),
        (
            flow(
                elements=SEND.replace(
                    "<actionName>", "<storeOutputAutomatically>true</storeOutputAutomatically><actionName>"
                )
            ),
            "does not model 'storeOutputAutomatically' of actionCalls",
        ),
        (flow(elements=UPDATE.format("GreaterThan", "1")), "only where all of them are EqualTo"),
        (flow(elements=UPDATE.format("EqualTo", "1").replace("<filters>", "<x/><filters>")), "Element {http"),
        (
            flow(elements=SEND + f"<loops><name>Each</name>{PLACE}</loops>"),
            "The local org does not model the flow element 'loops' (Each)",
        ),
    ],
)
def test_a_faulty_flow_is_refused(untouched: Bench, text: str, problem: str) -> None:
    files = {"workflows/Account.workflow": workflow(message()), "flows/Notify.flow": text}

    faults = untouched.faults(package(files, {"Workflow": ["Account"], "Flow": ["Notify"]}))

    assert {file for file, _, _ in faults} == {"flows/Notify.flow"}
    assert any(problem in words for _, _, words in faults), faults
    assert untouched.rows("SELECT count(*) FROM org_meta.flows") == [(0,)]


@pytest.mark.parametrize("name", ["My__Flow", "1Flow", "Flow_"])
def test_a_flow_name_that_salesforce_would_not_take_is_refused(untouched: Bench, name: str) -> None:
    files = {"workflows/Account.workflow": workflow(message()), f"flows/{name}.flow": flow()}

    ((file, _, words),) = untouched.faults(package(files, {"Workflow": ["Account"], "Flow": [name]}))

    assert file == f"flows/{name}.flow"
    assert "is not valid" in words


@pytest.mark.parametrize(
    "options",
    [{"rollbackOnError": False}, {"testLevel": "Some"}, {"checkOnly": "yes"}, {"colour": 1}, {"performRetrieve": True}],
)
def test_options_that_would_not_be_honoured_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(OrgError):
        Options.read(options)
