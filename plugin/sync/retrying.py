"""Trying again what was given up on: what stopped it, a rule or a missing permission, may be put right by now."""

from __future__ import annotations

from datetime import timedelta

from plugin.store import dead_letters
from plugin.sync.engine import Engine
from plugin.sync.removing import EDITED_THERE

FIRST = timedelta(hours=1)
LONGEST = timedelta(days=1)


def retry(engine: Engine, system: str) -> int:
    """Make those of a system's dead letters due that have waited long enough; return how many.

    After an hour, then twice as long each time, at most a day; nobody waits for them, so live changes go first. What
    only a person can settle is left to one.
    """
    now = engine.clock()
    with engine.database.begin() as conn:
        ripe = dead_letters.ripe(conn, system, now, FIRST, LONGEST, but=(EDITED_THERE,))
        return dead_letters.revive(conn, ripe, "backfill", now)
