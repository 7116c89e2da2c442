"""Bulk API 1 over the wire: jobs, batches, results, refusals."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import requests

from connectors.salesforce.local_org.bulk import classic
from connectors.salesforce.local_org.metadata.tree import Node, parse
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client

JOB = {"operation": "insert", "object": "Account", "contentType": "CSV"}


class Classic:
    """Talks Bulk API 1 as one user."""

    def __init__(self, org: LocalOrg, token: str) -> None:
        self.url = f"{org.url}/services/async/61.0"
        self.headers = {"X-SFDC-Session": token}

    def __call__(self, method: str, path: str, body: Any = None, kind: str = "text/csv") -> requests.Response:
        more = {"json": body} if isinstance(body, dict) else {"data": body}
        headers = self.headers if isinstance(body, dict) else {**self.headers, "Content-Type": kind}
        return requests.request(method, f"{self.url}{path}", headers=headers, timeout=20, **more)  # type: ignore[arg-type]

    def job(self, **parts: str) -> str:
        response = self("POST", "/job", {**JOB, **parts})
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def batch(self, job: str, content: str) -> Node:
        """A batch that has ended."""
        made = self("POST", f"/job/{job}/batch", content.encode())
        assert made.status_code == 201, made.text
        return parse(self("GET", f"/job/{job}/batch/{parse(made.content).say('id')}").content)

    def results(self, job: str, batch: Node) -> list[dict[str, str]]:
        text = self("GET", f"/job/{job}/batch/{batch.say('id')}/result").text
        return list(csv.DictReader(io.StringIO(text)))

    def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        response = self(method, path, body)
        if isinstance(body, dict):
            return response.status_code, response.json()["exceptionCode"]
        return response.status_code, parse(response.content).say("exceptionCode")


@pytest.fixture
def bulk(org: LocalOrg) -> Classic:
    return Classic(org, org.admin_token())


def test_records_go_in_and_each_rows_result_comes_back_in_its_place(bulk: Classic, admin: Client) -> None:
    job = bulk.job()
    told = bulk.batch(job, "Name,Fee__c,Active__c\nFirst,1.5,true\nSecond,much,false\nThird,,false\n")
    assert (told.say("state"), told.say("numberRecordsProcessed"), told.say("numberRecordsFailed")) == (
        "Completed", "3", "1",
    )  # fmt: skip
    first, second, third = bulk.results(job, told)
    assert [row["Success"] for row in (first, second, third)] == ["true", "false", "true"]
    assert [row["Created"] for row in (first, second, third)] == ["true", "false", "true"]
    assert second["Error"].startswith("INVALID_TYPE_ON_FIELD_IN_RECORD:Fee: value not of required type: much")
    assert admin.row("Account", third["Id"])["Name"] == "Third"


def test_upserts_updates_and_deletes_tell_what_they_did(bulk: Classic, admin: Client) -> None:
    known = admin.create("Account", Name="Old", Key__c="k1")
    job = bulk.job(operation="upsert", externalIdFieldName="key__c")
    rows = bulk.results(job, bulk.batch(job, "Key__c,Name\r\nk1,New\r\nk2,Made\r\n"))
    assert [(row["Success"], row["Created"]) for row in rows] == [("true", "false"), ("true", "true")]
    assert admin.row("Account", known)["Name"] == "New"
    job = bulk.job(operation="update")
    bulk.batch(job, f"Id,Phone\n{known},1\n")
    assert admin.row("Account", known)["Phone"] == "1"
    job = bulk.job(operation="delete")
    bulk.batch(job, f"Id\n{known}\n")
    assert admin.refusal("GET", f"/sobjects/Account/{known}")[1] == "ENTITY_IS_DELETED"


def test_a_query_is_answered_in_csv_and_one_without_rows_says_so(bulk: Classic, admin: Client) -> None:
    gone = admin.create("Account", Name="Gone")
    admin("DELETE", f"/sobjects/Account/{gone}")
    for operation, expected in (("queryAll", '"Name"\n"Gone"\n'), ("query", "Records not found for this query\n")):
        job = bulk.job(operation=operation)
        told = bulk.batch(job, "SELECT Name FROM Account")
        listed = parse(bulk("GET", f"/job/{job}/batch/{told.say('id')}/result").content)
        assert listed.tag == "result-list"
        (name,) = (each.text for each in listed.all("result"))
        assert bulk("GET", f"/job/{job}/batch/{told.say('id')}/result/{name}").text == expected


def test_a_job_tells_of_its_batches_in_the_form_in_which_it_is_asked(bulk: Classic) -> None:
    job = bulk.job()
    told = bulk.batch(job, "Name\nOne\n")
    plain = parse(bulk("GET", f"/job/{job}", kind="application/xml").content)
    assert (plain.tag, plain.namespace) == ("jobInfo", "http://www.force.com/2009/06/asyncapi/dataload")
    assert (plain.say("state"), plain.say("numberBatchesCompleted")) == ("Open", "1")
    closed = bulk("POST", f"/job/{job}", {"state": "Closed"}).json()
    assert (closed["state"], closed["numberBatchesTotal"], closed["numberRecordsProcessed"]) == ("Closed", 1, 1)
    listed = parse(bulk("GET", f"/job/{job}/batch").content)
    assert [each.say("id") for each in listed.all("batchInfo")] == [told.say("id")]
    assert bulk("GET", f"/job/{job}/batch/{told.say('id')}/request").text == "Name\nOne\n"


def test_a_job_may_be_opened_in_xml(bulk: Classic) -> None:
    parts = "<operation>insert</operation><object>Account</object><contentType>CSV</contentType>"
    body = f'<jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload">{parts}</jobInfo>'
    made = bulk("POST", "/job", body, "application/xml; charset=UTF-8")
    assert (made.status_code, parse(made.content).say("state")) == (201, "Open")


@pytest.mark.parametrize(
    ("operation", "content", "why"),
    [
        ("insert", "Name,Nope__c\nA,b\n", "InvalidBatch : Field name not found : Nope__c"),
        ("query", "SELECT Nope__c FROM Account", "INVALID_FIELD : "),
    ],
)
def test_a_batch_that_cannot_be_done_fails_with_its_reason(
    bulk: Classic, operation: str, content: str, why: str
) -> None:
    job = bulk.job(operation=operation)
    told = bulk.batch(job, content)
    assert told.say("state") == "Failed"
    assert told.say("stateMessage").startswith(why)
    assert bulk.refusal("GET", f"/job/{job}/batch/{told.say('id')}/result") == (400, "InvalidBatch")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"operation": "hardDelete"}, "FeatureNotEnabled"),
        ({"operation": "guess"}, "InvalidJob"),
        ({"contentType": "JSON"}, "FeatureNotEnabled"),
        ({"object": "Nothing__c"}, "InvalidEntity"),
        ({"operation": "upsert"}, "InvalidJob"),
    ],
)
def test_a_job_that_is_not_modelled_or_wrong_is_refused(bulk: Classic, changes: dict[str, str], code: str) -> None:
    assert bulk.refusal("POST", "/job", {**JOB, **changes}) == (400, code)


def test_a_closed_job_takes_no_more_and_an_aborted_one_is_not_done(bulk: Classic) -> None:
    job = bulk.job()
    bulk("POST", f"/job/{job}", {"state": "Closed"})
    assert bulk.refusal("POST", f"/job/{job}/batch", b"Name\nA\n") == (400, "InvalidJobState")
    assert bulk.refusal("POST", f"/job/{job}", {"state": "Aborted"}) == (400, "InvalidJobState")
    assert bulk.refusal("POST", f"/job/{bulk.job()}", {"state": "Open"}) == (400, "InvalidJob")


def test_strangers_and_unknown_ids_and_versions_are_refused(bulk: Classic, org: LocalOrg) -> None:
    assert Classic(org, "00D!no").refusal("POST", "/job", JOB) == (400, "InvalidSessionId")
    assert bulk.refusal("GET", "/job/750000000000000AAA") == (400, "InvalidJob")
    assert bulk.refusal("GET", f"/job/{bulk.job()}/batch/751000000000000AAA") == (400, "InvalidBatch")
    assert Classic(org, org.integration_token()).refusal("GET", f"/job/{bulk.job()}") == (400, "InvalidJob")
    bulk.url = bulk.url.replace("61.0", "99.0")
    assert bulk.refusal("POST", "/job", JOB) == (400, "InvalidVersion")


def test_batches_count_against_a_limit_of_their_own(
    bulk: Classic, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classic, "DAILY_BATCHES", 1)
    job = bulk.job()
    bulk.batch(job, "Name\nA\n")
    assert admin("GET", "/limits").json()["DailyBulkApiBatches"]["Remaining"] == 0
    assert bulk.refusal("POST", f"/job/{job}/batch", b"Name\nB\n") == (400, "ExceededQuota")


def test_a_call_counts_against_the_limit(bulk: Classic, org: LocalOrg) -> None:
    org.calls.reset()
    bulk.job()
    assert org.calls.by_kind() == {"bulk": 1}
