"""The REST resources, as a client sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from connectors.salesforce.local_org import dml, rows
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.schema import FieldDef
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client

DATA = "/services/data/v66.0"
ABSENT = "001Lo000000zzzzIAA"


def account(**values: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Account"}, **values}


def many(org: LocalOrg, count: int) -> list[str]:
    with org.org.work() as work:
        return [result.id or "" for result in dml.create(work, "Account", [{"Name": f"N{n:05}"} for n in range(count)])]


def test_a_record_is_created_read_changed_and_deleted(admin: Client) -> None:
    record_id = admin.create("Account", Name="A")
    assert admin("PATCH", f"/sobjects/Account/{record_id[:15]}", {"Phone": "1"}).status_code == 204
    wanted = admin("GET", f"/sobjects/account/{record_id}", params={"fields": "Name,Phone"}).json()
    assert wanted == {
        "attributes": {"type": "Account", "url": f"{DATA}/sobjects/Account/{record_id}"},
        "Name": "A",
        "Phone": "1",
        "Id": record_id,
    }
    assert admin("DELETE", f"/sobjects/Account/{record_id}").status_code == 204
    assert admin.refusal("GET", f"/sobjects/Account/{record_id}") == (404, "ENTITY_IS_DELETED", "entity is deleted")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"/sobjects/Account/{ABSENT}", 404, "NOT_FOUND"),
        ("GET", "/sobjects/Account/nonsense", 404, "NOT_FOUND"),
        ("GET", "/sobjects/Nothing__c/describe", 404, "NOT_FOUND"),
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("GET", "/services/data/v12.0/limits", 404, "NOT_FOUND"),
        ("PUT", "/limits", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/query", 400, "MALFORMED_QUERY"),
        ("GET", "/query?q=SELECT+Id+FROM+Nothing", 400, "INVALID_TYPE"),
        ("GET", "/query?q=SELECT+FROM+Account", 400, "MALFORMED_QUERY"),
        ("GET", "/query/0r8NOTHING-2000", 400, "INVALID_QUERY_LOCATOR"),
        ("POST", "/sobjects/Account", 400, "JSON_PARSER_ERROR"),
        ("PATCH", "/sobjects/Account/Phone/1", 404, "NOT_FOUND"),
    ],
)
def test_a_refusal_is_a_list_with_code_and_message(
    admin: Client, method: str, path: str, status: int, code: str
) -> None:
    body: Any = [] if method == "POST" else {}
    assert admin.refusal(method, path, body)[:2] == (status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/search"), ("POST", "/graphql"), ("GET", "/sobjects/Account/describe/compactLayouts"),
      ("GET", "/sobjects/Account/listviews"), ("GET", "/tooling/search"),
     ("POST", "/services/apexrest/anything"), ("POST", "/services/Soap/c/66.0")],
)  # fmt: skip
def test_what_is_not_modelled_says_so(admin: Client, method: str, path: str) -> None:
    status, code, message = admin.refusal(method, path, {})
    assert (status, code) == (404, "NOT_FOUND")
    assert message.startswith("the local org does not model ")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/composite/sobjects", {"records": [{"attributes": "Account", "Name": "A"}]}),
        ("POST", "/composite/sobjects", {"records": "all"}),
        ("POST", "/composite/sobjects/Account", {"ids": "001", "fields": [1]}),
        ("POST", "/composite", {"compositeRequest": [{"referenceId": "a", "httpHeaders": [], "url": 5}]}),
        ("POST", "/composite", {"compositeRequest": [7]}),
        ("POST", "/sobjects/Account", {"Name": "\ud800"}),
        ("POST", "/sobjects/Account", {"Name": "a\x00b"}),
        ("POST", "/sobjects/Account", {"Name": {"deep": 1}}),
        ("POST", "/sobjects/Account", {"Name": "A", "Fee__c": "1e999999999"}),
        ("POST", "/sobjects/Account", {"Name": "A", "NumberOfEmployees": 10**40}),
        ("POST", "/sobjects/Account", {"Name": "A", "Parent": {"Key__c": "x"}}),
        ("POST", "/sobjects/Account", {"Name": "A", "Parent": {"Key__c": {"x": 1}}}),
        ("POST", "/sobjects/Account", {"Name": "A", "Parent": {}}),
        ("GET", "/query?q=%00", None),
        ("GET", "/sobjects/Account/updated?start=x&end=y", None),
    ],
)
def test_nonsense_is_refused_and_never_breaks_the_org(admin: Client, method: str, path: str, body: Any) -> None:
    response = admin(method, path, body)
    assert response.status_code < 500
    assert response.status_code >= 400 or response.json()["compositeResponse"][0]["httpStatusCode"] == 400


def test_a_record_that_somebody_else_holds_is_refused_as_locked(make_org: Callable[..., LocalOrg]) -> None:
    org = make_org(settings=OrgSettings(lock_seconds=0.1))
    admin = Client(org, org.admin_token())
    record_id = admin.create("Account", Name="A")
    with org.org.work() as holding:
        rows.read(holding, holding.schema.objects["account"], [record_id], lock=True)
        assert admin.refusal("PATCH", f"/sobjects/Account/{record_id}", {"Phone": "1"})[1] == "UNABLE_TO_LOCK_ROW"


def test_a_change_is_refused_when_the_record_has_moved_since(make_org: Callable[..., LocalOrg]) -> None:
    moment = [datetime(2026, 1, 1, 12, tzinfo=UTC)]
    org = make_org(clock=lambda: moment[0])
    admin = Client(org, org.admin_token())
    record_id = admin.create("Account", Name="A")
    read_at = {"If-Unmodified-Since": format_datetime(moment[0], usegmt=True)}
    moment[0] += timedelta(seconds=5)
    path = f"/sobjects/Account/{record_id}"
    assert admin("PATCH", path, {"Phone": "ours"}, headers=read_at).status_code == 204
    response = admin("PATCH", path, {"Phone": "again"}, headers=read_at)
    assert (response.status_code, response.json()[0]["errorCode"]) == (412, "PRECONDITION_FAILED")
    assert admin.row("Account", record_id)["Phone"] == "ours"


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_a_condition_that_is_not_modelled_is_refused_and_not_passed_over(
    admin: Client, method: str, header: str
) -> None:
    record_id = admin.create("Account", Name="A")
    body = {"Phone": "1"} if method == "PATCH" else None
    response = admin(method, f"/sobjects/Account/{record_id}", body, headers={header: '"tag"'})
    assert (response.status_code, response.json()[0]["message"]) == (
        400,
        f"the local org does not model the header {header}",
    )
    assert admin.row("Account", record_id)["Phone"] is None


def test_an_unchanged_record_is_not_sent_again(admin: Client) -> None:
    record_id = admin.create("Account", Name="A")
    later = {"If-Modified-Since": format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)}
    assert admin("GET", f"/sobjects/Account/{record_id}", headers=later).status_code == 304
    assert admin("GET", f"/sobjects/Account/{record_id}").status_code == 200


@pytest.mark.parametrize("path", ["/sobjects", "/sobjects/Account/describe"])
def test_a_describe_is_sent_again_only_when_metadata_or_permissions_have_changed(
    make_org: Callable[..., LocalOrg], path: str
) -> None:
    moment = [datetime(2026, 1, 1, 12, tzinfo=UTC)]
    org = make_org(clock=lambda: moment[0])
    admin = Client(org, org.admin_token())
    first = admin("GET", path)
    known = {"If-Modified-Since": first.headers["Last-Modified"]}
    moment[0] += timedelta(seconds=5)
    again = admin("GET", path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    with org.org.change_schema() as change:
        change.put_field("Account", FieldDef("New__c", "New", "Text", custom=True, length=10, extra={"fls": False}))
    changed = admin("GET", path, headers=known)
    assert changed.status_code == 200
    assert admin("GET", path, headers={"If-Modified-Since": changed.headers["Last-Modified"]}).status_code == 304
    moment[0] += timedelta(seconds=5)
    org.org.forget_access()
    assert admin("GET", path, headers={"If-Modified-Since": changed.headers["Last-Modified"]}).status_code == 200


def test_upsert_creates_then_changes_then_offers_a_choice(admin: Client) -> None:
    path = "/sobjects/Account/Loose__c/x%2F1"
    first = admin("PATCH", path, {"Name": "A"})
    assert (first.status_code, first.json()["created"]) == (201, True)
    again = admin("PATCH", path, {"Name": "B"})
    assert (again.status_code, again.json()) == (200, {**first.json(), "created": False})
    twin = admin.create("Account", Name="Twin", Loose__c="x/1")
    choices = admin("PATCH", path, {"Name": "C"})
    assert choices.status_code == 300
    assert choices.json() == [f"{DATA}/sobjects/Account/{each}" for each in (first.json()["id"], twin)]


def test_a_locator_expires_after_two_days_and_is_nobody_elses(make_org: Callable[..., LocalOrg]) -> None:
    moment = [datetime(2026, 1, 1, 12, tzinfo=UTC)]
    org = make_org(clock=lambda: moment[0])
    many(org, 201)
    admin = Client(org, org.admin_token())
    pages = {"Sforce-Query-Options": "batchSize=200"}
    following = admin.query("SELECT Id FROM Account", headers=pages)["nextRecordsUrl"]
    other = Client(org, org.integration_token())
    assert other.refusal("GET", following)[:2] == (400, "INVALID_QUERY_LOCATOR")
    moment[0] += timedelta(days=2)
    admin = Client(org, org.admin_token())
    assert len(admin("GET", following).json()["records"]) == 1
    moment[0] += timedelta(seconds=1)
    assert admin.refusal("GET", following) == (400, "INVALID_QUERY_LOCATOR", "invalid query locator")


def test_a_record_is_deleted_by_its_external_id(admin: Client) -> None:
    record_id = admin.create("Account", Name="A", Key__c="k")
    assert admin("DELETE", "/sobjects/Account/Key__c/k").status_code == 204
    assert admin.refusal("GET", f"/sobjects/Account/{record_id}")[1] == "ENTITY_IS_DELETED"
    assert admin.refusal("DELETE", "/sobjects/Account/Key__c/k")[:2] == (404, "NOT_FOUND")
    twins = [admin.create("Account", Name="Twin", Loose__c="t") for _ in range(2)]
    choices = admin("DELETE", "/sobjects/Account/Loose__c/t")
    assert (choices.status_code, len(choices.json())) == (300, 2)
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == len(twins)


def test_a_long_answer_comes_in_pages_that_lose_nothing(org: LocalOrg, admin: Client) -> None:
    ids = many(org, 450)
    page = admin.query("SELECT Id FROM Account ORDER BY Name", headers={"Sforce-Query-Options": "batchSize=200"})
    got, sizes = [], []
    while True:
        sizes.append(len(page["records"]))
        got += [record["Id"] for record in page["records"]]
        if page["done"]:
            break
        page = admin("GET", page["nextRecordsUrl"]).json()
    assert sizes == [200, 200, 50]
    assert page["totalSize"] == 450
    assert got == ids


def test_another_users_locator_is_unknown(org: LocalOrg, admin: Client, program: Client) -> None:
    many(org, 201)
    page = admin.query("SELECT Id FROM Account", headers={"Sforce-Query-Options": "batchSize=200"})
    assert program.refusal("GET", page["nextRecordsUrl"])[1] == "INVALID_QUERY_LOCATOR"


def test_a_collection_answers_row_by_row_in_order(admin: Client) -> None:
    rows = [
        account(Name="A"),
        account(Phone="1"),
        {"attributes": {"type": "Contact"}, "LastName": "L"},
        account(Name="D"),
    ]
    results = admin("POST", "/composite/sobjects", {"allOrNone": False, "records": rows}).json()
    assert [result["success"] for result in results] == [True, False, True, True]
    assert results[1]["errors"] == [
        {"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [Name]", "fields": ["Name"]}
    ]
    changes = [account(Id=results[0]["id"], Phone="2"), account(Id=ABSENT, Phone="3")]
    changed = admin("PATCH", "/composite/sobjects", {"allOrNone": False, "records": changes}).json()
    assert [result["success"] for result in changed] == [True, False]
    assert changed[1]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"
    gone = admin("DELETE", "/composite/sobjects", params={"ids": f"{results[0]['id']},{ABSENT}", "allOrNone": "false"})
    assert [result["success"] for result in gone.json()] == [True, False]


def test_one_refused_row_undoes_an_all_or_none_collection(admin: Client) -> None:
    rows = [account(Name="A"), account(Phone="1")]
    made = admin("POST", "/composite/sobjects", {"allOrNone": True, "records": rows}).json()
    codes = ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]
    assert [result["errors"][0]["statusCode"] for result in made] == codes
    there = admin.create("Account", Name="B")
    gone = admin("DELETE", "/composite/sobjects", params={"ids": f"{there},{ABSENT}", "allOrNone": "true"}).json()
    assert not any(result["success"] for result in gone)
    keyed = [account(Name="C", Key__c="c"), account(Key__c="d")]
    put = admin("PATCH", "/composite/sobjects/Account/Key__c", {"allOrNone": True, "records": keyed}).json()
    assert not any(result["success"] for result in put)
    assert [row["Name"] for row in admin.query("SELECT Name FROM Account")["records"]] == ["B"]


def test_a_collection_has_its_limits(admin: Client) -> None:
    too_many = {"records": [account(Name=str(n)) for n in range(201)]}
    assert admin.refusal("POST", "/composite/sobjects", too_many)[1] == "EXCEEDED_ID_LIMIT"
    mixed = [account(Name="A"), {"attributes": {"type": "Contact"}, "LastName": "L"}] * 6
    assert admin.refusal("POST", "/composite/sobjects", {"records": mixed})[1] == "INVALID_INPUT"
    ids = {"ids": [ABSENT] * 2001, "fields": ["Id"]}
    assert admin.refusal("POST", "/composite/sobjects/Account", ids)[1] == "EXCEEDED_ID_LIMIT"


def test_a_collection_may_change_between_objects_ten_times_at_most(admin: Client) -> None:
    mixed = [account(Name="A"), {"attributes": {"type": "Contact"}, "LastName": "L"}] * 5
    taken = admin("POST", "/composite/sobjects", {"records": [*mixed, mixed[-1]]}).json()
    assert [result["success"] for result in taken] == [True] * 11
    refused = admin.refusal("POST", "/composite/sobjects", {"records": [*mixed, mixed[0]]})
    assert refused[:2] == (400, "INVALID_INPUT")
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == 5


def test_reading_by_ids_answers_null_for_what_is_not_there_and_refuses_unknown_fields(
    org: LocalOrg, admin: Client
) -> None:
    first, second = many(org, 2)
    rows = admin("POST", "/composite/sobjects/Account", {"ids": [second, ABSENT, first], "fields": ["Name"]}).json()
    assert [row and row["Name"] for row in rows] == ["N00001", None, "N00000"]
    wrong = {"ids": [first], "fields": ["Name", "Nmae"]}
    assert admin.refusal("POST", "/composite/sobjects/Account", wrong)[:2] == (400, "INVALID_FIELD")


def sub(reference: str, method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
    return {"referenceId": reference, "method": method, "url": DATA + path, **({"body": body} if body else {}), **more}


def test_a_composite_is_one_call_whose_parts_refer_to_each_other(org: LocalOrg, admin: Client) -> None:
    parts = [
        sub("account", "POST", "/sobjects/Account", {"Name": "A"}),
        sub("contact", "POST", "/sobjects/Contact", {"LastName": "L", "AccountId": "@{account.id}"}),
        sub("found", "GET", "/query?q=SELECT+Account.Name+FROM+Contact+WHERE+Id='@{contact.id}'"),
        sub("back", "PATCH", "/sobjects/Account/@{account.id}", {"Site": "@{found.records[0].Account.Name}!"}),
    ]
    before = org.calls.used
    answers = admin("POST", "/composite", {"allOrNone": True, "compositeRequest": parts}).json()["compositeResponse"]
    assert [answer["httpStatusCode"] for answer in answers] == [201, 201, 200, 204]
    assert answers[0]["httpHeaders"]["Location"] == f"{DATA}/sobjects/Account/{answers[0]['body']['id']}"
    assert org.calls.used == before + 1
    assert admin.row("Account", answers[0]["body"]["id"])["Site"] == "A!"


def test_a_failed_part_undoes_an_all_or_none_composite_and_no_other(admin: Client) -> None:
    parts = [sub("good", "POST", "/sobjects/Account", {"Name": "A"}), sub("bad", "POST", "/sobjects/Account", {"X": 1})]
    whole = admin("POST", "/composite", {"allOrNone": True, "compositeRequest": parts}).json()["compositeResponse"]
    assert [answer["body"][0]["errorCode"] for answer in whole] == ["PROCESSING_HALTED", "INVALID_FIELD"]
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == 0
    each = admin("POST", "/composite", {"allOrNone": False, "compositeRequest": parts}).json()["compositeResponse"]
    assert [answer["httpStatusCode"] for answer in each] == [201, 400]
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == 1


def test_a_composites_part_is_guarded_by_its_own_headers(admin: Client) -> None:
    record_id = admin.create("Account", Name="A")
    old = {"If-Unmodified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}
    parts = [sub("a", "PATCH", f"/sobjects/Account/{record_id}", {"Phone": "1"}, httpHeaders=old)]
    (answer,) = admin("POST", "/composite", {"compositeRequest": parts}).json()["compositeResponse"]
    assert answer["httpStatusCode"] == 412


def test_a_thousand_rows_are_written_in_one_call(org: LocalOrg, admin: Client) -> None:
    ids = many(org, 1000)
    parts = [
        sub(f"part{start}", "PATCH", "/composite/sobjects",
            {"allOrNone": False, "records": [account(Id=each, Phone="7") for each in ids[start : start + 200]]})
        for start in range(0, 1000, 200)
    ]  # fmt: skip
    before = org.calls.used
    answers = admin("POST", "/composite", {"compositeRequest": parts, "collateSubrequests": False}).json()
    assert all(row["success"] for answer in answers["compositeResponse"] for row in answer["body"])
    assert org.calls.used == before + 1
    assert admin.query("SELECT COUNT() FROM Account WHERE Phone = '7'")["totalSize"] == 1000


def test_a_composite_has_its_limits(admin: Client) -> None:
    many_parts = [sub(f"r{n}", "GET", "/limits") for n in range(26)]
    assert admin.refusal("POST", "/composite", {"compositeRequest": many_parts})[1] == "LIMIT_EXCEEDED"
    queries = [sub(f"r{n}", "GET", "/query?q=SELECT+Id+FROM+Account") for n in range(6)]
    assert admin.refusal("POST", "/composite", {"compositeRequest": queries})[1] == "LIMIT_EXCEEDED"
    nested = [sub("r", "POST", "/composite", {"compositeRequest": []})]
    (answer,) = admin("POST", "/composite", {"compositeRequest": nested}).json()["compositeResponse"]
    assert answer["httpStatusCode"] == 400


def test_the_limit_is_told_with_every_answer_and_runs_out(make_org: Callable[..., LocalOrg]) -> None:
    org = make_org(settings=OrgSettings(daily_calls=2))
    admin = Client(org, org.admin_token())
    assert admin("GET", "/limits").headers["Sforce-Limit-Info"] == "api-usage=1/2"
    assert admin("GET", "/nowhere").headers["Sforce-Limit-Info"] == "api-usage=2/2"
    assert admin.refusal("GET", "/limits") == (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def test_calls_are_counted_by_kind_until_they_are_reset(admin: Client) -> None:
    admin.create("Account", Name="A")
    admin.query("SELECT Id FROM Account")
    admin("POST", "/composite", {"compositeRequest": [sub("a", "GET", "/limits"), sub("b", "GET", "/limits")]})
    counted = f"{admin.org.url}/__local__/calls"
    told = admin.session.get(counted, timeout=5).json()
    assert told["by_kind"] == {"sobjects": 1, "query": 1, "composite": 1}
    admin.session.delete(counted, timeout=5)
    assert admin.session.get(counted, timeout=5).json()["total"] == 0


def test_the_columns_of_a_query_are_told_without_its_rows(admin: Client) -> None:
    text = "SELECT Id, Fee__c, Owner.Name, (SELECT LastName FROM Contacts) FROM Account"
    told = admin("GET", "/query", params={"q": text, "columns": "true"}).json()
    columns = {each["columnName"]: each for each in told["columnMetadata"]}
    assert (told["entityName"], told["idSelected"], told["groupBy"], told["keyPrefix"]) == (
        "Account",
        True,
        False,
        "001",
    )
    assert (columns["Fee__c"]["numberType"], columns["Fee__c"]["custom"], columns["Id"]["apexType"]) == (
        True,
        True,
        "Id",
    )
    nested = {name: [each["columnName"] for each in columns[name]["joinColumns"]] for name in ("Owner", "Contacts")}
    assert nested == {"Owner": ["Name"], "Contacts": ["LastName"]}
    assert (columns["Owner"]["aggregate"], columns["Contacts"]["aggregate"]) == (False, True)
    grouped = admin(
        "GET", "/query", params={"q": "SELECT Tier__c, COUNT(Id) FROM Account GROUP BY Tier__c", "columns": "true"}
    )
    assert grouped.json()["groupBy"] is True
