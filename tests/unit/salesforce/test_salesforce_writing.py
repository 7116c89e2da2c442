from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from scripted_salesforce import CUT, Reply, ScriptedSalesforce, Seen, composite, error

from connectors.base import Outcome, Write
from connectors.salesforce.auth import ClientCredentials
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.failures import Fault, Refused, row_result
from connectors.salesforce.forms import full_id
from plugin.errors import LimitReached

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


def an_id(number: int) -> str:
    return full_id(f"001{number:012d}") or ""


def accounts(count: int, **values: Any) -> list[Write]:
    return [Write("Account", {"Name": f"A{number}", **values}) for number in range(count)]


def saves_all_but(bad: dict[str, str]) -> Any:
    """Answer composite calls as Salesforce does: a row named in `bad` refuses its whole collection with that code."""

    def answer(seen: Seen) -> Reply:
        parts = []
        for part in seen.body["compositeRequest"]:
            records = part["body"]["records"]
            codes = [bad[each["Name"]] for each in records if each["Name"] in bad]
            if codes:
                parts.append((400, [{"errorCode": codes[0], "message": f"at {json.dumps(records)[:40]}"}]))
            else:
                parts.append([{"id": an_id(int(each["Name"][1:])), "success": True, "errors": []} for each in records])
        return composite(*parts)

    return answer


