"""Faults: those that the next matching requests are bound to meet, and those that a plan lets happen by chance."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal

from connectors.salesforce.local_org.faulty.draws import Draws
from connectors.salesforce.local_org.faulty.plan import FaultPlan
from connectors.salesforce.local_org.faulty.rows import refusing

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

    @property
    def words(self) -> str:
        """The message that is answered."""
        return self.message or MESSAGES.get(self.code, "An unexpected error occurred")

    def body(self) -> bytes:
        """Return the error list that is answered."""
        return json.dumps([{"message": self.words, "errorCode": self.code}]).encode()


class Faults:
    """The faults that wait for their requests, and the plan of those that come by chance."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()
        self.draws = Draws()
        self.on_plan: Callable[[FaultPlan], None] = lambda _: None

    @property
    def plan(self) -> FaultPlan:
        """What goes wrong by chance."""
        return self.draws.plan

    def follow(self, plan: FaultPlan) -> None:
        """Let faults happen by this plan from now on; what is counted begins anew."""
        self.on_plan(plan)
        self.draws = Draws(plan)

    def switch(self, plan: FaultPlan) -> None:
        """Take a plan with the same rules in the same places, some switched on or off; counting goes on."""
        self.on_plan(plan)
        self.draws.plan = plan

    def force(self, fault: Fault) -> Fault:
        """Let a fault happen; its `times` counts down to 0 as it does."""
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Let no more faults happen, neither those that wait nor any of the plan."""
        with self._lock:
            self._waiting.clear()
        self.follow(FaultPlan())

    def next(self, method: str, path: str) -> Fault | None:
        """Return the first waiting fault for this request, counted down."""
        with self._lock:
            for fault in self._waiting:
                if fault.matches(method, path):
                    fault.times -= 1
                    return fault
        return None

    @contextmanager
    def in_chunk(self, path: str) -> Iterator[None]:
        """Let the plan refuse rows that are saved inside, as it would those of a POST to the path."""
        draws = self.draws
        with ExitStack() as stack:
            for place, _ in draws.of_call("POST", path, ("partial",)):
                stack.enter_context(refusing(partial(draws.row, place)))
            yield
