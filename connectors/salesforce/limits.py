"""The sizes Salesforce sets, and the count of what was used."""

from __future__ import annotations

import re
import threading
from collections import Counter

from connectors.base import Usage

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


class CallCount:
    """Counts calls by kind and remembers the last `Sforce-Limit-Info`; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kinds: Counter[str] = Counter()
        self._used: int | None = None
        self._limit: int | None = None

    def add(self, kind: str) -> None:
        """Count one call that is about to be made."""
        with self._lock:
            self._kinds[kind] += 1

    def note(self, header: str | None) -> None:
        """Remember what `Sforce-Limit-Info` says (`api-usage=18/15000`)."""
        found = _API_USAGE.search(header or "")
        if found:
            with self._lock:
                self._used, self._limit = int(found.group(1)), int(found.group(2))

    def usage(self) -> Usage:
        """Return the counts; signing in is told apart, as it is no API call by Salesforce's count."""
        with self._lock:
            kinds = dict(self._kinds)
            calls = sum(count for kind, count in kinds.items() if kind != SIGN_IN)
            return Usage(self._used, self._limit, calls, kinds)
