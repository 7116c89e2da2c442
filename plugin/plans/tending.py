"""What a worker does for plans beside its rounds: goals lapse, new members get plans, new owners get their note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
import structlog

from plugin.domain.plan import PlanTemplate
from plugin.jobs import HandingOn, Runner
from plugin.plans.handovers import make_handovers, newest_change
from plugin.plans.joining import apply_at_joining
from plugin.plans.lapse import close_lapsed
from plugin.plans.marking import Marks
from plugin.scoring.rows import today
from plugin.store import systems

log = structlog.get_logger(__name__)


class Tending(HandingOn):
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
        super().__init__(runner)
        self._database, self._marks, self._clock = database, marks, clock
        self._templates, self._zone, self._others = templates, zone, others
        self._seen: int | None = None

    def poll(self, system: str) -> None:
        """Read what changed, then look after plans; what that makes due is drained as anything else."""
        super().poll(system)
        self.tend(system)

    def rescore(self, system: str) -> None:
        """Look after plans for the day that has begun, then score every member for it."""
        self.tend(system)
        super().rescore(system)

    def tend(self, system: str) -> None:
        """Do it all once, in one transaction: nothing is done twice, by however many workers."""
        now = self._clock()
        with self._database.begin() as conn:
            known = [systems.get(conn, name) for name in {system, *self._others}]
            if any(one is None or one.first_sync_completed_at is None for one in known):
                return
            day = today(conn, now, self._zone)
            lapsed = close_lapsed(conn, self._marks, day, now)
            applied = apply_at_joining(conn, self._marks, self._templates, day, now) if self._templates else []
            newest = newest_change(conn)
            notes = make_handovers(conn, self._marks, day, now, self._seen)
        self._seen = newest
        given = sum(len(one.members) for one in applied)
        if lapsed or given or notes:
            log.info("plans looked after", lapsed=len(lapsed), given=given, handovers=len(notes))
