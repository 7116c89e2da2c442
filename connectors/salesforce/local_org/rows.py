"""Reading and writing rows as they are stored: by lower-case field name, without any rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from connectors.salesforce.local_org.hooks import Row
from connectors.salesforce.local_org.ids import record_id
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.storage import sequence, table
from connectors.salesforce.local_org.work import Work


def new_numbers(work: Work, name: sql.Identifier, count: int) -> list[int]:
    """Return the next `count` numbers of a sequence, in order."""
    numbers = work.conn.execute(
        "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", (name.as_string(work.conn), count)
    ).fetchall()
    return [number for (number,) in numbers]


def new_ids(work: Work, definition: ObjectDef, count: int) -> list[str]:
    """Return ids for `count` new records of the object."""
    return [record_id(definition.key_prefix, number) for number in new_numbers(work, sequence(definition.name), count)]


def read(work: Work, definition: ObjectDef, ids: Iterable[str], *, lock: bool = False) -> dict[str, Row]:
    """Return the rows of these ids that exist, deleted ones included; `lock` takes them in id order until the end."""
    statement = sql.SQL("SELECT * FROM {} WHERE id = ANY(%s) ORDER BY id" + (" FOR UPDATE" if lock else ""))
    with work.conn.cursor(row_factory=dict_row) as cursor:
        # A statement that was prepared before fields were added or dropped would be refused from then on.
        cursor.execute(statement.format(table(definition.name)), (sorted(set(ids)),), prepare=False)
        return {row["id"]: row for row in cursor}


def insert(work: Work, definition: ObjectDef, rows: Sequence[Row]) -> None:
    """Insert rows; what a row doesn't name is null, or false for a checkbox."""
    if not rows:
        return
    kept = {name: field for name, field in definition.fields.items() if not field.calculated}
    booleans = {name: False for name, field in kept.items() if field.type == "Checkbox"}
    columns = [name for name in kept if any(name in row for row in rows) or name in booleans]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with (
        work.conn.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table(definition.name), names)) as copy,
    ):
        for row in rows:
            copy.write_row([row.get(name, booleans.get(name)) for name in columns])


def write(work: Work, definition: ObjectDef, changes: Sequence[tuple[Row, Row]]) -> None:
    """Update rows from old to new, naming only the columns that differ."""
    by_columns: dict[tuple[str, ...], list[list[Any]]] = {}
    for old, new in changes:
        columns = tuple(name for name in new if name != "id" and new[name] != old.get(name))
        if columns:
            by_columns.setdefault(columns, []).append([*(new[name] for name in columns), new["id"]])
    for columns, values in by_columns.items():
        assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in columns)
        statement = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(table(definition.name), assignments)
        with work.conn.cursor() as cursor:
            cursor.executemany(statement, values)
