"""The values of fields that have no column: read from the database for stored rows, worked out for rows in a save."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row

from connectors.salesforce.local_org.formula.evaluate import Scene, evaluate
from connectors.salesforce.local_org.formula.parse import FormulaError, parse, references
from connectors.salesforce.local_org.hooks import Row
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema
from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.kinds import kind_of
from connectors.salesforce.local_org.soql.scope import Scope, Surroundings, column, quoted, table
from connectors.salesforce.local_org.values import NUMBERS
from connectors.salesforce.local_org.work import Work

TEXTS = frozenset({"text", "id", "long"})

ARCHIVED = "IsArchived"


def fill(work: Work, definition: ObjectDef, rows: Iterable[Row], fields: Iterable[FieldDef]) -> None:
    """Put the values of those of the fields that are worked out into stored rows: an activity grows old as it lies."""
    wanted = [field for field in fields if field.calculated or field.name == ARCHIVED]
    by_id = {row["id"]: row for row in rows}
    if not wanted or not by_id:
        return
    scope = _scope(work.schema, definition, work.now, work.org.settings.time_zone)
    selected = [f"{scope.column_of(scope.root, field)} AS {quoted(field.name)}" for field in wanted]
    ids = scope.around.bind(sorted(by_id), "text[]")
    root = column(scope.root, "id")
    statement = (
        f"SELECT {root} AS id, {', '.join(selected)} FROM {table(definition)} AS {scope.root.alias}"
        f" {' '.join(scope.joins)} WHERE {root} = ANY({ids})"
    )
    with work.conn.cursor(row_factory=dict_row) as cursor:
        cursor.execute(statement.encode(), scope.around.params)
        for found in cursor:
            by_id[found["id"]].update(found)


def formula_fault(schema: OrgSchema, definition: ObjectDef, field: FieldDef, now: datetime) -> str | None:
    """Return what is wrong with a formula field, held against the schema; None when nothing is."""
    scope = _scope(schema, definition, now, "UTC")
    try:
        scope.column_of(scope.root, field)
    except FormulaError as error:
        return str(error)
    return None


def _scope(schema: OrgSchema, definition: ObjectDef, now: datetime, zone: str) -> Scope:
    around = Surroundings(schema, lambda *_: True, True, now, ZoneInfo(zone))
    return Scope(ast.Query("", (), ast.Path((definition.name,), 0)), definition, around)


def value_in(definition: ObjectDef, row: Row, name: str, now: datetime) -> Any:
    """Return the value of a field in a row that is being saved, a formula's by the row's other values.

    Raises FormulaError for a formula that looks at other records.
    """
    found = definition.field(name)
    if found is None or found.formula is None:
        return row.get(name.lower())
    zeros = found.extra.get("blanks", "BlankAsZero") == "BlankAsZero"

    def of(other: str) -> Any:
        if "." in other:
            raise FormulaError(f"The local org does not model the formula field {name} here: it looks at {other}")
        value, about = term_in(definition, row, other, now), definition.field(other)
        return Decimal(0) if value is None and zeros and about is not None and about.type in NUMBERS else value

    value = evaluate(parse(found.formula), Scene(of, of, False, now))
    if found.type == "Checkbox":
        return value is True
    return value * 100 if found.type == "Percent" and value is not None else value


def term_in(definition: ObjectDef, row: Row, name: str, now: datetime) -> Any:
    """Return what a field's name stands for in a formula about the row: the field's value, of percents their hundredth.

    Raises FormulaError for a formula field that looks at other records.
    """
    value, found = value_in(definition, row, name, now), definition.field(name)
    return value / 100 if found is not None and found.type == "Percent" and value is not None else value


def is_text(definition: ObjectDef, name: str) -> bool:
    """Whether a name in a formula about the object is a field whose values formulas take as texts."""
    found = definition.field(name)
    return found is not None and kind_of(found) in TEXTS


def looks_elsewhere(definition: ObjectDef, field: FieldDef) -> bool:
    """Whether a formula field's value depends on other records than its own."""
    names = references(parse(field.formula or "NULL"))
    own = [found for name in names if (found := definition.field(name)) is not None and found.formula is not None]
    return any("." in name for name in names) or any(looks_elsewhere(definition, each) for each in own)
