"""How many rows of an object go into one collection: fewer once they were too many, and slowly more again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import MappingProxyType

from connectors.salesforce.limits import ROWS_PER_COLLECTION

NOTHING: Mapping[str, int] = MappingProxyType({})
CLEAN_BEFORE_GROWTH = 10
"""Collections in a row that must go through before the next one may be a quarter larger."""


class Sizes:
    """The sizes that one org's triggers and flows have borne so far, by object; threads may share it.

    `known` are those that an earlier process learnt.
    """

    def __init__(self, known: Mapping[str, int] = NOTHING) -> None:
        self._lock = threading.Lock()
        self._sizes = {name: size for name, size in known.items() if size < ROWS_PER_COLLECTION}
        self._clean: dict[str, int] = {}

    def of(self, object_name: str) -> int:
        """Return the most rows of this object that a collection may have."""
        with self._lock:
            return self._sizes.get(object_name, ROWS_PER_COLLECTION)

    def learnt(self) -> dict[str, int]:
        """Return the sizes that are smaller than usual."""
        with self._lock:
            return dict(self._sizes)

    def halve(self, object_name: str) -> None:
        """Rows of this object met a limit or a lock: half as many from now on, and at least one."""
        with self._lock:
            self._sizes[object_name] = max(1, self._sizes.get(object_name, ROWS_PER_COLLECTION) // 2)
            self._clean[object_name] = 0

    def note_clean(self, object_name: str) -> None:
        """A collection with this object met no limit and no lock: after ten of them its size grows by a quarter."""
        with self._lock:
            size = self._sizes.get(object_name)
            if size is None:
                return
            self._clean[object_name] = self._clean.get(object_name, 0) + 1
            if self._clean[object_name] < CLEAN_BEFORE_GROWTH:
                return
            self._clean[object_name] = 0
            grown = size + max(1, size // 4)
            if grown < ROWS_PER_COLLECTION:
                self._sizes[object_name] = grown
            else:
                del self._sizes[object_name]
