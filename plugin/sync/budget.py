"""How many of a system's API calls each lane may use: when they run short, a backfill waits first, people last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from plugin.store import systems
from plugin.store.due import LANES, Lane
from plugin.store.systems import System

LOOK_AGAIN = timedelta(minutes=15)
"""How long we believe what a system last said of its calls: then one more call is made, and its answer tells anew."""


@dataclass(frozen=True)
class Budget:
    """Shares of the calls that a system allows in 24 hours, whoever makes them.

    `backfill` and `sync` are the shares up to which those lanes go on; `reserve` is left alone by every lane.
    """

    reserve: float = 0.05
    sync: float = 0.9
    backfill: float = 0.7

    def ceiling(self, lane: Lane, limit: int) -> int:
        """Return how many calls may be used in all before this lane stops."""
        most = limit - round(limit * self.reserve)
        share = {"interactive": 1.0, "sync": self.sync, "backfill": self.backfill}[lane]
        return min(most, round(limit * share))

    def waits(self, known: System | None, now: datetime) -> dict[Lane, datetime]:
        """Return the lanes that wait, each with the moment until which it does; urgent lanes first."""
        if known is None or known.calls_used is None or known.calls_limit is None or known.usage_at is None:
            return {}
        until = known.usage_at + LOOK_AGAIN
        if now >= until:
            return {}
        used, limit = known.calls_used, known.calls_limit
        return {lane: until for lane in LANES if used >= self.ceiling(lane, limit)}

    def everywhere(self, conn: Connection, now: datetime) -> dict[str, dict[Lane, datetime]]:
        """Return what `waits` says of every system, by name."""
        return {known.name: self.waits(known, now) for known in systems.all_systems(conn)}

    def lanes(self, known: System | None, now: datetime) -> tuple[Lane, ...]:
        """Return the lanes that may make calls now, the most urgent first."""
        waiting = self.waits(known, now)
        return tuple(lane for lane in LANES if lane not in waiting)


DEFAULT = Budget()
