"""Our answers beside those that others recorded of real orgs: the same keys, kinds of values and codes.

What differs is listed with its reason; so is every recording that has nothing to be held against.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.salesforce.local_org.faults import Fault
from connectors.salesforce.local_org.schema import FieldDef
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client, visible
from tests.unit.local_org.recordings import body_of, cassette, differences, path_of

DESCRIBED = ("Account", "Contact", "Opportunity", "Event")
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
    ".recordTypeInfos[].urls.layout: missing": "layouts are not modelled",
    ".urls.approvalLayouts: missing": "approvals are not modelled",
    ".urls.compactLayouts: missing": "layouts are not modelled",
    ".urls.defaultValues: missing": "default values are not modelled",
    ".urls.eventRelationsMetadata: missing": "invitees of events are not modelled",
    ".urls.eventSeriesUpdates: missing": "series of events are not modelled",
    ".urls.layouts: missing": "layouts are not modelled",
    ".urls.listviews: missing": "list views are not modelled",
    ".urls.namedLayouts: missing": "layouts are not modelled",
    ".urls.passwordUtilities: missing": "passwords are not modelled",
    ".urls.push: missing": "push topics are not modelled",
    ".urls.quickActions: missing": "quick actions have no effect here",
    ".urls.uiDetailTemplate: missing": "there are no pages to look at",
    ".urls.uiEditTemplate: missing": "there are no pages to look at",
    ".urls.uiNewRecord: missing": "there are no pages to look at",
}
NOT_ANSWERED = {
    "GET_sobjects_Case_describe": "the org has no Case",
    "GET_sobjects_Lead_describe": "the org has no Lead",
    "GET_sobjects_OpportunityContactRole_describe": "the org has no OpportunityContactRole",
    "ManualEditTestCompositeParallelSalesforce.test_http_headers": "describes are not dated: always answered in full",
    "ManualEdit_TestCountSObjects.test_count_sobjects__network_errors": "written by hand, without a body",
    "TestUpsert.test_upsert_complex_fields__bulk": "Bulk 1 is refused",
    "TestUpsert.test_upsert_external_id_field": "Bulk 1 is refused",
    "test_get_device_code": "another vendor's",
    "test_get_device_oauth_token": "another vendor's",
    "batchInfoList_xml.tpl": "Bulk 1 is refused",
    "batchInfo_xml.tpl": "Bulk 1 is refused",
    "jobInfo_insert_xml.tpl": "Bulk 1 is refused",
    "jobInfo_upsert_xml.tpl": "Bulk 1 is refused",
}
ANSWERED = {
    *(f"GET_sobjects_{name}_describe" for name in DESCRIBED),
    "GET_sobjects_Custom__c_describe", "GET_sobjects_Global_describe", "GET_sobjects_Organization",
    "TestCompositeParallelSalesforce.test_composite_parallel_salesforce",
    "TestCompositeParallelSalesforce.test_errors", "TestCompositeParallelSalesforce.test_reference_ids",
    "TestCountSObjects.test_count_sobjects__errors", "TestCountSObjects.test_count_sobjects_simple",
    "TestUpsert.test_simple_upsert__rest", "TestUpsert.test_upsert__rest",
    "TestUpsert.test_upsert_complex_external_id_field__rest",
    "TestUpsert.test_upsert_complex_external_id_field_rest__duplicate_error",
}  # fmt: skip


def unexplained(theirs: Any, ours: Any) -> list[str]:
    return [each for each in differences(theirs, ours) if each not in DIFFERENCES]


def recorded(shared_data: Path, name: str) -> list[dict[str, Any]]:
    return cassette(shared_data / "salesforce" / "recorded" / f"{name}.yaml.gz")


def test_every_recording_is_held_against_an_answer_or_has_a_reason_not_to_be(shared_data: Path) -> None:
    names = {path.name.removesuffix(".gz").removesuffix(".yaml") for path in
             (shared_data / "salesforce" / "recorded").glob("*.gz")}  # fmt: skip
    assert names == ANSWERED | NOT_ANSWERED.keys()


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


RESTFORCE = {
    "create_success_response": ("POST", "/sobjects/Account", {"Name": "A"}),
    "upsert_created_success_response": ("PATCH", "/sobjects/Account/Key__c/new", {"Name": "A"}),
    "describe_sobjects_success_response": ("GET", "/sobjects", None),
    "list_sobjects_success_response": ("GET", "/sobjects", None),
    "sobject_describe_success_response": ("GET", "/sobjects/Account/describe", None),
    "services_data_success_response": ("GET", "/services/data", None),
    "org_query_response": ("GET", "/query?q=SELECT+Id+FROM+Organization", None),
    "query_empty_response": ("GET", "/query?q=SELECT+Id+FROM+Contact", None),
    "query_aggregate_success_response": ("GET", "/query?q=SELECT+ParentId,SUM(Fee__c)+FROM+Account+GROUP+BY+ParentId",
                                         None),
    "query_error_response": ("GET", "/query?q=SELECT+Nope+FROM+Account", None),
    "expired_session_response": ("GET", "/limits", None),
    "sobject_describe_error_response": ("GET", "/sobjects/Nope/describe", None),
    "sobject_find_error_response": ("GET", "/sobjects/Account/Nope/1", None),
    "delete_error_response": ("DELETE", "/sobjects/Account/rid", None),
    "upsert_error_response": ("PATCH", "/sobjects/Account/Namez/1", {"Name": "A"}),
    "write_error_response": ("POST", "/sobjects/Account", {"foo": 1}),
    "upsert_multiple_error_response": ("PATCH", "/sobjects/Account/Loose__c/twice", {"Name": "A"}),
    "sobject_select_success_response": ("GET", "/sobjects/Account/Key__c/first", None),
    "sobject_find_success_response": ("GET", "/sobjects/Account/Key__c/first", None),
    "query_success_response": ("GET", "/query?q=SELECT+Active__c,Name,Since__c,Owner.Name+FROM+Account", None),
}  # fmt: skip
RESTFORCE_ELSEWHERE = {
    "auth_success_response", "auth_error_response", "reauth_success_response", "refresh_success_response",
    "refresh_error_response", "get_updated_success_response", "get_deleted_success_response",
    "query_paginated_first_page_response", "query_paginated_last_page_response",
}  # fmt: skip
RESTFORCE_NOT_ANSWERED = {
    "list_view_results_success_response": "list views are not modelled",
    "recent_success_response": "what was looked at last is not kept",
    "search_error_response": "search is not modelled",
    "search_success_response": "search is not modelled",
    "upsert_updated_success_response": "since version 46 an upsert answers with a body whenever",
}
OWN_FIELDS = frozenset({
    "sobject_find_success_response", "sobject_select_success_response", "query_success_response",
    "query_aggregate_success_response",
})  # fmt: skip


def restforce(shared_data: Path, name: str) -> Any:
    return json.loads((shared_data / "salesforce" / "restforce" / f"{name}.json").read_text())


def test_every_body_of_restforce_is_held_against_an_answer_or_has_a_reason_not_to_be(shared_data: Path) -> None:
    names = {path.stem for path in (shared_data / "salesforce" / "restforce").glob("*.json")}
    assert names == {*RESTFORCE, *RESTFORCE_ELSEWHERE, *RESTFORCE_NOT_ANSWERED}


@pytest.mark.parametrize("name", RESTFORCE)
def test_an_answer_looks_like_that_of_restforce(org: LocalOrg, admin: Client, shared_data: Path, name: str) -> None:
    admin.create("Account", Name="A", Key__c="first", Loose__c="twice", Fee__c=1)
    admin.create("Account", Name="B", Loose__c="twice", Since__c="2026-01-01")
    method, path, body = RESTFORCE[name]
    client = Client(org, "00D!no") if name == "expired_session_response" else admin
    theirs, ours = restforce(shared_data, name), client(method, path, body).json()
    if name in OWN_FIELDS:
        # Its fields are those of another object: only what every record has is compared.
        theirs, ours = (common(each) for each in (theirs, ours))
    # Bodies of version 23 lack what came later, never the other way round.
    found = [each for each in unexplained(theirs, ours) if not each.endswith(": not theirs")]
    assert [each for each in found if each.removeprefix(".sobjects[]") not in DIFFERENCES] == []
    if isinstance(theirs, list) and theirs and isinstance(theirs[0], dict) and "errorCode" in theirs[0]:
        assert ours[0]["errorCode"] == theirs[0]["errorCode"]


def common(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer, of whose records only what every record has is left."""
    if "records" in answer:
        return {**answer, "records": [common(record) for record in answer["records"]]}
    return {"attributes": answer["attributes"]}


