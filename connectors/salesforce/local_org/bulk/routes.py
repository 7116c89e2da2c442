"""jobs/ingest and jobs/query: what both have in common, and jobs that take records."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.automation import automation
from connectors.salesforce.local_org.bulk import jobs
from connectors.salesforce.local_org.bulk.dialect import BadCsv, Dialect
from connectors.salesforce.local_org.bulk.ingest import FAILED, SUCCESSFUL, UNPROCESSED
from connectors.salesforce.local_org.bulk.jobs import INGEST, Job
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.records import external_id_field
from connectors.salesforce.local_org.rest.context import json_object, signed_in, version, work
from connectors.salesforce.local_org.work import Work

OPERATIONS = ("insert", "update", "upsert", "delete")
KNOWN = frozenset({"object", "operation", "externalIdFieldName", "contentType", "columnDelimiter", "lineEnding",
                   "assignmentRuleId", "concurrencyMode"})  # fmt: skip
SYSTEM_COLUMNS = {SUCCESSFUL: ["sf__Id", "sf__Created"], FAILED: ["sf__Id", "sf__Error"], UNPROCESSED: []}
CSV = "text/csv; charset=UTF-8"
blueprint = Blueprint("ingest", __name__)
Json = dict[str, Any]


@blueprint.post("/jobs/ingest", strict_slashes=False)
def create() -> Response:
    """Open a job that takes records."""
    with work() as at:
        made = jobs.create(at.conn, new_job(at, INGEST, _spec(at, json_object()), jobs.OPEN))
    return jsonify(made.short())


@blueprint.get("/jobs/<any(ingest, query):kind>", strict_slashes=False)
def all_jobs(kind: str) -> Response:
    """List the jobs, the newest first."""
    with work() as at:
        return jsonify({"done": True, "records": [job.short() for job in jobs.listed(at.conn, kind)],
                        "nextRecordsUrl": None})  # fmt: skip


@blueprint.get("/jobs/<any(ingest, query):kind>/<job_id>", strict_slashes=False)
def tell(kind: str, job_id: str) -> Response:
    """Tell how far a job is."""
    with work() as at:
        return jsonify(own(at, kind, job_id).whole())


@blueprint.put("/jobs/ingest/<job_id>/batches", strict_slashes=False)
def upload(job_id: str) -> tuple[Response, int]:
    """Take the job's records; once only, and only while it is open."""
    with work() as at:
        job = own(at, INGEST, job_id, lock=True)
        if job.state != jobs.OPEN or jobs.content_of(at.conn, job) is not None:
            raise wrong_state(job, "Found multiple contents" if job.state == jobs.OPEN else "not open")
        at.conn.execute("UPDATE org_meta.bulk_jobs SET content = %s WHERE id = %s", (request.get_data(), job.id))
    return Response(status=201), 201


@blueprint.patch("/jobs/<any(ingest, query):kind>/<job_id>", strict_slashes=False)
def change(kind: str, job_id: str) -> Response:
    """Close the upload, or abort a job that hasn't ended."""
    state = json_object().get("state")
    with work() as at:
        job = own(at, kind, job_id, lock=True)
        if state == jobs.UPLOADED and kind == INGEST and job.state == jobs.OPEN:
            moved = jobs.move(at.conn, job, jobs.UPLOADED, at.now)
            at.after_commit.append(lambda: automation().bulk.submit(moved))
        elif state == jobs.ABORTED and job.state not in jobs.ENDED:
            moved = jobs.move(at.conn, job, jobs.ABORTED, at.now)
        elif state in (jobs.UPLOADED, jobs.ABORTED):
            raise wrong_state(job, f"it can't become {state}")
        else:
            raise OrgError("INVALIDJOB", f"InvalidJob : state is {jobs.UPLOADED} or {jobs.ABORTED}, not {state}")
    return jsonify(moved.short())


