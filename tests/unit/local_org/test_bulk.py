"""Bulk 2.0: jobs, their states, the CSV that they take and give."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

import pytest
import requests

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client

ENDED = ("JobComplete", "Failed", "Aborted")


def opened(client: Client, operation: str, **more: Any) -> str:
    response = client("POST", "/jobs/ingest", {"object": "Account", "operation": operation, **more})
    assert response.status_code == 200, response.text
    assert response.json()["state"] == "Open"
    return str(response.json()["id"])


def upload(client: Client, job: str, text: str) -> requests.Response:
    return client("PUT", f"/jobs/ingest/{job}/batches", data=text.encode(), headers={"Content-Type": "text/csv"})


def ended(client: Client, job: str, kind: str = "ingest") -> dict[str, Any]:
    for _ in range(500):
        told: dict[str, Any] = client("GET", f"/jobs/{kind}/{job}").json()
        if told["state"] in ENDED:
            return told
        time.sleep(0.02)
    raise AssertionError(f"the job never ended: {told}")


def done(client: Client, operation: str, text: str, **more: Any) -> dict[str, Any]:
    """A job that has taken the text and come to its end."""
    job = opened(client, operation, **more)
    assert upload(client, job, text).status_code == 201
    closed = client("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"}).json()
    assert closed["state"] == "UploadComplete"
    return ended(client, job)


def rows(client: Client, job: dict[str, Any], part: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client("GET", f"/jobs/ingest/{job['id']}/{part}").text)))


def test_a_jobs_rows_go_in_one_by_one_and_the_refused_are_told(admin: Client) -> None:
    job = done(admin, "insert", 'Name,Tier__c,Active__c\n"A, Ltd",Gold,no\nB,Bronze,true\n')
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 2, 1)
    (good,) = rows(admin, job, "successfulResults")
    (bad,) = rows(admin, job, "failedResults")
    assert (good["sf__Created"], good["Name"]) == ("true", "A, Ltd")
    assert admin.row("Account", good["sf__Id"])["Active__c"] is False
    assert (bad["sf__Id"], bad["Name"]) == ("", "B")
    assert bad["sf__Error"].startswith("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:Tier: bad value")
    assert bad["sf__Error"].endswith(":Tier__c --")
    assert rows(admin, job, "unprocessedrecords") == []


def test_an_empty_column_leaves_the_value_and_na_empties_it(admin: Client) -> None:
    first, second = (admin.create("Account", Name=name, Phone="1", Tier__c="Gold") for name in ("A", "B"))
    job = done(admin, "update", f"Id,Phone,Tier__c\n{first},,#N/A\n{second},2,\n")
    assert job["numberRecordsFailed"] == 0
    told = [(row["Phone"], row["Tier__c"]) for row in (admin.row("Account", first), admin.row("Account", second))]
    assert told == [("1", None), ("2", "Gold")]


def test_an_upsert_finds_records_by_external_id_and_parents_by_theirs(admin: Client) -> None:
    admin.create("Account", Name="Parent", Key__c="p")
    job = done(admin, "upsert", "Key__c,Name,Parent.Key__c\nc1,Child,p\n,Keyless,\n", externalIdFieldName="Key__c")
    assert [row["sf__Error"] for row in rows(admin, job, "failedResults")] == [
        "MISSING_ARGUMENT:Key__c not specified: --"
    ]
    (row,) = admin.query("SELECT Parent.Name FROM Account WHERE Key__c = 'c1'")["records"]
    assert row["Parent"]["Name"] == "Parent"
    again = done(admin, "upsert", "Key__c,Name\nc1,Renamed\n", externalIdFieldName="Key__c")
    assert [row["sf__Created"] for row in rows(admin, again, "successfulResults")] == ["false"]


def test_a_delete_takes_ids_and_the_same_id_twice_is_refused_once(admin: Client) -> None:
    gone = admin.create("Account", Name="A")
    job = done(admin, "delete", f"Id\n{gone}\n{gone}\n")
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (2, 1)
    assert rows(admin, job, "failedResults")[0]["sf__Error"].startswith("ENTITY_IS_DELETED:entity is deleted:")


@pytest.mark.parametrize(
    ("name", "delimiter"),
    [("TAB", "\t"), ("SEMICOLON", ";"), ("PIPE", "|"), ("CARET", "^"), ("BACKQUOTE", "`"), ("COMMA", ",")],
)
@pytest.mark.parametrize(("ending", "end"), [("LF", "\n"), ("CRLF", "\r\n")])
def test_a_job_speaks_the_dialect_that_it_names(
    admin: Client, name: str, delimiter: str, ending: str, end: str
) -> None:
    text = f'Name{delimiter}Phone{end}"A{delimiter}""B"""{delimiter}1{end}'
    job = done(admin, "insert", text, columnDelimiter=name, lineEnding=ending)
    assert job["numberRecordsFailed"] == 0
    result = admin("GET", f"/jobs/ingest/{job['id']}/successfulResults").content.decode()
    header, row = result.split(end)[:2]
    assert header == delimiter.join(['"sf__Id"', '"sf__Created"', '"Name"', '"Phone"'])
    assert row.endswith(delimiter.join(['"true"', f'"A{delimiter}""B"""', '"1"']))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Name,Nope\nA,1\n", "InvalidBatch : Field name not found : Nope"),
        ("Name\r\nA\r\n", "InvalidBatch : LineEnding is invalid on user data. Current LineEnding setting is LF"),
        ("", "InvalidBatch : The batch has no header row"),
        ("Name,Phone\nA\n", "InvalidBatch : Row 1 has 1 columns, the header 2"),
        ('Name\n"A\n', "InvalidBatch : Failed to parse CSV: unexpected end of data"),
    ],
)
def test_a_text_that_cannot_be_read_fails_the_job(admin: Client, text: str, problem: str) -> None:
    job = done(admin, "insert", text)
    assert (job["state"], job["errorMessage"], job["numberRecordsProcessed"]) == ("Failed", problem, 0)
    assert len(rows(admin, job, "successfulResults")) == 0


