from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from scripted_salesforce import CUT, Reply, ScriptedSalesforce, Seen, composite, described, error

from connectors.base import Outcome, Write
from connectors.salesforce import bulk as bulk_jobs
from connectors.salesforce.auth import ClientCredentials
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.forms import full_id
from connectors.salesforce.limits import COLLECTIONS_PER_CALL, ROWS_PER_COLLECTION
from plugin.errors import RetryLater

JOB = "7505g00000AbCdEAAV"
MANY = bulk_jobs.ROWS_FROM
OUR_ID = {"name": "Success_Vector_Id__c", "length": 36, "unique": True, "externalId": True}


def an_id(number: int) -> str:
    return full_id(f"001{number:012d}") or ""


def updates(count: int = MANY, **more: Any) -> list[Write]:
    return [
        Write("Account", {"Score__c": number % 100}, an_id(number), patient=True, **more) for number in range(count)
    ]


def creations(count: int = MANY) -> list[Write]:
    return [
        Write("Account", {"Name": f"A{number}", "Success_Vector_Id__c": f"id-{number}"}, patient=True)
        for number in range(count)
    ]


@dataclass
class BulkOrg:
    """Answers as Bulk API 2.0 does; `states` are told one after the other, rows named in `bad` fail so."""

    org: ScriptedSalesforce
    states: list[str] = field(default_factory=lambda: ["JobComplete"])
    bad: dict[str, str] = field(default_factory=dict)
    unprocessed: int = 0
    problem: str | None = None
    rows: list[dict[str, str]] = field(default_factory=list)
    spec: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.org.on("GET", "/sobjects/Account/describe", Reply(described("Account", OUR_ID)))
        self.org.on("POST", "/composite", self._composite)
        self.org.on("POST", "/jobs/ingest", self._open)
        self.org.on("PUT", f"/jobs/ingest/{JOB}/batches", self._upload)
        self.org.on("PATCH", f"/jobs/ingest/{JOB}", self._patch)
        self.org.on("GET", f"/jobs/ingest/{JOB}", self._told)
        for part in ("failedResults", "successfulResults", "unprocessedrecords"):
            self.org.on("GET", f"/jobs/ingest/{JOB}/{part}", self._listed)

    def _composite(self, seen: Seen) -> Reply:
        answers: list[Any] = []
        for part in seen.body["compositeRequest"]:
            if part["method"] == "GET":
                answers.append(described("Account", OUR_ID))
            else:
                answers.append(
                    [
                        {"id": each.get("id") or an_id(9), "success": True, "errors": []}
                        for each in part["body"]["records"]
                    ]
                )
        return composite(*answers)

    def _open(self, seen: Seen) -> Reply:
        self.spec = seen.body
        return Reply({"id": JOB, "state": "Open"})

    def _upload(self, seen: Seen) -> Reply:
        self.rows = list(csv.DictReader(io.StringIO(seen.raw.decode(), newline="")))
        return Reply(None, 201)

    def _patch(self, seen: Seen) -> Reply:
        if seen.body["state"] == "Aborted":
            self.states = ["Aborted"]
        return Reply({"id": JOB, "state": seen.body["state"]})

    def _told(self, _: Seen) -> Reply:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        done = len(self.rows) - self.unprocessed
        said = {"errorMessage": self.problem} if self.problem else {}
        return Reply({"state": state, "numberRecordsProcessed": done, "numberRecordsFailed": len(self.bad), **said})

    def _key(self, row: dict[str, str]) -> str:
        return row.get("Id") or row["Success_Vector_Id__c"]

    def _listed(self, seen: Seen) -> Reply:
        done = self.rows[: len(self.rows) - self.unprocessed]
        if seen.path.endswith("unprocessedrecords"):
            return _csv(self.rows[len(done) :])
        if seen.path.endswith("failedResults"):
            bad = [row for row in done if self._key(row) in self.bad]
            return _csv([{"sf__Id": "", "sf__Error": self.bad[self._key(row)], **row} for row in reversed(bad)])
        good = [row for row in done if self._key(row) not in self.bad]
        return _csv([{"sf__Id": an_id(n), "sf__Created": "true", **row} for n, row in enumerate(reversed(good))])

    def bulk_calls(self) -> list[str]:
        return [f"{each.method} {each.path.rsplit('/', 1)[1]}" for each in self.org.seen if "/jobs/" in each.path]


