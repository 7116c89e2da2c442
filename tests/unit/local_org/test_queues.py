"""Queues: which records they own, how they come by them and who sees those."""

from __future__ import annotations

import pytest

from connectors.salesforce.local_org.permissions import ObjectPermission
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client, visible
from tests.unit.local_org.test_permissions import grant

NOT_FOR_SUCH = (400, "INVALID_OPERATION", "Queue not associated with this SObject type")


@pytest.fixture
def queue(org: LocalOrg, admin: Client) -> str:
    """A queue for the records of Plan__c, which are private."""
    parent = FieldDef("Parent__c", "Parent", "Lookup", custom=True, reference_to=["Plan__c"],
                      child_relationship_name="Plans")  # fmt: skip
    fields = {"parent__c": visible(parent)}
    with org.org.change_schema() as change:
        for name in ("Plan__c", "Note__c"):
            own = fields if name == "Plan__c" else {}
            extra = {"sharing_model": "Private"}
            change.create_object(ObjectDef(name, name, name, "", custom=True, fields=dict(own), extra=extra))
    made = admin.create("Group", Name="Sample Queue", DeveloperName="Sample_Queue", Type="Queue")
    admin.create("QueueSobject", QueueId=made, SobjectType="plan__c")
    return made


def test_a_queue_owns_records_of_a_custom_object_that_it_is_for(admin: Client, queue: str) -> None:
    described = admin("GET", "/sobjects/Plan__c/describe").json()["fields"]
    assert [each["referenceTo"] for each in described if each["name"] == "OwnerId"] == [["Group", "User"]]
    first = admin.create("Plan__c", Name="First", OwnerId=queue)
    second = admin.create("Plan__c", Name="Second")
    assert admin("PATCH", f"/sobjects/Plan__c/{second}", {"OwnerId": queue[:15]}).status_code == 204
    told = admin.query("SELECT Name, OwnerId, Owner.Name, Owner.Type FROM Plan__c WHERE Owner.Type = 'Queue'")
    assert [(row["OwnerId"], row["Owner"]["Name"], row["Owner"]["Type"]) for row in told["records"]] == [
        (queue, "Sample Queue", "Queue")
    ] * 2
    assert admin.row("Plan__c", first)["OwnerId"] == queue


def test_a_queue_is_given_no_records_that_it_is_not_for(admin: Client, queue: str) -> None:
    assert admin.refusal("POST", "/sobjects/Note__c", {"Name": "A", "OwnerId": queue}) == NOT_FOR_SUCH
    note = admin.create("Note__c", Name="A")
    assert admin.refusal("PATCH", f"/sobjects/Note__c/{note}", {"OwnerId": queue}) == NOT_FOR_SUCH
    group = admin.create("Group", Name="Sample Group", DeveloperName="Sample_Group", Type="Regular")
    assert admin.refusal("POST", "/sobjects/Plan__c", {"Name": "A", "OwnerId": group}) == NOT_FOR_SUCH
    for name, named in (("Account", {"Name": "A"}), ("Contact", {"LastName": "A"})):
        told = admin.refusal("POST", f"/sobjects/{name}", {**named, "OwnerId": queue})
        assert told == (400, "FIELD_INTEGRITY_EXCEPTION", f"Owner ID: id value of incorrect type: {queue}")


def test_a_queue_that_is_for_an_object_no_more_keeps_what_it_has_and_gets_nothing_new(
    admin: Client, queue: str
) -> None:
    plan = admin.create("Plan__c", Name="Kept", OwnerId=queue)
    (link,) = admin.query("SELECT Id FROM QueueSobject")["records"]
    assert admin("DELETE", f"/sobjects/QueueSobject/{link['Id']}").status_code == 204
    assert admin("PATCH", f"/sobjects/Plan__c/{plan}", {"Name": "Changed"}).status_code == 204
    assert admin("PATCH", f"/sobjects/Plan__c/{plan}", {"OwnerId": queue, "Name": "Again"}).status_code == 204
    assert admin.refusal("POST", "/sobjects/Plan__c", {"Name": "New", "OwnerId": queue}) == NOT_FOR_SUCH


def test_private_records_of_a_queue_are_out_of_sight_for_who_does_not_see_all(
    org: LocalOrg, admin: Client, program: Client, queue: str
) -> None:
    every = {"create": True, "read": True, "edit": True, "delete": True}
    grant(org, to=org.org.founding.integration_id, objects=(ObjectPermission("Plan__c", **every),))
    admin.create("Plan__c", Name="Queued", OwnerId=queue)
    mine = program.create("Plan__c", Name="Mine")
    assert [row["Name"] for row in program.query("SELECT Name FROM Plan__c")["records"]] == ["Mine"]
    assert program("PATCH", f"/sobjects/Plan__c/{mine}", {"OwnerId": queue}).status_code == 204
    assert program.query("SELECT Id FROM Plan__c")["totalSize"] == 0
    assert program.refusal("GET", f"/sobjects/Plan__c/{mine}")[:2] == (404, "NOT_FOUND")


def test_who_names_no_owner_owns_what_he_makes_and_nothing_but_users_and_queues_owns(
    org: LocalOrg, admin: Client, queue: str
) -> None:
    plan = admin.create("Plan__c", Name="A")
    assert admin.row("Plan__c", plan)["OwnerId"] == org.org.founding.admin_id
    contact = admin.create("Contact", LastName="Sample")
    told = admin.refusal("PATCH", f"/sobjects/Plan__c/{plan}", {"OwnerId": contact})
    assert told[:2] == (400, "FIELD_INTEGRITY_EXCEPTION")
    assert admin.row("Plan__c", plan)["OwnerId"] == org.org.founding.admin_id
