"""The org's application with faults before it: what a client meets when something goes wrong."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.faults import Fault, Faults
from connectors.salesforce.local_org.faulty.draws import Draws
from connectors.salesforce.local_org.faulty.lag import lag_of
from connectors.salesforce.local_org.faulty.plan import FaultRule, Kind
from connectors.salesforce.local_org.faulty.rows import refusing
from connectors.salesforce.local_org.sessions import Sessions
from connectors.salesforce.local_org.soap.envelope import fault as soap_fault
from connectors.salesforce.local_org.wire import CONNECTION

OWN = "/__local__"
REFUSALS: dict[Kind, Fault] = {
    "500": Fault(status=500),
    "503": Fault(status=503, code="SERVER_UNAVAILABLE"),
    "limit": Fault(status=403, code="REQUEST_LIMIT_EXCEEDED"),
    "lock": Fault(status=400, code="UNABLE_TO_LOCK_ROW"),
    "lock-500": Fault(status=500, code="UNABLE_TO_LOCK_ROW"),
    "expired": Fault(status=401, code="INVALID_SESSION_ID"),
    "cut-before": Fault(cut="before"),
    "cut-after": Fault(cut="after"),
}
OF_CALLS: frozenset[Kind] = frozenset({*REFUSALS, "slow", "partial"})


def with_faults(
    inner: WSGIApplication, faults: Faults, sessions: Sessions, on_request: Callable[[str, str], None]
) -> WSGIApplication:
    """Return the application with faults before it; `on_request` is told of every request before it is served."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        on_request(method, path)
        forced = faults.next(method, path)
        if forced is not None:
            return _meet(forced, inner, environ, start)
        if path.startswith(OWN):
            return inner(environ, start)
        return _meet_by_chance(faults.draws, inner, sessions, environ, start)

    return serve


def _meet_by_chance(
    draws: Draws, inner: WSGIApplication, sessions: Sessions, environ: WSGIEnvironment, start: StartResponse
) -> Iterable[bytes]:
    """Serve a request with what the plan draws for it: every delay, and the first fault that stands in its way."""
    struck = draws.of_call(environ["REQUEST_METHOD"], environ["PATH_INFO"], OF_CALLS)
    for place, rule in struck:
        if rule.kind == "slow":
            draws.count(place)
            time.sleep(rule.seconds)
    refusal = next((each for each in struck if each[1].kind in REFUSALS), None)
    if refusal is not None:
        draws.count(refusal[0])
        _end_session(refusal[1], sessions, environ)
        return _meet(REFUSALS[refusal[1].kind], inner, environ, start)
    with ExitStack() as stack:
        stack.enter_context(lag_of(draws, environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        for place, rule in struck:
            if rule.kind == "partial":
                stack.enter_context(refusing(partial(draws.row, place)))
        return inner(environ, start)


def _end_session(rule: FaultRule, sessions: Sessions, environ: WSGIEnvironment) -> None:
    """Make the caller's token worthless where the rule says that his session ends."""
    if rule.kind == "expired":
        sessions.end(environ.get("HTTP_AUTHORIZATION", "").partition(" ")[2].strip())


def _meet(fault: Fault, inner: WSGIApplication, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Serve a request that meets a fault."""
    time.sleep(fault.delay)
    if fault.cut == "before":
        return _cut(environ, start)
    if fault.status is not None:
        return _refuse(fault, fault.status, environ["PATH_INFO"], start)
    if fault.cut == "after":
        list(inner(environ, _ignore))
        return _cut(environ, start)
    return inner(environ, start)


def _refuse(fault: Fault, status: int, path: str, start: StartResponse) -> Iterable[bytes]:
    """Answer with the fault, in the form that the caller's API has."""
    body, form = fault.body(), "application/json"
    if path.startswith("/services/Soap"):
        # SOAP tells every refusal with the status 500.
        status, body, form = 500, soap_fault(OrgError(fault.code, fault.words)), "text/xml"
    start(f"{status} Fault", [("Content-Type", form), ("Content-Length", str(len(body)))])
    return [body]


def _ignore(*_: Any) -> Callable[[bytes], object]:
    return lambda _: None


def _cut(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Break the connection under the answer."""
    connection: socket.socket = environ[CONNECTION]
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    start("500 Cut", [("Content-Length", "0")])
    return []
