"""The package as a whole: valid by the schema, sound by the rules, and what the mapping asks for."""

import re
import shutil
from pathlib import Path

import metadata_schema
import package_rules
import pytest

from connectors.salesforce.install.metadata import tag
from connectors.salesforce.install.source import PACKAGE, Component, read
from mappings.load import load
from mappings.model import FieldMap, Source
from plugin.domain.entities import Kind

SOURCE = read()
MAPPING = load("salesforce")
FITTING = {
    Kind.TEXT: {"Text"},
    Kind.LONG_TEXT: {"LongTextArea"},
    Kind.DATE: {"Date"},
    Kind.NUMBER: {"Number"},
    Kind.INTEGER: {"Number"},
    Kind.MONEY: {"Currency"},
    Kind.BOOLEAN: {"Checkbox"},
    Kind.CHOICE: {"Picklist"},
}


def test_every_file_is_valid_by_the_schema_of_the_metadata_api() -> None:
    found = {one.path: metadata_schema.faults((PACKAGE / one.path).read_bytes()) for one in SOURCE.components}

    assert len(found) > 150
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_the_package_breaks_none_of_the_rules_that_the_schema_misses() -> None:
    assert package_rules.faults(SOURCE) == []


def mapped() -> list[tuple[Source, FieldMap]]:
    return [
        (source, line) for source in MAPPING.sources for line in source.fields.values() if line.theirs.endswith("__c")
    ]


@pytest.mark.parametrize(
    ("source", "line"), mapped(), ids=lambda one: getattr(one, "object", getattr(one, "theirs", None))
)
def test_every_mapped_field_is_in_the_package_and_can_hold_ours(source: Source, line: FieldMap) -> None:
    field = SOURCE.objects[source.object][line.theirs]

    assert field.say("type") in FITTING[line.ours.kind]
    if line.ours.decimals is not None:
        assert int(field.say("scale") or 0) >= line.ours.decimals
    if line.ours.kind is Kind.CHOICE:
        assert line.values is not None
        assert choices(field) == [theirs[0] for theirs in line.values.values()]
    if line.ours.kind is Kind.INTEGER:
        assert field.say("scale") == "0"
    assert field.flag("required") == (line.ours.required and line.ours.kind is not Kind.BOOLEAN)


def choices(field: Component) -> list[str | None]:
    assert field.root.findtext(f"{tag('valueSet')}/{tag('restricted')}") == "true"
    values = field.root.iterfind(f"{tag('valueSet')}/{tag('valueSetDefinition')}/{tag('value')}")
    return [value.findtext(tag("fullName")) for value in values]


@pytest.mark.parametrize("source", MAPPING.sources, ids=lambda source: source.object)
def test_every_mapped_reference_and_external_id_is_in_the_package(source: Source) -> None:
    fields = SOURCE.objects[source.object]
    for targets in source.references.values():
        for theirs, target in targets.items():
            assert not theirs.endswith("__c") or fields[theirs].say("referenceTo") == target
    if source.external_id:
        field = fields[source.external_id]
        assert (field.say("type"), field.say("length"), field.flag("unique")) == ("Text", "36", True)


def test_the_member_fields_are_the_same_on_accounts_and_contacts() -> None:
    account, contact = SOURCE.objects["Account"], SOURCE.objects["Contact"]
    assert list(account) == list(contact)
    for name, field in account.items():
        for part in ("type", "length", "precision", "scale", "label", "inlineHelpText"):
            assert field.say(part) == contact[name].say(part)


def test_only_the_integration_may_change_what_is_calculated() -> None:
    calculated = {f"{one.object}.{line.theirs}" for one in MAPPING.sources for line in one.calculated.values()}
    for one in SOURCE.of("PermissionSet"):
        editable = {name for name, on in package_rules.granted(one).items() if on and name in calculated}
        assert editable == (calculated if one.name == "Success_Vector_Integration" else set())


