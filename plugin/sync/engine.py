"""The three stages of a change: fetch, score, push. Each takes what is due and leaves due what follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from connectors.base import Fetched, Row
from mappings.model import Mapping as FieldMapping
from plugin import scoring
from plugin.errors import RetryLater, UserError
from plugin.scoring.rows import time_zone, today
from plugin.store import batch_sizes, due, systems
from plugin.store.due import Due, Lane
from plugin.store.locks import lane_lock
from plugin.sync import marking, resting, tracing
from plugin.sync.absorb import Absorption
from plugin.sync.aftermath import Aftermath
from plugin.sync.backoff import again_at
from plugin.sync.brakes import Brakes
from plugin.sync.budget import DEFAULT, Budget
from plugin.sync.kin import because_of
from plugin.sync.points import Passing, Point, on_and_on
from plugin.sync.push import Push
from plugin.sync.system import System

BATCH = 1000
"""Records a stage takes at once: as many as one write call holds."""
MOST_PATIENT = 20_000
"""Records that a push takes at once where nobody waits for them."""
PEOPLES: tuple[Lane, ...] = ("interactive", "sync")
"""Lanes of changes that somebody may wait for."""
MOST_READ = 2000
"""Records a fetch takes at once: as many as one read call holds."""


class Engine:
    """Brings one association's systems and records together. Safe to run in any number of processes.

    Where its process is `stopping`, work ends after the batch or the page at hand, and what is left stays due.
    Snapshots of the vector are kept for `snapshot_months`, for good where that is 0.
    """

    def __init__(
        self,
        database: sa.Engine,
        connected: Mapping[str, System],
        clock: Callable[[], datetime],
        time_zone: str | None = None,
        passing: Passing = on_and_on,
        budget: Budget = DEFAULT,
        brakes: Brakes | None = None,
        mappings: Mapping[str, FieldMapping] | None = None,
    ) -> None:
        """`mappings` are those of all systems, also of such as aren't connected here; changes are due for them, too."""
        self.database, self.connected, self.clock, self.passing = database, connected, clock, passing
        self.budget, self.brakes = budget, brakes
        self.stopping: Callable[[], bool] = lambda: False
        self.snapshot_months = 0
        self._mappings = dict(mappings or {})
        self._time_zone = time_zone
        self._told: dict[str, int | None] = {}
        self._sizes = {name: one.connector.usage().sizes for name, one in connected.items()}

    def drain(self, system: str) -> int:
        """Work until nothing of this system is due; return how many rows were worked on.

        Returns 0 at once where another worker is at it. What was marked while the lock was let go is looked at again.
        Raises RetryLater, or what else the connector raised, where the system can't answer: all stays due.
        """
        worked = 0
        while True:
            with lane_lock(self.database, f"system:{system}") as alone:
                if not alone:
                    return worked
                worked += self._drain(system)
            with self.database.connect() as conn:
                if self.stopping() or not self._work_left(conn, system):
                    return worked

    def _work_left(self, conn: sa.Connection, system: str) -> bool:
        now, lanes = self.clock(), self.lanes(conn, system)
        stages: Sequence[due.Stage] = ("fetch", "push") if self._may_push(conn, system) else ("fetch",)
        return any(due.take(conn, stage, system, 1, now, lanes) for stage in stages) or bool(
            due.take(conn, "score", "", 1, now)
        )

    def lanes(self, conn: sa.Connection, system: str) -> tuple[Lane, ...]:
        """Return the lanes that may call this system now, by what it last said of its calls to any process."""
        return self.budget.lanes(systems.get(conn, system), self.clock())

    def waits(self, conn: sa.Connection, system: str) -> dict[Lane, datetime]:
        """Return the lanes that wait for this system's calls, each with the moment until which it does."""
        return self.budget.waits(systems.get(conn, system), self.clock())

    def note_usage(self, system: str) -> None:
        """Tell every process what the system's last answer said of its calls, and how large they may be."""
        usage = self.connected[system].connector.usage()
        if (before := self._sizes.get(system)) != usage.sizes:
            self._sizes[system] = usage.sizes
            with self.database.begin() as conn:
                batch_sizes.keep(conn, system, before or {}, usage.sizes, self.clock())
        if usage.used is not None and self._told.get(system) != usage.calls:
            self._told[system] = usage.calls
            with self.database.begin() as conn:
                systems.record_usage(conn, system, usage, self.clock())

    def _drain(self, system: str) -> int:
        worked = 0
        stages: Sequence[Callable[[str], int]] = (self.fetch, self._score_on, self.push)
        while done := sum(stage(system) for stage in stages if not self.stopping()):
            worked += done
        return worked

    def _score_on(self, system: str) -> int:
        """Score what is due: all of a night's before it is written, as long as nobody waits for anything else.

        Written a batch at a time, it would never be so much that the system has a cheaper way for it.
        """
        worked = done = self.score()
        while done == BATCH and worked < MOST_PATIENT and not self.stopping() and self._nobody_waits(system):
            done = self.score()
            worked += done
        return worked

    def _nobody_waits(self, system: str) -> bool:
        now = self.clock()
        with self.database.connect() as conn:
            return not any(due.waiting(conn, each, now, PEOPLES) for each in (system, ""))

    def fetch(self, system: str) -> int:
        """Read back what is due and merge it; return how many rows were worked on."""
        with self.database.connect() as conn:
            rows = due.take(conn, "fetch", system, MOST_READ, self.clock(), self.lanes(conn, system))
        for object_name in dict.fromkeys(row.object for row in rows):
            of_object = [row for row in rows if row.object == object_name]
            with tracing.working_on("fetch", system, of_object):
                self._fetch(self.connected[system], object_name, of_object)
        if rows:
            self.note_usage(system)
        return len(rows)

    def _fetch(self, system: System, object_name: str, rows: Sequence[Due]) -> None:
        if object_name not in system.mapping.objects:
            with self.database.begin() as conn:
                due.finish(conn, rows)
            return
        source = system.mapping.source(object_name)
        try:
            fetched = system.connector.fetch(object_name, system.readable(source), [row.record_id for row in rows])
        except (RetryLater, UserError) as error:
            self._postpone(rows, error)
            raise
        self.notice(system, object_name, fetched.rows)
        self.passing(Point.READ)
        with self.database.begin() as conn:
            self.absorb(conn, system, object_name, fetched, rows[0].lane, rows)
            self.passing(Point.SAVED)
        self.passing(Point.FETCHED)

    def notice(self, system: System, object_name: str, rows: Sequence[Row]) -> None:
        """Ask again what the object has, where a read came back without a field: it rests, and the others flow."""
        if resting.lost(system, object_name, rows):
            resting.look_again(self.database, system, [object_name], self.clock())

    def _postpone(self, rows: Sequence[Due], error: RetryLater | UserError) -> None:
        now = self.clock()
        with self.database.begin() as conn:
            for row in rows:
                wait = timedelta(seconds=error.seconds) if isinstance(error, RetryLater) else timedelta()
                due.postpone(conn, row, max(now + wait, again_at(row.attempts, now)), str(error))

    def absorb(
        self,
        conn: sa.Connection,
        system: System,
        object_name: str,
        fetched: Fetched,
        lane: Lane = "sync",
        rows: Sequence[Due] = (),
        pushing: Sequence[Due] = (),
    ) -> Collection[str]:
        """Merge what was read and make due what follows from it, in the caller's transaction.

        `rows` are the due rows that the read was made for: finished, postponed or buried here. Records that the caller
        is `pushing` already, as these rows say, are not made due for it again.

        Returns the ids of those that were compared with ours; what the others hold is not known here yet.
        """
        now = self.clock()
        first = not self._may_push(conn, system.name)
        absorption = Absorption(conn, system, object_name, fetched, now, first=first, brakes=self.brakes)
        absorbed = absorption.run(sorted(fetched.rows, key=lambda row: row.id))
        told = tracing.told(rows, pushing, absorbed.known, absorbed.causes)
        aftermath = Aftermath(conn, system, object_name, absorbed, told, lane, now)
        aftermath.settle(rows, {row.id for row in fetched.rows}, fetched.absent)
        aftermath.mark({UUID(row.record_id) for row in pushing})
        for changed, ids in absorbed.saved.items():
            self.mark_score(conn, changed, ids, lane, told.ours)
            self.mark_push(conn, changed, ids, lane, system.name, told.ours)
        return absorbed.met

    def mark_score(
        self,
        conn: sa.Connection,
        entity: str,
        ids: set[UUID],
        lane: Lane = "sync",
        told: Mapping[UUID, str] = marking.NOTHING,
    ) -> None:
        """Make the score of every member due that these records count for; `told` are the notifications behind them."""
        marking.mark_score(conn, entity, ids, lane, self.clock(), told)

    def mark_push(
        self,
        conn: sa.Connection,
        entity: str,
        ids: set[UUID],
        lane: Lane = "sync",
        but: str | None = None,
        told: Mapping[UUID, str] = marking.NOTHING,
    ) -> None:
        """Make records of ours due for every system that holds their entity, `but` for the one they were read from."""
        mappings = self._mappings | {name: system.mapping for name, system in self.connected.items()}
        marking.mark_push(conn, mappings, entity, ids, lane, self.clock(), but, told)

    def score(self) -> int:
        """Score the members that are due, and mark what is worth writing; return how many were scored."""
        with self.database.begin() as conn:
            rows = due.take(conn, "score", "", BATCH, self.clock())
            if rows:
                with tracing.working_on("score", "", rows):
                    self._score(conn, rows)
                self.passing(Point.SCORED)
        return len(rows)

    def _score(self, conn: sa.Connection, rows: Sequence[Due]) -> None:
        members = [UUID(row.record_id) for row in rows]
        outcome = scoring.rescore(conn, members, self.today(conn), self.zone(conn))
        told = tracing.by_record(rows)
        for lane in dict.fromkeys(row.lane for row in rows):
            of_lane = {UUID(row.record_id) for row in rows if row.lane == lane}
            self.mark_push(conn, "member", set(outcome.members) & of_lane, lane, told=told)
        snapshots = set(outcome.snapshots)
        owners = because_of(conn, "vector_snapshot", {one: {one} for one in snapshots}) if told else {}
        of_snapshot = {one: told[member] for member, mine in owners.items() for one in mine if member in told}
        self.mark_push(conn, "vector_snapshot", snapshots, "backfill", told=of_snapshot)
        due.finish(conn, rows)

    def push(self, system: str) -> int:
        """Write what is due; return how many rows were worked on. Nothing is written before the first sync is whole."""
        with self.database.connect() as conn:
            if not self._may_push(conn, system):
                return 0
            rows = due.take(conn, "push", system, BATCH, self.clock(), self.lanes(conn, system))
            if len(rows) == BATCH and rows[0].lane == "backfill":
                # Nobody waits for these: so many at once that the system may have a cheaper way for them.
                rows = due.take(conn, "push", system, MOST_PATIENT, self.clock(), ("backfill",))
        if rows:
            connected = self.connected[system]
            lane = rows[0].lane

            def absorb(conn: sa.Connection, object_name: str, fetched: Fetched) -> Collection[str]:
                return self.absorb(conn, connected, object_name, fetched, lane, pushing=rows)

            with tracing.working_on("push", system, rows):
                Push(self.database, connected, absorb, self.clock, self.passing, self.brakes).run(rows)
            self.note_usage(system)
        return len(rows)

    def _may_push(self, conn: sa.Connection, system: str) -> bool:
        known = systems.get(conn, system)
        return known is not None and known.first_sync_completed_at is not None

    def today(self, conn: sa.Connection) -> date:
        """Return the date in the association's time zone."""
        return today(conn, self.clock(), self._time_zone)

    def zone(self, conn: sa.Connection) -> str:
        """Return the association's time zone: the settings', else the first system's, else UTC."""
        return self._time_zone or time_zone(conn)

    def rescore_all(self, system: str) -> int:
        """Make every member's score due, as a new day does; return how many there are."""
        with self.database.begin() as conn:
            members = conn.scalars(sa.text("SELECT id FROM member WHERE deleted_at IS NULL")).all()
            due.mark(conn, "score", "", "member", [str(one) for one in members], "backfill", self.clock())
            systems.note_rescore(conn, system, self.today(conn))
        return len(members)