def test_an_answer_in_pages_looks_like_those_of_restforce(admin: Client, shared_data: Path) -> None:
    rows = [{"attributes": {"type": "Account"}, "Name": f"N{n}"} for n in range(200)]
    for some in (rows, rows[:1]):
        admin("POST", "/composite/sobjects", {"records": some})
    headers = {"Sforce-Query-Options": "batchSize=200"}
    first = admin("GET", "/query", params={"q": "SELECT Name FROM Account"}, headers=headers).json()
    last = admin("GET", first["nextRecordsUrl"]).json()
    for ours, name in ((first, "first"), (last, "last")):
        theirs = restforce(shared_data, f"query_paginated_{name}_page_response")
        assert (set(ours), ours["done"]) == (set(theirs), theirs["done"])


@pytest.mark.parametrize("name", ["auth", "reauth", "refresh"])
def test_a_sign_in_answers_like_those_of_restforce(org: LocalOrg, shared_data: Path, name: str) -> None:
    form = {"grant_type": "refresh_token", "client_id": org.client_id, "refresh_token": org.refresh_token()}
    ours = Client(org, "")("POST", "/services/oauth2/token", data=form).json()
    found = list(differences(restforce(shared_data, f"{name}_success_response"), ours))
    # The type of the token and its scope came later.
    assert found == [".scope: not theirs", ".token_type: not theirs"]


