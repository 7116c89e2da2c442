"""The Procrastinate app: what wakes when.

Procrastinate wakes workers and nothing else: what is due stands in the `due` table, and a job says only "look there".
A job that is asked for while one waits is that one. A sweep every few seconds asks for what a lost wake-up forgot.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import structlog
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from sqlalchemy.exc import OperationalError

from plugin.logs import first_line

SWEEP_SECONDS = 5.0
log = structlog.get_logger(__name__)


class Runner(Protocol):
    """What the jobs do; every one may be called at any time, by any number of workers."""

    def drain(self, system: str) -> None:
        """Fetch, score and push until nothing is due."""

    def poll(self, system: str) -> None:
        """Read what changed without a notification."""

    def rescore(self, system: str) -> None:
        """Mark every member's score: a day has passed."""

    def reconcile(self, system: str) -> None:
        """Hold every record's stamp against its link: a night has passed."""

    def backfill(self, system: str) -> None:
        """Go on reading again what somebody asked for."""

    def wanted(self) -> Sequence[tuple[str, str]]:
        """Return the (task, system) pairs that are due now."""


class HandingOn:
    """A runner that lets another one do every job; what adds something to a job overrides that one."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def drain(self, system: str) -> None:
        """Fetch, score and push until nothing is due."""
        self._runner.drain(system)

    def poll(self, system: str) -> None:
        """Read what changed without a notification."""
        self._runner.poll(system)

    def rescore(self, system: str) -> None:
        """Score every member for the day that has begun."""
        self._runner.rescore(system)

    def reconcile(self, system: str) -> None:
        """Hold every record's stamp against its link."""
        self._runner.reconcile(system)

    def backfill(self, system: str) -> None:
        """Go on reading again what somebody asked for."""
        self._runner.backfill(system)

    def wanted(self) -> Sequence[tuple[str, str]]:
        """Return the (task, system) pairs that are due now."""
        return self._runner.wanted()


class Bell:
    """Asks for a job; from web processes and from the sweep."""

    def __init__(self, conninfo: str) -> None:
        self._app = App(connector=SyncPsycopgConnector(conninfo=conninfo, min_size=1, max_size=2))
        self._lock = threading.Lock()
        self._open = False

    def ring(self, task: str, system: str) -> None:
        """Ask for a task once; without a database the sweep will, as soon as there is one."""
        with suppress(AlreadyEnqueued, ConnectorException):
            with self._lock:
                if not self._open:
                    self._app.open()
                    self._open = True
            self._app.configure_task(task, queueing_lock=f"{task}:{system}").defer(system=system)

    def close(self) -> None:
        """Give the connections back."""
        if self._open:
            self._app.close()


def worker_app(conninfo: str, runner: Runner) -> App:
    """Return the app with its tasks, for a worker to run."""
    app = App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))
    app.task(name="drain")(runner.drain)
    app.task(name="poll")(runner.poll)
    app.task(name="rescore")(runner.rescore)
    app.task(name="reconcile")(runner.reconcile)
    app.task(name="backfill")(runner.backfill)
    return app


def run_worker(conninfo: str, runner: Runner, stopping: threading.Event, systems: int = 1) -> None:
    """Work until SIGINT or SIGTERM: set `stopping`, which ends the jobs at hand where they stand, then return.

    One job of a system at a time waits for it, so one job more than there are `systems` goes on at once.
    """
    bell = Bell(conninfo)
    sweeper = threading.Thread(target=_sweep, args=(runner, bell, stopping), name="sweep", daemon=True)
    app = worker_app(conninfo, runner)
    sweeper.start()
    try:
        asyncio.run(_work(app, systems + 1, stopping))
    finally:
        stopping.set()
        sweeper.join(timeout=SWEEP_SECONDS)
        bell.close()


async def _work(app: App, jobs: int, stopping: threading.Event) -> None:
    async with app.open_async():
        worker = app.run_worker_async(concurrency=jobs, delete_jobs="always", install_signal_handlers=False)
        working = asyncio.create_task(worker)

        def end() -> None:
            stopping.set()
            # Cancelled, it takes no further job and waits for those at hand.
            working.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, end)
        with suppress(asyncio.CancelledError):
            await working


def _sweep(runner: Runner, bell: Bell, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            for task, system in runner.wanted():
                bell.ring(task, system)
        except OperationalError as error:
            log.warning("the database can't be reached, trying again", reason=first_line(error.orig))
        except Exception:
            log.exception("sweep failed, trying again")
        stopping.wait(SWEEP_SECONDS)
