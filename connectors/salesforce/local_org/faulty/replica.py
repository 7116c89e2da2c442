"""A replica that lags: the org as it was some seconds ago, by snapshots of the database that are held open."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import psycopg
from psycopg import sql

from connectors.salesforce.local_org.work import Connection

HELD = 6
_lag: ContextVar[float | None] = ContextVar("lag", default=None)


@contextmanager
def lagging(seconds: float | None) -> Iterator[None]:
    """Have queries inside answered as of so many seconds ago; None as of now."""
    before = _lag.set(seconds)
    try:
        yield
    finally:
        _lag.reset(before)


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database, for as long as its connection is open. `taken` in seconds of a steady clock."""

    taken: float
    name: str
    conn: Connection


class Replica:
    """Takes snapshots while it runs, often enough that one is about `seconds` old, and never more than eight."""

    def __init__(self, database_url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._database_url = database_url
        self._clock = clock
        self._held: list[Snapshot] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.seconds = 0.0

    def follow(self, seconds: float) -> None:
        """Be ready to answer as of up to `seconds` ago from now on; 0 needs nothing."""
        if seconds == self.seconds:
            return
        self.stop()
        self.seconds = seconds
        if seconds:
            self._stopping = threading.Event()
            self.take()
            self._thread = threading.Thread(target=self._run, name="local-org-replica", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Let go of all snapshots."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None
        with self._lock:
            self._drop(self._held[:])
        self.seconds = 0.0

    def take(self) -> None:
        """Take a snapshot now, and let go of those that are too old to be asked for."""
        conn = psycopg.connect(self._database_url, application_name="local-org-replica")
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = conn.execute("SELECT pg_export_snapshot()").fetchone()
        with self._lock:
            self._held.append(Snapshot(self._clock(), row[0] if row else "", conn))
            self._drop(self._held[: -HELD - 2])

    def enter(self, conn: Connection) -> None:
        """Have a transaction that has just begun see the org as the current call is to see it.

        It sees the youngest snapshot that is old enough, or the oldest: a replica knows nothing of before it began.
        """
        lag = _lag.get()
        if lag is None:
            return
        with self._lock:
            old = [each for each in self._held if self._clock() - each.taken >= lag]
            for chosen in old[-1:] or self._held[:1]:
                conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                conn.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(chosen.name)))

    def _run(self) -> None:
        while not self._stopping.wait(max(self.seconds / HELD, 0.05)):
            try:
                self.take()
            except psycopg.Error:
                # Without the database nothing is answered at all: the next one is tried in its turn.
                continue

    def _drop(self, old: list[Snapshot]) -> None:
        for each in old:
            self._held.remove(each)
            each.conn.close()