def test_the_integration_may_read_and_write_what_the_mapping_does_and_no_more() -> None:
    found = package_rules.granted(next(one for one in SOURCE.of("PermissionSet") if one.name.endswith("Integration")))
    reads = {f"{one.object}.{name}" for one in MAPPING.sources for name in one.read_fields}
    writes = {f"{one.object}.{line.theirs}" for one in MAPPING.sources for line in one.outbound.values()}
    writes |= {
        f"{one.object}.{name}"
        for one in MAPPING.sources
        if one.writes
        for targets in one.references.values()
        for name in targets
    }
    writes |= {f"{one.object}.{one.external_id}" for one in MAPPING.sources if one.external_id}
    securable = {
        f"{owner}.{name}"
        for owner, fields in SOURCE.objects.items()
        for name, field in fields.items()
        if package_rules.securable(field)
    }

    assert set(found) == ((reads | writes) & securable) | package_rules.STANDARD_FIELDS
    assert {name for name, editable in found.items() if editable} == writes & securable


def test_the_integration_set_holds_nothing_that_an_api_only_licence_refuses() -> None:
    (ours,) = [one for one in SOURCE.of("PermissionSet") if one.name == "Success_Vector_Integration"]
    parts = {child.tag.removeprefix(tag("")) for child in ours.root}
    told = {"label", "description", "hasActivationRequired"}

    assert parts - told == {"objectPermissions", "fieldPermissions", "customPermissions", "userPermissions"}
    assert [row.findtext(tag("name")) for row in ours.root.findall(tag("userPermissions"))] == ["ActivitiesAccess"]
    for row in ours.root.findall(tag("objectPermissions")):
        own = str(row.findtext(tag("object"))).endswith("__c")
        assert own or {row.findtext(tag(flag)) for flag in ("allowCreate", "allowDelete", "modifyAllRecords")} == {
            "false"
        }


@pytest.mark.parametrize("page", SOURCE.of("FlexiPage"), ids=lambda page: page.name)
def test_every_screen_for_record_pages_stands_on_both_pages(page: Component) -> None:
    shown = {one.text for one in page.root.iter(tag("componentName"))}
    meant = {
        one.name
        for one in SOURCE.of("LightningComponentBundle")
        if "lightning__RecordPage" in {target.text for target in one.root.iter(tag("target"))}
    }

    assert meant
    assert meant <= shown


def test_every_automation_is_off_when_it_arrives_but_those_for_whoever_comes_to_own_a_member() -> None:
    switches = SOURCE.of("CustomMetadata")
    on = [
        one.name
        for one in switches
        for values in one.root.iter(tag("values"))
        if values.findtext(tag("field")) == "Active__c" and values.findtext(tag("value")) != "false"
    ]

    assert len(switches) == 7
    assert on == ["Success_Vector_Automation.Handover", "Success_Vector_Automation.Owner_Follows"]


@pytest.mark.parametrize("flow", SOURCE.of("Flow"), ids=lambda flow: flow.name)
def test_every_flow_is_described_and_what_can_fail_in_it_has_a_way_out(flow: Component) -> None:
    assert flow.say("description")
    for kind in ("recordCreates", "recordUpdates"):
        for element in flow.root.iter(tag(kind)):
            assert element.find(tag("faultConnector")) is not None, element.findtext(tag("name"))


@pytest.mark.parametrize("flow", SOURCE.with_record_types().of("Flow"), ids=lambda flow: flow.name)
def test_the_security_review_says_of_every_flow_with_which_rights_it_runs(flow: Component) -> None:
    review = (PACKAGE.parents[2] / "docs/security-review.md").read_text()
    (row,) = [line for line in review.splitlines() if any(flow.name.startswith(name) for name in named(line))]
    start = flow.root.find(tag("start"))
    assert start is not None

    before = start.findtext(tag("triggerType")) == "RecordBeforeSave"
    later = start.find(tag("scheduledPaths")) is not None
    when = "before save" if before else "asynchronous path" if later else "with the save"
    assert f"system context, {when}" in row


def named(row: str) -> list[str]:
    """The flows that a row of a table names in its first column, by their whole name or how it begins."""
    return [name.removesuffix("…") for name in re.findall(r"`(Success_Vector_\w+…?)`", row.split(" | ", maxsplit=1)[0])]


def test_the_optional_flow_is_valid_by_the_schema_too() -> None:
    (flow,) = (PACKAGE / "opportunity-record-type").rglob("*.flow-meta.xml")
    assert metadata_schema.faults(flow.read_bytes()) == []


