"""Bulk API 1 beside the recordings of two whole loads: the same elements, states and results, request by request."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.salesforce.local_org.metadata.tree import Node, parse
from connectors.salesforce.local_org.schema import FieldDef
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client, visible
from tests.unit.local_org.recordings import cassette, differences, text_of
from tests.unit.local_org.test_bulk import done

SAME = ("operation", "object", "state", "externalIdFieldName", "concurrencyMode", "contentType", "numberBatchesTotal",
        "numberBatchesFailed", "numberRecordsFailed", "numberRetries")  # fmt: skip
"""What of a job doesn't depend on how far the other org happened to be at that moment."""

OF_A_BATCH = ("state", "numberRecordsProcessed", "numberRecordsFailed")


class Replay:
    """Asks our org what was asked of theirs; `ours_for` tells our id for each of theirs."""

    def __init__(self, org: LocalOrg, client: Client) -> None:
        self.org = org
        self.client = client
        self.ours_for: dict[str, str] = {}

    def ours(self, text: str) -> str:
        for their_id, our_id in self.ours_for.items():
            text = text.replace(their_id, our_id)
        return text

    def ask(self, exchange: dict[str, Any]) -> requests.Response:
        request = exchange["request"]
        path = self.ours(request["uri"].partition(".com")[2]).replace("/async/vxx.0", "/async/66.0")
        body = self.ours(request.get("body") or "")
        # What was recorded of a batch's content are the pieces in which it was sent, with their lengths.
        is_batch = request["method"] == "POST" and path.endswith("/batch")
        rows = [line for line in body.splitlines() if line.startswith('"')]
        headers = {"Content-Type": "text/csv" if is_batch else "application/xml"}
        return self.client(
            request["method"], path.replace("vxx.0", "v66.0"), data="\n".join(rows) if is_batch else body,
            headers={**headers, "X-SFDC-Session": self.org.admin_token()},
        )  # fmt: skip

    def note(self, theirs: Node, ours: Node) -> None:
        if theirs.say("id"):
            self.ours_for[theirs.say("id")] = ours.say("id")

    def wait(self, batch: Node) -> None:
        self.client("GET", f"/services/async/66.0/job/{batch.say('jobId')}/batch/{batch.say('id')}",
                    headers={"X-SFDC-Session": self.org.admin_token()})  # fmt: skip


def compare(replay: Replay, theirs: Node, ours: Node) -> None:
    assert (ours.tag, ours.namespace) == (theirs.tag, theirs.namespace)
    assert [child.tag for child in ours.children] == [child.tag for child in theirs.children]
    if theirs.tag == "batchInfoList":
        for known, found in zip(theirs.children, ours.children, strict=True):
            compare(replay, known, found)
        return
    replay.note(theirs, ours)
    names = {"jobInfo": SAME, "batchInfo": OF_A_BATCH if theirs.say("state") == "Completed" else ()}[theirs.tag]
    assert [ours.say(name) for name in names] == [theirs.say(name) for name in names]
    if theirs.tag == "batchInfo" and ours.say("state") != "Completed":
        replay.wait(ours)


def compare_rows(replay: Replay, theirs: str, ours: str) -> None:
    known, found = (list(csv.DictReader(io.StringIO(text))) for text in (theirs, ours))
    assert ours.partition("\n")[0] == theirs.partition("\n")[0]
    assert [{**row, "Id": ""} for row in found] == [{**row, "Id": ""} for row in known]
    replay.ours_for |= {a["Id"]: b["Id"] for a, b in zip(known, found, strict=True)}


@pytest.mark.parametrize(
    "name", ["TestUpsert.test_upsert_complex_fields__bulk", "TestUpsert.test_upsert_external_id_field"]
)
def test_a_load_by_bulk_is_answered_like_the_recorded_one(
    org: LocalOrg, admin: Client, shared_data: Path, name: str
) -> None:
    with org.org.change_schema() as change:
        change.put_field("Opportunity", visible(FieldDef("ContactId", "Contact ID", "Lookup", length=18,
                         reference_to=["Contact"], child_relationship_name="Opportunities")))  # fmt: skip
    folder = shared_data / "salesforce" / "recorded"
    replay, kinds = Replay(org, admin), set()
    for exchange in cassette(folder / f"{name}.yaml.gz"):
        response, theirs = replay.ask(exchange), text_of(exchange, folder)
        assert response.status_code == exchange["response"]["status"]["code"], response.text
        kind = response.headers["Content-Type"].partition(";")[0]
        assert kind == exchange["response"]["headers"]["Content-Type"][0].partition(";")[0]
        kinds.add(kind)
        if kind == "application/xml":
            compare(replay, parse(theirs.encode()), parse(response.content))
        elif kind == "text/csv":
            compare_rows(replay, theirs, response.text)
        else:
            compare_records(theirs, response.json())
    assert kinds == {"application/xml", "text/csv", "application/json"}


def compare_records(theirs: str, ours: dict[str, Any]) -> None:
    known = requests.models.complexjson.loads(re.sub("vxx.0", "v66.0", theirs))
    assert list(differences(known, ours)) == []
    assert ours.get("totalSize") == known.get("totalSize")


def held_by_accounts(client: Client, text: str) -> str:
    """The columns of a file for which our accounts have fields."""
    fields = client("GET", "/sobjects/Account/describe").json()["fields"]
    known = {each["name"].lower() for each in fields if each["createable"]}
    rows = csv.DictReader(io.StringIO(text, newline=""))
    kept = [name for name in rows.fieldnames or () if name.lower() in known]
    told = io.StringIO()
    writer = csv.DictWriter(told, kept, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    assert len(kept) > 15
    return told.getvalue()


def test_a_file_that_others_load_goes_in_row_by_row(admin: Client, shared_data: Path) -> None:
    folder = shared_data / "salesforce" / "bulk2"
    quoted = held_by_accounts(admin, (folder / "Account_bulk2_test.csv").read_bytes().decode())
    short = (folder / "Account_bulk2_test_backquote.csv").read_bytes().decode()
    for text, dialect, count in (
        (quoted, {"lineEnding": "CRLF"}, 100),
        (short, {"columnDelimiter": "BACKQUOTE", "lineEnding": "LF"}, 10),
    ):
        job = done(admin, "insert", text, **dialect)
        assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", count, 0)
    streets = admin.query("SELECT BillingStreet FROM Account WHERE BillingStreet LIKE '%\\n%'")
    assert streets["totalSize"] == sum("\n" in row["BILLINGSTREET"] for row in csv.DictReader(io.StringIO(quoted)))
