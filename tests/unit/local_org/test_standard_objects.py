"""Leads, cases, addresses and names, as clients ask for them."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client
from tests.unit.local_org.test_merges import merge


def described(client: Client, name: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in client("GET", f"/sobjects/{name}/describe").json()["fields"]}


def test_an_address_is_told_as_one_and_by_its_parts(admin: Client) -> None:
    record = admin.create("Account", Name="Sample", BillingCity="Sampleton", BillingPostalCode="12345")
    address = {
        "city": "Sampleton", "country": None, "geocodeAccuracy": None, "latitude": None, "longitude": None,
        "postalCode": "12345", "state": None, "street": None,
    }  # fmt: skip
    row = admin.row("Account", record)
    assert (row["BillingAddress"], row["ShippingAddress"]) == (address, None)
    told = admin.query("SELECT BillingAddress, BillingCity FROM Account")["records"][0]
    assert (told["BillingAddress"], told["BillingCity"]) == (address, "Sampleton")
    asked = {"ids": [record], "fields": ["BillingAddress"]}
    assert admin("POST", "/composite/sobjects/Account", asked).json()[0]["BillingAddress"] == address
    admin.create("Contact", LastName="Sample", AccountId=record)
    told = admin.query("SELECT Account.BillingAddress FROM Contact")["records"][0]
    assert told["Account"]["BillingAddress"] == address


def test_a_compound_is_described_with_its_parts_and_never_written(admin: Client) -> None:
    fields = described(admin, "Account")
    wanted = {"type": "address", "soapType": "urn:address", "createable": False, "updateable": False, "sortable": False}
    assert fields["BillingAddress"] | wanted == fields["BillingAddress"]
    assert fields["BillingCity"]["compoundFieldName"] == "BillingAddress"
    assert fields["Phone"]["compoundFieldName"] is None
    contact = described(admin, "Contact")
    assert [contact[name]["compoundFieldName"] for name in ("FirstName", "LastName", "Name")] == ["Name", "Name", None]
    assert admin.refusal("POST", "/sobjects/Account", {"Name": "A", "BillingAddress": {}})[0] == 400


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT Id FROM Account WHERE BillingAddress = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Account ORDER BY BillingAddress", "MALFORMED_QUERY"),
        ("SELECT BillingAddress FROM Account GROUP BY BillingAddress", "MALFORMED_QUERY"),
    ],
)
def test_a_query_selects_an_address_and_does_nothing_else_with_it(admin: Client, text: str, code: str) -> None:
    assert admin("GET", "/query", params={"q": text}).json()[0]["errorCode"] == code


def test_a_bulk_query_takes_no_compound(admin: Client) -> None:
    body = {"operation": "query", "query": "SELECT BillingAddress FROM Account"}
    status, code, message = admin.refusal("POST", "/jobs/query", body)
    assert (status, code) == (400, "FUNCTIONALITY_NOT_ENABLED")
    assert message == "Selecting compound data not supported in Bulk Query"


def test_a_lead_has_a_name_a_company_and_a_status(admin: Client) -> None:
    words = "Required fields are missing: [Company]"
    assert admin.refusal("POST", "/sobjects/Lead", {"LastName": "Sample"})[2] == words
    row = admin.row("Lead", admin.create("Lead", FirstName="Sample", LastName="Lead", Company="C", City="Sampleton"))
    told = [row[name] for name in ("Name", "Status", "IsConverted", "IsUnreadByOwner")]
    assert told == ["Sample Lead", "Open - Not Contacted", False, True]
    assert row["Address"]["city"] == "Sampleton"
    assert row["Id"].startswith("00Q")


def test_leads_merge_and_their_activities_move(org: LocalOrg, admin: Client) -> None:
    stays, goes = (admin.create("Lead", LastName=name, Company="C") for name in ("Stays", "Goes"))
    task = admin.create("Task", Subject="Call", WhoId=goes)
    assert merge(org, stays, goes, name="Lead").say("success") == "true"
    assert admin.row("Task", task)["WhoId"] == stays
    assert admin.query("SELECT Who.Type, Who.Name FROM Task")["records"][0]["Who"]["Type"] == "Lead"


def test_a_queue_owns_the_records_that_it_is_for(admin: Client) -> None:
    queue = admin.create("Group", Name="Sample Queue", DeveloperName="Sample_Queue", Type="Queue")
    case = admin.create("Case", Subject="Help")
    status, code, message = admin.refusal("PATCH", f"/sobjects/Case/{case}", {"OwnerId": queue})
    assert (status, code, message) == (400, "INVALID_OPERATION", "Queue not associated with this SObject type")
    admin.create("QueueSobject", QueueId=queue, SobjectType="Case")
    assert admin("PATCH", f"/sobjects/Case/{case}", {"OwnerId": queue}).status_code == 204
    owner = admin.query("SELECT Owner.Name, Owner.Type FROM Case")["records"][0]["Owner"]
    assert (owner["Name"], owner["Type"]) == ("Sample Queue", "Queue")
    assert owner["attributes"] == {"type": "Name", "url": f"/services/data/v66.0/sobjects/Group/{queue}"}
    assert admin.query("SELECT Id FROM Case WHERE Owner.Type = 'Queue'")["totalSize"] == 1
    assert described(admin, "Case")["OwnerId"]["referenceTo"] == ["Group", "User"]
    refused = admin.refusal("POST", "/sobjects/Account", {"Name": "A", "OwnerId": queue})
    assert refused[1] == "FIELD_INTEGRITY_EXCEPTION"


def test_a_case_numbers_itself_and_closes_by_its_status(admin: Client) -> None:
    account = admin.create("Account", Name="A")
    contact = admin.create("Contact", LastName="Sample", AccountId=account)
    case = admin.create("Case", Subject="Help", ContactId=contact, Origin="Email")
    row = admin.row("Case", case)
    told = [row[name] for name in ("CaseNumber", "AccountId", "Status", "Priority", "IsClosed", "ClosedDate")]
    assert told == ["00000001", account, "New", "Medium", False, None]
    assert admin("PATCH", f"/sobjects/Case/{case}", {"Status": "Closed"}).status_code == 204
    row = admin.row("Case", case)
    assert row["IsClosed"] is True
    assert row["ClosedDate"] == row["SystemModstamp"]
    found = admin.query("SELECT CaseNumber FROM Case WHERE CaseNumber = '00000001' AND Contact.Name = 'Sample'")
    assert found["totalSize"] == 1
