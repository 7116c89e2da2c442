"""Bulk jobs as the org keeps them: what was asked, how far it is, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from connectors.salesforce.local_org.bulk.dialect import Dialect
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.metadata.registry import new_id
from connectors.salesforce.local_org.values import shown
from connectors.salesforce.local_org.work import Connection

TABLES = """
CREATE TABLE IF NOT EXISTS org_meta.bulk_jobs (
    id text PRIMARY KEY, kind text NOT NULL, user_id text NOT NULL, state text NOT NULL, version text NOT NULL,
    spec jsonb NOT NULL, told jsonb NOT NULL, created_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    content bytea);
CREATE TABLE IF NOT EXISTS org_meta.bulk_rows (
    job text REFERENCES org_meta.bulk_jobs ON DELETE CASCADE, part text, number integer, line text NOT NULL,
    PRIMARY KEY (job, part, number));
"""
INGEST, QUERY, CLASSIC, BATCH = "ingest", "query", "classic", "batch"
OPEN, UPLOADED, RUNNING, COMPLETE, FAILED, ABORTED = (
    "Open", "UploadComplete", "InProgress", "JobComplete", "Failed", "Aborted",
)  # fmt: skip
ENDED = frozenset({COMPLETE, FAILED, ABORTED})
COLUMNS = "id, kind, user_id, state, version, spec, told, created_at, changed_at"
Json = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """One job. `spec` is what was asked: operation, object, and the rest; `told` what is known of its progress."""

    id: str
    kind: str
    user_id: str
    state: str
    version: str
    spec: Json
    told: Json
    created_at: datetime
    changed_at: datetime

    @property
    def asks(self) -> bool:
        """Whether the job answers a query; otherwise it takes records."""
        return self.spec["operation"] in ("query", "queryAll")

    @property
    def dialect(self) -> Dialect:
        """The CSV that the job speaks."""
        return Dialect(self.spec["columnDelimiter"], self.spec["lineEnding"])

    def short(self) -> Json:
        """Return the job as its creation is answered."""
        told = {
            "id": self.id, "operation": self.spec["operation"], "object": self.spec["object"],
            "createdById": self.user_id, "createdDate": shown(self.created_at),
            "systemModstamp": shown(self.changed_at), "state": self.state, "concurrencyMode": "Parallel",
            "contentType": "CSV", "apiVersion": float(self.version), "lineEnding": self.spec["lineEnding"],
            "columnDelimiter": self.spec["columnDelimiter"],
        }  # fmt: skip
        if self.spec.get("externalIdFieldName"):
            told["externalIdFieldName"] = self.spec["externalIdFieldName"]
        if self.kind == INGEST and self.state == OPEN:
            told["contentUrl"] = f"services/data/v{self.version}/jobs/ingest/{self.id}/batches"
        return told

    def whole(self) -> Json:
        """Return everything that is told of the job."""
        counts = {"retries": 0, "totalProcessingTime": 0, "numberRecordsProcessed": 0}
        if self.kind == QUERY:
            return {**self.short(), "jobType": "V2Query", **counts, "isPkChunkingSupported": True, **self.told}
        more = {"numberRecordsFailed": 0, "apiActiveProcessingTime": 0, "apexProcessingTime": 0}
        return {**self.short(), "jobType": "V2Ingest", **counts, **more, **self.told}


def create(conn: Connection, job: Job) -> Job:
    """Keep a new job; returns it with its id."""
    made = replace(job, id=new_id(conn, "BulkBatch" if job.kind == BATCH else "BulkJob"))
    conn.execute(
        f"INSERT INTO org_meta.bulk_jobs ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (made.id, made.kind, made.user_id, made.state, made.version, Jsonb(made.spec), Jsonb(made.told),
         made.created_at, made.changed_at),
    )  # fmt: skip
    return made


def load(conn: Connection, kind: str, job_id: str, *, lock: bool = False) -> Job:
    """Return a job; one that isn't there, or is of the other kind, is refused."""
    row = conn.execute(
        f"SELECT {COLUMNS} FROM org_meta.bulk_jobs WHERE kind = %s AND id = %s" + (" FOR UPDATE" if lock else ""),
        (kind, normal_id(job_id)),
    ).fetchone()
    if row is None:
        raise OrgError("NOT_FOUND", "The requested resource does not exist")
    return Job(*row)


def listed(conn: Connection, kind: str) -> list[Job]:
    """Return all jobs of a kind, the newest first."""
    query = f"SELECT {COLUMNS} FROM org_meta.bulk_jobs WHERE kind = %s ORDER BY created_at DESC, id DESC"
    return [Job(*row) for row in conn.execute(query, (kind,)).fetchall()]


def move(conn: Connection, job: Job, state: str, now: datetime, **told: Any) -> Job:
    """Bring a job into a state, and add to what is told of it."""
    moved = replace(job, state=state, changed_at=now, told={**job.told, **told})
    conn.execute(
        "UPDATE org_meta.bulk_jobs SET (state, told, changed_at) = (%s, %s, %s) WHERE id = %s",
        (state, Jsonb(moved.told), now, job.id),
    )
    return moved


def content_of(conn: Connection, job: Job) -> bytes | None:
    """Return what was uploaded, None where nothing was."""
    row = conn.execute("SELECT content FROM org_meta.bulk_jobs WHERE id = %s", (job.id,)).fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


def lines_of(conn: Connection, job: Job, part: str, start: int = 0, most: int | None = None) -> list[str]:
    """Return lines of a part of the job's results, from the `start`th on."""
    rows = conn.execute(
        "SELECT line FROM org_meta.bulk_rows WHERE job = %s AND part = %s AND number >= %s ORDER BY number LIMIT %s",
        (job.id, part, start, most),
    ).fetchall()
    return [line for (line,) in rows]


def add_lines(conn: Connection, job: Job, part: str, start: int, lines: list[str]) -> None:
    """Add lines to a part of the job's results; the first is the `start`th."""
    with conn.cursor() as cursor, cursor.copy("COPY org_meta.bulk_rows FROM STDIN") as copy:
        for number, line in enumerate(lines, start):
            copy.write_row((job.id, part, number, line))
