"""How long what failed for now waits."""

from __future__ import annotations

from datetime import UTC, datetime

from plugin.sync.backoff import again_at

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_what_fails_waits_twice_as_long_each_time_at_most_an_hour():
    waits = [(again_at(attempts, NOW) - NOW).total_seconds() for attempts in (0, 1, 2, 9, 10, 11, 1_000_000)]
    assert waits == [5, 10, 20, 2560, 3600, 3600, 3600]
