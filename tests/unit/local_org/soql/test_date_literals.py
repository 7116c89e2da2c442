"""The days that each date literal stands for, seen from Tuesday, 12 May 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.salesforce.local_org.soql.dates import days_of, moment

SPANS = [
    ("YESTERDAY", "2026-05-11", "2026-05-12"),
    ("today", "2026-05-12", "2026-05-13"),
    ("TOMORROW", "2026-05-13", "2026-05-14"),
    ("LAST_WEEK", "2026-05-03", "2026-05-10"),
    ("THIS_WEEK", "2026-05-10", "2026-05-17"),
    ("NEXT_WEEK", "2026-05-17", "2026-05-24"),
    ("LAST_MONTH", "2026-04-01", "2026-05-01"),
    ("THIS_MONTH", "2026-05-01", "2026-06-01"),
    ("NEXT_MONTH", "2026-06-01", "2026-07-01"),
    ("LAST_90_DAYS", "2026-02-11", "2026-05-13"),
    ("NEXT_90_DAYS", "2026-05-13", "2026-08-11"),
    ("LAST_N_DAYS:0", "2026-05-12", "2026-05-13"),
    ("LAST_N_DAYS:7", "2026-05-05", "2026-05-13"),
    ("NEXT_N_DAYS:7", "2026-05-13", "2026-05-20"),
    ("N_DAYS_AGO:7", "2026-05-05", "2026-05-06"),
    ("LAST_N_WEEKS:2", "2026-04-26", "2026-05-10"),
    ("NEXT_N_WEEKS:2", "2026-05-17", "2026-05-31"),
    ("N_WEEKS_AGO:2", "2026-04-26", "2026-05-03"),
    ("LAST_N_MONTHS:2", "2026-03-01", "2026-05-01"),
    ("NEXT_N_MONTHS:8", "2026-06-01", "2027-02-01"),
    ("N_MONTHS_AGO:5", "2025-12-01", "2026-01-01"),
    ("THIS_QUARTER", "2026-04-01", "2026-07-01"),
    ("LAST_QUARTER", "2026-01-01", "2026-04-01"),
    ("NEXT_FISCAL_QUARTER", "2026-07-01", "2026-10-01"),
    ("LAST_N_QUARTERS:2", "2025-10-01", "2026-04-01"),
    ("N_FISCAL_QUARTERS_AGO:1", "2026-01-01", "2026-04-01"),
    ("THIS_YEAR", "2026-01-01", "2027-01-01"),
    ("LAST_FISCAL_YEAR", "2025-01-01", "2026-01-01"),
    ("NEXT_N_YEARS:2", "2027-01-01", "2029-01-01"),
    ("LAST_N_FISCAL_YEARS:2", "2024-01-01", "2026-01-01"),
    ("N_YEARS_AGO:3", "2023-01-01", "2024-01-01"),
]


@pytest.mark.parametrize(("literal", "first", "following"), SPANS)
def test_a_date_literal_stands_for_its_days(literal: str, first: str, following: str) -> None:
    assert days_of(literal, date(2026, 5, 12)) == (date.fromisoformat(first), date.fromisoformat(following))


def test_a_week_that_begins_today_begins_today() -> None:
    assert days_of("THIS_WEEK", date(2026, 5, 10))[0] == date(2026, 5, 10)


def test_a_day_begins_at_its_own_midnight_also_when_clocks_change() -> None:
    zone = ZoneInfo("America/New_York")
    assert moment(date(2026, 3, 8), zone) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert moment(date(2026, 3, 9), zone) == datetime(2026, 3, 9, 4, tzinfo=UTC)
