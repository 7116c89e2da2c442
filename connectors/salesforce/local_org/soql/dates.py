"""Date literals (`TODAY`, `LAST_N_DAYS:30`, ...) as spans of days in the org's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


def days_of(literal: str, today: date) -> tuple[date, date]:
    """Return the first day of the literal's span and the first day after it. Weeks start on Sunday, and the fiscal
    year is the calendar's.

    Source: Salesforce, SOQL and SOSL Reference, "Date Formats and Date Literals in WHERE".
    """
    name, _, digits = literal.upper().replace("FISCAL_", "").partition(":")
    if name in ("YESTERDAY", "TODAY", "TOMORROW"):
        start = today + timedelta(days=("YESTERDAY", "TODAY", "TOMORROW").index(name) - 1)
        return start, start + timedelta(days=1)
    if name.endswith("_90_DAYS"):
        name, digits = name.replace("_90_", "_N_"), "90"
    if name.endswith("_AGO"):
        unit = name.split("_")[1].rstrip("S")
        start = _shift(_start(unit, today), unit, -int(digits))
        return start, _shift(start, unit, 1)
    when, unit = name.split("_")[0], name.split("_")[-1]
    if not digits:
        start = _shift(_start(unit, today), unit, {"LAST": -1, "THIS": 0, "NEXT": 1}[when])
        return start, _shift(start, unit, 1)
    return _run(when, unit.rstrip("S"), int(digits), today)


def moment(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment in UTC at which the day begins in the zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _run(when: str, unit: str, count: int, today: date) -> tuple[date, date]:
    """LAST_N_DAYS holds today too; every other run leaves the present unit out."""
    start = _start(unit, today)
    following = _shift(start, unit, 1)
    if when == "NEXT":
        return following, _shift(following, unit, count)
    return _shift(start, unit, -count), following if unit == "DAY" else start


def _start(unit: str, today: date) -> date:
    if unit == "DAY":
        return today
    if unit == "WEEK":
        return today - timedelta(days=(today.weekday() + 1) % 7)
    months = _MONTHS[unit]
    return today.replace(month=(today.month - 1) // months * months + 1, day=1)


def _shift(start: date, unit: str, count: int) -> date:
    if unit in ("DAY", "WEEK"):
        return start + timedelta(days=count * (7 if unit == "WEEK" else 1))
    months = start.year * 12 + start.month - 1 + count * _MONTHS[unit]
    return start.replace(year=months // 12, month=months % 12 + 1)
