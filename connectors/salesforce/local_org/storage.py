"""Where the org's rows and its schema lie in PostgreSQL: one table an object in `org`, bookkeeping in `org_meta`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Json

from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema

COLUMN_TYPES = {
    "Checkbox": "boolean",
    "Date": "date",
    "DateTime": "timestamptz",
    "Number": "numeric",
    "Currency": "numeric",
    "Percent": "numeric",
}
TEXT_TYPES = frozenset({
    "Id", "Text", "TextArea", "LongTextArea", "Html", "Phone", "Email", "Url", "Picklist", "MultiselectPicklist",
    "AutoNumber", "Lookup", "MasterDetail",
})  # fmt: skip
ID_TYPES = frozenset({"Id", "Lookup", "MasterDetail"})
ID_TYPE = 'text COLLATE "C"'
"""Ids are in order by their bytes, whatever the database's own order: so that an index serves paging by id."""

BOOKKEEPING = """
CREATE SCHEMA IF NOT EXISTS org;
CREATE SCHEMA IF NOT EXISTS org_meta;
CREATE TABLE IF NOT EXISTS org_meta.objects (name text PRIMARY KEY, position serial, definition json NOT NULL);
CREATE TABLE IF NOT EXISTS org_meta.settings (name text PRIMARY KEY, value jsonb NOT NULL);
CREATE TABLE IF NOT EXISTS org_meta.object_permissions (
    permset text, object text, can_create boolean, can_read boolean, can_edit boolean, can_delete boolean,
    view_all boolean, modify_all boolean, PRIMARY KEY (permset, object));
CREATE TABLE IF NOT EXISTS org_meta.field_permissions (
    permset text, object text, field text, readable boolean, editable boolean, PRIMARY KEY (permset, object, field));
CREATE TABLE IF NOT EXISTS org_meta.purged (
    id text PRIMARY KEY, object text NOT NULL, deleted_at timestamptz NOT NULL, owner text);
CREATE TABLE IF NOT EXISTS org_meta.emptied (
    parent text, object text, field text, record text, PRIMARY KEY (parent, object, field, record));
CREATE SEQUENCE IF NOT EXISTS org_meta.custom_objects MINVALUE 0 START 0;
"""


def column_type(field: FieldDef) -> str:
    """Return the PostgreSQL type of a field's column; a type that isn't modelled is refused."""
    if field.type == "Summary":
        return COLUMN_TYPES[field.extra["of"]]
    if field.type in COLUMN_TYPES:
        return COLUMN_TYPES[field.type]
    if field.type in TEXT_TYPES:
        return "text"
    raise not_modelled(f"fields of type {field.type} ({field.name})")


def table(object_name: str) -> sql.Identifier:
    """Return the table of an object's rows."""
    return sql.Identifier("org", object_name.lower())


def sequence(object_name: str, field_name: str = "id") -> sql.Identifier:
    """Return the sequence that numbers an object's records, or one of its auto-number fields."""
    return sql.Identifier("org_meta", f"{field_name}_{object_name}".lower())


def load_schema(conn: psycopg.Connection[Any]) -> OrgSchema:
    """Return the schema as it was last deployed."""
    schema = OrgSchema()
    for (definition,) in conn.execute("SELECT definition FROM org_meta.objects ORDER BY position").fetchall():
        fields = {name: FieldDef(**body) for name, body in definition.pop("fields").items()}
        loaded = ObjectDef(**definition, fields=fields)
        schema.objects[loaded.name.lower()] = loaded
    return schema


def save_object(conn: psycopg.Connection[Any], definition: ObjectDef) -> None:
    """Write an object's definition so that a restarted org still has it."""
    conn.execute(
        "INSERT INTO org_meta.objects (name, definition) VALUES (%s, %s)"
        " ON CONFLICT (name) DO UPDATE SET definition = EXCLUDED.definition",
        (definition.name.lower(), Json(asdict(definition))),
    )


