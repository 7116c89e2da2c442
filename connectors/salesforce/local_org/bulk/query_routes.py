"""jobs/query: jobs that give records."""

from __future__ import annotations

import re

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org.automation import automation
from connectors.salesforce.local_org.bulk import jobs
from connectors.salesforce.local_org.bulk.dialect import Dialect
from connectors.salesforce.local_org.bulk.export import ROWS, checked, header_of
from connectors.salesforce.local_org.bulk.jobs import QUERY
from connectors.salesforce.local_org.bulk.routes import CSV, new_job, own, wrong_state
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.context import json_object, work
from connectors.salesforce.local_org.soql.shape import Record

PAGE = 50_000
blueprint = Blueprint("bulk_query", __name__)


@blueprint.post("/jobs/query", strict_slashes=False)
def create() -> Response:
    """Begin a job that answers a query."""
    body = json_object()
    operation, text = body.get("operation"), body.get("query")
    if operation not in ("query", "queryAll"):
        raise OrgError("API_ERROR", f"operation is query or queryAll, not {operation}")
    if not isinstance(text, str) or not text:
        raise OrgError("API_ERROR", "query is missing")
    dialect = Dialect.named(body.get("columnDelimiter"), body.get("lineEnding"))
    with work() as at:
        compiled = checked(at, text, everything=operation == "queryAll")
        spec = {
            "operation": operation, "object": compiled.object.name, "query": text,
            "columnDelimiter": dialect.column_delimiter, "lineEnding": dialect.line_ending,
        }  # fmt: skip
        made = jobs.create(at.conn, new_job(at, QUERY, spec, jobs.UPLOADED))
        at.after_commit.append(lambda: automation().bulk.submit(made))
    return jsonify(made.short())


@blueprint.get("/jobs/query/<job_id>/results", strict_slashes=False)
def results(job_id: str) -> Response:
    """Return a page of the answer: `locator` says from where, `maxRecords` how much."""
    locator, most = request.args.get("locator") or "0", request.args.get("maxRecords") or str(PAGE)
    if not re.fullmatch(r"[0-9]{1,9}", locator) or not re.fullmatch(r"[1-9][0-9]{0,8}", most):
        raise OrgError("API_ERROR", "locator or maxRecords is not one that was given out")
    with work() as at:
        job = own(at, QUERY, job_id)
        if job.state != jobs.COMPLETE:
            raise wrong_state(job, "its results aren't there")
        shape = checked(at, job.spec["query"], everything=True).shape
        assert isinstance(shape, Record)  # noqa: S101
        lines = jobs.lines_of(at.conn, job, ROWS, int(locator), int(most))
    end = int(locator) + len(lines)
    following = str(end) if end < job.told["numberRecordsProcessed"] else "null"
    answer = Response(job.dialect.write([list(header_of(shape))]) + "".join(lines), content_type=CSV)
    answer.headers["Sforce-Locator"] = following
    answer.headers["Sforce-NumberOfRecords"] = str(len(lines))
    return answer
