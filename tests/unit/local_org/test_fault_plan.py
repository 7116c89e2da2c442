"""Faults by seed and rate: drawn alike for a seed, injected where the plan says, counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.salesforce.local_org.faulty.draws import Draws
from connectors.salesforce.local_org.faulty.plan import FaultPlan, FaultRule, read_file, read_plan, read_short
from connectors.salesforce.local_org.server import LocalOrg
from plugin.errors import UserError
from tests.unit.local_org.conftest import Client

QUERY = "/services/data/v66.0/query"


def put(org: LocalOrg, *rules: dict[str, Any], seed: int = 1) -> requests.Response:
    return requests.put(f"{org.url}/__local__/faults", json={"seed": seed, "rules": list(rules)}, timeout=10)


def injected(org: LocalOrg) -> dict[str, int]:
    return dict(requests.get(f"{org.url}/__local__/faults", timeout=10).json()["injected"])


def drawn(seed: int, rate: float, calls: int = 400) -> list[bool]:
    draws = Draws(FaultPlan(seed=seed, rules=(FaultRule(kind="503", rate=rate),)))
    return [bool(draws.of_call("GET", QUERY, ("503",))) for _ in range(calls)]


def test_the_same_seed_strikes_the_same_calls_and_another_seed_others() -> None:
    assert drawn(1, 0.3) == drawn(1, 0.3)
    assert drawn(1, 0.3) != drawn(2, 0.3)
    assert 60 < sum(drawn(1, 0.3)) < 180
    assert not any(drawn(1, 0.0))
    assert all(drawn(1, 1.0))


def test_what_other_calls_do_changes_nothing_for_a_rule() -> None:
    rules = (FaultRule(kind="503", rate=0.3, endpoint="query"), FaultRule(kind="500", rate=0.5, endpoint="sobjects"))
    alone, mixed = Draws(FaultPlan(seed=1, rules=rules)), Draws(FaultPlan(seed=1, rules=rules))
    for _ in range(50):
        mixed.of_call("POST", "/services/data/v66.0/sobjects/Account", ("500",))
        assert alone.of_call("GET", QUERY, ("503",)) == mixed.of_call("GET", QUERY, ("503",))


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("500", 500, "UNKNOWN_EXCEPTION"),
        ("503", 503, "SERVER_UNAVAILABLE"),
        ("limit", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("lock", 400, "UNABLE_TO_LOCK_ROW"),
        ("lock-500", 500, "UNABLE_TO_LOCK_ROW"),
    ],
)
def test_a_refusal_has_salesforces_status_and_code_and_does_nothing(
    org: LocalOrg, admin: Client, kind: str, status: int, code: str
) -> None:
    put(org, {"kind": kind, "rate": 1, "method": "POST", "endpoint": "/sobjects/Account$"})
    assert admin.refusal("POST", "/sobjects/Account", {"Name": "A"})[:2] == (status, code)
    assert injected(org) == {kind: 1}
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_a_soap_call_is_refused_by_a_soap_fault(org: LocalOrg) -> None:
    put(org, {"kind": "503", "rate": 1})
    answer = requests.post(f"{org.url}/services/Soap/m/66.0", data=b"<x/>", timeout=10)
    assert answer.status_code == 500
    assert "<faultcode>sf:SERVER_UNAVAILABLE</faultcode>" in answer.text


def test_a_session_that_expires_in_the_middle_of_a_bulk_job_is_over_until_a_new_one_begins(
    org: LocalOrg, admin: Client
) -> None:
    job = admin("POST", "/jobs/ingest", {"object": "Account", "operation": "insert"}).json()
    put(org, {"kind": "expired", "rate": 1, "endpoint": "/batches$"})
    upload = f"/jobs/ingest/{job['id']}/batches"
    headers = {"Content-Type": "text/csv"}
    refused = admin("PUT", upload, data=b"Name\nA\n", headers=headers)
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
    put(org)
    assert admin("GET", "/limits").status_code == 401
    anew = Client(org, org.admin_token())
    assert anew("PUT", upload, data=b"Name\nA\n", headers=headers).status_code == 201


def test_connections_are_cut_before_and_after_the_work(org: LocalOrg, admin: Client) -> None:
    for kind, left in (("cut-before", 0), ("cut-after", 1)):
        put(org, {"kind": kind, "rate": 1, "method": "POST"})
        with pytest.raises(requests.ConnectionError):
            admin("POST", "/sobjects/Account", {"Name": "A"})
        assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == left


def test_an_answer_is_late_and_still_refused_by_the_next_rule(org: LocalOrg, admin: Client) -> None:
    put(org, {"kind": "slow", "rate": 1, "seconds": 0.2}, {"kind": "503", "rate": 1})
    began = time.monotonic()
    assert admin("GET", "/limits").status_code == 503
    assert time.monotonic() - began >= 0.2
    assert injected(org) == {"slow": 1, "503": 1}


def test_some_rows_of_a_collection_are_refused_and_the_others_go_in(org: LocalOrg, admin: Client) -> None:
    put(org, {"kind": "partial", "rate": 1, "share": 0.4, "endpoint": "composite/sobjects"})
    records = [{"attributes": {"type": "Account"}, "Name": f"A{number}"} for number in range(40)]
    told = admin("POST", "/composite/sobjects", {"records": records}).json()
    good = [each for each in told if each["success"]]
    bad = [each["errors"][0]["statusCode"] for each in told if not each["success"]]
    assert len(told) == 40
    assert 0 < len(bad) < 40
    assert set(bad) == {"UNABLE_TO_LOCK_ROW"}
    names = [each["Name"] for each in admin.query("SELECT Name FROM Account ORDER BY Id")["records"]]
    assert names == [row["Name"] for row, each in zip(records, told, strict=True) if each["success"]]
    assert injected(org) == {"partial": len(bad)}
    put(org, {"kind": "partial", "rate": 1, "share": 1.0})
    gone = admin("DELETE", "/composite/sobjects", params={"ids": ",".join(each["id"] for each in good)}).json()
    assert not any(each["success"] for each in gone)
    admin("POST", "/composite/sobjects", {"allOrNone": True, "records": records[:2]})
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == len(good)


def test_some_rows_of_a_bulk_job_are_refused(org: LocalOrg, admin: Client) -> None:
    put(org, {"kind": "partial", "rate": 1, "endpoint": "jobs/ingest"})
    job = admin("POST", "/jobs/ingest", {"object": "Account", "operation": "insert"}).json()["id"]
    text = "Name\n" + "".join(f"A{number}\n" for number in range(30))
    admin("PUT", f"/jobs/ingest/{job}/batches", data=text.encode(), headers={"Content-Type": "text/csv"})
    admin("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})
    while (state := admin("GET", f"/jobs/ingest/{job}").json())["state"] != "JobComplete":
        assert state["state"] in ("UploadComplete", "InProgress"), state
        time.sleep(0.05)
    assert state["numberRecordsProcessed"] == 30
    assert 0 < state["numberRecordsFailed"] < 30
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == 30 - state["numberRecordsFailed"]


def test_a_lagging_replica_answers_queries_as_of_before_and_reads_by_id_as_of_now(org: LocalOrg, admin: Client) -> None:
    record = admin.create("Account", Name="before")
    put(org, {"kind": "lag", "rate": 1, "seconds": 60})
    admin("PATCH", f"/sobjects/Account/{record}", {"Name": "after"})
    admin.create("Account", Name="new")
    for resource in ("/query", "/queryAll"):
        rows = admin("GET", resource, params={"q": "SELECT Name FROM Account"}).json()["records"]
        assert [row["Name"] for row in rows] == ["before"]
    assert admin.row("Account", record)["Name"] == "after"
    assert injected(org) == {"lag": 2}
    requests.delete(f"{org.url}/__local__/faults", timeout=10)
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == 2


@pytest.mark.parametrize("kind", ["composite", "batch"])
def test_queries_within_another_call_lag_as_well(org: LocalOrg, admin: Client, kind: str) -> None:
    put(org, {"kind": "lag", "rate": 1, "seconds": 60, "endpoint": "query$"})
    record = admin.create("Account", Name="new")
    asked = {"method": "GET", "url": f"{QUERY}?q=SELECT+Name+FROM+Account"}
    read = {"method": "GET", "url": f"/services/data/v66.0/sobjects/Account/{record}?fields=Name"}
    if kind == "composite":
        parts = [{**asked, "referenceId": "a"}, {**read, "referenceId": "b"}]
        told = [
            each["body"]
            for each in admin("POST", "/composite", {"compositeRequest": parts}).json()["compositeResponse"]
        ]
    else:
        told = [
            each["result"]
            for each in admin("POST", "/composite/batch", {"batchRequests": [asked, read]}).json()["results"]
        ]
    assert (told[0]["totalSize"], told[1]["Name"]) == (0, "new")
    assert injected(org) == {"lag": 1}


def test_a_query_in_a_transaction_sees_what_the_transaction_has_done(org: LocalOrg, admin: Client) -> None:
    put(org, {"kind": "lag", "rate": 1, "seconds": 60})
    made = {
        "method": "POST",
        "url": "/services/data/v66.0/sobjects/Account",
        "referenceId": "a",
        "body": {"Name": "new"},
    }
    asked = {"method": "GET", "url": f"{QUERY}?q=SELECT+Name+FROM+Account", "referenceId": "b"}
    told = admin("POST", "/composite", {"allOrNone": True, "compositeRequest": [made, asked]}).json()[
        "compositeResponse"
    ]
    assert told[1]["body"]["totalSize"] == 1


def test_a_replica_catches_up(org: LocalOrg, admin: Client) -> None:
    put(org, {"kind": "lag", "rate": 1, "seconds": 0.2})
    admin.create("Account", Name="new")
    deadline = time.monotonic() + 20
    while admin.query("SELECT COUNT() FROM Account")["totalSize"] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_bad_plans_are_refused_and_leave_the_plan_as_it_was(org: LocalOrg) -> None:
    put(org, {"kind": "503", "rate": 0.5})
    for rule in ({"kind": "504", "rate": 1}, {"kind": "503", "rate": 2}, {"kind": "503"},
                 {"kind": "503", "rate": 1, "endpoint": "("}, {"kind": "503", "rate": 1, "often": True}):  # fmt: skip
        answer = put(org, rule)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_INPUT"), rule
        assert "The kinds are 500, 503, limit" in answer.json()[0]["message"]
    assert [each.rate for each in org.faults.plan.rules] == [0.5]


def test_a_plan_comes_from_a_file_or_in_short(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text('seed = 7\n[[rules]]\nkind = "503"\nrate = 0.05\nendpoint = "query"\n')
    assert read_file(file) == FaultPlan(seed=7, rules=(read_short("query:503:0.05"),))
    assert read_short("POST composite/(sobjects|tree):slow:1:2.5") == FaultRule(
        kind="slow", rate=1, method="POST", endpoint="composite/(sobjects|tree)", seconds=2.5
    )
    for wrong in ("query:503", "query:503:often", "query:nothing:1", "query:503:1.5"):
        with pytest.raises(UserError, match="The kinds are"):
            read_short(wrong)
    file.write_text("seed = ")
    with pytest.raises(UserError, match="is not TOML"):
        read_file(file)
    with pytest.raises(UserError, match="can't be read"):
        read_file(tmp_path / "none.toml")
    with pytest.raises(UserError, match=r"rules\.0\.rate"):
        read_plan({"rules": [{"kind": "503", "rate": 7}]})


def test_a_plan_of_a_test_lasts_until_it_is_cleared(make_org: Callable[..., LocalOrg]) -> None:
    org = make_org()
    org.faults.follow(FaultPlan(rules=(FaultRule(kind="500", rate=1),)))
    client = Client(org, org.admin_token())
    assert client("GET", "/limits").status_code == 500
    org.faults.clear()
    assert client("GET", "/limits").status_code == 200
