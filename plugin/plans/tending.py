"""What a worker does for plans beside its rounds: goals lapse, new members get plans, new owners get their note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from plugin.domain.plan import PlanTemplate
from plugin.jobs import Runner
from plugin.plans.handovers import make_handovers, newest_change
from plugin.plans.joining import apply_at_joining
from plugin.plans.lapse import close_lapsed
from plugin.plans.marking import Marks
from plugin.scoring.rows import time_zone
from plugin.store import systems

log = structlog.get_logger(__name__)


class Tending:
    """A worker's runner that looks after plans whenever it has polled, and when a day begins.

    `templates` are those for new members; with none, plans are given by hand only. Nothing is done before the first
    sync of every system is whole: until then nobody knows who has a goal already.
    """

    def __init__(
        self,
        runner: Runner,
        database: sa.Engine,
        marks: Marks,
        clock: Callable[[], datetime],
        templates: Sequence[PlanTemplate] = (),
        zone: str | None = None,
        others: Sequence[str] = (),
    ) -> None:
        """`others` are the systems that must have had their first sync as well."""
        self._runner, self._database, self._marks, self._clock = runner, database, marks, clock
        self._templates, self._zone, self._others = templates, zone, others
        self._seen: int | None = None

    def drain(self, system: str) -> None:
        """Fetch, score and push until nothing is due."""
        self._runner.drain(system)

    def poll(self, system: str) -> None:
        """Read what changed, then look after plans; what that makes due is drained as anything else."""
        self._runner.poll(system)
        self.tend(system)

    def rescore(self, system: str) -> None:
        """Look after plans for the day that has begun, then score every member for it."""
        self.tend(system)
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

    def tend(self, system: str) -> None:
        """Do it all once, in one transaction: nothing is done twice, by however many workers."""
        now = self._clock()
        with self._database.begin() as conn:
            known = [systems.get(conn, name) for name in {system, *self._others}]
            if any(one is None or one.first_sync_completed_at is None for one in known):
                return
            today = self._today(conn, now)
            lapsed = close_lapsed(conn, self._marks, today, now)
            applied = apply_at_joining(conn, self._marks, self._templates, today, now) if self._templates else []
            newest = newest_change(conn)
            notes = make_handovers(conn, today, now, self._seen)
        self._seen = newest
        given = sum(len(one.members) for one in applied)
        if lapsed or given or notes:
            log.info("plans looked after", lapsed=len(lapsed), given=given, handovers=len(notes))

    def _today(self, conn: Connection, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self._zone or time_zone(conn))).date()
