"""What a query job does: it runs the query once, and keeps the rows as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.salesforce.local_org.bulk.jobs import Job, add_lines
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.queries import compiled_query
from connectors.salesforce.local_org.soql.compile import Compiled
from connectors.salesforce.local_org.soql.rows import json_value
from connectors.salesforce.local_org.soql.shape import Children, Column, Parent, Record
from connectors.salesforce.local_org.work import Work

ROWS = "rows"
AT_ONCE = 5000


def checked(at: Work, text: str, *, everything: bool) -> Compiled:
    """Return the query made ready; what Bulk 2.0 doesn't take of SOQL is refused."""
    compiled = compiled_query(at, text, include_deleted=everything)
    if not isinstance(compiled.shape, Record):
        words = "Aggregate Relationship not supported in Bulk Query"
        raise OrgError("API_ERROR", words)
    if any(isinstance(part, Children) for part in compiled.shape.parts):
        raise OrgError("API_ERROR", "Nested queries are not supported in Bulk Query")
    if any(isinstance(part, Column) and part.kind == "address" for part in compiled.shape.parts):
        raise OrgError("FUNCTIONALITY_NOT_ENABLED", "Selecting compound data not supported in Bulk Query")
    return compiled


def header_of(record: Record, above: str = "") -> Iterator[str]:
    """Yield the columns' names, a parent's field as `Parent.Field`."""
    for part in record.parts:
        if isinstance(part, Parent):
            yield from header_of(part.record, f"{above}{part.name}.")
        else:
            yield f"{above}{part.name}"


def export(at: Work, job: Job) -> int:
    """Run the query and keep its rows; returns how many they are."""
    compiled = checked(at, job.spec["query"], everything=job.spec["operation"] == "queryAll")
    assert isinstance(compiled.shape, Record)  # noqa: S101
    count = 0
    with at.conn.cursor(name="bulk_query") as cursor:
        cursor.execute(compiled.sql.encode(), compiled.params)
        while rows := cursor.fetchmany(AT_ONCE):
            lines = [job.dialect.write([_line(compiled.shape, row)]) for row in rows]
            add_lines(at.conn, job, ROWS, count, lines)
            count += len(lines)
    return count


def _line(record: Record, row: Sequence[Any]) -> list[str]:
    line: list[str] = []
    for part in record.parts:
        if isinstance(part, Parent):
            line += _line(part.record, row)
        elif isinstance(part, Column):
            line.append(_text(part.kind, row[part.index]))
    return line


def _text(kind: str, value: Any) -> str:
    told = json_value(kind, value)
    if told is None:
        return ""
    if isinstance(told, bool):
        return str(told).lower()
    return str(told).replace("+0000", "Z") if kind == "datetime" else str(told)
