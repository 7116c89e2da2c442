"""/services/async: the resources of Bulk API 1, with CSV as the one content that is modelled."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.automation import automation
from connectors.salesforce.local_org.bulk import jobs
from connectors.salesforce.local_org.bulk.classic import (
    CLOSED,
    NO_RECORDS,
    batch_info,
    batches_left,
    batches_of,
    document,
    job_info,
    job_of,
)
from connectors.salesforce.local_org.bulk.dialect import Dialect
from connectors.salesforce.local_org.bulk.export import ROWS, checked, header_of
from connectors.salesforce.local_org.bulk.ingest import IN_ORDER
from connectors.salesforce.local_org.bulk.jobs import BATCH, CLASSIC, Job
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.metadata.tree import MalformedXml, parse
from connectors.salesforce.local_org.records import external_id_field
from connectors.salesforce.local_org.rest.context import SESSION, here, json_object, signed_in, work
from connectors.salesforce.local_org.rest.resources import NEWEST, OLDEST
from connectors.salesforce.local_org.soql.shape import Record
from connectors.salesforce.local_org.work import Work

QUERIES = ("query", "queryAll")
OPERATIONS = ("insert", "update", "upsert", "delete", *QUERIES)
CODES = {
    "INVALID_SESSION_ID": "InvalidSessionId", "REQUEST_LIMIT_EXCEEDED": "ExceededQuota", "NOT_FOUND": "InvalidJob",
}  # fmt: skip
# Clients ask for a batch's state every few seconds, some every twenty: who asks early waits a little for the answer.
WAIT_SECONDS, STEP_SECONDS = 10.0, 0.02
RESULT_PREFIX = "752"
CSV = "text/csv; charset=UTF-8"
XML = "application/xml"
blueprint = Blueprint("bulk_classic", __name__, url_prefix="/services/async/<number>")
Json = dict[str, Any]


@blueprint.url_value_preprocessor
def _version(_: str | None, values: dict[str, Any] | None) -> None:
    """Take the version out of the address."""
    request.environ["local_org.async_version"] = (values or {}).pop("number", "")


@blueprint.before_request
def _admit() -> None:
    """Demand a session and a version that is known, and count the call."""
    request.environ[SESSION] = here().sessions.of(request.headers.get("X-SFDC-Session"))
    whole, _, rest = _number().partition(".")
    if rest != "0" or not whole.isdigit() or not OLDEST <= int(whole) <= NEWEST:
        raise OrgError("InvalidVersion", f"Unsupported API version: {_number()}")
    if not here().calls.count("bulk"):
        raise OrgError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


@blueprint.errorhandler(OrgError)
def _refused(error: OrgError) -> tuple[Response, int]:
    parts = {"exceptionCode": CODES.get(error.code, error.code), "exceptionMessage": error.message}
    return _told("error", parts), 400


@blueprint.post("/job")
def create() -> tuple[Response, int]:
    """Open a job of Bulk API 1."""
    with work() as at:
        spec = _spec(at, _body())
        job = Job("", CLASSIC, signed_in().user_id, jobs.OPEN, _number(), spec, {}, at.now, at.now)
        made = jobs.create(at.conn, job)
    return _told("jobInfo", job_info(made, [])), 201


@blueprint.get("/job/<job_id>")
def tell(job_id: str) -> Response:
    """Tell how far a job of Bulk API 1 is."""
    with work() as at:
        job = _own(at, job_id)
        return _told("jobInfo", job_info(job, batches_of(at.conn, job)))


@blueprint.post("/job/<job_id>")
def change(job_id: str) -> Response:
    """Close a job, or abort it with what has not begun."""
    state = _body().get("state")
    with work() as at:
        job = _own(at, job_id, lock=True)
        if state not in (CLOSED, jobs.ABORTED):
            raise OrgError("InvalidJob", f"state is {CLOSED} or {jobs.ABORTED}, not {state}")
        if job.state != jobs.OPEN:
            raise OrgError("InvalidJobState", f"Job {job.id} is {job.state}: it can't become {state}")
        batches = batches_of(at.conn, job)
        if state == jobs.ABORTED:
            batches = [
                jobs.move(at.conn, batch, jobs.ABORTED, at.now) if batch.state == jobs.UPLOADED else batch
                for batch in batches
            ]
        return _told("jobInfo", job_info(jobs.move(at.conn, job, state, at.now), batches))


@blueprint.post("/job/<job_id>/batch")
def add(job_id: str) -> tuple[Response, int]:
    """Take a batch: records as CSV, or a query."""
    content = request.get_data()
    with work() as at:
        job = _own(at, job_id, lock=True)
        if job.state != jobs.OPEN:
            raise OrgError("InvalidJobState", f"Job {job.id} is {job.state}: it takes no more batches")
        if not batches_left(at.conn, at.now):
            raise OrgError("ExceededQuota", "The limit of batches in 24 hours is used up")
        ending = "CRLF" if content.partition(b"\n")[0].endswith(b"\r") else "LF"
        spec = {**job.spec, "job": job.id, "lineEnding": ending, "columnDelimiter": "COMMA"}
        if job.spec["operation"] in QUERIES:
            spec["query"] = content.decode("utf-8", "replace")
        made = jobs.create(at.conn, Job("", BATCH, job.user_id, jobs.UPLOADED, job.version, spec, {}, at.now, at.now))
        at.conn.execute("UPDATE org_meta.bulk_jobs SET content = %s WHERE id = %s", (content, made.id))
        at.after_commit.append(lambda: automation().bulk.submit(made))
    return Response(document("batchInfo", batch_info(made)), content_type=XML), 201


@blueprint.get("/job/<job_id>/batch")
def batches(job_id: str) -> Response:
    """List the batches of a job."""
    with work() as at:
        told = [batch_info(batch) for batch in batches_of(at.conn, _own(at, job_id))]
    return Response(document("batchInfoList", {"batchInfo": told}), content_type=XML)


@blueprint.get("/job/<job_id>/batch/<batch_id>")
def batch(job_id: str, batch_id: str) -> Response:
    """Tell how far a batch is."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        with work() as at:
            found = _batch(at, job_id, batch_id)
        if found.state in jobs.ENDED or time.monotonic() > until:
            return Response(document("batchInfo", batch_info(found)), content_type=XML)
        time.sleep(STEP_SECONDS)


