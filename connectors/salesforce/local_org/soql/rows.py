"""From database rows to the JSON that Salesforce answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connectors.salesforce.local_org.soql.shape import Aggregate, Children, Column, Count, Parent, Record, Shape

Json = dict[str, Any]


def answer(shape: Shape, rows: Sequence[Sequence[Any]], version: str) -> Json:
    """Return the whole answer: totalSize, done, records. `version` stands in the records' urls, such as "66.0"."""
    if isinstance(shape, Count):
        return {"totalSize": rows[0][0], "done": True, "records": []}
    return {"totalSize": len(rows), "done": True, "records": records(shape, rows, version)}


def records(shape: Shape, rows: Iterable[Sequence[Any]], version: str) -> list[Json]:
    """Return one JSON object a row, in order; none for a COUNT()."""
    if isinstance(shape, Count):
        return []
    if isinstance(shape, Aggregate):
        return [_aggregate(shape, row) for row in rows]
    return [_record(shape, row, version) for row in rows]


def json_value(kind: str, value: Any) -> Any:
    """Return a database value in the form in which Salesforce's REST API writes a field of that kind."""
    if value is None:
        return False if kind == "boolean" else None
    if kind == "double":
        return float(value)
    if kind == "int":
        return int(value)
    if kind == "datetime":
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _record(shape: Record, row: Sequence[Any], version: str) -> Json:
    own = row[shape.type_index] if shape.type_index is not None else shape.type
    url = f"/services/data/v{version}/sobjects/{own}/{row[shape.id_index]}"
    told: Json = {"attributes": {"type": shape.type, "url": url}}
    for part in shape.parts:
        told[part.name] = _part(part, row, version)
    return told


def _part(part: Column | Parent | Children, row: Sequence[Any], version: str) -> Any:
    if isinstance(part, Column):
        return json_value(part.kind, row[part.index])
    if isinstance(part, Parent):
        return None if row[part.record.id_index] is None else _record(part.record, row, version)
    if row[part.index] is None:
        return None
    children = [tuple(child.values()) for child in json.loads(row[part.index])]
    return answer(part.record, children, version)


def _aggregate(shape: Aggregate, row: Sequence[Any]) -> Json:
    told: Json = {"attributes": {"type": "AggregateResult"}}
    told.update((column.name, json_value(column.kind, row[column.index])) for column in shape.columns)
    return told


def _moment(value: datetime | str) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"
