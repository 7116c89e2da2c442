"""A mapping held against what an org says of itself."""

from dataclasses import replace

import pytest

from connectors.base import FieldSchema, ObjectSchema, OrgIdentity
from mappings.check import check
from mappings.load import load
from plugin.errors import Problem

MAPPING = load("salesforce", ("Account",))
MILESTONE = "Success_Milestone__c"


def found(schemas, **options):
    return check(MAPPING, schemas, **options)


def with_field(schemas, object_name, field, **changes):
    """Return the schemas with one field changed, or taken away when no change is named."""
    schema = schemas[object_name]
    fields = dict(schema.fields)
    if changes:
        fields[field] = replace(fields[field], **changes)
    else:
        del fields[field]
    return {**schemas, object_name: replace(schema, fields=fields)}


def test_a_missing_object_is_named_with_the_nearest_one(package_schemas):
    schemas = {name: schema for name, schema in package_schemas.items() if name != MILESTONE}
    problems = found(schemas, objects=["Success_Milestones__c", "Lead"])
    assert [(problem.where, problem.severity) for problem in problems] == [(MILESTONE, "error")]
    assert "Use Success_Milestones__c" in problems[0].fix


def test_a_missing_field_is_named_with_the_nearest_one_and_where_it_is_used(package_schemas):
    schemas = with_field(package_schemas, MILESTONE, "First_Promised_Due__c")
    [problem] = found(schemas)
    assert problem.where == "Success_Milestone__c.First_Promised_Due__c (milestone.first_due_on)"
    schema = schemas[MILESTONE]
    near = FieldSchema("First_Promised__c", "First", "date")
    schemas[MILESTONE] = replace(schema, fields={**schema.fields, near.name: near})
    assert "Use First_Promised__c" in found(schemas)[0].fix


@pytest.mark.parametrize(
    ("object_name", "field", "changes", "words", "severity"),
    [
        (MILESTONE, "Due__c", {"createable": False, "updateable": False}, "it is read-only", "error"),
        (MILESTONE, "Due__c", {"updateable": False}, "it can't be updated", "error"),
        (MILESTONE, "Due__c", {"createable": False}, "it can't be set when a record is created", "error"),
        (MILESTONE, "Due__c", {"formula": True}, "it is a formula and can't be written", "error"),
        ("Account", "Paid_Through__c", {"formula": True, "updateable": False}, "moves neither", "warning"),
        (MILESTONE, "Due__c", {"type": "datetime"}, "a datetime field can't hold due_on, a date", "error"),
        (MILESTONE, "Weight__c", {"type": "text"}, "a text field can't hold weight, a number", "error"),
        (MILESTONE, "Weight__c", {"scale": 0}, "it keeps no decimals", "warning"),
        (MILESTONE, "Advocacy_Level__c", {"scale": 1}, "is a whole number", "error"),
        (
            MILESTONE,
            "Metric_Name__c",
            {"max_length": 20},
            "takes 20 characters, and metric_name may need 80",
            "warning",
        ),
        ("Account", "Vector_Explanation__c", {"max_length": 255}, "explanation may need 4000", "error"),
        ("Account", "Success_Score__c", {"scale": 0}, "it keeps 0 decimals, and score has 1", "error"),
        ("Account", "Expansion_Value__c", {"scale": 0}, "it keeps 0 decimals, and expansion_value has 2", "error"),
        (
            MILESTONE,
            "Type__c",
            {"choices": ("Functional", "opportune", "Strategic")},
            "'Operational' isn't among",
            "error",
        ),
        (MILESTONE, "Type__c", {"type": "text", "choices": (), "max_length": 9}, "'Operational' is longer", "error"),
        (
            "Account",
            "Next_Step__c",
            {"type": "choice", "choices_restricted": True, "choices": ("A",)},
            "free text",
            "error",
        ),
        (MILESTONE, "Expansion_Offer__c", {"references": ("Product2",)}, "it points to Product2, not to Exp", "error"),
        (MILESTONE, "Expansion_Offer__c", {"type": "text"}, "it is a text field, not a lookup", "error"),
        (MILESTONE, "Expansion_Offer__c", {"updateable": False}, "it can't be updated", "error"),
        (MILESTONE, "Desired_Outcome__c", {"createable": False}, "it can't be set when a record is created", "error"),
        (MILESTONE, "Success_Vector_Id__c", {"unique": False}, "isn't unique, so a broken connection", "error"),
        (MILESTONE, "Success_Vector_Id__c", {"external_id": False}, "isn't an external id, so a broken", "error"),
        (MILESTONE, "Success_Vector_Id__c", {"max_length": 18}, "our ids need a text of 36", "error"),
        (MILESTONE, "Success_Vector_Id__c", {"createable": False}, "we may not write it", "error"),
        ("Account", "Success_Vector_Id__c", {"unique": False}, "isn't unique, so our records", "warning"),
    ],
)
def test_a_field_that_does_not_serve_is_told_with_its_fix(
    package_schemas, object_name, field, changes, words, severity
):
    problems = found(with_field(package_schemas, object_name, field, **changes))
    assert [problem for problem in problems if words in problem.what and problem.severity == severity], problems
    assert all(problem.where.startswith(f"{object_name}.{field} ") and problem.fix for problem in problems)