def test_a_refused_sign_in_answers_like_those_of_restforce(org: LocalOrg, shared_data: Path) -> None:
    form = {"grant_type": "refresh_token", "client_id": org.client_id, "refresh_token": "gone"}
    ours = Client(org, "")("POST", "/services/oauth2/token", data=form).json()
    assert ours == restforce(shared_data, "refresh_error_response")
    theirs = restforce(shared_data, "auth_error_response")
    assert (set(ours), ours["error"]) == (set(theirs), theirs["error"])


def test_changes_are_told_like_those_of_restforce(admin: Client, shared_data: Path) -> None:
    gone, there = (admin.create("Account", Name=name) for name in ("A", "B"))
    admin("DELETE", f"/sobjects/Account/{gone}")
    span = {"start": admin.row("Account", there)["CreatedDate"], "end": "2999-01-01T00:00:00Z"}
    for name in ("updated", "deleted"):
        ours = admin("GET", f"/sobjects/Account/{name}", params=span).json()
        assert list(differences(restforce(shared_data, f"get_{name}_success_response"), ours)) == []


def test_the_table_of_errors_holds(org: LocalOrg, admin: Client, shared_data: Path) -> None:
    table = json.loads((shared_data / "salesforce" / "error_bodies.json").read_text())
    theirs = {each["body"][0]["errorCode"]: each for each in table["rest_errors"] if each["http"] != 300}
    first = admin.create("Account", Name="A", Key__c="k")
    asked: dict[str, tuple[str, str, Any]] = {
        "INVALID_FIELD": ("POST", "/sobjects/Account", {"foo": 1}),
        "NOT_FOUND": ("GET", "/sobjects/Foo", None),
        "DUPLICATE_VALUE": ("POST", "/sobjects/Account", {"Name": "B", "Key__c": "k"}),
        "UNABLE_TO_LOCK_ROW": ("PATCH", f"/sobjects/Account/{first}", {"Name": "B"}),
        "REQUEST_LIMIT_EXCEEDED": ("GET", "/limits", None),
    }
    org.faults.force(Fault(method="PATCH", status=500, code="UNABLE_TO_LOCK_ROW"))
    org.faults.force(Fault(path="/limits", status=403, code="REQUEST_LIMIT_EXCEEDED"))
    for code, request in asked.items():
        status, told, message = admin.refusal(*request)
        assert (status, told) == (theirs[code]["http"], code)
        # What comes after the words is about the record at hand.
        words = str(theirs[code]["body"][0]["message"]).partition(":")[0].partition(" '")[0]
        assert message.startswith(words)
    stranger = Client(org, "00D!no").refusal("GET", "/limits")
    expired = theirs["INVALID_SESSION_ID"]
    assert stranger == (expired["http"], "INVALID_SESSION_ID", expired["body"][0]["message"])
    # Duplicate rules are not modelled.
    assert theirs.keys() - asked.keys() == {"INVALID_SESSION_ID", "DUPLICATES_DETECTED"}
