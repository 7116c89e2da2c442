"""Our answers beside those that Restforce's own tests hold: the same keys, kinds of values and codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client
from tests.unit.local_org.recordings import differences
from tests.unit.local_org.test_recorded_answers import DIFFERENCES, unexplained

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