def test_a_thousand_rows_are_one_call_of_five_collections(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on("POST", "/composite", saves_all_but({}))
    results = connector.create(accounts(1000))
    (call,) = org.calls("/composite")
    assert call.body["allOrNone"] is False
    assert call.body["collateSubrequests"] is False
    assert [len(each["body"]["records"]) for each in call.body["compositeRequest"]] == [200] * 5
    assert {each["body"]["allOrNone"] for each in call.body["compositeRequest"]} == {False}
    assert [each.id for each in results] == [an_id(number) for number in range(1000)]


def test_objects_are_grouped_parents_first_and_results_keep_the_order_given(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    org.on("POST", "/composite", saves_all_but({}))
    writes = [Write(f"Object{number % 12}__c", {"Name": f"A{number}"}) for number in range(24)]
    results = connector.create(writes)
    (call,) = org.calls("/composite")
    collections = [
        [each["attributes"]["type"] for each in part["body"]["records"]] for part in call.body["compositeRequest"]
    ]
    assert [len(set(types)) for types in collections] == [10, 2]
    assert list(dict.fromkeys(name for types in collections for name in types)) == [
        f"Object{number}__c" for number in range(12)
    ]
    assert [each.id for each in results] == [an_id(number) for number in range(24)]


def test_a_record_that_is_changed_twice_is_in_two_collections_in_order(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    org.on("POST", "/composite", saves_all_but({}))
    results = connector.update([Write("Account", {"Name": f"A{number}"}, an_id(number % 2)) for number in range(3)])
    (call,) = org.calls("/composite")
    names = [[each["Name"] for each in part["body"]["records"]] for part in call.body["compositeRequest"]]
    assert names == [["A0", "A1"], ["A2"]]
    assert [each.outcome for each in results] == [Outcome.WRITTEN] * 3


def test_one_row_that_spoils_its_collection_is_found_and_the_others_are_written(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    org.on("POST", "/composite", saves_all_but({"A7": "JSON_PARSER_ERROR", "A150": "JSON_PARSER_ERROR"}))
    results = connector.create(accounts(200))
    assert [number for number, each in enumerate(results) if each.outcome is Outcome.REJECTED] == [7, 150]
    assert sum(each.outcome is Outcome.WRITTEN for each in results) == 198
    assert len(org.calls("/composite")) <= 8


def test_a_refusal_that_has_nothing_to_do_with_single_rows_is_not_hunted_down(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    def refuse(seen: Seen) -> Reply:
        return composite(
            *[(400, [{"errorCode": "INVALID_FIELD", "message": "No such column"}])] * len(seen.body["compositeRequest"])
        )

    org.on("POST", "/composite", refuse)
    results = connector.create(accounts(1000))
    assert {(each.outcome, each.code) for each in results} == {(Outcome.NO_FIELD, "INVALID_FIELD")}
    assert len(org.calls("/composite")) == 6


def test_guarded_rows_carry_their_condition_and_a_changed_one_is_a_conflict(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    org.on("POST", "/composite", composite((204, None), (412, [{"errorCode": "PRECONDITION_FAILED", "message": "x"}])))
    writes = [Write("Account", {"Name": "A"}, an_id(number), NOW) for number in range(2)]
    results = connector.update(writes)
    (call,) = org.calls("/composite")
    first = call.body["compositeRequest"][0]
    assert first["method"] == "PATCH"
    assert first["url"] == f"/services/data/v66.0/sobjects/Account/{an_id(0)}"
    assert first["httpHeaders"] == {"If-Unmodified-Since": "Wed, 01 May 2024 12:00:00 GMT"}
    assert [each.outcome for each in results] == [Outcome.WRITTEN, Outcome.CONFLICT]
    assert [each.id for each in results] == [an_id(0), an_id(1)]


def test_a_connection_cut_after_sending_leaves_its_rows_unknown_and_the_rest_unsent(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    org.on("POST", "/composite", saves_all_but({}), CUT)
    results = connector.create(accounts(2500))
    outcomes = [each.outcome for each in results]
    assert outcomes == [Outcome.WRITTEN] * 1000 + [Outcome.UNKNOWN] * 1000 + [Outcome.BUSY] * 500
    assert len(org.calls("/composite")) == 2


def test_a_limit_reached_before_anything_was_written_is_raised(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on("POST", "/composite", error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
    with pytest.raises(LimitReached):
        connector.create(accounts(3))


def test_a_limit_reached_in_mid_batch_loses_no_result(org: ScriptedSalesforce, connector: SalesforceConnector):
    limit = error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    org.on("POST", "/composite", saves_all_but({}), limit)
    outcomes = [each.outcome for each in connector.create(accounts(1001))]
    assert outcomes == [Outcome.WRITTEN] * 1000 + [Outcome.BUSY]


def test_a_locked_row_alone_is_tried_again_and_then_handed_back(
    org: ScriptedSalesforce, connector: SalesforceConnector, naps: list[float]
):
    def lock(seen: Seen) -> Reply:
        records = seen.body["compositeRequest"][0]["body"]["records"]
        busy = {"statusCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access", "fields": []}
        return composite(
            [
                {"success": False, "errors": [busy]}
                if each["Name"] == "A1"
                else {"id": an_id(1), "success": True, "errors": []}
                for each in records
            ]
        )

    org.on("POST", "/composite", lock)
    results = connector.create(accounts(3))
    assert [each.outcome for each in results] == [Outcome.WRITTEN, Outcome.BUSY, Outcome.WRITTEN]
    assert [len(each.body["compositeRequest"][0]["body"]["records"]) for each in org.calls("/composite")] == [3, 1, 1]
    assert len(naps) == 2
    assert connector.usage().sizes == {"Account": 25}, "halved each time"


@pytest.mark.parametrize(
    ("fault", "status", "outcome"),
    [
        (Fault("UNABLE_TO_LOCK_ROW", ""), 400, Outcome.BUSY),
        (Fault("UNABLE_TO_LOCK_ROW", ""), 500, Outcome.BUSY),
        (Fault("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "Trigger: UNABLE_TO_LOCK_ROW"), 400, Outcome.BUSY),
        (Fault("SERVER_UNAVAILABLE", ""), 503, Outcome.BUSY),
        (Fault("REQUEST_LIMIT_EXCEEDED", ""), 403, Outcome.BUSY),
        (Fault("ENTITY_IS_DELETED", "entity is deleted"), 404, Outcome.GONE),
        (Fault("ENTITY_IS_DELETED", "entity is deleted", ("AccountId",)), 400, Outcome.REJECTED),
        (Fault("NOT_FOUND", "Provided external ID field does not exist"), 404, Outcome.REJECTED),
        (Fault("DUPLICATES_DETECTED", "Use one of these records?"), 400, Outcome.ALIKE),
        (Fault("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "Trigger: Apex CPU time limit exceeded"), 400, Outcome.BUSY),
        (Fault("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "System.LimitException: x"), 400, Outcome.BUSY),
        (Fault("FIELD_CUSTOM_VALIDATION_EXCEPTION", "No", ("Name",)), 400, Outcome.REJECTED),
        (Fault("UNKNOWN_EXCEPTION", "An unexpected error occurred"), 500, Outcome.UNKNOWN),
        (Fault("PRECONDITION_FAILED", ""), 412, Outcome.CONFLICT),
    ],
)
def test_the_code_decides_what_became_of_a_row(fault: Fault, status: int, outcome: Outcome):
    result = row_result([fault], an_id(1), status)
    assert result.outcome is outcome
    assert result.fields == fault.fields


def test_a_duplicate_value_names_the_record_that_has_it():
    words = "duplicate value found: Success_Vector_Id__c duplicates value on record with id: 001U000001c83gK"
    result = row_result([Fault("DUPLICATE_VALUE", words)], None)
    assert result.outcome is Outcome.DUPLICATE
    assert result.duplicate_of == "001U000001c83gKIAQ"


def test_a_parent_that_is_deleted_does_not_make_the_new_child_gone():
    assert row_result([Fault("ENTITY_IS_DELETED", "entity is deleted")], None).outcome is Outcome.REJECTED


def test_an_update_never_becomes_a_create(connector: SalesforceConnector):
    with pytest.raises(ValueError, match="never becomes a create"):
        connector.update([Write("Account", {"Name": "A"})])


LITERAL = '$(touch x) @{[system "touch x"]}'


def test_a_text_that_a_composite_call_would_take_for_a_reference_goes_in_a_call_of_its_own(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    org.on("POST", "/composite", saves_all_but({}))
    org.on("POST", "/composite/sobjects", Reply([{"id": an_id(1), "success": True, "errors": []}]))
    results = connector.create([*accounts(1), Write("Account", {"Name": "A1", "Description": LITERAL})])
    assert [each.id for each in results] == [an_id(0), an_id(1)]
    assert LITERAL not in str(org.calls("/composite")[0].body)
    assert org.calls("/composite/sobjects")[0].body["records"][0]["Description"] == LITERAL


def test_such_a_text_is_written_guarded_all_the_same(org: ScriptedSalesforce, connector: SalesforceConnector):
    refused = error(412, "PRECONDITION_FAILED", "The record was modified in the meantime.")
    org.on("PATCH", f"/sobjects/Account/{an_id(1)}", refused)
    [result] = connector.update([Write("Account", {"Name": LITERAL}, id=an_id(1), unmodified_since=NOW)])
    [seen] = org.calls(f"/sobjects/Account/{an_id(1)}")
    assert seen.headers["If-Unmodified-Since"] == "Wed, 01 May 2024 12:00:00 GMT"
    assert result.outcome is Outcome.CONFLICT


def crowds(most: int, tells: str = "System.LimitException: Apex CPU time limit exceeded") -> Any:
    """Answer as an org whose trigger bears so many rows of a collection, and no more."""

    def answer(seen: Seen) -> Reply:
        parts = []
        for part in seen.body["compositeRequest"]:
            records = part["body"]["records"]
            fault = {"statusCode": "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "message": tells, "fields": []}
            good = len(records) <= most
            parts.append(
                [
                    {"id": an_id(int(each["Name"][1:])), "success": True, "errors": []}
                    if good
                    else {"success": False, "errors": [fault]}
                    for each in records
                ]
            )
        return composite(*parts)

    return answer


def sizes(org: ScriptedSalesforce, since: int = 0) -> list[int]:
    calls = org.calls("/composite")[since:]
    return [len(part["body"]["records"]) for call in calls for part in call.body["compositeRequest"]]


@pytest.mark.parametrize(
    "words", ["Apex CPU time limit exceeded", "T: System.LimitException: Too many SOQL queries: 101"]
)
def test_collections_that_are_too_much_for_a_trigger_are_halved_and_that_is_remembered(
    org: ScriptedSalesforce, connector: SalesforceConnector, words: str
):
    org.on("POST", "/composite", crowds(60, words))
    assert {each.outcome for each in connector.create(accounts(400))} == {Outcome.WRITTEN}
    assert max(sizes(org)) == 200
    before = len(org.calls("/composite"))
    connector.create(accounts(100))
    assert sizes(org, before) == [50, 50]


def test_a_size_that_an_earlier_process_learnt_is_begun_with_and_told(org: ScriptedSalesforce):
    org.on("POST", "/composite", crowds(60, "Apex CPU time limit exceeded"))
    config = SalesforceConfig(org.url, ClientCredentials("client", "secret"))
    connector = SalesforceConnector(config, sizes={"Account": 50, "Case": 260}, sleep=lambda _: None)
    assert connector.usage().sizes == {"Account": 50}
    connector.create(accounts(100))
    assert sizes(org, 0) == [50, 50]


def test_a_service_that_ends_makes_no_further_call(org: ScriptedSalesforce):
    org.on("POST", "/composite", saves_all_but({}))
    config = SalesforceConfig(org.url, ClientCredentials("client", "secret"))
    results = SalesforceConnector(config, stopping=lambda: True).create(accounts(1500))
    assert len(org.calls("/composite")) == 1
    assert [one.outcome for one in results] == [Outcome.WRITTEN] * 1000 + [Outcome.BUSY] * 500
    assert results[-1].code == "NOT_SENT"


def test_one_object_s_limit_leaves_the_others_as_they_are(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on("POST", "/composite", crowds(100), saves_all_but({}))
    connector.create(accounts(150))
    before = len(org.calls("/composite"))
    connector.create([Write("Contact", {"Name": f"A{number}"}) for number in range(200)])
    assert sizes(org, before) == [200]


def test_the_size_grows_again_slowly(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on("POST", "/composite", crowds(100))
    connector.create(accounts(200))
    before = len(org.calls("/composite"))
    connector.create(accounts(1000))
    connector.create(accounts(300))
    assert sizes(org, before)[:10] == [100] * 10
    assert 100 < sizes(org, before)[10] <= 125


def test_a_row_that_is_too_much_by_itself_is_refused_and_the_others_are_written(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    def answer(seen: Seen) -> Reply:
        parts = []
        for part in seen.body["compositeRequest"]:
            records = part["body"]["records"]
            fault = {"statusCode": "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "message": "Apex CPU time limit exceeded"}
            bad = any(each["Name"] == "A7" for each in records)
            good = {"id": an_id(1), "success": True, "errors": []}
            parts.append([{"success": False, "errors": [fault]} if bad else good for _ in records])
        return composite(*parts)

    org.on("POST", "/composite", answer)
    outcomes = [each.outcome for each in connector.create(accounts(40))]
    assert outcomes == [Outcome.WRITTEN] * 7 + [Outcome.REJECTED] + [Outcome.WRITTEN] * 32


def refuses_calls_with(*bad: str) -> Any:
    """Answer as Salesforce does where a row spoils the whole call: it is refused before anything is looked at."""

    def answer(seen: Seen) -> Reply:
        parts = []
        for part in seen.body["compositeRequest"]:
            names = [each["Name"] for each in part["body"]["records"]]
            if set(names) & set(bad):
                return error(400, "JSON_PARSER_ERROR", "Unexpected character")
            parts.append([{"id": an_id(int(name[1:])), "success": True, "errors": []} for name in names])
        return composite(*parts)

    return answer


def test_a_row_that_spoils_a_whole_call_is_found_and_every_other_is_written(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    org.on("POST", "/composite", refuses_calls_with("A7", "A450"))
    results = connector.create(accounts(1000))
    assert [number for number, each in enumerate(results) if each.outcome is Outcome.REJECTED] == [7, 450]
    assert sum(each.outcome is Outcome.WRITTEN for each in results) == 998
    assert len(org.calls("/composite")) <= 50


def test_a_call_that_is_refused_whatever_its_rows_costs_few_calls_and_most_rows_wait(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    org.on("POST", "/composite", error(400, "SOMETHING_NEW", "no"))
    outcomes = [each.outcome for each in connector.create(accounts(1000))]
    assert outcomes.count(Outcome.REJECTED) == 3
    assert outcomes.count(Outcome.BUSY) == 997
    assert len(org.calls("/composite")) <= 20


def test_a_missing_right_is_nobodys_row(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on("POST", "/composite", error(403, "API_DISABLED_FOR_ORG", "no"))
    with pytest.raises(Refused):
        connector.create(accounts(10))
    assert len(org.calls("/composite")) == 1


DUPLICATE = {
    "errorCode": "DUPLICATES_DETECTED",
    "message": "Use one of these records?",
    "duplicateResut": {"matchResults": [{"matchRecords": [{"record": {"Id": an_id(77)[:15]}}]}]},
}


def test_a_row_that_a_duplicate_rule_refuses_names_what_it_looks_like(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    plain = {"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []}
    good = {"id": an_id(0), "success": True, "errors": []}
    org.on(
        "POST", "/composite", composite([good, {"success": False, "errors": [plain]}]), composite((400, [DUPLICATE]))
    )
    results = connector.create(accounts(2))
    assert [each.outcome for each in results] == [Outcome.WRITTEN, Outcome.ALIKE]
    assert results[1].alike == (an_id(77),)
    second = org.calls("/composite")[1].body["compositeRequest"]
    assert [(each["method"], each["url"].rsplit("/", 1)[1]) for each in second] == [("POST", "Account")]


def test_rows_that_may_be_duplicates_say_so_and_go_apart(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on("POST", "/composite", saves_all_but({}))
    first, second = accounts(2)
    connector.create([first, replace(second, allow_duplicates=True)])
    parts = org.calls("/composite")[0].body["compositeRequest"]
    headers = [part.get("httpHeaders", {}).get("Sforce-Duplicate-Rule-Header") for part in parts]
    assert sorted(headers, key=str) == [None, "allowSave=true"]


def test_rows_are_deleted_two_hundred_a_collection_and_one_that_is_gone_is_told(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    gone = {"success": False, "errors": [{"statusCode": "ENTITY_IS_DELETED", "message": "entity is deleted"}]}
    good = [{"id": an_id(number), "success": True, "errors": []} for number in range(200)]
    org.on("POST", "/composite", composite(good, [gone]))
    results = connector.delete([Write("Account", {}, an_id(number)) for number in range(201)])
    assert [each.outcome for each in results] == [Outcome.WRITTEN] * 200 + [Outcome.GONE]
    parts = org.calls("/composite")[0].body["compositeRequest"]
    assert [part["method"] for part in parts] == ["DELETE", "DELETE"]
    assert parts[1]["url"].endswith(f"/composite/sobjects?ids={an_id(200)}&allOrNone=false")
