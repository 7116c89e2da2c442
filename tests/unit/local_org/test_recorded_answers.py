"""Our answers beside those that others recorded of real orgs: the same keys, kinds of values and codes.

What differs is listed with its reason; so is every recording that has nothing to be held against.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.salesforce.local_org.schema import FieldDef
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client, visible
from tests.unit.local_org.recordings import body_of, cassette, differences, path_of

DESCRIBED = ("Account", "Case", "Contact", "Event", "Lead", "Opportunity")
NEWER = "the recording is of an older version of the API, which hadn't the key"
DIFFERENCES = {
    ".associateEntityType: not theirs": NEWER,
    ".associateParentEntity: not theirs": NEWER,
    ".sobjectDescribeOption: not theirs": NEWER,
    ".fields[].aiPredictionField: not theirs": NEWER,
    ".fields[].polymorphicForeignKey: not theirs": NEWER,
    ".fields[].searchPrefilterable: not theirs": NEWER,
    ".fields[].formulaTreatNullNumberAsZero: not theirs": NEWER,
    ".implementedBy: not theirs": NEWER,
    ".implementsInterfaces: not theirs": NEWER,
    ".extendedBy: not theirs": NEWER,
    ".extendsInterfaces: not theirs": NEWER,
    ".defaultImplementation: not theirs": NEWER,
    ".isInterface: not theirs": NEWER,
    ".isSubtype: not theirs": NEWER,
    ".hasSubtypes: not theirs": NEWER,
    ".deepCloneable: not theirs": NEWER,
    ".urls.caseArticleSuggestions: missing": "articles are not modelled",
    ".urls.caseRowArticleSuggestions: missing": "articles are not modelled",
    ".urls.approvalLayouts: missing": "approvals are not modelled",
    ".urls.compactLayouts: missing": "compact layouts are not modelled",
    ".urls.defaultValues: missing": "default values are not modelled",
    ".urls.eventRelationsMetadata: missing": "invitees of events are not modelled",
    ".urls.eventSeriesUpdates: missing": "series of events are not modelled",
    ".urls.listviews: missing": "list views are not modelled",
    ".urls.namedLayouts: missing": "named layouts are not modelled",
    ".urls.passwordUtilities: missing": "passwords are not modelled",
    ".urls.push: missing": "push topics are not modelled",
    ".urls.quickActions: missing": "quick actions have no effect here",
    ".urls.uiDetailTemplate: missing": "there are no pages to look at",
    ".urls.uiEditTemplate: missing": "there are no pages to look at",
    ".urls.uiNewRecord: missing": "there are no pages to look at",
}
NOT_ANSWERED = {
    "GET_sobjects_OpportunityContactRole_describe": "the org has no OpportunityContactRole",
    "ManualEdit_TestCountSObjects.test_count_sobjects__network_errors": "written by hand, without a body",
    "test_get_device_code": "another vendor's",
    "test_get_device_oauth_token": "another vendor's",
}
ANSWERED = {
    *(f"GET_sobjects_{name}_describe" for name in DESCRIBED),
    "GET_sobjects_Custom__c_describe", "GET_sobjects_Global_describe", "GET_sobjects_Organization",
    "ManualEditTestCompositeParallelSalesforce.test_http_headers",
    "TestCompositeParallelSalesforce.test_composite_parallel_salesforce",
    "TestCompositeParallelSalesforce.test_errors", "TestCompositeParallelSalesforce.test_reference_ids",
    "TestCountSObjects.test_count_sobjects__errors", "TestCountSObjects.test_count_sobjects_simple",
    "TestUpsert.test_simple_upsert__rest", "TestUpsert.test_upsert__rest",
    "TestUpsert.test_upsert_complex_external_id_field__rest",
    "TestUpsert.test_upsert_complex_external_id_field_rest__duplicate_error",
}  # fmt: skip
BY_BULK = {
    "TestUpsert.test_upsert_complex_fields__bulk", "TestUpsert.test_upsert_external_id_field", "batchInfoList_xml.tpl",
    "batchInfo_xml.tpl", "jobInfo_insert_xml.tpl", "jobInfo_upsert_xml.tpl",
}  # fmt: skip
"""Held against answers in test_recorded_bulk.py; the templates are the forms of what is answered there."""


def unexplained(theirs: Any, ours: Any) -> list[str]:
    return [each for each in differences(theirs, ours) if each not in DIFFERENCES]


def recorded(shared_data: Path, name: str) -> list[dict[str, Any]]:
    return cassette(shared_data / "salesforce" / "recorded" / f"{name}.yaml.gz")


def test_every_recording_is_held_against_an_answer_or_has_a_reason_not_to_be(shared_data: Path) -> None:
    names = {path.name.removesuffix(".gz").removesuffix(".yaml") for path in
             (shared_data / "salesforce" / "recorded").glob("*.gz")}  # fmt: skip
    assert names == ANSWERED | BY_BULK | NOT_ANSWERED.keys()


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_describe_looks_like_the_recorded_one(admin: Client, shared_data: Path, name: str) -> None:
    (exchange,) = recorded(shared_data, f"GET_sobjects_{name}_describe")
    assert unexplained(body_of(exchange), admin("GET", f"/sobjects/{name}/describe").json()) == []


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_standard_field_is_what_the_recorded_describe_says(admin: Client, shared_data: Path, name: str) -> None:
    (exchange,) = recorded(shared_data, f"GET_sobjects_{name}_describe")
    theirs = {field["name"]: field for field in body_of(exchange)["fields"]}
    ours = {field["name"]: field for field in admin("GET", f"/sobjects/{name}/describe").json()["fields"]}
    keys = ("type", "length", "precision", "scale", "digits", "nillable", "createable", "updateable", "soapType",
            "custom", "relationshipName", "permissionable", "externalId", "unique", "nameField",
            "idLookup")  # fmt: skip
    different = {
        f"{field}.{key}": (ours[field][key], theirs[field][key])
        for field in ours.keys() & theirs.keys()
        for key in keys
        if ours[field][key] != theirs[field].get(key, ours[field][key])
    }
    assert different == {}


def test_a_custom_objects_describe_looks_like_the_recorded_one(admin: Client, shared_data: Path) -> None:
    (exchange,) = recorded(shared_data, "GET_sobjects_Custom__c_describe")
    found = unexplained(body_of(exchange), admin("GET", "/sobjects/Goal__c/describe").json())
    # What was recorded is a custom setting, which has no addresses.
    assert [each for each in found if not each.startswith(".urls.")] == []


def test_the_global_describe_looks_like_the_recorded_one(admin: Client, shared_data: Path) -> None:
    (exchange,) = recorded(shared_data, "GET_sobjects_Global_describe")
    found = unexplained(body_of(exchange), admin("GET", "/sobjects").json())
    explained = [f".sobjects[]{each}" for each in DIFFERENCES]
    assert [each for each in found if each not in explained] == []


def test_an_organisation_has_no_field_that_the_recorded_one_has_not(admin: Client, shared_data: Path) -> None:
    (exchange,) = recorded(shared_data, "GET_sobjects_Organization")
    (row,) = admin.query("SELECT Id FROM Organization")["records"]
    found = differences(body_of(exchange), admin.row("Organization", row["Id"]))
    # The org's own organisation has few fields: the others are missing, and none is of another kind.
    assert [each for each in found if not each.endswith(": missing")] == [".IsDeleted: not theirs"]


@pytest.mark.parametrize(
    "name", sorted(each for each in ANSWERED if each.startswith(("TestCount", "TestComposite")))
)  # fmt: skip
def test_a_composite_answers_like_the_recorded_one(admin: Client, shared_data: Path, name: str) -> None:
    admin.create("Account", Name="A")
    for exchange in recorded(shared_data, name):
        request = exchange["request"]
        body = json.loads(str(request["body"]).replace("vxx.0", "v66.0"))
        path = f"/{path_of(exchange)}"
        response = admin(request["method"], path, body)
        assert response.status_code == exchange["response"]["status"]["code"]
        theirs, ours = body_of(exchange), response.json()
        assert unexplained(theirs, ours) == []
        if path == "/composite":
            told = [[each["httpStatusCode"] for each in whole["compositeResponse"]] for whole in (theirs, ours)]
            assert told[0] == told[1]
            assert [codes(theirs), codes(ours)] == [codes(theirs)] * 2


def codes(composite: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """Codes and words of the errors in a composite's answer."""
    errors = [each["body"] for each in composite["compositeResponse"] if isinstance(each["body"], list)]
    return [[(error["errorCode"], error["message"]) for error in some] for some in errors]


