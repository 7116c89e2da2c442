"""Bulk API 2.0: thousands of rows in a job of half a dozen calls, where that is fewer than collections would take.

Only for rows that nobody else writes, as a job takes minutes: results, and records born here. Jobs update by id or
insert; they never upsert, so that an update never becomes a create. Source: Bulk API 2.0 Developer Guide, "Ingest".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog

from connectors.base import Outcome, Write, WriteResult
from connectors.salesforce.bulk_csv import as_csv, fits, key_of, read_results, rows_of
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.describe import Described
from connectors.salesforce.limits import COLLECTIONS_PER_CALL, ROWS_PER_COLLECTION
from plugin.errors import OutcomeUnknown, SuccessVectorError

MOST_CALLS = 6
"""What a job takes: create, upload, close, ask, and two lists of results. Each further look at it is one more."""
ROWS_FROM = MOST_CALLS * ROWS_PER_COLLECTION * COLLECTIONS_PER_CALL + 1
"""From here on collections take a call more than a job does."""
BYTES_A_JOB = 90_000_000
"""An upload may have 150 MB once it is encoded in base64, which is a third more."""
ROWS_A_SECOND = 500
"""What an org without slow automations gets through, so that the first look at the job is the last."""
LONGEST_NAP = 60.0
PATIENCE = 1800.0
"""Seconds after which a job is aborted; what it did until then is told by its results."""
NO_FIELD = "Field name not found"
"""How a job says that it fails as a whole because the object hasn't got a field of its rows, or not any more."""
ENDED = frozenset({"JobComplete", "Failed", "Aborted"})
log = structlog.get_logger(__name__)
Results = dict[int, WriteResult]


@dataclass(frozen=True)
class Job:
    """Rows (by their place in the list of writes) of one object, all to create or all to update; `key` tells them."""

    object: str
    creates: bool
    key: str
    rows: tuple[int, ...]


def jobs_in(writes: Sequence[Write], described: Callable[[str], Described]) -> Iterator[Job]:
    """Yield a job for each object that has enough patient rows for one, in order of first appearance."""
    groups: dict[tuple[str, bool], list[int]] = {}
    for row, write in enumerate(writes):
        if write.patient and write.unmodified_since is None and not write.allow_duplicates and fits(write):
            groups.setdefault((write.object, write.id is None), []).append(row)
    for (name, creates), rows in groups.items():
        if len(rows) < ROWS_FROM:
            continue
        key = key_of([writes[row] for row in rows], described(name).schema) if creates else "Id"
        if key and len({writes[row].id for row in rows}) in {1 if creates else len(rows)}:
            yield Job(name, creates, key, tuple(rows))


def run(client: SalesforceClient, job: Job, writes: Sequence[Write], stopping: Callable[[], bool]) -> Results:
    """Run a job to its end and return what became of its rows; of rows that are not in the answer nothing was sent.

    Where nobody knows how far it came, its rows are unknown: they are read back. `stopping` says that the service is
    about to end: the job is aborted, and its results tell how far it came. Raises only if nothing was sent.
    """
    text = as_csv(job.key, [writes[row] for row in job.rows])
    if len(text) > BYTES_A_JOB:
        return {}
    job_id = _open(client, job)
    try:
        _upload(client, job_id, text)
    except SuccessVectorError:
        _abort(client, job_id)
        raise
    try:
        _close(client, job_id)
        told = _wait(client, job_id, len(job.rows), stopping)
        return _results(client, job, job_id, writes, told)
    except SuccessVectorError as error:
        log.warning("a bulk job's end is unknown, its rows are read back", job=job_id, reason=str(error))
        words = f"The bulk job {job_id} was begun, and nobody knows how far it came: {error}"
        return {row: WriteResult(Outcome.UNKNOWN, writes[row].id, "BULK_JOB", words) for row in job.rows}
    except BaseException:
        _abort(client, job_id)
        raise


