"""Counting what is refused, without giving whoever floods us a way to the database."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from time import monotonic

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from plugin.store import refusals

EVERY_SECONDS = 10.0


class Refusals:
    """Counts in memory and writes the counts at most every ten seconds, however many are refused."""

    def __init__(self, database: sa.Engine, clock: Callable[[], float] = monotonic) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()
        self._written_at = -EVERY_SECONDS

    def count(self, reason: str) -> None:
        """Count one."""
        with self._lock:
            self._counted[reason] += 1
            if self._clock() - self._written_at < EVERY_SECONDS:
                return
            self._written_at = self._clock()
        self.write()

    def write(self) -> None:
        """Write what was counted; without a database it is kept for the next time."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            with self._database.begin() as conn:
                refusals.add(conn, counted)
        except SQLAlchemyError:
            with self._lock:
                self._counted.update(counted)
