"""A value that a person wrote, as one of our fields."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from mappings.convert import Value, typed
from plugin.domain.entities import Field, Kind

NUMBERS = {Kind.NUMBER, Kind.MONEY, Kind.INTEGER}


def written_value(field: Field, written: Any) -> Value:
    """Return what was written, as text or JSON, as the field holds it; empty text is None.

    A choice is written as ours is called. Raises ValueRefused for what the field can't hold.
    """
    if isinstance(written, str):
        text = written.strip()
        if field.kind in NUMBERS:
            written = _number(text) if text else None
        elif field.kind is Kind.BOOLEAN:
            written = {"true": True, "yes": True, "false": False, "no": False}.get(text.casefold(), text or None)
    return typed(written, field.kind, field.name)


def _number(text: str) -> float | int | str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    return int(number) if number == number.to_integral_value() and "." not in text else float(number)
