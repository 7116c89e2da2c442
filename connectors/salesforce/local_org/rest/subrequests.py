"""Requests within a request: served by the same resources as any other, able to refer to what earlier ones answered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from flask import current_app

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.faulty.lag import lag_of
from connectors.salesforce.local_org.rest.context import SESSION, WORK, here, signed_in

REFERENCE = re.compile(r"@\{([^}]+)\}")
CALLABLE = re.compile(r"/services/data/v\d\d\.0/(?!composite(/?$|/(?!sobjects)))")
HALTED = OrgError(
    "PROCESSING_HALTED", "The transaction was rolled back since another operation in the same transaction failed."
)
Json = dict[str, Any]


def serve(url: str, method: str, body: Any, headers: Any, environ: Mapping[str, Any]) -> tuple[int, Any]:
    """Return status and JSON body of one sub-request; `environ` is laid over its own.

    A lagging replica answers its queries, too; not in a transaction that is lent: there a query sees what went before.
    """
    if not CALLABLE.match(url):
        words = f"The url must be a relative one of a resource that a composite may call: {url}"
        raise OrgError("INVALID_INPUT", words)
    named = {str(name): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    context = current_app.test_request_context(
        url, method=method.upper(), headers=named, json=body, environ_overrides={SESSION: signed_in(), **environ}
    )
    lag = nullcontext() if WORK in environ else lag_of(here().faults.draws, method.upper(), url.partition("?")[0])
    with lag, context:
        response = current_app.full_dispatch_request()
        text = response.get_data(as_text=True)
    return response.status_code, json.loads(text) if text else None


def run(requests: list[Json], environ: Mapping[str, Any]) -> list[Json]:
    """Return an answer for each request; with a transaction in `environ` none is run after the first that fails."""
    bodies: dict[str, Any] = {}
    answers = []
    for each in requests:
        try:
            asked = resolve({key: each[key] for key in ("url", "body") if key in each}, bodies)
            answer = _call(each, asked, environ)
        except OrgError as error:
            answer = answer_of(each["referenceId"], error.status, [error.body()])
        answers.append(answer)
        if answer["httpStatusCode"] < 400:
            bodies[each["referenceId"]] = answer["body"]
        elif WORK in environ:
            return answers + [halted(later["referenceId"]) for later in requests[len(answers) :]]
    return answers


def _call(each: Json, asked: Json, environ: Mapping[str, Any]) -> Json:
    """Serve one request of a composite."""
    url = str(asked.get("url"))
    status, body = serve(url, str(each.get("method", "")), asked.get("body"), each.get("httpHeaders"), environ)
    answer = answer_of(each["referenceId"], status, body)
    if status == 201 and isinstance(body, dict):
        answer["httpHeaders"] = {"Location": f"{url.partition('?')[0]}/{body.get('id')}"}
    return answer


def answer_of(reference: str, status: int, body: Any) -> Json:
    """Return one answer as a composite writes it."""
    return {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": reference}


def halted(reference: str) -> Json:
    """Return the answer for a request that went down with another."""
    return answer_of(reference, 400, [HALTED.body()])


def resolve(value: Any, bodies: dict[str, Any]) -> Any:
    """Return the value with every @{reference.path} replaced by what it stands for."""
    if isinstance(value, dict):
        return {key: resolve(each, bodies) for key, each in value.items()}
    if isinstance(value, list):
        return [resolve(each, bodies) for each in value]
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
