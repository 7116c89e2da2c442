"""What a field held, as of a time and by what was known at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import Connection

from plugin.domain.entities import ENTITIES, Kind
from plugin.store.among import among
from plugin.store.schema import history

_READ: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: str,
    Kind.LONG_TEXT: str,
    Kind.CHOICE: str,
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: datetime.fromisoformat,
    Kind.NUMBER: float,
    Kind.MONEY: Decimal,
    Kind.INTEGER: int,
    Kind.BOOLEAN: lambda text: text == "true",
    Kind.REFERENCE: UUID,
}


@dataclass(frozen=True)
class Change:
    """One change of one field, its values in the field's own type; the field `deleted_at` tells of tombstones."""

    id: int
    entity: str
    record_id: UUID
    field: str
    old: Any
    new: Any
    who: str
    source: str
    happened_at: datetime
    known_at: datetime


def changes(conn: Connection, entity: str, record_id: UUID) -> list[Change]:
    """Return everything that happened to a record, in the order in which we wrote it."""
    rows = conn.execute(_texts().where(*_of(entity, [record_id])).order_by(history.c.id))
    return [_change(row) for row in rows]


def of_records(conn: Connection, records: Mapping[str, Collection[UUID]]) -> list[Change]:
    """Return everything that happened to these records, given by entity, in the order in which it happened."""
    rows = [row for entity, ids in records.items() for row in conn.execute(_texts().where(*_of(entity, ids)))]
    return sorted(map(_change, rows), key=lambda change: (change.happened_at, change.id))


def last_changes(
    conn: Connection, entity: str, ids: Collection[UUID], field: str | None = None
) -> dict[UUID, dict[str, Change]]:
    """Return, by record and field, the change that gave the field its present value; of one field if it is named."""
    of = [*_of(entity, ids), *([history.c.field == field] if field else [])]
    query = _texts().where(*of).ext(distinct_on(history.c.record_id, history.c.field))
    found: dict[UUID, dict[str, Change]] = {}
    for row in conn.execute(query.order_by(history.c.record_id, history.c.field, history.c.id.desc())):
        found.setdefault(row.record_id, {})[row.field] = _change(row)
    return found


def often_changed(
    conn: Connection, entity: str, ids: Collection[UUID], fields: Collection[str], least: int
) -> list[Change]:
    """Return, in the order in which we wrote them, the changes of those fields that changed `least` times or more."""
    of = [*_of(entity, ids), among(history.c.field, fields)]
    key = (history.c.record_id, history.c.field)
    often = sa.select(*key).where(*of).group_by(*key).having(sa.func.count() >= least)
    rows = conn.execute(_texts().where(*of, sa.tuple_(*key).in_(often)).order_by(history.c.id))
    return [_change(row) for row in rows]


def facts(
    conn: Connection, entity: str, as_of: datetime, known_by: datetime, ids: Collection[UUID] | None = None
) -> dict[UUID, dict[str, Any]]:
    """Return the records as they were at `as_of`, by what we knew at `known_by`; of all records if `ids` is None.

    Each holds the fields that had a value. A record that nothing was known of, or that was deleted, is not in it.
    """
    known = (*_of(entity, ids), history.c.happened_at <= as_of, history.c.known_at <= known_by)
    query = _texts().where(*known).ext(distinct_on(history.c.record_id, history.c.field))
    newest = (history.c.happened_at.desc(), history.c.id.desc())
    found: dict[UUID, dict[str, Any]] = {}
    for row in conn.execute(query.order_by(history.c.record_id, history.c.field, *newest)):
        record = found.setdefault(row.record_id, {})
        if row.new is not None:
            record[row.field] = _value(entity, row.field, row.new)
    return {record_id: record for record_id, record in found.items() if "deleted_at" not in record}


def _of(entity: str, ids: Collection[UUID] | None) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [history.c.entity == entity]
    if ids is not None:
        conditions.append(among(history.c.record_id, ids))
    return conditions


def _texts() -> sa.Select[Any]:
    """Select the history with values as text: a JSON number would lose a large amount's cents."""
    columns = [column for column in history.c if column.name not in {"old", "new"}]
    values = [sa.literal_column(f"history.{name} #>> '{{}}'", sa.Text()).label(name) for name in ("old", "new")]
    return sa.select(*columns, *values).select_from(history)


def _change(row: sa.Row[Any]) -> Change:
    values = dict(row._mapping)
    for name in ("old", "new"):
        values[name] = _value(row.entity, row.field, values[name])
    return Change(**values)


def _value(entity: str, field: str, text: str | None) -> Any:
    if text is None:
        return None
    kind = Kind.DATETIME if field == "deleted_at" else ENTITIES[entity].fields[field].kind
    return _READ[kind](text)