def create_table(conn: psycopg.Connection[Any], definition: ObjectDef) -> None:
    """Create the object's table, with a column for each of its fields, and its id sequence."""
    name = table(definition.name)
    conn.execute(sql.SQL("CREATE TABLE {} (id {} PRIMARY KEY)").format(name, sql.SQL(ID_TYPE)))
    conn.execute(sql.SQL("CREATE SEQUENCE {}").format(sequence(definition.name)))
    for field in definition.fields.values():
        if field.type != "Id":
            add_column(conn, definition.name, field)
    conn.execute(sql.SQL("CREATE INDEX ON {} (systemmodstamp, id)").format(name))


def order_ids(conn: psycopg.Connection[Any], schema: OrgSchema) -> None:
    """Have the ids of an org of an earlier version, whose columns have the database's own order, ordered by bytes."""
    ordered = {
        (table_name, column)
        for table_name, column in conn.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'org' AND collation_name = 'C'"
        ).fetchall()
    }
    for name, definition in schema.objects.items():
        late = [
            column
            for column, field in definition.fields.items()
            if field.type in ID_TYPES and not field.calculated and (name, column) not in ordered
        ]
        if late:
            change = sql.SQL("ALTER COLUMN {} TYPE {}")
            changes = sql.SQL(", ").join(change.format(sql.Identifier(each), sql.SQL(ID_TYPE)) for each in late)
            conn.execute(sql.SQL("ALTER TABLE {} {}").format(table(name), changes))


def add_column(conn: psycopg.Connection[Any], object_name: str, field: FieldDef) -> None:
    """Add a field's column, and the index or sequence that it needs; a calculated field has none."""
    if field.calculated:
        return
    kind = column_type(field)
    suffix = " NOT NULL DEFAULT false" if kind == "boolean" else ""
    if field.type in ID_TYPES:
        kind = ID_TYPE
    column = sql.Identifier(field.name.lower())
    conn.execute(sql.SQL("ALTER TABLE {} ADD COLUMN {} " + kind + suffix).format(table(object_name), column))
    if field.type == "AutoNumber":
        conn.execute(sql.SQL("CREATE SEQUENCE {}").format(sequence(object_name, field.name)))
    index_column(conn, object_name, field)


def index_column(conn: psycopg.Connection[Any], object_name: str, field: FieldDef) -> None:
    """Give a field the index that its being unique, an external id or a lookup asks for."""
    index = f"{field.name}_{object_name}".lower()[-60:]
    conn.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier("org", index)))
    text = column_type(field) == "text" and field.type not in ("Lookup", "MasterDetail") and not field.case_sensitive
    column = sql.SQL("lower({})" if text else "{}").format(sql.Identifier(field.name.lower()))
    parts = {"index": sql.Identifier(index), "table": table(object_name), "column": column}
    if field.unique:
        statement = "CREATE UNIQUE INDEX {index} ON {table} ({column}) WHERE NOT isdeleted"
    elif field.external_id or field.type in ("Lookup", "MasterDetail"):
        statement = "CREATE INDEX {index} ON {table} ({column})"
    else:
        return
    try:
        conn.execute(sql.SQL(statement).format(**parts))
    except psycopg.errors.UniqueViolation:
        raise OrgError("DUPLICATE_VALUE", f"{field.name} holds the same value more than once", [field.name]) from None


def drop_column(conn: psycopg.Connection[Any], object_name: str, field: FieldDef) -> None:
    """Remove a field's column and what belongs to it."""
    column = sql.Identifier(field.name.lower())
    conn.execute(sql.SQL("ALTER TABLE {} DROP COLUMN IF EXISTS {}").format(table(object_name), column))
    conn.execute(sql.SQL("DROP SEQUENCE IF EXISTS {}").format(sequence(object_name, field.name)))


def drop_table(conn: psycopg.Connection[Any], definition: ObjectDef) -> None:
    """Remove an object's rows and definition for good."""
    for field in definition.fields.values():
        conn.execute(sql.SQL("DROP SEQUENCE IF EXISTS {}").format(sequence(definition.name, field.name)))
    conn.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table(definition.name)))
    conn.execute("DELETE FROM org_meta.objects WHERE name = %s", (definition.name.lower(),))
