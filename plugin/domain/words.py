"""How dates, numbers and names are put for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def on_date(day: date, as_of: date) -> str:
    """Return a date as people say it: "12 Oct", with the year when it is another than the reader's."""
    said = f"{day.day} {_MONTHS[day.month - 1]}"
    return said if day.year == as_of.year else f"{said} {day.year}"


def rounded(value: float | None, decimals: int) -> float | None:
    """Round for people; None stays None, and there is no negative zero."""
    return None if value is None else round(value, decimals) + 0.0


def count(number: int) -> str:
    """Return a count in words up to ten."""
    return _COUNTS[number] if number < len(_COUNTS) else str(number)


def quoted(name: str) -> str:
    """Return a name in quotes."""
    return f"'{name}'"


def cut(text: str, longest: int) -> str:
    """Return a text of at most so many characters; one that was longer ends in an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def sentence(text: str) -> str:
    """Return a sentence with its capital and its full stop."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def joined(parts: Sequence[str]) -> str:
    """Return the parts that say something, with semicolons between."""
    return "; ".join(part for part in parts if part)


def status_name(status: str) -> str:
    """Return a status or flag as people say it."""
    return "in the week of grace" if status == "grace" else status.replace("_", " ")
