"""What a worker does all day: drain what is due, poll, and rescore when a new day begins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError

from plugin.errors import RetryLater, SuccessVectorError
from plugin.logs import first_line
from plugin.store import due, systems
from plugin.sync.engine import Engine
from plugin.sync.poll import first_sync, poll

AFTER_FAILURE = timedelta(seconds=30)
log = structlog.get_logger(__name__)


class Rounds:
    """One system's work. It is built when it is first needed; while the system can't answer, nothing is asked of it."""

    def __init__(
        self,
        database: sa.Engine,
        system: str,
        build: Callable[[], Engine],
        clock: Callable[[], datetime],
        poll_seconds: int,
    ) -> None:
        self._database, self._system, self._build, self._clock = database, system, build, clock
        self._poll_after = timedelta(seconds=poll_seconds)
        self._engine: Engine | None = None
        self._resting_until: datetime | None = None
        self._lock = threading.Lock()

    def drain(self, system: str) -> None:
        """Fetch, score and push until nothing is due."""
        self._attempt("drain", lambda engine: engine.drain(system))

    def poll(self, system: str) -> None:
        """Read what changed without a notification; the first time, read everything."""

        def read(engine: Engine) -> None:
            if self._complete():
                poll(engine, system)
            else:
                first_sync(engine, system, lambda _: None)
            engine.drain(system)

        self._attempt("poll", read)

    def rescore(self, system: str) -> None:
        """Score every member for the day that has begun."""

        def score(engine: Engine) -> None:
            engine.rescore_all(system)
            engine.drain(system)

        self._attempt("rescore", score)

    def wanted(self) -> Sequence[tuple[str, str]]:
        """Return the (task, system) pairs that are due now; none while the system rests."""
        now = self._clock()
        if self._resting_until and now < self._resting_until:
            return ()
        with self._database.connect() as conn:
            known = systems.get(conn, self._system)
            waiting = due.waiting(conn, self._system, now) or due.waiting(conn, "", now)
        wanted = []
        if known is None or known.polled_at is None or now - known.polled_at >= self._poll_after:
            wanted.append("poll")
        if known and known.rescored_on and self._engine:
            with self._database.connect() as conn:
                wanted += ["rescore"] if known.rescored_on < self._engine.today(conn) else []
        wanted += ["drain"] if waiting and self._complete() else []
        return [(task, self._system) for task in wanted]

    def _complete(self) -> bool:
        with self._database.connect() as conn:
            known = systems.get(conn, self._system)
        return known is not None and known.first_sync_completed_at is not None

    def _attempt(self, task: str, act: Callable[[Engine], object]) -> None:
        now = self._clock()
        if self._resting_until and now < self._resting_until:
            return
        try:
            act(self._ready())
        except SuccessVectorError as error:
            seconds = error.seconds if isinstance(error, RetryLater) else 0.0
            self._resting_until = now + max(AFTER_FAILURE, timedelta(seconds=seconds))
            self._engine = None
            log.warning(
                f"{task} stopped", system=self._system, reason=str(error), until=self._resting_until.isoformat()
            )
        except OperationalError as error:
            log.warning(f"{task} stopped: the database can't be reached, trying again", reason=first_line(error.orig))

    def _ready(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = self._build()
            return self._engine
