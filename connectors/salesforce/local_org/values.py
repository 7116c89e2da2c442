"""Values on their way in and out: what JSON holds, what the database keeps, and what a field can't take."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.schema import FieldDef

NUMBERS = frozenset({"Number", "Currency", "Percent"})
REFERENCES = frozenset({"Lookup", "MasterDetail"})
SIZED = frozenset({"Text", "TextArea", "LongTextArea", "Html", "Phone", "Email", "Url", "Picklist"})
DEFAULT_LENGTHS = {"Phone": 40, "Email": 80, "Url": 255, "TextArea": 255, "Picklist": 255, "Text": 255}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
DATETIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
JSON_TYPES = {bool: "VALUE_TRUE", int: "VALUE_NUMBER_INT", float: "VALUE_NUMBER_FLOAT", str: "VALUE_STRING",
              type(None): "VALUE_NULL", dict: "START_OBJECT", list: "START_ARRAY"}  # fmt: skip


def wrong_json(field: FieldDef, kind: str, given: object) -> OrgError:
    """Return what Salesforce's JSON reader says about a value of another type."""
    shown = JSON_TYPES.get(type(given), "VALUE_STRING")
    if given is False:
        shown = "VALUE_FALSE"
    text = f" value {given}" if isinstance(given, str | int | float) and not isinstance(given, bool) else " value"
    return OrgError(
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {kind} from {shown}{text} or request may be missing a required field"
        f" at [line:1, column:1] (field {field.name})",
        [field.name],
    )


OUTER_SPACE = "".join(map(chr, range(33)))
"""What Salesforce trims off a text: what Java's String.trim does. A no-break space is text."""


def stored(field: FieldDef, given: Any) -> Any:
    """Return a client's value as the database keeps it: text trimmed, empty text null, numbers to scale."""
    if isinstance(given, str) and field.type != "Checkbox":
        given = given.strip(OUTER_SPACE) or None
    if given is None and field.type != "Checkbox":
        return None
    if field.type in READERS:
        return READERS[field.type](field, given)
    if field.type in REFERENCES or field.type == "Id":
        return _reference(field, given)
    return _text(field, given)


def _checkbox(field: FieldDef, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    if isinstance(given, str) and given.lower() in ("true", "false"):
        return given.lower() == "true"
    raise wrong_json(field, "boolean", given)


def _number(field: FieldDef, given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise wrong_json(field, "double", given)
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        raise wrong_json(field, "double", given) from None
    scale = field.scale or 0
    whole = (field.precision or 18) - scale
    if not number.is_finite() or number.copy_abs() >= Decimal(10) ** whole:
        text = f"{field.label}: value outside of valid range on numeric field: {given}"
        raise OrgError("NUMBER_OUTSIDE_VALID_RANGE", text, [field.name])
    with localcontext(prec=60):
        return number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)


def _date(field: FieldDef, given: Any) -> date:
    if isinstance(given, str) and DATE.fullmatch(given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise wrong_json(field, "date", given)


def _datetime(field: FieldDef, given: Any) -> datetime:
    match = DATETIME.fullmatch(given) if isinstance(given, str) else None
    if match:
        try:
            moment = datetime.fromisoformat(match[1] + match[2].replace("Z", "+00:00"))
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise wrong_json(field, "datetime", given)


def _multi_picklist(field: FieldDef, given: Any) -> str:
    if not isinstance(given, str):
        raise wrong_json(field, "string", given)
    parts = [part.strip() for part in given.split(";") if part.strip()]
    for part in parts:
        _in_picklist(field, part)
    order = {value: at for at, value in enumerate(field.picklist)}
    return ";".join(sorted(dict.fromkeys(parts), key=lambda part: order.get(part, len(order))))


READERS: dict[str, Callable[[FieldDef, Any], Any]] = {
    "Checkbox": _checkbox,
    "Date": _date,
    "DateTime": _datetime,
    "MultiselectPicklist": _multi_picklist,
    **dict.fromkeys(NUMBERS, _number),
}


def _reference(field: FieldDef, given: Any) -> str:
    if not isinstance(given, str):
        raise wrong_json(field, "string", given)
    normal = normal_id(given)
    if normal is None:
        raise OrgError("MALFORMED_ID", f"{field.label}: id value of incorrect type: {given}", [field.name])
    return normal


def _text(field: FieldDef, given: Any) -> str:
    if not isinstance(given, str):
        raise wrong_json(field, "string", given)
    if UNSTORABLE.search(given):
        raise OrgError("JSON_PARSER_ERROR", f"Illegal character in {field.name}", [field.name])
    length = length_of(field)
    if length and len(given) > length:
        text = f"{field.label}: data value too large: {given} (max length={length})"
        raise OrgError("STRING_TOO_LONG", text, [field.name])
    if field.type == "Email" and not EMAIL.fullmatch(given):
        raise OrgError("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {given}", [field.name])
    if field.type == "Picklist":
        _in_picklist(field, given)
    return given


def _in_picklist(field: FieldDef, given: str) -> None:
    if field.restricted and given not in field.picklist:
        text = f"{field.label}: bad value for restricted picklist field: {given}"
        raise OrgError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, [field.name])


def length_of(field: FieldDef) -> int:
    """Return how many characters a text field holds; 0 for types without a length."""
    if field.type in REFERENCES or field.type == "Id":
        return 18
    if field.type == "AutoNumber":
        return field.length or 30
    if field.type == "MultiselectPicklist":
        return 4099
    return (field.length or DEFAULT_LENGTHS.get(field.type, 0)) if field.type in SIZED else 0


def shown(value: Any) -> Any:
    """Return a stored value as the REST API writes it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def shown_in(field: FieldDef, value: Any) -> Any:
    """Return a field's stored value as the REST API writes it: whole numbers only where Salesforce calls them int."""
    if isinstance(value, Decimal) and field.extra.get("described") == "int":
        return int(value)
    return shown(value)
