"""From which day on snapshots are kept."""

from __future__ import annotations

from datetime import date

import pytest

from plugin.sync.retention import kept_from


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (date(2026, 11, 22), 24, date(2024, 11, 1)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
        (date(2026, 12, 31), 12, date(2025, 12, 1)),
        (date(2026, 3, 31), 27, date(2023, 12, 1)),
    ],
)
def test_whole_months_are_kept(today: date, months: int, first: date) -> None:
    assert kept_from(today, months) == first
