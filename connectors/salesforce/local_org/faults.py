"""Faults on demand: the next requests that match are refused, delayed or cut off."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from connectors.salesforce.local_org.wire import CONNECTION

Cut = Literal["before", "after"]
MESSAGES = {
    "INVALID_SESSION_ID": "Session expired or invalid",
    "REQUEST_LIMIT_EXCEEDED": "TotalRequests Limit exceeded.",
    "UNABLE_TO_LOCK_ROW": "unable to obtain exclusive access to this record or 1 records",
    "SERVER_UNAVAILABLE": "The server is temporarily unavailable. Try again later.",
}


@dataclass
class Fault:
    """What happens to the next `times` requests whose method and path match (`path` is searched for as a pattern).

    `cut` breaks the connection before anything was done, or after everything was done and committed. `code` with
    `status` is answered instead of doing anything. `delay` is in seconds, and comes first.
    """

    times: int = 1
    method: str | None = None
    path: str = ""
    status: int | None = None
    code: str = "UNKNOWN_EXCEPTION"
    message: str | None = None
    cut: Cut | None = None
    delay: float = 0.0

    def matches(self, method: str, path: str) -> bool:
        """Whether the fault is for this request."""
        return self.times > 0 and self.method in (None, method) and re.search(self.path, path) is not None

    def body(self) -> bytes:
        """Return the error list that is answered."""
        message = self.message or MESSAGES.get(self.code, "An unexpected error occurred")
        return json.dumps([{"message": message, "errorCode": self.code}]).encode()


class Faults:
    """The faults that wait for their requests."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def force(self, fault: Fault) -> Fault:
        """Let a fault happen; its `times` counts down to 0 as it does."""
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Let no more faults happen."""
        with self._lock:
            self._waiting.clear()

    def next(self, method: str, path: str) -> Fault | None:
        """Return the first waiting fault for this request, counted down."""
        with self._lock:
            for fault in self._waiting:
                if fault.matches(method, path):
                    fault.times -= 1
                    return fault
        return None


def with_faults(inner: WSGIApplication, faults: Faults, on_request: Callable[[str, str], None]) -> WSGIApplication:
    """Return the application with faults before it; `on_request` is told of every request before it is served."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        on_request(method, path)
        fault = faults.next(method, path)
        if fault is None:
            return inner(environ, start)
        time.sleep(fault.delay)
        if fault.cut == "before":
            return _cut(environ, start)
        if fault.status is not None:
            body = fault.body()
            start(f"{fault.status} Fault", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]
        if fault.cut == "after":
            list(inner(environ, _ignore))
            return _cut(environ, start)
        return inner(environ, start)

    return serve


def _ignore(*_: Any) -> Callable[[bytes], object]:
    return lambda _: None


def _cut(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Break the connection under the answer."""
    connection: socket.socket = environ[CONNECTION]
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    start("500 Cut", [("Content-Length", "0")])
    return []
