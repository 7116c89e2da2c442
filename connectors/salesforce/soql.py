"""Queries: quoting by field type, filters, and the keyset that a poll walks by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from urllib.parse import quote

from simple_salesforce.format import format_soql

from connectors.base import Condition, Cursor, Scalar, Test
from connectors.salesforce.forms import soql_moment
from connectors.salesforce.limits import LISTED_QUERY_LENGTH
from plugin.errors import UserError

TypeOf = Callable[[str], str]
"""Gives the type (of `FieldSchema`) of a field or a path."""


def select(object_name: str, fields: Sequence[str], filters: Sequence[str] = (), tail: str = "") -> str:
    """Return a query; `filters` hold together, `tail` is ORDER BY and LIMIT."""
    where = f" WHERE {' AND '.join(filters)}" if filters else ""
    return f"SELECT {', '.join(fields)} FROM {object_name}{where}{' ' + tail if tail else ''}"


def conditions(where: Sequence[Condition], type_of: TypeOf) -> list[str]:
    """Return each condition as SOQL; raises UserError for a value that the field's type can't hold."""
    return [_condition(condition, type_of) for condition in where]


def after(cursor: Cursor) -> str:
    """Return the filter for what comes after the cursor by (SystemModstamp, Id); without an id, from its stamp on."""
    stamp = soql_moment(cursor.stamp)
    if not cursor.id:
        return f"SystemModstamp >= {stamp}"
    later = format_soql("Id > {}", cursor.id)
    return f"(SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND {later}))"


def following(record_id: str) -> str:
    """Return the filter for what comes after that record by id."""
    text: str = format_soql("Id > {}", record_id)
    return text


def listed(object_name: str, fields: Sequence[str], field_name: str, values: Sequence[str]) -> Iterator[str]:
    """Yield queries for the rows whose field holds one of the values, each short enough for a composite call."""
    frame = len(quote(select(object_name, fields, [f"{field_name} IN ()"], "ORDER BY Id")))
    chunk: list[str] = []
    length = frame
    for value in values:
        cost = len(quote(literal(value, "text"))) + 3
        if chunk and length + cost > LISTED_QUERY_LENGTH:
            yield _listed(object_name, fields, field_name, chunk)
            chunk, length = [], frame
        chunk.append(value)
        length += cost
    if chunk:
        yield _listed(object_name, fields, field_name, chunk)


def _listed(object_name: str, fields: Sequence[str], field_name: str, values: Sequence[str]) -> str:
    return select(object_name, fields, [format_soql(f"{field_name} IN {{}}", list(values))], "ORDER BY Id")


def query_path(soql: str, *, include_deleted: bool) -> str:
    """Return the path of a query, encoded."""
    return f"{'queryAll' if include_deleted else 'query'}?q={quote(soql, safe='')}"


def literal(value: Scalar, field_type: str) -> str:
    """Return a value as SOQL writes it for a field of that type: dates stand bare, text is quoted."""
    try:
        if isinstance(value, str) and field_type == "datetime":
            return soql_moment(datetime.fromisoformat(value))
        if isinstance(value, str) and field_type == "date":
            return date.fromisoformat(value[:10]).isoformat()
        if isinstance(value, str) and field_type in {"number", "integer"}:
            return repr(float(value)) if field_type == "number" else str(int(value))
    except ValueError as error:
        raise UserError(f"{value!r} is no {field_type}. Correct the `where` line of the mapping.") from error
    if field_type == "boolean" and not isinstance(value, bool | None):
        raise UserError(f"{value!r} is no boolean. Write true or false in the `where` line of the mapping.")
    text: str = format_soql("{}", str(value) if field_type in _QUOTED and value is not None else value)
    return text


_QUOTED = frozenset({"text", "long_text", "choice", "multi_choice", "reference", "id"})


def _condition(condition: Condition, type_of: TypeOf) -> str:
    name, value = condition.field, condition.value
    if condition.test is Test.NOT_NULL:
        return f"{name} != null"
    field_type = "boolean" if isinstance(value, bool) else type_of(name)
    if condition.test is Test.IN:
        values = value if isinstance(value, tuple) else (value,)
        return _within(name, field_type, values)
    if isinstance(value, tuple):
        raise UserError(f"{name}: a list needs the test `in`. Correct the `where` line of the mapping.")
    sign = "=" if condition.test is Test.IS else "!="
    return f"{name} {sign} {literal(value, field_type)}"


def _within(name: str, field_type: str, values: Sequence[Scalar]) -> str:
    present = [literal(value, field_type) for value in values if value is not None]
    if not values:
        return "Id = null"
    alternatives = [f"{name} IN ({', '.join(present)})"] if present else []
    if len(present) < len(values):
        alternatives.append(f"{name} = null")
    return alternatives[0] if len(alternatives) == 1 else f"({' OR '.join(alternatives)})"