def test_rows_after_the_one_that_broke_the_job_are_told_as_unprocessed(admin: Client) -> None:
    text = "Name,Phone\n" + "".join(f"N{n},1\n" for n in range(200)) + "Last,1\nBroken\n"
    job = done(admin, "insert", text)
    assert (job["state"], job["numberRecordsProcessed"]) == ("Failed", 200)
    left = admin("GET", f"/jobs/ingest/{job['id']}/unprocessedrecords").text.splitlines()
    assert left == ['"Name","Phone"', '"Last","1"', '"Broken"']


def test_what_a_jobs_state_does_not_allow_is_refused(admin: Client) -> None:
    job = opened(admin, "insert")
    assert admin.refusal("GET", f"/jobs/ingest/{job}/failedResults")[:2] == (400, "INVALIDJOBSTATE")
    assert admin.refusal("DELETE", f"/jobs/ingest/{job}")[1] == "INVALIDJOBSTATE"
    assert upload(admin, job, "Name\nA\n").status_code == 201
    assert upload(admin, job, "Name\nB\n").json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert admin("PATCH", f"/jobs/ingest/{job}", {"state": "Aborted"}).json()["state"] == "Aborted"
    assert admin.refusal("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})[1] == "INVALIDJOBSTATE"
    assert admin("DELETE", f"/jobs/ingest/{job}").status_code == 204
    assert admin.refusal("GET", f"/jobs/ingest/{job}")[:2] == (404, "NOT_FOUND")
    assert admin.query("SELECT Id FROM Account")["totalSize"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"object": "Nothing", "operation": "insert"}, "INVALIDENTITY"),
        ({"object": "Account", "operation": "hardDelete"}, "FEATURENOTENABLED"),
        ({"object": "Account", "operation": "merge"}, "INVALIDJOB"),
        ({"object": "Account", "operation": "upsert"}, "INVALIDJOB"),
        ({"object": "Account", "operation": "upsert", "externalIdFieldName": "Phone"}, "NOT_FOUND"),
        ({"object": "Account", "operation": "insert", "columnDelimiter": "DOT"}, "API_ERROR"),
        ({"object": "Account", "operation": "insert", "nonsense": 1}, "JSON_PARSER_ERROR"),
    ],
)
def test_a_job_that_cannot_be_is_refused(admin: Client, body: dict[str, Any], code: str) -> None:
    assert admin.refusal("POST", "/jobs/ingest", body)[1] == code


def test_a_job_is_its_owners_and_the_administrators(org: LocalOrg, admin: Client, program: Client) -> None:
    job = opened(admin, "insert")
    assert program.refusal("GET", f"/jobs/ingest/{job}")[:2] == (404, "NOT_FOUND")
    (listed,) = admin("GET", "/jobs/ingest").json()["records"]
    assert (listed["id"], listed["state"]) == (job, "Open")


def test_a_query_job_gives_its_rows_page_by_page(org: LocalOrg, admin: Client) -> None:
    with org.org.work() as work:
        dml.create(work, "Account", [{"Name": f"N{n}", "Fee__c": n} for n in range(5)])
    query = "SELECT Name, Fee__c, Owner.Name FROM Account ORDER BY Name"
    made = admin("POST", "/jobs/query", {"operation": "query", "query": query}).json()
    assert (made["object"], made["state"]) == ("Account", "UploadComplete")
    job = ended(admin, made["id"], "query")
    assert (job["state"], job["numberRecordsProcessed"]) == ("JobComplete", 5)
    text, locator, pages = "", "", 0
    while locator != "null":
        where = {"maxRecords": "2", **({"locator": locator} if locator else {})}
        page = admin("GET", f"/jobs/query/{made['id']}/results", params=where)
        header, lines = page.text.split("\n", 1)
        text, locator, pages = text + lines, page.headers["Sforce-Locator"], pages + 1
    assert (header, pages) == ('"Name","Fee__c","Owner.Name"', 3)
    assert text.splitlines() == [f'"N{n}","{n}.0","Ada Admin"' for n in range(5)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT COUNT() FROM Account", "API_ERROR"),
        ("SELECT Name, COUNT(Id) FROM Account GROUP BY Name", "API_ERROR"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR"),
        ("SELECT Nope FROM Account", "INVALID_FIELD"),
        ("", "API_ERROR"),
    ],
)
def test_a_query_that_bulk_does_not_take_is_refused(admin: Client, query: str, code: str) -> None:
    assert admin.refusal("POST", "/jobs/query", {"operation": "query", "query": query})[:2] == (400, code)


def test_a_job_left_waiting_is_done_after_a_restart(org: LocalOrg, admin: Client) -> None:
    job = opened(admin, "insert")
    upload(admin, job, "Name\nA\n")
    with org.org.work() as work:
        work.conn.execute("UPDATE org_meta.bulk_jobs SET state = 'UploadComplete' WHERE id = %s", (job,))
    org.stop()
    with LocalOrg(org.org.pool.conninfo, folder=org._folder) as again:
        client = Client(again, again.admin_token())
        assert ended(client, job)["numberRecordsProcessed"] == 1
