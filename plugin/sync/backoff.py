"""How long a failing record waits before it is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)


def again_at(attempts: int, now: datetime) -> datetime:
    """Return when to try again after `attempts` failures: 5 s, doubling, at most an hour."""
    doubled = FIRST * float(2 ** min(attempts, 12))
    return now + min(LONGEST, doubled)
