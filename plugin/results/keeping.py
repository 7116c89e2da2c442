"""Once a day: everything that is computed beside the vector is kept with its reason, and written where reports look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from plugin.coverage.team import ASSUMED
from plugin.coverage.work import work
from plugin.domain.capacity import capacity
from plugin.domain.cohort import cohort_of
from plugin.domain.forecast import forecast
from plugin.domain.growth import growth
from plugin.jobs import HandingOn, Runner
from plugin.plans.marking import Marks
from plugin.results import told, written
from plugin.results.arranged import Arranged, keep_coverage
from plugin.scoring.dues import dues_history
from plugin.scoring.engagements import relationships
from plugin.scoring.portfolio import portfolio
from plugin.scoring.rows import today
from plugin.store import results, systems

MIX_DAYS = 90
GROWTH_DAYS = 365
log = structlog.get_logger(__name__)


class Keeping(HandingOn):
    """A worker's runner that keeps each day's results once the members are scored for it."""

    def __init__(
        self,
        runner: Runner,
        database: sa.Engine,
        marks: Marks,
        clock: Callable[[], datetime],
        zone: str | None = None,
        found: Arranged | None = None,
    ) -> None:
        super().__init__(runner)
        self._database, self._marks, self._clock, self._zone = database, marks, clock, zone
        self._arranged = found or Arranged()

    def rescore(self, system: str) -> None:
        """Score every member for the day that has begun, then keep the day's results."""
        super().rescore(system)
        self.keep(system)

    def keep(self, system: str) -> None:
        """Keep the day's results, once a day and not before the first sync is whole."""
        now = self._clock()
        with self._database.begin() as conn:
            known = systems.get(conn, system)
            day = today(conn, now, self._zone)
            if known is None or known.first_sync_completed_at is None or results.kept_on(conn, day):
                return
            count = keep_day(conn, self._marks, day, now, self._arranged)
        log.info("results kept", results=count, as_of=day.isoformat())


def keep_day(conn: Connection, marks: Marks, today: date, now: datetime, agreed: Arranged | None = None) -> int:
    """Compute, keep and write a day's results; return how many were kept."""
    agreed = agreed or Arranged()
    covered, called_for = keep_coverage(conn, marks, agreed, today, now)
    found = portfolio(conn, today)
    answer = forecast(found.members, today, found.owners)
    count = covered + results.replace(conn, "forecast", today, told.of_forecast(answer))
    written.write_expected(conn, marks, answer, now)
    load_ = work(conn, today, agreed.team, ASSUMED, called_for)
    served = capacity(load_.served, load_.team)
    assumed = None if agreed.team else told.ASSUMED
    count += results.replace(conn, "capacity", today, told.of_capacity(served, today, assumed))
    written.write_hours(conn, marks, load_, now)
    return count + _views(conn, today)


def _views(conn: Connection, today: date) -> int:
    """Keep what is only looked at: the engagement mix, and a year's growth where there are dues."""
    met = relationships(conn, today - timedelta(days=MIX_DAYS), today)
    count = results.replace(conn, "engagement_mix", today, told.of_relationships(met, MIX_DAYS, today))
    everybody = cohort_of(())
    grown = growth(everybody.of(dues_history(conn).members), today - timedelta(days=GROWTH_DAYS), today)
    return count + results.add(conn, [told.of_growth(grown, str(everybody))] if grown.start else [])
