"""Composite: up to 25 requests in one call, each able to refer to what an earlier one answered."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.context import WORK, json_object, work
from connectors.salesforce.local_org.rest.subrequests import Json, halted, run

MOST = 25
MOST_HEAVY = 5
HEAVY = re.compile(r"/services/data/v[\d.]+/(query|queryAll|composite/sobjects)\b")
blueprint = Blueprint("composite", __name__)


class _Failed(Exception):
    """One request of an all-or-none composite failed."""


@blueprint.post("/composite", strict_slashes=False)
def composite() -> Response:
    """Run the requests in order; with allOrNone one that fails undoes all."""
    body = json_object()
    requests = _checked(body.get("compositeRequest"))
    if not body.get("allOrNone", False):
        return jsonify({"compositeResponse": run(requests, {})})
    answers: list[Json] = []
    try:
        with work() as at:
            answers = run(requests, {WORK: at})
            _stop_if_one_failed(answers)
    except _Failed:
        answers = [answer if answer["httpStatusCode"] >= 400 else halted(answer["referenceId"]) for answer in answers]
    return jsonify({"compositeResponse": answers})


def _stop_if_one_failed(answers: list[Json]) -> None:
    if any(answer["httpStatusCode"] >= 400 for answer in answers):
        raise _Failed


def _checked(requests: Any) -> list[Json]:
    """Return the sub-requests when they are within the limits."""
    if not isinstance(requests, list) or not requests or not all(isinstance(each, dict) for each in requests):
        raise OrgError("JSON_PARSER_ERROR", "compositeRequest: a list of objects is expected at [line:1, column:1]")
    if len(requests) > MOST:
        raise OrgError("LIMIT_EXCEEDED", f"The composite request has more than {MOST} subrequests")
    names = [each.get("referenceId") for each in requests]
    if not all(isinstance(name, str) and re.fullmatch(r"[A-Za-z]\w*", name) for name in names):
        raise OrgError("INVALID_INPUT", "referenceId is missing or not a letter followed by letters, digits or _")
    if len(set(names)) < len(names):
        raise OrgError("INVALID_INPUT", "Each referenceId must be unique within the composite request")
    heavy = sum(bool(HEAVY.match(str(each.get("url")))) for each in requests)
    if heavy > MOST_HEAVY:
        words = (
            f"Limit exceeded: {MOST_HEAVY} subrequests that are queries or sObject Collections, and this has {heavy}"
        )
        raise OrgError("LIMIT_EXCEEDED", words)
    return requests