DISPUTED = {
    "Desired_Outcome__c": {"Objective__c", "Starts_On__c", "Time_Frame__c", "Confirmed_By__c", "Confirmed_On__c",
                           "Closed_On__c", "Closed_Reason__c", "Supersedes__c", "Priority__c"},
    "Success_Requirement__c": {"Kind__c", "Description__c", "Essential__c"},
    "Success_Milestone__c": {"Type__c", "Weight__c", "Due__c", "First_Promised_Due__c", "Achieved_On__c",
                             "Reversed_On__c", "Metric_Baseline__c", "Metric_Target__c", "Carried_Credit__c"},
    "Joint_Accountability__c": {"Party__c", "Due__c", "Done_On__c", "Agreed_On__c", "Consequence__c"},
}  # fmt: skip
"""What was promised, what was reached and who said so."""


@pytest.mark.parametrize("name", list(DISPUTED))
def test_what_people_dispute_keeps_its_history(name: str) -> None:
    tracked = {field for field, one in SOURCE.objects[name].items() if one.flag("trackHistory")}
    assert tracked >= DISPUTED[name]


VIEWS = {
    "Off_Course": ("Vector_Status__c", "Off course"),
    "Drifting": ("Vector_Status__c", "Drifting"),
    "Gap_Open": ("Success_Gap__c", "Open"),
    "Expansion_Ready": ("Expansion_Flag__c", "Ready"),
    "Advocacy_Ready": ("Advocacy_Flag__c", "Ready"),
    "Due_in_30_Days": ("Next_Milestone_Due__c", "NEXT_N_DAYS:30"),
    "My_Members": ("Is_Member__c", "1"),
}


@pytest.mark.parametrize("owner", ["Account", "Contact"])
@pytest.mark.parametrize("name", list(VIEWS))
def test_every_list_that_says_who_needs_somebody_is_there_and_holds_members_only(owner: str, name: str) -> None:
    (view,) = [one for one in SOURCE.of("ListView") if one.name == f"{owner}.Success_Vector_{name}"]
    filters = {(one.findtext(tag("field")), one.findtext(tag("value"))) for one in view.root.findall(tag("filters"))}

    assert {VIEWS[name], ("Is_Member__c", "1")} <= filters
    assert view.say("filterScope") == ("Mine" if name == "My_Members" else "Everything")


REPORTS = {
    "members by status and segment": "Members_by_Status",
    "vector movement over 90 days": "Vector_Movement_90_Days",
    "milestones late by type": "Late_Milestones_by_Type",
    "offers ahead by month and offer": "Offers_by_Month_and_Offer",
    "load of success managers": "Load_by_Owner",
    "Success Gaps by age": "Success_Gaps_by_Age",
}


def test_every_report_that_an_association_asks_for_is_there_and_on_the_dashboard_of_whoever_looks() -> None:
    (dashboard,) = [one for one in SOURCE.of("Dashboard") if one.suffix == "dashboard"]
    reports = {one.name.partition("/")[2] for one in SOURCE.of("Report") if one.suffix == "report"}
    shown = {str(one.text).partition("/")[2] for one in dashboard.root.iter(tag("report"))}

    assert dashboard.say("dashboardType") == "LoggedInUser"
    for name in REPORTS.values():
        assert {name, f"{name}_Account"} & reports & shown, name
        assert f"{name}_Account" not in reports or f"{name}_Contact" in reports, name


def test_those_who_only_read_change_nothing() -> None:
    (readers,) = [one for one in SOURCE.of("PermissionSet") if one.name == "Success_Vector_Read_Only"]
    allowed = {row.findtext(tag(flag)) for row in readers.root.iter(tag("objectPermissions")) for flag in CHANGES}

    assert not any(package_rules.granted(readers).values())
    assert allowed == {"false"}