def _csv(rows: Sequence[dict[str, str]]) -> Reply:
    text = io.StringIO()
    if rows:
        lines = csv.DictWriter(text, list(rows[0]), lineterminator="\n", quoting=csv.QUOTE_ALL)
        lines.writeheader()
        lines.writerows(rows)
    return Reply(text.getvalue().encode(), headers={"Content-Type": "text/csv"})


@pytest.fixture
def bulk(org: ScriptedSalesforce) -> BulkOrg:
    return BulkOrg(org)


def test_a_job_is_used_only_where_it_takes_fewer_calls(
    org: ScriptedSalesforce, bulk: BulkOrg, connector: SalesforceConnector
):
    connector.update(updates(MANY - 1))
    assert bulk.bulk_calls() == []
    collections = connector.usage().calls
    assert collections == 6
    results = connector.update(updates())
    assert {each.outcome for each in results} == {Outcome.WRITTEN}
    assert [each.id for each in results] == [an_id(number) for number in range(MANY)]
    assert connector.usage().calls - collections == len(bulk.bulk_calls()) == 4
    assert bulk.spec["operation"] == "update"


def test_a_job_begins_where_collections_take_more_calls_than_its_worst_end(
    bulk: BulkOrg, connector: SalesforceConnector
):
    bulk.bad = {"id-3": "REQUIRED_FIELD_MISSING:Required fields are missing: [Tier__c]:Tier__c --"}
    connector.create(creations())
    assert len(bulk.bulk_calls()) == bulk_jobs.MOST_CALLS
    a_call = ROWS_PER_COLLECTION * COLLECTIONS_PER_CALL
    assert math.ceil((MANY - 1) / a_call) <= bulk_jobs.MOST_CALLS < math.ceil(MANY / a_call)


def test_what_people_edit_never_goes_by_a_job(bulk: BulkOrg, connector: SalesforceConnector):
    results = connector.update([replace(each, patient=False) for each in updates()])
    assert bulk.bulk_calls() == []
    assert {each.outcome for each in results} == {Outcome.WRITTEN}


def test_records_born_here_are_inserted_and_told_apart_by_our_id_whatever_the_order(
    bulk: BulkOrg, connector: SalesforceConnector
):
    results = connector.create(creations())
    assert bulk.spec["operation"] == "insert"
    assert "externalIdFieldName" not in bulk.spec
    assert [each.id for each in results] == [an_id(MANY - 1 - number) for number in range(MANY)]
    assert connector.usage().calls == 6  # describe, and five of the job


def test_creations_that_nothing_tells_apart_go_in_collections(bulk: BulkOrg, connector: SalesforceConnector):
    connector.create([Write("Account", {"Name": "A"}, patient=True)] * MANY)
    assert bulk.bulk_calls() == []


def test_the_text_of_a_job_empties_leaves_and_quotes(bulk: BulkOrg, connector: SalesforceConnector):
    first, second, third, *rest = updates()
    first = replace(first, values={"Reason__c": 'late, "again"\nsince May', "Late__c": True})
    second = replace(second, values={"Reason__c": None, "Score__c": 1.5})
    third = replace(third, values={"Reason__c": ""})
    connector.update([first, second, third, *rest])
    assert bulk.rows[0] == {
        "Id": an_id(0),
        "Reason__c": 'late, "again"\nsince May',
        "Late__c": "true",
        "Score__c": "",
    }
    assert bulk.rows[1] == {"Id": an_id(1), "Reason__c": "#N/A", "Late__c": "", "Score__c": "1.5"}
    assert bulk.rows[2]["Reason__c"] == "#N/A"
    assert (bulk.spec["lineEnding"], bulk.spec["columnDelimiter"]) == ("LF", "COMMA")


@pytest.mark.parametrize("text", ["#N/A", "a\rb"])
def test_a_text_that_a_job_would_change_goes_in_a_collection(
    org: ScriptedSalesforce, bulk: BulkOrg, connector: SalesforceConnector, text: str
):
    first, *rest = updates(MANY + 1)
    connector.update([replace(first, values={"Reason__c": text}), *rest])
    assert len(bulk.rows) == MANY
    (call,) = org.calls("/composite")
    assert call.body["compositeRequest"][0]["body"]["records"][0]["Reason__c"] == text


