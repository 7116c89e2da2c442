"""The kinds of value of the exchange format, and how a wrong one is refused."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError


def refuse(what: str, fix: str) -> NoReturn:
    """Refuse the value at hand: what is wrong, and what would be right."""
    raise PydanticCustomError("refused", "{what}. {fix}", {"what": what, "fix": fix})


def shown(value: Any) -> str:
    """Return a value as it stands in JSON, cut to a line's length."""
    return json.dumps(value, default=str, ensure_ascii=False)[:80]


def nearest(value: Any, known: Iterable[str]) -> str:
    """Return a question that names the known word nearest to `value`, or nothing if none is near."""
    near = difflib.get_close_matches(str(value), list(known), 1, 0.5)
    return f"Did you mean {near[0]}? " if near else ""


def day_of(text: str) -> date | None:
    """Return the date that year-month-day names, or None; Python would take other ways to write one, we don't."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _day(value: Any) -> date:
    day = day_of(value) if isinstance(value, str) else None
    if day is None:
        refuse(f"{shown(value)} is not a date", "Write it as year-month-day, like 2026-01-31.")
    return day


def one_of(words: Sequence[str]) -> AfterValidator:
    """Return the check that a value is one of `words`."""

    def check(value: str) -> str:
        if value not in words:
            refuse(f"{shown(value)} is not known", f"{nearest(value, words)}It is one of {', '.join(words)}.")
        return value

    return AfterValidator(check)


def _positive(value: float) -> float:
    if value <= 0:
        refuse(f"{value:g} is not positive", "Use a number above 0, or leave it out.")
    return value


def _each_once(rows: list[Any]) -> list[Any]:
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            refuse(f"the id {shown(row.id)} stands there twice", "Give each its own.")
        seen.add(row.id)
    return rows


Day = Annotated[date, BeforeValidator(_day)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[Number, AfterValidator(_positive)]
Credit = Annotated[Number, Field(ge=0, le=1)]
Id = Annotated[str, Field(strict=True, min_length=1)]
EachOnce = AfterValidator(_each_once)
