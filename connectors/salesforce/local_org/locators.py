"""Query locators: the rest of a long answer, kept until it is asked for."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.salesforce.local_org.errors import OrgError

KEPT = 50
KEPT_FOR = timedelta(days=2)


@dataclass(frozen=True)
class Answer:
    """A whole answer: who asked and when, its rows as the database gave them, what their columns mean, rows a page."""

    user_id: str
    asked_at: datetime
    shape: Any
    rows: Sequence[Sequence[Any]]
    page: int


class Locators:
    """The answers that aren't read to their end, for two days; the oldest go earlier when there are too many."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answer: Answer) -> str:
        """Return the 18-character name under which the answer is kept."""
        name = "0r8" + secrets.token_hex(8)[:15]
        with self._lock:
            self._answers[name] = answer
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        return name

    def of(self, name: str, user_id: str, now: datetime) -> Answer:
        """Return the answer kept under a name; one that has expired, or is another user's, is as unknown as none."""
        with self._lock:
            answer = self._answers.get(name)
            if answer is not None and now - answer.asked_at > KEPT_FOR:
                del self._answers[name]
                answer = None
        if answer is None or answer.user_id != user_id:
            raise OrgError("INVALID_QUERY_LOCATOR", "invalid query locator")
        return answer
