"""Values in the form the other side keeps them, so that "equal" means equal over there. Ours keeps its finer value.

Write the normal value, not the finer one: then the other side has nothing left to round, and reads back what was sent.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from connectors.base import FieldSchema, Scalar
from mappings.convert import OUTER_SPACE, Value, ValueRefused, rounded

_SIGNIFICANT = 15
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def normal(value: Value, field: FieldSchema, *, fits: bool = True) -> Scalar:
    """Return the value as the field of the other side would give it back. Applying it twice changes nothing.

    Takes JSON as it was read or is about to be written, and canonical dates and amounts as well. Text is trimmed and
    its line ends made one kind, empty is None, a flag that was never set is false; numbers are rounded half away from
    zero to the field's decimals (to 15 significant digits where it names none); a choice takes the spelling of the
    field's own choices; moments are in UTC to the second; 15-character ids get their suffix. Raises ValueRefused for
    what the field can't hold: a text that is too long is never cut. Unless it is to be one that `fits`, it may be too
    long or too large for all we know of the field.
    """
    if field.type == "boolean":
        return value is True
    if isinstance(value, str):
        value = value.strip(OUTER_SPACE)
    if value is None or value == "":
        return None
    if field.type in {"number", "integer"}:
        return _number(value, field, fits=fits)
    if field.type in {"date", "datetime"} or isinstance(value, date):
        return _moment(value, field)
    if isinstance(value, str):
        return _text(value, field, fits=fits)
    return float(value) if isinstance(value, Decimal) else value


def _number(value: Value, field: FieldSchema, *, fits: bool) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueRefused(field.name, value, "a number")
    scale = 0 if field.type == "integer" else field.scale
    if scale is None:
        return float(f"{value:.{_SIGNIFICANT}g}") + 0.0
    exact = rounded(value, scale)
    if fits and field.precision and abs(exact) >= Decimal(10) ** (field.precision - scale):
        raise ValueRefused(field.name, value, f"{field.precision - scale} digits before the decimal point")
    return int(exact) if scale == 0 else float(exact)


def _moment(value: Value, field: FieldSchema) -> str:
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError as error:
            raise ValueRefused(field.name, value, "a date, or a date and time, as ISO 8601 writes it") from error
    if not isinstance(moment, date):
        raise ValueRefused(field.name, value, "a date, or a date and time")
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    if field.type == "date":
        return moment.date().isoformat()
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + ".000Z"


def _text(value: str, field: FieldSchema, *, fits: bool) -> str:
    if field.type in {"reference", "id"}:
        return eighteen(value)
    if field.type == "choice":
        return _spelled(value, field)
    if field.type == "multi_choice":
        chosen = {_spelled(each.strip(OUTER_SPACE), field) for each in value.split(";") if each.strip(OUTER_SPACE)}
        order = {choice: place for place, choice in enumerate(field.choices)}
        return ";".join(sorted(chosen, key=lambda each: (order.get(each, len(order)), each)))
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if fits and field.max_length and len(value) > field.max_length:
        raise ValueRefused(field.name, value, f"at most {field.max_length} characters, and this has {len(value)}")
    return value


def _spelled(value: str, field: FieldSchema) -> str:
    if value in field.choices:
        return value
    return next((choice for choice in field.choices if choice.casefold() == value.casefold()), value)


def eighteen(identifier: str) -> str:
    """Return an id of 15 characters, which tells upper from lower case, with the suffix that does without."""
    if len(identifier) != 15 or not (identifier.isascii() and identifier.isalnum()):
        return identifier
    groups = (identifier[start : start + 5] for start in (0, 5, 10))
    return identifier + "".join(
        _SUFFIX[sum(letter.isupper() << place for place, letter in enumerate(group))] for group in groups
    )
