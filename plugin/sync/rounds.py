"""What a worker does all day: drain what is due, poll, rescore each day, reconcile each night, go on with backfills."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError

from plugin.errors import LimitReached, RetryLater, SuccessVectorError
from plugin.logs import first_line
from plugin.store import due, systems, walks
from plugin.sync import backfill, reconcile
from plugin.sync.budget import DEFAULT, Budget
from plugin.sync.engine import Engine
from plugin.sync.poll import first_sync, poll
from plugin.sync.resting import look_again, settle
from plugin.sync.retention import retire_snapshots
from plugin.sync.retrying import retry
from plugin.sync.walking import begin, walk_on

AFTER_FAILURE = timedelta(seconds=30)
KINDS: tuple[walks.Kind, ...] = ("backfill", "reconcile")
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
        reconcile_hour: int = 2,
        budget: Budget = DEFAULT,
    ) -> None:
        self._database, self._system, self._build, self._clock = database, system, build, clock
        self._poll_after = timedelta(seconds=poll_seconds)
        self._reconcile_hour, self._budget = reconcile_hour, budget
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
                retry(engine, system)
            else:
                first_sync(engine, system, lambda _: None)
            engine.drain(system)

        self._attempt("poll", read)

    def rescore(self, system: str) -> None:
        """Score every member for the day that has begun."""

        def score(engine: Engine) -> None:
            connected = engine.connected[system]
            look_again(engine.database, connected, connected.mapping.objects, self._clock())
            engine.rescore_all(system)
            retire_snapshots(engine, system)
            engine.drain(system)

        self._attempt("rescore", score)

    def reconcile(self, system: str) -> None:
        """Hold every record's stamp against its link, once a night."""

        def compare(engine: Engine) -> None:
            with engine.database.connect() as conn:
                known = systems.get(conn, system)
            if known and "reconcile" in self._daily(engine, known, self._clock()):
                begin(engine, system, "reconcile")
                with engine.database.begin() as conn:
                    systems.note_reconcile(conn, system, engine.today(conn))
            walk_on(engine, system, "reconcile", reconcile.step, lambda _: None)

        self._attempt("reconcile", compare)

    def backfill(self, system: str) -> None:
        """Go on reading again what somebody asked for."""
        self._attempt("backfill", lambda engine: walk_on(engine, system, "backfill", backfill.step, lambda _: None))

    def wanted(self) -> Sequence[tuple[str, str]]:
        """Return the (task, system) pairs that are due now; none while the system rests."""
        now = self._clock()
        if self._resting_until and now < self._resting_until:
            return ()
        with self._database.connect() as conn:
            known = systems.get(conn, self._system)
            lanes = self._budget.lanes(known, now)
            waiting = due.waiting(conn, self._system, now, lanes) or due.waiting(conn, "", now)
            walking = [kind for kind in KINDS if walks.under_way(conn, self._system, kind)]
        wanted = []
        if "sync" in lanes and (known is None or known.polled_at is None or now - known.polled_at >= self._poll_after):
            wanted.append("poll")
        if known and known.first_sync_completed_at:
            if self._engine:
                wanted += self._daily(self._engine, known, now)
            wanted += ["drain"] if waiting else []
            wanted += walking if "backfill" in lanes else []
        return [(task, self._system) for task in dict.fromkeys(wanted)]

    def _daily(self, engine: Engine, known: systems.System, now: datetime) -> list[str]:
        """Return what a day asks for in the association's time zone: a missed night is made up for."""
        with self._database.connect() as conn:
            today, zone = engine.today(conn), ZoneInfo(engine.zone(conn))
        local = now.astimezone(zone)
        synced = known.first_sync_completed_at or now
        last = known.reconciled_on or synced.astimezone(zone).date()
        tasks = ["rescore"] if known.rescored_on and known.rescored_on < today else []
        return tasks + (["reconcile"] if last < today and local.hour >= self._reconcile_hour else [])

    def _complete(self) -> bool:
        with self._database.connect() as conn:
            known = systems.get(conn, self._system)
        return known is not None and known.first_sync_completed_at is not None

    def _attempt(self, task: str, act: Callable[[Engine], object]) -> None:
        now = self._clock()
        if self._resting_until and now < self._resting_until:
            return
        try:
            if engine := self._ready():
                act(engine)
        except SuccessVectorError as error:
            seconds = error.seconds if isinstance(error, RetryLater) else 0.0
            self._resting_until = now + max(AFTER_FAILURE, timedelta(seconds=seconds))
            # Connecting anew costs calls, and tells nothing new of a system that has none left.
            self._engine = self._engine if isinstance(error, LimitReached) else None
            log.warning(
                f"{task} stopped", system=self._system, reason=str(error), until=self._resting_until.isoformat()
            )
        except OperationalError as error:
            log.warning(f"{task} stopped: the database can't be reached, trying again", reason=first_line(error.orig))

    def _ready(self) -> Engine | None:
        """Return the engine; None while another thread connects: a system that is slow then holds up one thread."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            if self._engine is None:
                self._engine = self._build()
                for system in self._engine.connected.values():
                    settle(self._engine.database, system, system.mapping.objects, self._clock())
            return self._engine
        finally:
            self._lock.release()
