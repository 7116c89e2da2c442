"""How a field's type behaves in a query: as text, number, date, ..."""

from __future__ import annotations

from connectors.salesforce.local_org.schema import FieldDef

_KINDS = {
    "id": "id",
    "lookup": "id",
    "masterdetail": "id",
    "hierarchy": "id",
    "checkbox": "boolean",
    "date": "date",
    "datetime": "datetime",
    "number": "double",
    "currency": "double",
    "percent": "double",
    "multiselectpicklist": "multipicklist",
    "longtextarea": "long",
    "html": "long",
    "address": "address",
}
NUMBERS = frozenset({"double", "int"})
# What Salesforce calls a kind in its errors.
IN_WORDS = {"datetime": "dateTime", "id": "string", "multipicklist": "string"}
# Salesforce keeps these filled, so a query may leave its nulls out of account and use their indexes.
_NEVER_NULL = frozenset({"id", "systemmodstamp", "createddate", "lastmodifieddate"})


def kind_of(field: FieldDef) -> str:
    """Return id, text, long (a text that can't be filtered), multipicklist, boolean, date, datetime, double or int."""
    if field.extra.get("described") == "int":
        return "int"
    kind = str(field.extra["of"]) if field.type == "Summary" else field.type
    return _KINDS.get(kind.lower(), "text")


def _holds(field: FieldDef, kind: str) -> bool:
    return kind in (field.type, field.extra.get("of") if field.type == "Summary" else None)


def is_money(field: FieldDef) -> bool:
    """Whether the field's numbers are amounts of money."""
    return _holds(field, "Currency")


def is_percent(field: FieldDef) -> bool:
    """Whether the field's numbers are percents."""
    return _holds(field, "Percent")


def never_null(field: FieldDef) -> bool:
    """Whether every record has a value here."""
    return field.name.lower() in _NEVER_NULL
