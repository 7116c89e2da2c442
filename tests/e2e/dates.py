"""Days as an org counts them: in its own time zone, whose today is not always that of whoever runs the tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.salesforce.local_org.org import OrgSettings


def today() -> date:
    """Return the date in a local org's own time zone."""
    return datetime.now(ZoneInfo(OrgSettings().time_zone)).date()


def day(number: int) -> str:
    """Return the day so many days after the org's today, before it where `number` is negative, as an org takes it."""
    return (today() + timedelta(days=number)).isoformat()
