"""composite/batch: up to 25 requests in one call that know nothing of one another."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.composite import MOST
from connectors.salesforce.local_org.rest.context import json_object
from connectors.salesforce.local_org.rest.subrequests import Json, serve

HALTED = OrgError("BATCH_PROCESSING_HALTED", "Batch processing halted per request", status=412)
blueprint = Blueprint("batch", __name__)


@blueprint.post("/composite/batch", strict_slashes=False)
def batch() -> Response:
    """Run the requests in order, each by itself; with haltOnError none after the first that fails."""
    body = json_object()
    halt = bool(body.get("haltOnError", False))
    results: list[Json] = []
    failed = False
    for each in _checked(body.get("batchRequests")):
        result = _result(HALTED) if halt and failed else _run(each)
        failed = failed or result["statusCode"] >= 400
        results.append(result)
    return jsonify({"hasErrors": failed, "results": results})


def _checked(requests: Any) -> list[Json]:
    if not isinstance(requests, list) or not requests or not all(isinstance(each, dict) for each in requests):
        raise OrgError("JSON_PARSER_ERROR", "batchRequests: a list of objects is expected at [line:1, column:1]")
    if len(requests) > MOST:
        raise OrgError("LIMIT_EXCEEDED", f"Maximum number of subrequests exceeded: {MOST}")
    return requests


def _run(each: Json) -> Json:
    """Serve one request; its url may begin at the version."""
    url = "/services/data/" + str(each.get("url")).removeprefix("/").removeprefix("services/data/")
    try:
        status, body = serve(url, str(each.get("method", "")), each.get("richInput"), None, {})
    except OrgError as error:
        return _result(error)
    return {"statusCode": status, "result": body}


def _result(error: OrgError) -> Json:
    return {"statusCode": error.status, "result": [error.body()]}