def test_a_picklist_that_is_not_restricted_only_warns_of_a_value_it_lacks(package_schemas):
    choices = {"choices": ("Functional", "Opportune", "Strategic"), "choices_restricted": False}
    [problem] = found(with_field(package_schemas, MILESTONE, "Type__c", **choices))
    assert (problem.severity, "'Operational'" in problem.what) == ("warning", True)


def test_a_value_of_theirs_that_ours_does_not_know_is_foretold(package_schemas):
    field = package_schemas[MILESTONE].fields["Type__c"]
    [problem] = found(with_field(package_schemas, MILESTONE, "Type__c", choices=(*field.choices, "Financial")))
    assert problem.severity == "warning"
    assert "'Financial' will be refused" in problem.what


def test_a_parent_that_is_fixed_at_creation_is_no_problem(package_schemas):
    assert package_schemas[MILESTONE].fields["Desired_Outcome__c"].updateable is False
    assert found(package_schemas) == []


def test_a_missing_filter_field_is_a_problem_unless_it_is_optional(package_schemas):
    [problem] = found(with_field(package_schemas, "Account", "Is_Member__c"))
    assert problem.where == "Account.Is_Member__c (where)"
    assert "IsPersonAccount" not in package_schemas["Contact"].fields
    assert check(load("salesforce", ("Contact",)), package_schemas) == []


@pytest.mark.parametrize(
    ("permission", "words"), [("createable", "may not create its records"), ("updateable", "may not edit its records")]
)
def test_a_missing_object_permission_is_told(package_schemas, permission, words):
    schemas = {**package_schemas, MILESTONE: replace(package_schemas[MILESTONE], **{permission: False})}
    [problem] = found(schemas)
    assert words in problem.what


def test_nothing_is_asked_of_an_object_that_is_only_read(package_schemas):
    task = replace(package_schemas["Task"], createable=False, updateable=False)
    assert found({**package_schemas, "Task": task}) == []


def test_a_field_that_they_require_and_nothing_fills_is_told_where_we_create(package_schemas):
    extra = FieldSchema("Region__c", "Region", "text", required_on_create=True)

    def adding(name):
        schema = package_schemas[name]
        return {**package_schemas, name: replace(schema, fields={**schema.fields, "Region__c": extra})}

    [problem] = found(adding(MILESTONE))
    assert problem.where == "Success_Milestone__c.Region__c"
    assert found(adding("Account")) == []


def test_an_inactive_notify_flow_is_an_error_and_an_active_one_is_none(package_schemas):
    [problem] = found(package_schemas, flows_active={"Account": True, MILESTONE: False})
    assert (problem.where, problem.severity) == (MILESTONE, "error")


ORG = OrgIdentity("00D000000000001EAA", "Sandbox", "UTC", True, "005", "sync@example.org")


def test_another_org_than_the_pinned_one_is_refused(package_schemas):
    [problem] = found(package_schemas, org=ORG, pinned_org="00D000000000002EAA")
    assert "belongs to the org 00D000000000002EAA" in problem.what
    assert found(package_schemas, org=ORG, pinned_org="00D000000000001") == []
    assert found(package_schemas, org=ORG, pinned_org=None) == []


def test_everything_is_told_at_once_errors_first(package_schemas):
    problems = found({"Account": package_schemas["Account"]}, flows_active={"Account": False})
    missing = [problem for problem in problems if problem.what.startswith("there is no such object")]
    assert len(missing) == len(MAPPING.sources) - 1
    assert [problem.where for problem in problems].count("Account") == 1
    assert all(isinstance(problem, Problem) and problem.fix.endswith(".") for problem in problems)


def test_a_warning_of_an_early_source_comes_after_an_error_of_a_late_one(package_schemas):
    schemas = with_field(package_schemas, "Account", "Success_Vector_Id__c", unique=False)
    schemas = with_field(schemas, "Success_Reading__c", "Note__c")
    assert [problem.severity for problem in found(schemas)] == ["error", "warning"]


def test_a_lookup_may_be_read_as_text_but_not_written(package_schemas):
    assert package_schemas["Account"].fields["OwnerId"].type == "reference"
    [problem] = found(with_field(package_schemas, MILESTONE, "Metric_Name__c", type="reference"))
    assert problem.what == "a reference field can't hold metric_name, a text"


def test_a_percentage_needs_two_decimals_less(loaded):
    head = """
system = "salesforce"
[[source]]
entity = "member"
object = "Account"
[source.fields]
name = { field = "Name", direction = "in" }
progress = { field = "Progress__c", transform = "percent" }
"""
    fields = {
        "Name": FieldSchema("Name", "Name", "text"),
        "Progress__c": FieldSchema("Progress__c", "Progress", "number", precision=5, scale=2),
    }
    schema = ObjectSchema("Account", "Account", fields, True, True)
    assert check(loaded("", head=head), {"Account": schema}) == []
    fields["Progress__c"] = replace(fields["Progress__c"], scale=1)
    assert len(check(loaded("", head=head), {"Account": schema})) == 1
