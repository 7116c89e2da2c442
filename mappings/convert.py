"""Single values between their JSON and our types. Nothing is dropped or bent: what doesn't fit is refused by name."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from connectors.base import Scalar
from plugin.domain.entities import Kind
from plugin.errors import UserError

Value = str | int | float | bool | Decimal | date | datetime | None
"""A canonical value: by kind str, date, datetime (UTC), float, Decimal (two places), int, bool; None for unknown."""

_CENT = Decimal("0.01")
_WIDE = Context(prec=400)
_LARGEST_AMOUNT = Decimal(10) ** 16
OUTER_SPACE = "".join(map(chr, range(33)))
"""What counts as space around a text: what Salesforce trims. A no-break space is text there, and so it is here."""
_EXPECTED = {
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "text",
    Kind.CHOICE: "text",
    Kind.REFERENCE: "a record id",
    Kind.DATE: "a day as YYYY-MM-DD",
    Kind.DATETIME: "a date and time with its zone, as 2026-03-01T09:30:00Z",
    Kind.NUMBER: "a finite number",
    Kind.MONEY: "an amount below 10^16, to the cent",
    Kind.INTEGER: "a whole number",
    Kind.BOOLEAN: "true or false",
}


class ValueRefused(UserError):
    """One value can't be carried over. `field`: where it stood; `value`: as it came; `allowed`: what would be right."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field, self.value, self.allowed = field, value, allowed
        super().__init__(f"{field} holds {value!r}, which can't be carried over. Allowed: {allowed}.")


def typed(value: Scalar, kind: Kind, where: str) -> Value:
    """Return their JSON value as ours of that kind; empty text is None. Raises ValueRefused."""
    if value is None or (isinstance(value, str) and not value.strip(OUTER_SPACE)):
        return None
    result = _typed(value, kind)
    if result is None:
        raise ValueRefused(where, value, _EXPECTED[kind])
    return result


def _typed(value: Scalar, kind: Kind) -> Value:
    if kind is Kind.BOOLEAN:
        return value if isinstance(value, bool) else None
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _from_text(value, kind)
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return _from_number(value, kind)


def _from_text(value: str, kind: Kind) -> Value:
    if kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.REFERENCE}:
        return value
    try:
        if kind is Kind.DATE:
            return date.fromisoformat(value.strip())
        if kind is Kind.DATETIME:
            moment = datetime.fromisoformat(value.strip())
            return moment.astimezone(UTC) if moment.tzinfo else None
    except ValueError:
        return None
    return None


def _from_number(value: float, kind: Kind) -> Value:
    if kind is Kind.NUMBER:
        return float(value)
    if kind is Kind.INTEGER:
        return int(value) if value == int(value) else None
    if kind is Kind.MONEY:
        amount = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return amount.quantize(_CENT, ROUND_HALF_UP) if abs(amount) < _LARGEST_AMOUNT else None
    return None


def plain(value: object, kind: Kind, where: str, decimals: int | None = None) -> Scalar:
    """Return our value as JSON; an unknown boolean is false, since a checkbox can't be empty. Raises ValueRefused.

    A number is rounded half up to `decimals`.
    """
    if value is None:
        return False if kind is Kind.BOOLEAN else None
    result = _plain(value, kind, decimals)
    if result is None:
        raise ValueRefused(where, value, _EXPECTED[kind])
    return result


def _plain(value: object, kind: Kind, decimals: int | None) -> Scalar:
    if kind is Kind.BOOLEAN or isinstance(value, bool):
        return value if kind is Kind.BOOLEAN and isinstance(value, bool) else None
    if kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.REFERENCE}:
        return value if isinstance(value, str) else None
    if kind is Kind.DATE:
        return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else None
    if kind is Kind.DATETIME:
        return stamp(value) if isinstance(value, datetime) and value.tzinfo else None
    return _plain_number(value, kind, decimals)


def _plain_number(value: object, kind: Kind, decimals: int | None) -> Scalar:
    if not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        return None
    if kind is Kind.INTEGER:
        return int(value) if value == int(value) else None
    if kind is Kind.MONEY:
        return _plain_amount(value)
    return float(value if decimals is None else rounded(value, decimals))


def _plain_amount(value: float | Decimal) -> Scalar:
    amount = rounded(value, 2)
    if abs(amount) >= _LARGEST_AMOUNT:
        return None
    shown = float(amount)
    return shown if rounded(shown, 2) == amount else None


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    """Return the number to that many decimals, halves away from zero, judged by its shortest decimal spelling."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE) + 0


def stamp(moment: datetime) -> str:
    """Return the moment in UTC to the millisecond, as 2026-03-01T09:30:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
