"""What the functions of formulas come to in Python: by name, with how many arguments they take."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from typing import Any

NUMBER = re.compile(r"\s*([+-]?(\d+(\.\d*)?|\.\d+))\s*", re.ASCII)
SUNDAY = 6
_PRECISION = 60


@dataclass(frozen=True)
class Function:
    """A function of values alone: how many arguments it takes at least and at most, and what it comes to."""

    least: int
    most: int
    call: Callable[..., Any]


def is_blank(value: Any) -> bool:
    """Whether a value is null or an empty text."""
    return value is None or value == ""


def text_of(value: Any) -> str:
    """Return a value as TEXT writes it: numbers without needless zeros, moments in UTC, null as an empty text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, Decimal):
        shown = f"{value:f}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown
    return value.isoformat() if isinstance(value, date) else str(value)


def _of_all(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that is null where one of its arguments is."""
    return lambda *given: None if any(each is None for each in given) else call(*given)


def _rounded(number: Decimal, how: str, digits: Decimal = Decimal(0)) -> Decimal:
    with localcontext(prec=_PRECISION):
        return number.quantize(Decimal(1).scaleb(-int(digits)), how)


def _remainder(number: Decimal, divisor: Decimal) -> Decimal | None:
    return number % divisor if divisor else None


def _day(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    """The day of a calendar, null where it has no such day."""
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def _months_later(day: date, months: Decimal) -> date | None:
    """The same day of a later month, and its last day where the given one is the last of its own."""
    count = day.year * 12 + day.month - 1 + int(months)
    if not 12 <= count < 120_000:
        return None
    last = monthrange(count // 12, count % 12 + 1)[1]
    is_last = (day + timedelta(days=1)).day == 1
    return day.replace(year=count // 12, month=count % 12 + 1, day=last if is_last else min(day.day, last))


def _number(text: Any) -> Decimal | None:
    match = NUMBER.fullmatch(text_of(text))
    return Decimal(match[1]) if match else None


def _found(part: Any, text: Any, start: Any = Decimal(1)) -> Decimal:
    """Where a part begins in a text, from 1; 0 where it isn't, or is nothing."""
    wanted, first = text_of(part), max(1, int(start or 1))
    return Decimal(text_of(text).find(wanted, first - 1) + 1 if wanted else 0)


def _right(text: str, count: int) -> str:
    return text[max(0, len(text) - count) :]


def _middle(text: Any, start: Decimal, count: Decimal) -> str:
    first = max(1, int(start)) - 1
    return text_of(text)[first : first + max(0, int(count))]


FUNCTIONS: Mapping[str, Function] = {
    "NOT": Function(1, 1, lambda value: value is not True),
    "ISBLANK": Function(1, 1, is_blank),
    "ISNULL": Function(1, 1, lambda value: value is None),
    "ISNUMBER": Function(1, 1, lambda text: _number(text) is not None),
    "ISPICKVAL": Function(2, 2, lambda value, text: text_of(value) == text_of(text)),
    "INCLUDES": Function(2, 2, lambda value, text: text_of(text) in text_of(value).split(";")),
    "TEXT": Function(1, 1, text_of),
    "VALUE": Function(1, 1, _number),
    "BLANKVALUE": Function(2, 2, lambda value, instead: instead if is_blank(value) else value),
    "NULLVALUE": Function(2, 2, lambda value, instead: instead if value is None else value),
    "LEN": Function(1, 1, lambda value: Decimal(len(text_of(value)))),
    "TRIM": Function(1, 1, lambda value: text_of(value).strip(" ")),
    "UPPER": Function(1, 1, lambda value: text_of(value).upper()),
    "LOWER": Function(1, 1, lambda value: text_of(value).lower()),
    "CONTAINS": Function(2, 2, lambda value, part: text_of(part) in text_of(value)),
    "BEGINS": Function(2, 2, lambda value, part: text_of(value).startswith(text_of(part))),
    "LEFT": Function(2, 2, lambda value, count: text_of(value)[: max(0, int(count or 0))]),
    "RIGHT": Function(2, 2, lambda value, count: _right(text_of(value), max(0, int(count or 0)))),
    "MID": Function(3, 3, lambda value, start, count: _middle(value, start or Decimal(0), count or Decimal(0))),
    "FIND": Function(2, 3, _found),
    "SUBSTITUTE": Function(3, 3, lambda text, old, new: text_of(text).replace(text_of(old), text_of(new))
                           if text_of(old) else text_of(text)),
    "ABS": Function(1, 1, _of_all(abs)),
    "MIN": Function(1, 99, _of_all(lambda *given: min(given))),
    "MAX": Function(1, 99, _of_all(lambda *given: max(given))),
    "MOD": Function(2, 2, _of_all(_remainder)),
    "ROUND": Function(2, 2, _of_all(lambda number, digits: _rounded(number, ROUND_HALF_UP, digits))),
    "CEILING": Function(1, 1, _of_all(lambda number: _rounded(number, ROUND_UP))),
    "FLOOR": Function(1, 1, _of_all(lambda number: _rounded(number, ROUND_DOWN))),
    "MCEILING": Function(1, 1, _of_all(lambda number: _rounded(number, ROUND_CEILING))),
    "MFLOOR": Function(1, 1, _of_all(lambda number: _rounded(number, ROUND_FLOOR))),
    "DATE": Function(3, 3, _of_all(_day)),
    "ADDMONTHS": Function(2, 2, _of_all(_months_later)),
    "YEAR": Function(1, 1, _of_all(lambda day: Decimal(day.year))),
    "MONTH": Function(1, 1, _of_all(lambda day: Decimal(day.month))),
    "DAY": Function(1, 1, _of_all(lambda day: Decimal(day.day))),
    "WEEKDAY": Function(1, 1, _of_all(lambda day: Decimal((day.weekday() - SUNDAY) % 7 + 1))),
}  # fmt: skip
"""CEILING and FLOOR go away from and towards zero, MCEILING and MFLOOR up and down; halves are rounded away from zero.

Source: Salesforce Help, "Formula Operators and Functions A-Z".
"""
