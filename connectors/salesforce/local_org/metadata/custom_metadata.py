"""Custom metadata records: rows of their type that only deployments write, and that flows and queries read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psycopg import sql

from connectors.salesforce.local_org import rows
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.metadata import registry
from connectors.salesforce.local_org.metadata.archive import File
from connectors.salesforce.local_org.metadata.outcome import Success
from connectors.salesforce.local_org.schema import METADATA, ObjectDef, OrgSchema
from connectors.salesforce.local_org.schema_change import SchemaChange
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.values import stored
from connectors.salesforce.local_org.work import Work

PREFIX = "$CustomMetadata."


def put(schema: SchemaChange, file: File) -> Success:
    """Keep the record in a file that `faults` finds nothing wrong with."""
    definition, record = _type_of(schema.schema, file.name)
    assert file.root is not None and definition is not None  # noqa: S101, PT018
    row: dict[str, Any] = {
        "developername": record, "masterlabel": file.root.say("label"), "label": file.root.say("label"),
        "language": "en_US", "qualifiedapiname": record,
    }  # fmt: skip
    for values in file.root.all("values"):
        found = definition.field(values.say("field"))
        if found is not None:
            row[found.name.lower()] = stored(found, values.say("value"))
    remove(schema, definition.name, record)
    (new_id,) = rows.new_ids(schema.work, definition, 1)
    moment = {"createddate": schema.work.now, "lastmodifieddate": schema.work.now, "systemmodstamp": schema.work.now}
    rows.insert(schema.work, definition, [{**row, **moment, "id": new_id, "isdeleted": False}])
    return registry.put(schema.conn, file.component, file.root.plain())


def faults(file: File, schema: OrgSchema) -> Iterator[str]:
    """Yield what is wrong with a record: its type, its fields, its values."""
    definition, record = _type_of(schema, file.name)
    if definition is None or not record:
        yield f"No custom metadata type for '{file.name}': a file Type.Record.md needs the type Type__mdt"
        return
    assert file.root is not None  # noqa: S101
    if not 0 < len(file.root.say("label")) <= 40:
        yield "The label of a custom metadata record has 1 to 40 characters"
    for values in file.root.all("values"):
        found = definition.field(values.say("field"))
        if found is None or not found.custom:
            yield f"In field: field - no CustomField named {definition.name}.{values.say('field')} found"
            continue
        try:
            stored(found, values.say("value"))
        except OrgError as error:
            yield error.message


def remove(schema: SchemaChange, type_name: str, record: str) -> bool:
    """Remove a record's row; False where there is none."""
    statement = sql.SQL("DELETE FROM {} WHERE lower(developername) = %s").format(table(type_name))
    return bool(schema.conn.execute(statement, (record.lower(),)).rowcount)


def destroy(schema: SchemaChange, name: str) -> None:
    """Remove a record by its full name, as a destructive manifest has it."""
    definition, record = _type_of(schema.schema, name)
    if definition is None or not remove(schema, definition.name, record):
        raise OrgError("INVALID_CROSS_REFERENCE_KEY", f"No CustomMetadata named: {name} found")
    registry.forget(schema.conn, "CustomMetadata", name)


def _type_of(schema: OrgSchema, name: str) -> tuple[ObjectDef | None, str]:
    type_name, _, record = name.partition(".")
    definition = schema.object(f"{type_name.removesuffix('__mdt')}__mdt")
    fits = definition is not None and definition.extra.get("kind") == METADATA
    return definition if fits else None, record


def value(work: Work, reference: str) -> Any:
    """Return what "$CustomMetadata.Type__mdt.Record.Field" stands for; None where there is no such record."""
    type_name, record, field = reference.removeprefix(PREFIX).split(".")
    statement = sql.SQL("SELECT {} FROM {} WHERE lower(developername) = %s")
    named = statement.format(sql.Identifier(field.lower()), table(type_name))
    row = work.conn.execute(named, (record.lower(),)).fetchone()
    return row[0] if row else None


def reference_fault(reference: str, schema: OrgSchema, records: set[str]) -> str | None:
    """Return why such a reference can't be followed; `records` are the full names there are, in lower case."""
    parts = reference.removeprefix(PREFIX).split(".")
    definition = schema.object(parts[0])
    if len(parts) != 3 or definition is None or definition.field(parts[2]) is None:
        return f"'{reference}' names no field of a custom metadata type"
    if f"{parts[0].removesuffix('__mdt')}.{parts[1]}".lower() not in records:
        return f"'{reference}' names no custom metadata record that there is"
    return None
