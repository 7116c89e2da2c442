"""Counting API calls, by kind and against the limit."""

from __future__ import annotations

import re
import threading
from collections import Counter

KINDS = (
    (r"/services/data/v[\d.]+/composite/sobjects", "collections"),
    (r"/services/data/v[\d.]+/composite", "composite"),
    (r"/services/data/v[\d.]+/tooling", "tooling"),
    (r"/services/data/v[\d.]+/metadata", "metadata"),
    (r"/services/data/v[\d.]+/jobs", "bulk"),
    (r"/services/data/v[\d.]+/sobjects/[^/]+/describe", "describe"),
    (r"/services/data/v[\d.]+/(queryAll|query|sobjects|limits)", None),
    (r"/services/Soap/m", "metadata"),
    (r"/services/Soap/u", "soap"),
    (r"/services/", "other"),
)


def kind_of(path: str) -> str | None:
    """Return the kind under which a call of this path is counted; None when it isn't an API call."""
    if path.startswith("/services/oauth2"):
        return None
    for pattern, kind in KINDS:
        match = re.match(pattern, path)
        if match:
            return kind or match[1]
    return None


class Calls:
    """How many API calls have been made; a composite is one call, whatever it holds."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._by_kind: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, kind: str) -> bool:
        """Count a call; False when the limit had been used up, and the call is to be refused."""
        with self._lock:
            if self.used >= self.limit:
                return False
            self.used += 1
            self._by_kind[kind] += 1
            return True

    def by_kind(self) -> dict[str, int]:
        """Return the number of calls since the last reset, by kind."""
        with self._lock:
            return dict(self._by_kind)

    def reset(self) -> None:
        """Begin counting by kind anew; what is used of the limit stays used."""
        with self._lock:
            self._by_kind.clear()

    @property
    def header(self) -> str:
        """The value of `Sforce-Limit-Info`."""
        return f"api-usage={self.used}/{self.limit}"