@blueprint.delete("/jobs/<any(ingest, query):kind>/<job_id>", strict_slashes=False)
def remove(kind: str, job_id: str) -> tuple[Response, int]:
    """Forget a job that isn't under way."""
    with work() as at:
        job = own(at, kind, job_id, lock=True)
        if job.state not in {*jobs.ENDED, jobs.UPLOADED}:
            raise wrong_state(job, "it can't be deleted")
        at.conn.execute("DELETE FROM org_meta.bulk_jobs WHERE id = %s", (job.id,))
    return Response(status=204), 204


@blueprint.get("/jobs/ingest/<job_id>/<part>", strict_slashes=False)
def results(job_id: str, part: str) -> Response:
    """Return what became of the records, as CSV: those that went in, those that were refused, those left out."""
    found = next((name for name in SYSTEM_COLUMNS if name.lower() == part.lower()), None)
    if found is None:
        raise OrgError("NOT_FOUND", "The requested resource does not exist")
    with work() as at:
        job = own(at, INGEST, job_id)
        if job.state not in jobs.ENDED:
            raise wrong_state(job, "its results aren't there yet")
        content = jobs.content_of(at.conn, job) or b""
        lines = [job.dialect.write([[*SYSTEM_COLUMNS[found], *_header(job, content)]])]
        lines += jobs.lines_of(at.conn, job, found)
        if found == UNPROCESSED:
            lines += _left(job, content)
    return Response("".join(lines), content_type=CSV)


def _header(job: Job, content: bytes) -> list[str]:
    try:
        return job.dialect.read(content)[0]
    except BadCsv:
        return []


def _left(job: Job, content: bytes) -> list[str]:
    """Return the rows that the job never came to."""
    try:
        rows = list(job.dialect.read(content)[1])
    except BadCsv:
        return []
    return [job.dialect.write([row]) for row in rows[job.whole()["numberRecordsProcessed"] :]]


def own(at: Work, kind: str, job_id: str, *, lock: bool = False) -> Job:
    """Return a job of the caller's; an administrator may see all."""
    job = jobs.load(at.conn, kind, job_id, lock=lock)
    if job.user_id != at.user_id and not at.access.admin:
        raise OrgError("NOT_FOUND", "The requested resource does not exist")
    return job


def new_job(at: Work, kind: str, spec: Json, state: str) -> Job:
    """Return a job of the caller's that isn't kept yet."""
    return Job("", kind, signed_in().user_id, state, version(), spec, {}, at.now, at.now)


def wrong_state(job: Job, why: str) -> OrgError:
    """Return the refusal of what a job's state doesn't allow."""
    return OrgError("INVALIDJOBSTATE", f"InvalidJobState : Job {job.id} is {job.state}: {why}")


def _spec(at: Work, body: Json) -> Json:
    """Return what a request for a job asks for, checked."""
    unknown = set(body) - KNOWN
    if unknown:
        raise OrgError("JSON_PARSER_ERROR", f'Unrecognized field "{min(unknown)}"')
    operation = body.get("operation")
    if operation == "hardDelete":
        words = (
            "hardDelete operation requires special user profile permission, please contact your system administrator"
        )
        raise OrgError("FEATURENOTENABLED", f"FeatureNotEnabled : {words}")
    if operation not in OPERATIONS:
        raise OrgError("INVALIDJOB", f"InvalidJob : operation is one of {', '.join(OPERATIONS)}, not {operation}")
    if body.get("contentType", "CSV") != "CSV":
        raise OrgError("INVALIDJOB", "InvalidJob : contentType is CSV")
    try:
        definition = dml.object_named(at, str(body.get("object")))
    except OrgError:
        words = f"InvalidEntity : Entity '{body.get('object')}' is not supported by the Bulk API."
        raise OrgError("INVALIDENTITY", words) from None
    spec = {"object": definition.name, "operation": operation, "externalIdFieldName": None}
    if operation == "upsert":
        if not body.get("externalIdFieldName"):
            raise OrgError("INVALIDJOB", "InvalidJob : externalIdFieldName is required for upsert")
        spec["externalIdFieldName"] = external_id_field(at, definition, str(body["externalIdFieldName"])).name
    dialect = Dialect.named(body.get("columnDelimiter"), body.get("lineEnding"))
    return {**spec, "columnDelimiter": dialect.column_delimiter, "lineEnding": dialect.line_ending}
