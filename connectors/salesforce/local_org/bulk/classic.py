"""Bulk API 1, the older of the two: jobs whose records and queries come in batches, in CSV.

A job is kept as one that is never run, each of its batches as one that is done like a job of Bulk 2.0.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.salesforce.local_org.bulk import jobs
from connectors.salesforce.local_org.bulk.jobs import BATCH, CLASSIC, Job
from connectors.salesforce.local_org.soap.envelope import element
from connectors.salesforce.local_org.values import shown
from connectors.salesforce.local_org.work import Connection

NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
CLOSED = "Closed"
DAILY_BATCHES = 15_000
STATES = {
    jobs.UPLOADED: "Queued", jobs.RUNNING: "InProgress", jobs.COMPLETE: "Completed", jobs.FAILED: "Failed",
    jobs.ABORTED: "Not Processed",
}  # fmt: skip
NO_RECORDS = "Records not found for this query\n"
Json = dict[str, Any]


def batches_left(conn: Connection, now: datetime) -> int:
    """Return how many batches may still be added; those of the last 24 hours count."""
    query = "SELECT count(*) FROM org_meta.bulk_jobs WHERE kind = %s AND created_at > %s"
    row = conn.execute(query, (BATCH, now - timedelta(days=1))).fetchone()
    return max(DAILY_BATCHES - (row[0] if row else 0), 0)


def batches_of(conn: Connection, job: Job) -> list[Job]:
    """Return the batches of a job, the oldest first."""
    found = [batch for batch in jobs.listed(conn, BATCH) if batch.spec["job"] == job.id]
    return sorted(found, key=lambda batch: batch.id)


def job_of(conn: Connection, job_id: str, *, lock: bool = False) -> Job:
    """Return a job of this API; OrgError where there is none."""
    return jobs.load(conn, CLASSIC, job_id, lock=lock)


def job_info(job: Job, batches: list[Job]) -> Json:
    """Return what is told of a job: names and order of Salesforce's."""
    states = [batch.state for batch in batches]
    return {
        "id": job.id, "operation": job.spec["operation"], "object": job.spec["object"],
        "createdById": job.user_id, "createdDate": _moment(job.created_at), "systemModstamp": _moment(job.changed_at),
        "state": job.state, "externalIdFieldName": job.spec["externalIdFieldName"], "concurrencyMode": "Parallel",
        "contentType": "CSV", "numberBatchesQueued": states.count(jobs.UPLOADED),
        "numberBatchesInProgress": states.count(jobs.RUNNING), "numberBatchesCompleted": states.count(jobs.COMPLETE),
        "numberBatchesFailed": states.count(jobs.FAILED), "numberBatchesTotal": len(batches),
        "numberRecordsProcessed": _sum(batches, "numberRecordsProcessed"), "numberRetries": 0,
        "apiVersion": float(job.version), "numberRecordsFailed": _sum(batches, "numberRecordsFailed"),
        "totalProcessingTime": _sum(batches, "totalProcessingTime"),
        "apiActiveProcessingTime": _sum(batches, "totalProcessingTime"), "apexProcessingTime": 0,
    }  # fmt: skip


def batch_info(batch: Job) -> Json:
    """Return what is told of a batch."""
    return {
        "id": batch.id, "jobId": batch.spec["job"], "state": STATES[batch.state],
        "stateMessage": batch.told.get("errorMessage"), "createdDate": _moment(batch.created_at),
        "systemModstamp": _moment(batch.changed_at),
        "numberRecordsProcessed": batch.told.get("numberRecordsProcessed", 0),
        "numberRecordsFailed": batch.told.get("numberRecordsFailed", 0),
        "totalProcessingTime": batch.told.get("totalProcessingTime", 0),
        "apiActiveProcessingTime": batch.told.get("totalProcessingTime", 0), "apexProcessingTime": 0,
    }  # fmt: skip


def document(name: str, parts: Json) -> bytes:
    """Return an XML document of this API: an element with its parts in order."""
    inner = "".join(_in_order(part, value) for part, value in parts.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{NAMESPACE}">{inner}</{name}>'.encode()


def _in_order(name: str, value: Any) -> str:
    """Return an element, or one for each of several, whose parts stand in their order."""
    if isinstance(value, list):
        return "".join(_in_order(name, each) for each in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(_in_order(part, each) for part, each in value.items())}</{name}>"
    return element(name, value)


def _moment(moment: datetime) -> str:
    return str(shown(moment)).replace("+0000", "Z")


def _sum(batches: list[Job], name: str) -> int:
    return sum(int(batch.told.get(name, 0)) for batch in batches)
