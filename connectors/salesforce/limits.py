"""The sizes Salesforce sets, and the count of what was used."""

from __future__ import annotations

import re
import threading
from collections import Counter
from datetime import datetime, timedelta

from connectors.base import Usage
from plugin.errors import LimitReached

ROWS_PER_PAGE = 2000
"""Rows of one query page, and ids of one read."""
ROWS_PER_COLLECTION = 200
OBJECTS_PER_COLLECTION = 10
"""Runs of rows of one object in a collection ("chunks")."""
COLLECTIONS_PER_CALL = 5
"""Collections or queries among the sub-requests of one composite call."""
PARTS_PER_CALL = 25
QUERY_URL_LENGTH = 8000
"""A longer query travels in the body of a composite call; the platform's own end is 16,384 with all headers."""
LISTED_QUERY_LENGTH = 14000
"""Characters of a query with a list of values, encoded, inside a composite call."""

SIGN_IN = "sign-in"
_API_USAGE = re.compile(r"(?:^|[^-])\bapi-usage=(\d+)/(\d+)")


LOOK_AGAIN = timedelta(minutes=15)
"""How long an answer's count is believed when nothing may be asked: calls of a day ago cease to count meanwhile."""


class CallCount:
    """Counts calls by kind and remembers the last `Sforce-Limit-Info`; threads may share it.

    `reserve` is the share of the org's calls that is left alone, whoever used up the rest.
    """

    def __init__(self, reserve: float = 0.0) -> None:
        self._lock = threading.Lock()
        self._reserve = reserve
        self._told_at: datetime | None = None
        self._kinds: Counter[str] = Counter()
        self._used: int | None = None
        self._limit: int | None = None

    def add(self, kind: str) -> None:
        """Count one call that is about to be made."""
        with self._lock:
            self._kinds[kind] += 1

    def note(self, header: str | None, at: datetime) -> None:
        """Remember what `Sforce-Limit-Info` says (`api-usage=18/15000`)."""
        found = _API_USAGE.search(header or "")
        if found:
            with self._lock:
                self._used, self._limit = int(found.group(1)), int(found.group(2))
                self._told_at = at

    def require(self, now: datetime) -> None:
        """Raise LimitReached where the next call would be one of the org's last, which are not ours to use."""
        with self._lock:
            if not self._reserve or self._used is None or self._limit is None or self._told_at is None:
                return
            left_alone, until = round(self._limit * self._reserve), self._told_at + LOOK_AGAIN
            if self._used < self._limit - left_alone or now >= until:
                return
            words = (
                f"The org has used {self._used:,} of its {self._limit:,} API calls of the last 24 hours, and the last "
                f"{left_alone:,} are left alone (SUCCESS_VECTOR_CALLS_RESERVE_PERCENT). We look again at "
                f"{until:%H:%M} UTC. Setup, Company Information tells who uses them."
            )
            raise LimitReached(words, (until - now).total_seconds())

    def usage(self) -> Usage:
        """Return the counts; signing in is told apart, as it is no API call by Salesforce's count."""
        with self._lock:
            kinds = dict(self._kinds)
            calls = sum(count for kind, count in kinds.items() if kind != SIGN_IN)
            return Usage(self._used, self._limit, calls, kinds)
