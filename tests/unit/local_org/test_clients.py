"""Clients and recordings that we didn't make."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client


@pytest.fixture
def sf(org: LocalOrg) -> Salesforce:
    """simple-salesforce as it is, but for its insistence on https."""
    client = Salesforce(session_id=org.admin_token(), instance_url=org.url, version="66.0")
    for name in ("base_url", "apex_url", "tooling_url", "metadata_url"):
        setattr(client, name, getattr(client, name).replace("https://", "http://"))
    return client


def on_http(kind: Any) -> Any:
    kind.base_url = kind.base_url.replace("https://", "http://")
    return kind


def test_simple_salesforce_creates_reads_changes_upserts_and_deletes(sf: Salesforce) -> None:
    accounts = on_http(sf.Account)
    made = accounts.create({"Name": "A"})
    assert made["success"] is True
    assert accounts.get(made["id"])["Name"] == "A"
    assert accounts.update(made["id"], {"Phone": "1"}) == 204
    assert accounts.upsert("Key__c/k1", {"Name": "K"}) == 201
    assert accounts.get_by_custom_id("Key__c", "k1")["Name"] == "K"
    assert accounts.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        accounts.get(made["id"])


def test_simple_salesforce_describes_and_reads_a_query_to_its_end(sf: Salesforce) -> None:
    accounts = on_http(sf.Account)
    for number in range(3):
        accounts.create({"Name": f"N{number}"})
    assert {field["name"] for field in accounts.describe()["fields"]} >= {"Id", "Name", "OwnerId", "SystemModstamp"}
    assert "Account" in {each["name"] for each in sf.describe()["sobjects"]}
    assert sf.query_all("SELECT Id, Owner.Name FROM Account")["totalSize"] == 3
    assert [row["Name"] for row in sf.query_all_iter("SELECT Name FROM Account ORDER BY Name")] == ["N0", "N1", "N2"]
    with pytest.raises(SalesforceMalformedRequest) as refused:
        sf.query("SELECT Nope FROM Account")
    assert refused.value.content[0]["errorCode"] == "INVALID_FIELD"
    assert sf.api_usage["api-usage"].total == 100_000


def recorded(shared_data: Path, name: str) -> dict[str, Any]:
    """The JSON body of a recorded answer."""
    path = shared_data / "salesforce" / "recorded" / f"{name}.yaml.gz"
    cassette = yaml.safe_load(gzip.decompress(path.read_bytes()))
    body: dict[str, Any] = json.loads(cassette["response"]["body"]["string"])
    return body


@pytest.mark.parametrize("name", ["Contact", "Opportunity"])
def test_a_describe_has_the_keys_of_a_recorded_one(admin: Client, shared_data: Path, name: str) -> None:
    theirs, ours = (
        recorded(shared_data, f"GET_sobjects_{name}_describe"),
        admin("GET", f"/sobjects/{name}/describe").json(),
    )
    assert set(ours) == set(theirs)
    for part in ("fields", "childRelationships", "recordTypeInfos"):
        assert {key for each in ours[part] for key in each} == {key for each in theirs[part] for key in each}


@pytest.mark.parametrize("name", ["Contact", "Opportunity", "Event"])
def test_a_standard_field_is_what_the_recorded_describe_says(admin: Client, shared_data: Path, name: str) -> None:
    theirs = {field["name"]: field for field in recorded(shared_data, f"GET_sobjects_{name}_describe")["fields"]}
    ours = {field["name"]: field for field in admin("GET", f"/sobjects/{name}/describe").json()["fields"]}
    keys = ("type", "length", "precision", "scale", "digits", "nillable", "createable", "updateable", "soapType",
            "custom", "relationshipName", "permissionable", "externalId", "unique", "nameField")  # fmt: skip
    different = {
        f"{field}.{key}": (ours[field][key], theirs[field][key])
        for field in ours.keys() & theirs.keys()
        for key in keys
        if ours[field][key] != theirs[field][key]
    }
    assert different == {}


def test_the_global_describe_has_the_keys_of_the_recorded_one(admin: Client, shared_data: Path) -> None:
    theirs, ours = recorded(shared_data, "GET_sobjects_Global_describe"), admin("GET", "/sobjects").json()
    assert set(ours) == set(theirs)
    assert set(ours["sobjects"][0]) == set(theirs["sobjects"][0])


def test_a_query_and_the_changes_have_the_recorded_keys(admin: Client, shared_data: Path) -> None:
    folder = shared_data / "salesforce" / "restforce"
    admin.create("Account", Name="A")
    theirs = json.loads((folder / "query_success_response.json").read_text())
    assert set(admin.query("SELECT Id FROM Account")) == set(theirs) - {"nextRecordsUrl"}
    versions = json.loads((folder / "services_data_success_response.json").read_text())
    assert set(admin("GET", "/services/data").json()[0]) == set(versions[0])
