"""simple-salesforce as it is against the local org over https, which it insists on."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.automation.zips import custom_object, field, package


@pytest.fixture
def sf(secure_org: LocalOrg, monkeypatch: pytest.MonkeyPatch) -> Iterator[Salesforce]:
    """simple-salesforce, signed in as the administrator; it trusts the org's own certificate."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(secure_org.certificate))
    client = Salesforce(session_id=secure_org.admin_token(), instance_url=secure_org.url, version="66.0")
    yield client
    client.session.close()


def test_it_creates_reads_changes_upserts_and_deletes_a_record(sf: Salesforce) -> None:
    made = sf.Account.create({"Name": "Simple"})["id"]
    assert sf.Account.update(made, {"Phone": "1"}) == 204
    assert sf.Account.get(made)["Phone"] == "1"
    assert [sf.Account.upsert("Key__c/s1", {"Name": name}) for name in ("Keyed", "Keyed again")] == [201, 200]
    assert sf.Account.get_by_custom_id("Key__c", "s1")["Name"] == "Keyed again"
    assert sf.Account.delete(made) == 204
    with pytest.raises(SalesforceResourceNotFound):
        sf.Account.get(made)


def test_it_reads_a_query_to_its_end_and_the_changes_of_a_span(sf: Salesforce) -> None:
    for number in range(3):
        sf.Account.create({"Name": f"Spanned {number}"})
    found = sf.query_all("SELECT Name FROM Account WHERE Name LIKE 'Spanned%' ORDER BY Name")
    assert [row["Name"] for row in found["records"]] == ["Spanned 0", "Spanned 1", "Spanned 2"]
    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.query("SELECT Nope FROM Account")
    assert refused.value.content[0]["errorCode"] == "INVALID_FIELD"


def test_it_loads_in_bulk_and_gets_the_refused_rows_back(sf: Salesforce) -> None:
    rows: list[dict[str, Any]] = [{"Name": f"Row {n}", "Key__c": f"row{n}", "Fee__c": n} for n in range(250)]
    rows[3]["Fee__c"] = "much"
    (told,) = sf.bulk2.Account.insert(records=rows, wait=1)
    assert (told["numberRecordsTotal"], told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (250, 250, 1)
    (failed,) = csv.DictReader(io.StringIO(sf.bulk2.Account.get_failed_records(told["job_id"])))
    assert failed["Key__c"] == "row3"
    assert failed["sf__Error"] == "INVALID_TYPE_ON_FIELD_IN_RECORD:Fee: value not of required type: much:Fee__c --"
    (upserted,) = sf.bulk2.Account.upsert(
        records=[{"Key__c": "row1", "Name": "Renamed"}], external_id_field="Key__c", wait=1
    )
    assert upserted["numberRecordsFailed"] == 0
    good = list(csv.DictReader(io.StringIO(sf.bulk2.Account.get_successful_records(upserted["job_id"]))))
    assert [(row["sf__Created"], row["Name"]) for row in good] == [("false", "Renamed")]
    (deleted,) = sf.bulk2.Account.delete(records=[{"Id": row["sf__Id"]} for row in good], wait=1)
    assert deleted["numberRecordsFailed"] == 0


def test_it_reads_in_bulk_page_by_page(sf: Salesforce) -> None:
    sf.bulk2.Account.insert(records=[{"Name": f"Paged {n:03}"} for n in range(120)], wait=1)
    pages = list(
        sf.bulk2.Account.query(
            "SELECT Name FROM Account WHERE Name LIKE 'Paged%' ORDER BY Name", max_records=50, wait=1
        )
    )
    names = [row["Name"] for page in pages for row in csv.DictReader(io.StringIO(page))]
    assert len(pages) == 3
    assert names == [f"Paged {n:03}" for n in range(120)]


def test_its_bulk_1_is_refused_by_name_as_it_speaks_json_only(sf: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.bulk.Account.insert([{"Name": "A"}])
    assert refused.value.content == {
        "exceptionCode": "FeatureNotEnabled",
        "exceptionMessage": "the local org does not model JSON in Bulk API 1: use CSV",
    }


def test_it_deploys_a_zip_and_retrieves_it_again(sf: Salesforce, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(
        package({"objects/Note__c.object": custom_object(field("Text__c"))}, {"CustomObject": ["Note__c"]})
    )
    job, state = sf.mdapi.deploy(str(path), sandbox=False)
    assert state == "Queued"
    assert finished(sf, str(job)) == ("Succeeded", "0", [])
    asked, _ = sf.mdapi.retrieve("", unpackaged={"CustomObject": ["Note__c"]})
    state, _, messages, content = sf.mdapi.retrieve_zip(asked)
    assert (state, messages) == ("Succeeded", [])
    assert content.startswith(b"PK")


def test_it_gets_a_refused_deployments_reasons(sf: Salesforce, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    wrong = custom_object(field("Text__c", more=""))
    path.write_bytes(package({"objects/Wrong__c.object": wrong}, {"CustomObject": ["Wrong__c"]}))
    job, _ = sf.mdapi.deploy(str(path), sandbox=False, checkOnly=True)
    state, failed, (error, *_) = finished(sf, str(job))
    assert (state, failed, error["type"]) == ("Failed", "1", "CustomField")


def test_its_soap_client_describes_and_lists_metadata(sf: Salesforce) -> None:
    types = {each.xmlName: each for each in sf.mdapi.describe_metadata().metadataObjects}
    assert types["CustomObject"].childXmlNames[0] == "CustomField"
    query = sf.mdapi._client.get_type("ns0:ListMetadataQuery")(type="CustomObject")
    assert "Account" in {each.fullName for each in sf.mdapi.list_metadata([query])}


def finished(sf: Salesforce, job: str) -> tuple[str | None, str | None, list[Any]]:
    """State, number of errors and errors of a deployment that has ended."""
    for _ in range(200):
        state, _, detail, _ = sf.mdapi.check_deploy_status(job)
        if state not in ("Pending", "InProgress"):
            assert detail is not None
            return state, detail["failed_count"], detail["errors"]
        time.sleep(0.1)
    raise AssertionError(f"the deployment never ended: {state}")
