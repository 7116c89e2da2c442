"""Duplicate rules, switched on: what looks like a stored record is refused by every way of writing."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client

KNOWS = {"Sforce-Duplicate-Rule-Header": "allowSave=true; runAsCurrentUser=true"}


@pytest.fixture
def client(make_org: Callable[..., LocalOrg]) -> Client:
    org = make_org(settings=OrgSettings(duplicate_rules="alert"))
    return Client(org, org.admin_token())


def test_a_single_records_refusal_tells_what_it_looks_like(client: Client) -> None:
    known = client.create("Contact", LastName="Sample", Email="Sample@example.org")
    response = client("POST", "/sobjects/Contact", {"LastName": "Other", "Email": "sample@EXAMPLE.org"})
    (error,) = response.json()
    assert (response.status_code, error["errorCode"]) == (400, "DUPLICATES_DETECTED")
    assert error["message"] == "Use one of these records?"
    told = error["duplicateResut"]
    assert (told["allowSave"], told["duplicateRule"]) == (True, "Standard_Contact_Duplicate_Rule")
    assert [each["record"]["Id"] for each in told["matchResults"][0]["matchRecords"]] == [known]


def test_who_says_that_he_knows_saves_the_duplicate(client: Client) -> None:
    client.create("Account", Name="Sample")
    assert client("POST", "/sobjects/Account", {"Name": "sample"}).status_code == 400
    assert client("POST", "/sobjects/Account", {"Name": "sample"}, headers=KNOWS).status_code == 201


def test_a_rule_that_blocks_heeds_no_header(make_org: Callable[..., LocalOrg]) -> None:
    org = make_org(settings=OrgSettings(duplicate_rules="block"))
    client = Client(org, org.admin_token())
    client.create("Account", Name="Sample")
    (error,) = client("POST", "/sobjects/Account", {"Name": "sample"}, headers=KNOWS).json()
    assert (error["errorCode"], error["duplicateResut"]["allowSave"]) == ("DUPLICATES_DETECTED", False)


def test_only_a_change_of_what_is_matched_is_looked_at(client: Client) -> None:
    client.create("Account", Name="Sample")
    twin = client("POST", "/sobjects/Account", {"Name": "Sample"}, headers=KNOWS).json()["id"]
    assert client("PATCH", f"/sobjects/Account/{twin}", {"Phone": "1"}).status_code == 204
    other = client.create("Account", Name="Other")
    assert client.refusal("PATCH", f"/sobjects/Account/{other}", {"Name": "Sample"})[1] == "DUPLICATES_DETECTED"


def test_collections_upserts_and_composites_refuse_duplicates(client: Client) -> None:
    client.create("Account", Name="Sample")
    row = {"attributes": {"type": "Account"}, "Name": "Sample"}
    (told,) = client("POST", "/composite/sobjects", {"records": [row]}).json()
    error = {"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []}
    assert told == {"success": False, "errors": [error]}
    (told,) = client("POST", "/composite/sobjects", {"records": [row]}, headers=KNOWS).json()
    assert told["success"] is True
    assert client.refusal("PATCH", "/sobjects/Account/Key__c/k1", {"Name": "Sample"})[1] == "DUPLICATES_DETECTED"
    asked = {"method": "POST", "url": "/services/data/v66.0/sobjects/Account", "referenceId": "a", "body": row}
    told = client("POST", "/composite", {"compositeRequest": [asked]}).json()["compositeResponse"][0]
    assert told["body"][0]["errorCode"] == "DUPLICATES_DETECTED"
    told = client("POST", "/composite", {"compositeRequest": [{**asked, "httpHeaders": KNOWS}]}).json()
    assert told["compositeResponse"][0]["httpStatusCode"] == 201


def test_a_bulk_job_tells_of_its_duplicates(client: Client) -> None:
    client.create("Account", Name="Sample")
    job = client("POST", "/jobs/ingest", {"object": "Account", "operation": "insert"}).json()["id"]
    client("PUT", f"/jobs/ingest/{job}/batches", data=b"Name\nSample\nOther\n", headers={"Content-Type": "text/csv"})
    client("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})
    for _ in range(500):
        state = client("GET", f"/jobs/ingest/{job}").json()
        if state["state"] == "JobComplete":
            break
        time.sleep(0.02)
    assert (state["numberRecordsProcessed"], state["numberRecordsFailed"]) == (2, 1)
    failed = client("GET", f"/jobs/ingest/{job}/failedResults").text
    assert "DUPLICATES_DETECTED:Use one of these records?: --" in failed


def test_switched_off_nothing_is_a_duplicate(admin: Client) -> None:
    admin.create("Account", Name="Sample")
    admin.create("Account", Name="Sample")
    assert admin.query("SELECT Id FROM Account")["totalSize"] == 2


def test_details_of_duplicates_are_not_modelled(client: Client) -> None:
    told = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=true"}
    (error,) = client("POST", "/sobjects/Account", {"Name": "A"}, headers=told).json()
    assert error["message"].startswith("the local org does not model includeRecordDetails")
