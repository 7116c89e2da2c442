"""Several requests in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.salesforce.client import SalesforceClient, parsed
from connectors.salesforce.failures import Fault, Refused, call_error, faults_in

OVERTAKEN = {"PRECONDITION_FAILED", "HTTP_412"}
"""What Salesforce says where a row was modified after the moment that a guarded write names."""


@dataclass(frozen=True)
class Part:
    """One sub-request; `path` is relative to `/services/data/vNN.N/` unless it begins with `/`."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class PartAnswer:
    """The answer to one sub-request."""

    status: int
    body: Any

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The errors, if the sub-request failed as a whole."""
        return faults_in(self.body) if self.status >= 300 else ()


def send(
    client: SalesforceClient, parts: Sequence[Part], *, kind: str, safe: bool
) -> tuple[list[PartAnswer], datetime]:
    """Send up to 25 parts as one call; return their answers in order, and the server's time.

    They run in order and stand or fall each for itself.
    """
    answer = client.request(
        "POST",
        "composite",
        kind=kind,
        safe=safe,
        json={
            "allOrNone": False,
            "collateSubrequests": False,
            "compositeRequest": [_entry(client, part, number) for number, part in enumerate(parts)],
        },
    )
    by_reference = {entry["referenceId"]: entry for entry in parsed(answer, writing=not safe)["compositeResponse"]}
    found = [by_reference[f"part{number}"] for number in range(len(parts))]
    return [PartAnswer(entry["httpStatusCode"], entry.get("body")) for entry in found], client.server_time(answer)


def send_alone(client: SalesforceClient, part: Part, *, kind: str, safe: bool) -> PartAnswer:
    """Send one part as a request of its own, and return its answer, refusals included.

    A composite call takes `@{...}` in any text for a reference to another part's answer, and there is no way to say
    that it isn't one (REST API Developer Guide, Composite, "Reference ID"); outside of it text is text.
    """
    try:
        answer = client.request(part.method, part.path, kind=kind, safe=safe, json=part.body, headers=part.headers)
    except Refused as error:
        return PartAnswer(412 if error.code in OVERTAKEN else 400, [{"errorCode": error.code, "message": str(error)}])
    return PartAnswer(answer.status_code, parsed(answer, writing=not safe))


def read_all(client: SalesforceClient, paths: Sequence[str], *, kind: str) -> tuple[list[Any], datetime]:
    """Read up to 25 resources (5 of them queries) in one call; an error of one of them is raised."""
    answers, server_time = send(client, [Part("GET", path) for path in paths], kind=kind, safe=True)
    for path, answer in zip(paths, answers, strict=True):
        if answer.status >= 300:
            raise call_error(answer.faults, answer.status, f"GET {path[:200]}", writing=False)
    return [answer.body for answer in answers], server_time


def _entry(client: SalesforceClient, part: Part, number: int) -> dict[str, Any]:
    path = part.path if part.path.startswith("/") else client.data_path(part.path)
    entry: dict[str, Any] = {"method": part.method, "url": path, "referenceId": f"part{number}"}
    if part.body is not None:
        entry["body"] = part.body
    if part.headers:
        entry["httpHeaders"] = dict(part.headers)
    return entry
