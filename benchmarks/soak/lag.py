"""How long the longest-waiting record has been due, second by second."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from plugin.store import due

BEHIND_SECONDS = 10.0


@dataclass(frozen=True)
class Burst:
    """One burst: when it began and ended, on this process's clock, and how many edits there were."""

    began: float
    ended: float
    edits: int


@dataclass
class Lag:
    """Samples of the lag that `success-vector status` shows: (when, seconds)."""

    database: sa.Engine
    samples: list[tuple[float, float]] = field(default_factory=list)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Take a sample each second while the block lasts."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(1.0):
                self.samples.append((time.monotonic(), self.now()))

        watcher = threading.Thread(target=watch, name="lag")
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def now(self) -> float:
        """Return the lag at this moment, in seconds."""
        with self.database.connect() as conn:
            oldest = due.oldest(conn)
        return (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0

    def most(self, burst: Burst, until: float) -> float:
        """Return the longest lag from the beginning of a burst to the next one."""
        return max((lag for when, lag in self.samples if burst.began <= when < until), default=0.0)

    def behind_for(self, burst: Burst, until: float) -> float:
        """Return how many seconds after a burst the lag was 10 s or more for the last time; 0 if it never was."""
        behind = [when for when, lag in self.samples if burst.ended <= when < until and lag >= BEHIND_SECONDS]
        return max(behind) - burst.ended if behind else 0.0
