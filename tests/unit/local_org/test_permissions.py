"""Who sees and changes what: profiles, permission sets, field-level security."""

from __future__ import annotations

import pytest

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.permissions import FieldPermission, ObjectPermission, save_permissions
from connectors.salesforce.local_org.schema import FieldDef
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client


@pytest.fixture
def secret(org: LocalOrg) -> str:
    """A deployed field that no permission set tells of."""
    with org.org.change_schema() as change:
        change.put_field("Account", FieldDef("Secret__c", "Secret", "Text", custom=True, length=20))
    return "Secret__c"


def grant(org: LocalOrg, *fields: FieldPermission, to: str, objects: tuple[ObjectPermission, ...] = ()) -> None:
    """A permission set with these grants, assigned to a user."""
    with org.org.work() as work:
        (made,) = dml.create(work, "PermissionSet", [{"Name": f"P{to[-5:]}", "Label": "P"}])
        save_permissions(work.conn, f"P{to[-5:]}", objects, fields)
        dml.create(work, "PermissionSetAssignment", [{"PermissionSetId": made.id, "AssigneeId": to}])


def test_a_deployed_field_is_seen_by_nobody_not_even_administrators(admin: Client, secret: str) -> None:
    names = [field["name"] for field in admin("GET", "/sobjects/Account/describe").json()["fields"]]
    assert secret not in names
    assert admin.refusal("POST", "/sobjects/Account", {"Name": "A", secret: "x"})[1:] == (
        "INVALID_FIELD",
        "No such column 'Secret__c' on sobject of type Account",
    )
    assert admin.refusal("GET", f"/query?q=SELECT+{secret}+FROM+Account")[1] == "INVALID_FIELD"
    ids = {"ids": ["001Lo000000zzzzIAA"], "fields": [secret]}
    assert admin.refusal("POST", "/composite/sobjects/Account", ids)[:2] == (400, "INVALID_FIELD")


def test_a_field_that_may_only_be_read_is_described_so_and_refused_when_written(
    org: LocalOrg, admin: Client, secret: str
) -> None:
    grant(org, FieldPermission("Account", secret, readable=True), to=org.org.founding.admin_id)
    fields = {field["name"]: field for field in admin("GET", "/sobjects/Account/describe").json()["fields"]}
    assert (fields[secret]["createable"], fields[secret]["updateable"]) == (False, False)
    assert (
        admin.refusal("POST", "/sobjects/Account", {"Name": "A", secret: "x"})[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    )
    assert admin.row("Account", admin.create("Account", Name="A"))[secret] is None


def test_an_editable_field_is_written(org: LocalOrg, admin: Client, secret: str) -> None:
    grant(org, FieldPermission("Account", secret, readable=True, editable=True), to=org.org.founding.admin_id)
    assert admin.row("Account", admin.create("Account", Name="A", Secret__c="x"))[secret] == "x"


def test_a_program_sees_no_members_until_a_permission_set_lets_it(
    org: LocalOrg, admin: Client, program: Client
) -> None:
    admin.create("Account", Name="A", Phone="1")
    assert program.refusal("GET", "/sobjects/Account/describe")[:2] == (404, "NOT_FOUND")
    assert program.refusal("GET", "/query?q=SELECT+Id+FROM+Account")[:2] == (400, "INVALID_TYPE")
    grant(org, to=org.org.founding.integration_id, objects=(ObjectPermission("Account", read=True),))
    assert program.query("SELECT Name FROM Account")["totalSize"] == 1
    assert program.refusal("GET", "/query?q=SELECT+Phone+FROM+Account")[1] == "INVALID_FIELD"
    assert program.refusal("POST", "/sobjects/Account", {"Name": "B"})[1] == "INVALID_TYPE_FOR_OPERATION"
    described = program("GET", "/sobjects/Account/describe").json()
    assert (described["createable"], described["updateable"]) == (False, False)


def test_taking_an_assignment_away_takes_effect_at_once(org: LocalOrg, admin: Client, program: Client) -> None:
    grant(org, to=org.org.founding.integration_id, objects=(ObjectPermission("Account", read=True),))
    assert program("GET", "/sobjects/Account/describe").status_code == 200
    (assignment,) = admin.query("SELECT Id FROM PermissionSetAssignment")["records"]
    assert admin("DELETE", f"/sobjects/PermissionSetAssignment/{assignment['Id']}").status_code == 204
    assert program("GET", "/sobjects/Account/describe").status_code == 404


def test_the_program_may_not_change_users(org: LocalOrg, program: Client) -> None:
    path = f"/sobjects/User/{org.org.founding.admin_id}"
    assert program.refusal("PATCH", path, {"IsActive": False})[1] == "INSUFFICIENT_ACCESS_OR_READONLY"
