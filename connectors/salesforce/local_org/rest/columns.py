"""What the columns of a query are: the answer to `query?columns=true`, which says it without any rows."""

from __future__ import annotations

from typing import Any

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema
from connectors.salesforce.local_org.soql.compile import Compiled
from connectors.salesforce.local_org.soql.kinds import NUMBERS
from connectors.salesforce.local_org.soql.shape import Aggregate, Children, Column, Count, Parent, Record

APEX_TYPES = {"id": "Id", "boolean": "Boolean", "date": "Date", "datetime": "Datetime", "double": "Double",
              "int": "Integer"}  # fmt: skip
Json = dict[str, Any]


def column_metadata(compiled: Compiled, schema: OrgSchema) -> Json:
    """Return the columns of a compiled query, parents and children nested, with the object that it is from."""
    shape = compiled.shape
    if isinstance(shape, Count):
        columns = []
    elif isinstance(shape, Aggregate):
        columns = [_column(column, None, aggregate=True) for column in shape.columns]
    else:
        columns = _of_record(shape, schema)
    names = {column["columnName"] for column in columns}
    return {
        "columnMetadata": columns,
        "entityName": compiled.object.name,
        "groupBy": isinstance(shape, Aggregate),
        "idSelected": "Id" in names,
        "keyPrefix": compiled.object.key_prefix,
    }


def _of_record(record: Record, schema: OrgSchema) -> list[Json]:
    definition = schema.object(record.type)
    return [_part(part, definition, schema) for part in record.parts]


def _part(part: Column | Parent | Children, definition: ObjectDef | None, schema: OrgSchema) -> Json:
    if isinstance(part, Column):
        return _column(part, definition.field(part.name) if definition else None)
    nested = _described(part.name, aggregate=isinstance(part, Children), custom=part.name.endswith("__r"))
    return {**nested, "joinColumns": _of_record(part.record, schema)}


def _column(column: Column, field: FieldDef | None, *, aggregate: bool = False) -> Json:
    told = _described(column.name, aggregate=aggregate, custom=bool(field and field.custom))
    return {
        **told,
        "apexType": APEX_TYPES.get(column.kind, "String"),
        "booleanType": column.kind == "boolean",
        "insertable": bool(field and field.createable),
        "numberType": column.kind in NUMBERS,
        "textType": column.kind not in APEX_TYPES,
        "updatable": bool(field and field.updateable),
    }


def _described(name: str, *, aggregate: bool, custom: bool) -> Json:
    return {
        "aggregate": aggregate, "apexType": None, "booleanType": False, "columnName": name, "custom": custom,
        "displayName": name, "foreignKeyName": None, "insertable": False, "joinColumns": [], "numberType": False,
        "textType": False, "updatable": False,
    }  # fmt: skip