@pytest.mark.parametrize("name", sorted(each for each in ANSWERED if each.startswith("TestUpsert")))
def test_collections_answer_like_the_recorded_ones(org: LocalOrg, admin: Client, shared_data: Path, name: str) -> None:
    with org.org.change_schema() as change:
        change.put_field("Opportunity", visible(FieldDef("ContactId", "Contact ID", "Lookup", length=18,
                         reference_to=["Contact"], child_relationship_name="Opportunities")))  # fmt: skip
    # Records of theirs are others here.
    ours_for: dict[str, str] = {}
    for exchange in recorded(shared_data, name):
        request, path = exchange["request"], path_of(exchange)
        text = str(request["body"]) if request.get("body") else "null"
        for their_id, our_id in ours_for.items():
            text = text.replace(their_id, our_id)
        response = admin(request["method"], f"/{path}", json.loads(text))
        theirs, ours = body_of(exchange), response.json()
        assert response.status_code == exchange["response"]["status"]["code"], (path, response.text)
        assert unexplained(theirs, ours) == [], path
        if path.startswith("composite/sobjects"):
            told = [[(each["success"], each.get("created")) for each in results] for results in (theirs, ours)]
            assert told[0] == told[1], path
            ours_for |= {a["id"]: b["id"] for a, b in zip(theirs, ours, strict=True) if a.get("id")}


def test_a_describe_that_has_not_changed_is_not_told_again(admin: Client, shared_data: Path) -> None:
    (exchange,) = recorded(shared_data, "ManualEditTestCompositeParallelSalesforce.test_http_headers")
    # Theirs had last changed before the moment that was asked about, ours changed today.
    body = str(exchange["request"]["body"]).replace("v49.0", "v66.0").replace("03 Sep 2020", "03 Sep 2099")
    theirs, ours = body_of(exchange), admin("POST", "/composite", json.loads(body)).json()
    told = [[(each["httpStatusCode"], each["body"]) for each in whole["compositeResponse"]] for whole in (theirs, ours)]
    assert told[0] == told[1]