@blueprint.get("/job/<job_id>/batch/<batch_id>/request")
def asked(job_id: str, batch_id: str) -> Response:
    """Return what a batch was given."""
    with work() as at:
        return Response(jobs.content_of(at.conn, _batch(at, job_id, batch_id)) or b"", content_type=CSV)


@blueprint.get("/job/<job_id>/batch/<batch_id>/result")
def result(job_id: str, batch_id: str) -> Response:
    """Return what became of a batch's records, in their order; of a query, where its rows are."""
    with work() as at:
        found = _complete(at, job_id, batch_id)
        if found.spec["operation"] in QUERIES:
            name = RESULT_PREFIX + found.id[3:]
            return Response(document("result-list", {"result": name}), content_type=XML)
        lines = jobs.lines_of(at.conn, found, IN_ORDER)
    return Response(Dialect().write([["Id", "Success", "Created", "Error"]]) + "".join(lines), content_type=CSV)


@blueprint.get("/job/<job_id>/batch/<batch_id>/result/<result_id>")
def rows(job_id: str, batch_id: str, result_id: str) -> Response:
    """Return the rows that a query's batch found."""
    with work() as at:
        found = _complete(at, job_id, batch_id)
        if found.spec["operation"] not in QUERIES or result_id != RESULT_PREFIX + found.id[3:]:
            raise OrgError("InvalidBatch", f"Batch {batch_id} has no result {result_id}")
        shape = checked(at, found.spec["query"], everything=True).shape
        assert isinstance(shape, Record)  # noqa: S101
        lines = jobs.lines_of(at.conn, found, ROWS)
    head = found.dialect.write([list(header_of(shape))])
    return Response(head + "".join(lines) if lines else NO_RECORDS, content_type=CSV)


def _own(at: Work, job_id: str, *, lock: bool = False) -> Job:
    """Return a job of the caller's; an administrator may see all."""
    try:
        job = job_of(at.conn, job_id, lock=lock)
    except OrgError:
        raise OrgError("InvalidJob", f"Invalid job id: {job_id}") from None
    if job.user_id != at.user_id and not at.access.admin:
        raise OrgError("InvalidJob", f"Invalid job id: {job_id}")
    return job


def _batch(at: Work, job_id: str, batch_id: str) -> Job:
    job = _own(at, job_id)
    for each in batches_of(at.conn, job):
        if batch_id in (each.id, each.id[:15]):
            return each
    raise OrgError("InvalidBatch", f"Invalid batch id: {batch_id}")


def _complete(at: Work, job_id: str, batch_id: str) -> Job:
    found = _batch(at, job_id, batch_id)
    if found.state != jobs.COMPLETE:
        raise OrgError("InvalidBatch", f"Batch {batch_id} is not completed: it has no results")
    return found


def _spec(at: Work, body: Json) -> Json:
    """Return what a request for a job asks for, checked."""
    operation, content = body.get("operation"), body.get("contentType", "XML")
    if operation == "hardDelete":
        raise OrgError("FeatureNotEnabled", "hardDelete needs a permission that nobody has here")
    if operation not in OPERATIONS:
        raise OrgError("InvalidJob", f"operation is one of {', '.join(OPERATIONS)}, not {operation}")
    if content != "CSV":
        raise OrgError("FeatureNotEnabled", f"the local org does not model {content} in Bulk API 1: use CSV")
    if request.headers.get("Sforce-Enable-PKChunking", "false").lower() != "false":
        raise OrgError("FeatureNotEnabled", "the local org does not model Sforce-Enable-PKChunking")
    try:
        definition = dml.object_named(at, str(body.get("object")))
    except OrgError:
        raise OrgError("InvalidEntity", f"Entity '{body.get('object')}' is not supported by the Bulk API.") from None
    by = body.get("externalIdFieldName")
    if operation == "upsert":
        if not by:
            raise OrgError("InvalidJob", "externalIdFieldName is required for upsert")
        by = external_id_field(at, definition, str(by)).name
    return {"operation": operation, "object": definition.name, "externalIdFieldName": by}


def _body() -> Json:
    """Return a job's parts, from JSON or XML."""
    if request.is_json:
        return json_object()
    try:
        return {part.tag: part.text for part in parse(request.get_data()).children}
    except MalformedXml as error:
        raise OrgError("ClientInputError", f"The request can't be read: {error}") from None


def _told(name: str, parts: Json) -> Response:
    """Return an answer in the form in which was asked."""
    if request.is_json:
        return jsonify(parts)
    return Response(document(name, parts), content_type=XML)


def _number() -> str:
    return str(request.environ["local_org.async_version"])
