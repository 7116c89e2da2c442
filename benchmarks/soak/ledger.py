"""Who last wrote what where, so that nothing can be lost unnoticed."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Place = tuple[str, str, str]
"""The object, the id over there and our name of the field."""


@dataclass(frozen=True)
class Edit:
    """The last value that people of one side gave a field: when they began to write it, and when it was written."""

    value: Any
    began: datetime
    ended: datetime


@dataclass
class Ledger:
    """The last edit of every field on each side, and the names of the records that were born. Safe among threads."""

    here: dict[Place, Edit] = field(default_factory=dict)
    there: dict[Place, Edit] = field(default_factory=dict)
    born: set[str] = field(default_factory=set)
    buried: set[str] = field(default_factory=set)
    counted: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _serial: int = 0

    def serial(self) -> int:
        """Return a number that was never returned before."""
        with self._lock:
            self._serial += 1
            return self._serial

    def count(self, what: str) -> None:
        """Count something that happened."""
        with self._lock:
            self.counted[what] += 1