def test_refused_rows_are_told_with_their_code_words_and_fields(bulk: BulkOrg, connector: SalesforceConnector):
    bulk.bad = {
        an_id(3): "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:Tier: bad value for picklist: Bronze:Tier__c,Kind__c --",
        an_id(5): "ENTITY_IS_DELETED:entity is deleted: --",
    }
    results = connector.update(updates())
    assert results[3].outcome is Outcome.REJECTED
    assert results[3].code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert results[3].message == "Tier: bad value for picklist: Bronze"
    assert results[3].fields == ("Tier__c", "Kind__c")
    assert results[5].outcome is Outcome.GONE
    assert sum(each.outcome is Outcome.WRITTEN for each in results) == MANY - 2


def test_only_rows_that_met_a_lock_or_a_limit_are_sent_again_in_collections(
    org: ScriptedSalesforce, bulk: BulkOrg, connector: SalesforceConnector
):
    bulk.bad = {
        an_id(3): "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access: --",
        an_id(5): "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY:T: System.LimitException: Apex CPU time limit exceeded: --",
    }
    results = connector.update(updates())
    assert {each.outcome for each in results} == {Outcome.WRITTEN}
    (call,) = org.calls("/composite")
    assert [each["id"] for each in call.body["compositeRequest"][0]["body"]["records"]] == [an_id(3), an_id(5)]


def test_rows_that_a_failed_job_never_came_to_are_kept_for_later(bulk: BulkOrg, connector: SalesforceConnector):
    bulk.states, bulk.unprocessed = ["InProgress", "Failed"], 100
    results = connector.update(updates())
    assert [each.outcome for each in results] == [Outcome.WRITTEN] * (MANY - 100) + [Outcome.BUSY] * 100


def test_a_job_that_fails_for_a_field_that_is_gone_says_so_of_every_row(bulk: BulkOrg, connector: SalesforceConnector):
    bulk.states, bulk.unprocessed = ["Failed"], MANY
    bulk.problem = "InvalidBatch : Field name not found : Score__c"
    results = connector.update(updates())
    assert {each.outcome for each in results} == {Outcome.NO_FIELD}
    assert results[3].id == an_id(3)
    assert results[3].message == bulk.problem


def test_a_job_whose_end_is_not_known_leaves_its_rows_unknown_and_sends_nothing_twice(
    org: ScriptedSalesforce, bulk: BulkOrg, connector: SalesforceConnector
):
    org.on("GET", f"/jobs/ingest/{JOB}", CUT)
    results = connector.update(updates())
    assert {each.outcome for each in results} == {Outcome.UNKNOWN}
    assert org.calls("/composite") == []


def test_results_that_cannot_be_read_leave_the_rows_unknown(
    org: ScriptedSalesforce, bulk: BulkOrg, connector: SalesforceConnector
):
    org.on("GET", f"/jobs/ingest/{JOB}/successfulResults", error(500, "UNKNOWN_EXCEPTION"))
    assert {each.outcome for each in connector.create(creations())} == {Outcome.UNKNOWN}


def test_an_upload_that_fails_writes_nothing_and_ends_the_job(
    org: ScriptedSalesforce, bulk: BulkOrg, connector: SalesforceConnector
):
    org.on("PUT", f"/jobs/ingest/{JOB}/batches", CUT)
    with pytest.raises(RetryLater):
        connector.update(updates())
    assert [each.body for each in org.seen if each.method == "PATCH"] == [{"state": "Aborted"}]


def test_a_service_that_ends_aborts_its_job_and_reads_how_far_it_came(org: ScriptedSalesforce, bulk: BulkOrg):
    config = SalesforceConfig(org.url, ClientCredentials("client", "secret"))
    connector = SalesforceConnector(config, stopping=lambda: True, sleep=lambda _: None)
    bulk.states, bulk.unprocessed = ["InProgress"], 6000
    results = connector.update(updates())
    assert [each.outcome for each in results] == [Outcome.WRITTEN] + [Outcome.BUSY] * 6000
    assert "PATCH" in {each.method for each in org.seen if each.method == "PATCH" and each.body["state"] == "Aborted"}


def test_a_job_that_never_ends_is_aborted(bulk: BulkOrg, connector: SalesforceConnector, naps: list[float]):
    bulk.states, bulk.unprocessed = ["InProgress"], MANY
    assert {each.outcome for each in connector.update(updates())} == {Outcome.BUSY}
    assert sum(naps) >= 1800
