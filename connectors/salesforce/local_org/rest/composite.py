"""Composite: up to 25 requests in one call, each able to refer to what an earlier one answered."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.context import SESSION, WORK, json_object, signed_in, work

MOST = 25
MOST_HEAVY = 5
REFERENCE = re.compile(r"@\{([^}]+)\}")
HEAVY = re.compile(r"/services/data/v[\d.]+/(query|queryAll|composite/sobjects)\b")
HALTED = OrgError(
    "PROCESSING_HALTED", "The transaction was rolled back since another operation in the same transaction failed."
)
blueprint = Blueprint("composite", __name__)
Json = dict[str, Any]


class _Failed(Exception):
    """One request of an all-or-none composite failed."""


@blueprint.post("/composite", strict_slashes=False)
def composite() -> Response:
    """Run the requests in order; with allOrNone one that fails undoes all."""
    body = json_object()
    requests = _checked(body.get("compositeRequest"))
    if not body.get("allOrNone", False):
        return jsonify({"compositeResponse": _run(requests, {})})
    answers: list[Json] = []
    try:
        with work() as at:
            answers = _run(requests, {WORK: at})
            _stop_if_one_failed(answers)
    except _Failed:
        answers = [answer if answer["httpStatusCode"] >= 400 else _halted(answer["referenceId"]) for answer in answers]
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


def _run(requests: list[Json], environ: Json) -> list[Json]:
    """Return an answer for each request; one that refers to a failed one isn't run."""
    bodies: dict[str, Any] = {}
    answers = []
    for each in requests:
        try:
            asked = _resolve({key: each[key] for key in ("url", "body") if key in each}, bodies)
            answer = _call(each, asked, environ)
        except OrgError as error:
            answer = _answer(each["referenceId"], error.status, [error.body()])
        answers.append(answer)
        if answer["httpStatusCode"] < 400:
            bodies[each["referenceId"]] = answer["body"]
        elif WORK in environ:
            return answers + [_halted(later["referenceId"]) for later in requests[len(answers) :]]
    return answers


def _call(each: Json, asked: Json, environ: Json) -> Json:
    """Serve one sub-request through the same resources as any other."""
    url, method = str(asked.get("url")), str(each.get("method", "")).upper()
    if not re.match(r"/services/data/v\d\d\.0/(?!composite(/?$|/(?!sobjects)))", url):
        raise OrgError(
            "INVALID_INPUT", f"The url must be a relative one of a resource that a composite may call: {url}"
        )
    given = each.get("httpHeaders")
    headers = {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
    context = current_app.test_request_context(
        url, method=method, headers=headers, json=asked.get("body"), environ_overrides={SESSION: signed_in(), **environ}
    )
    with context:
        response = current_app.full_dispatch_request()
        text = response.get_data(as_text=True)
    answer = _answer(each["referenceId"], response.status_code, json.loads(text) if text else None)
    if response.status_code == 201 and isinstance(answer["body"], dict):
        answer["httpHeaders"] = {"Location": f"{url.partition('?')[0]}/{answer['body'].get('id')}"}
    return answer


def _answer(reference: str, status: int, body: Any) -> Json:
    return {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": reference}


def _halted(reference: str) -> Json:
    return _answer(reference, 400, [HALTED.body()])


def _resolve(value: Any, bodies: dict[str, Any]) -> Any:
    """Return the value with every @{reference.path} replaced by what it stands for."""
    if isinstance(value, dict):
        return {key: _resolve(each, bodies) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolve(each, bodies) for each in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value)
    if whole:
        return _look_up(whole[1], bodies)
    return REFERENCE.sub(lambda match: str(_look_up(match[1], bodies)), value)


def _look_up(path: str, bodies: dict[str, Any]) -> Any:
    """Return what `ref.records[0].Id` stands for."""
    name, *steps = re.findall(r"[^.\[\]]+", path)
    found: Any = bodies.get(name)
    try:
        if name not in bodies:
            raise KeyError(name)  # noqa: TRY301
        for step in steps:
            found = found[int(step)] if isinstance(found, list) else found[step]
    except (KeyError, IndexError, TypeError, ValueError):
        words = f"Invalid reference specified. No value for {path} found in {name}"
        raise OrgError("PROCESSING_HALTED", words) from None
    return found
