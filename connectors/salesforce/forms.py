"""How Salesforce writes ids and points in time, and the way back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def full_id(text: str) -> str | None:
    """Return the 18-character form of a record id of 15 or 18 characters, or None if this can't be one.

    The three added characters say which of the fifteen are upper case; an 18-character id is mended by them.
    """
    if not _ID.fullmatch(text):
        return None
    head = text[:15]
    marks = "".join(
        _SUFFIX[sum(1 << bit for bit, char in enumerate(head[start : start + 5]) if char.isupper())]
        for start in (0, 5, 10)
    )
    return head + marks if len(text) == 15 or text[15:].upper() == marks else None


def moment(text: str) -> datetime:
    """Return the point in time that Salesforce wrote as ISO 8601 (`2024-05-01T12:00:00.000+0000`)."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def soql_moment(when: datetime) -> str:
    """Return a datetime literal of SOQL, in UTC, to the millisecond."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def http_date(when: datetime) -> str:
    """Return the date of an HTTP header; its finest unit is a second, so fractions are cut off."""
    return format_datetime(when.astimezone(UTC).replace(microsecond=0), usegmt=True)


def from_http_date(text: str | None) -> datetime | None:
    """Return the point in time of a `Date` header, or None where it is missing or unreadable."""
    if not text:
        return None
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return None