CHANGES = ("allowCreate", "allowEdit", "allowDelete", "modifyAllRecords")
DEFAULT = "force-app/main/default"
FAULTS = {
    "a text without a length": (
        "objects/Account/fields/Next_Step__c.field-meta.xml",
        "<length>255</length>",
        "",
        "Account.Next_Step__c has no length",
    ),
    "a field without a type": (
        "objects/Account/fields/Member_Since__c.field-meta.xml",
        "<type>Date</type>",
        "",
        "Account.Member_Since__c is of type nothing",
    ),
    "a field without help": (
        "objects/Contact/fields/Is_Member__c.field-meta.xml",
        "inlineHelpText>",
        "startingNumber>",
        "Contact.Is_Member__c needs a inlineHelpText of 1 to 510 characters",
    ),
    "a reference to nothing": (
        "objects/Success_Milestone__c/fields/Expansion_Offer__c.field-meta.xml",
        "<referenceTo>Expansion_Offer__c",
        "<referenceTo>Offer__c",
        "Success_Milestone__c.Expansion_Offer__c refers to Offer__c, which is not there",
    ),
    "an external id that isn't unique": (
        "objects/Account/fields/Success_Vector_Id__c.field-meta.xml",
        "<unique>true",
        "<unique>false",
        "Account.Success_Vector_Id__c is an external id and not unique",
    ),
    "a child that is shared by itself": (
        "objects/Success_Reading__c/Success_Reading__c.object-meta.xml",
        "ControlledByParent",
        "Private",
        "Success_Reading__c is shared as Private, not ControlledByParent",
    ),
    "a rule over a field that isn't there": (
        "objects/Success_Milestone__c/validationRules/Weight_Is_Positive.validationRule-meta.xml",
        "Weight__c &lt;= 0",
        "Heft__c &lt;= 0",
        "Success_Milestone__c.Weight_Is_Positive names Heft__c, which Success_Milestone__c doesn't have",
    ),
    "a rule that nothing bypasses": (
        "objects/Success_Milestone__c/validationRules/Weight_Is_Positive.validationRule-meta.xml",
        "NOT($Permission.Success_Vector_Bypass),",
        "",
        "Success_Milestone__c.Weight_Is_Positive can't be bypassed",
    ),
    "a grant of nothing": (
        "permissionsets/Success_Vector_Admin.permissionset-meta.xml",
        "<field>Account.Next_Step__c",
        "<field>Account.Next_Stop__c",
        "Success_Vector_Admin grants Account.Next_Stop__c, which is not there",
    ),
    "a grant of a required field": (
        "permissionsets/Success_Vector_Admin.permissionset-meta.xml",
        "<field>Success_Milestone__c.Weight__c",
        "<field>Success_Milestone__c.Type__c",
        "Success_Vector_Admin grants Success_Milestone__c.Type__c, to which no field permission applies",
    ),
    "a relationship name used twice": (
        "objects/Success_Milestone__c/fields/Desired_Outcome__c.field-meta.xml",
        "<relationshipName>Success_Milestones",
        "<relationshipName>Success_Readings",
        "Success_Readings of Desired_Outcome__c is used 2 times",
    ),
}


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_package_with_a_fault_is_caught(fault: str, tmp_path: Path) -> None:
    path, old, new, expected = FAULTS[fault]
    shutil.copytree(PACKAGE / DEFAULT, tmp_path / DEFAULT)
    file = tmp_path / DEFAULT / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))

    assert expected in package_rules.faults(read(tmp_path))


def test_a_field_that_no_permission_set_grants_is_caught(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE / DEFAULT, tmp_path / DEFAULT)
    for name in ("Admin", "Integration", "Success_Manager", "Read_Only"):
        file = tmp_path / DEFAULT / f"permissionsets/Success_Vector_{name}.permissionset-meta.xml"
        file.write_text(file.read_text().replace("Account.Next_Step__c", "Account.Next_Step_By__c"))

    assert "Account.Next_Step__c is granted in no permission set" in package_rules.faults(read(tmp_path))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<type>Date</type><kind>x</kind>", "kind"),
        ("<type>Day</type>", "Day"),
        ("<required>perhaps</required>", "perhaps"),
    ],
)
def test_a_file_that_the_schema_does_not_know_is_caught(content: str, words: str) -> None:
    document = f'<CustomField xmlns="{metadata_schema.NAMESPACE}"><fullName>A__c</fullName>{content}</CustomField>'
    assert words in " ".join(metadata_schema.faults(document.encode()))