def _open(client: SalesforceClient, job: Job) -> str:
    spec = {
        "object": job.object,
        "operation": "insert" if job.creates else "update",
        "contentType": "CSV",
        "columnDelimiter": "COMMA",
        "lineEnding": "LF",
    }
    # A job that is opened twice does nothing twice: one of them never gets any rows.
    return str(client.json("POST", "jobs/ingest", kind="bulk", safe=True, json=spec)["id"])


def _upload(client: SalesforceClient, job_id: str, text: bytes) -> None:
    path, csv = f"jobs/ingest/{job_id}/batches", {"Content-Type": "text/csv; charset=UTF-8"}
    client.request("PUT", path, kind="bulk", headers=csv, data=text)


def _close(client: SalesforceClient, job_id: str) -> None:
    try:
        client.request("PATCH", f"jobs/ingest/{job_id}", kind="bulk", json={"state": "UploadComplete"})
    except OutcomeUnknown:
        if _state(client, job_id)["state"] == "Open":
            client.request("PATCH", f"jobs/ingest/{job_id}", kind="bulk", safe=True, json={"state": "UploadComplete"})


def _state(client: SalesforceClient, job_id: str) -> dict[str, Any]:
    told: dict[str, Any] = client.json("GET", f"jobs/ingest/{job_id}", kind="bulk")
    return told


def _wait(client: SalesforceClient, job_id: str, rows: int, stopping: Callable[[], bool]) -> dict[str, Any]:
    """Return the job once it has ended, by itself or because it was aborted."""
    nap, waited = min(LONGEST_NAP, max(1.0, rows / ROWS_A_SECOND)), 0.0
    while True:
        _nap(client, nap, stopping)
        waited += nap
        told = _state(client, job_id)
        if told["state"] in ENDED:
            return told
        if stopping() or waited >= PATIENCE:
            _abort(client, job_id)
            return _state(client, job_id)
        nap = min(LONGEST_NAP, nap * 1.5)


def _nap(client: SalesforceClient, seconds: float, stopping: Callable[[], bool]) -> None:
    """Sleep a second at a time, so that the service can end."""
    while seconds > 0 and not stopping():
        client.sleep(min(1.0, seconds))
        seconds -= 1.0


def _abort(client: SalesforceClient, job_id: str) -> None:
    with suppress(SuccessVectorError):
        client.request("PATCH", f"jobs/ingest/{job_id}", kind="bulk", safe=True, json={"state": "Aborted"})


def _results(client: SalesforceClient, job: Job, job_id: str, writes: Sequence[Write], told: dict[str, Any]) -> Results:
    """Return what became of the rows, told apart by their key: the lists are in no particular order."""
    if told["state"] not in ENDED:
        raise OutcomeUnknown(f"it is {told['state']} still, though it was told to stop")
    whole = told["state"] == "JobComplete" and told.get("numberRecordsProcessed") == len(job.rows)
    places = {str(writes[row].id if job.key == "Id" else writes[row].values[job.key]): row for row in job.rows}
    found: Results = {}
    if not whole or told.get("numberRecordsFailed"):
        failed = client.request("GET", f"jobs/ingest/{job_id}/failedResults", kind="bulk")
        found |= read_results(failed.content, job.key, places, writes)
    if whole and not job.creates:
        return found | {row: WriteResult(Outcome.WRITTEN, writes[row].id) for row in job.rows if row not in found}
    done = client.request("GET", f"jobs/ingest/{job_id}/successfulResults", kind="bulk")
    found |= read_results(done.content, job.key, places, writes)
    if not whole:
        left = client.request("GET", f"jobs/ingest/{job_id}/unprocessedrecords", kind="bulk")
        why = str(told.get("errorMessage") or f"the job ended as {told['state']} before it came to this row")
        lost = WriteResult(Outcome.NO_FIELD, code="INVALID_FIELD", message=why)
        left_out = lost if NO_FIELD in why else WriteResult(Outcome.BUSY, code="NOT_SENT", message=why)
        found |= {
            row: replace(left_out, id=writes[row].id)
            for row in rows_of(left.content, job.key, places)
            if row not in found
        }
    missing = WriteResult(Outcome.UNKNOWN, code="BULK_JOB", message=f"The job {job_id} says nothing of this row.")
    return {row: found.get(row, missing) for row in job.rows}
