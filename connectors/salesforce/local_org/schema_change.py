"""Changing the org's schema: seen by nobody until it is committed, and gone without a trace when it fails."""

from __future__ import annotations

from copy import deepcopy

from psycopg import sql

from connectors.salesforce.local_org import storage
from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.ids import custom_prefix
from connectors.salesforce.local_org.person_fields import enabled, on_account
from connectors.salesforce.local_org.schema import EVENT, METADATA, FieldDef, ObjectDef, OrgSchema
from connectors.salesforce.local_org.standard.fields import complete
from connectors.salesforce.local_org.work import Work

MASTER = "MasterDetail"


class SchemaChange:
    """What a deployment does to the schema. `schema` is its own copy; `work` its transaction."""

    def __init__(self, work: Work, schema: OrgSchema) -> None:
        self.work = work
        self.conn = work.conn
        self.schema = deepcopy(schema)
        work.schema = self.schema

    def create_object(self, definition: ObjectDef) -> ObjectDef:
        """Add an object; a custom one without key prefix gets the next free one. Returns the completed definition."""
        if self.schema.object(definition.name):
            raise OrgError("DUPLICATE_DEVELOPER_NAME", f"There is already an object named {definition.name}")
        if not definition.key_prefix:
            row = self.conn.execute("SELECT nextval('org_meta.custom_objects')").fetchone()
            letter = {METADATA: "m", EVENT: "e"}.get(definition.extra.get("kind", ""), "a")
            definition.key_prefix = letter + custom_prefix(row[0] if row else 0)[1:]
        detail = any(field.type == MASTER for field in definition.fields.values())
        plain = definition.custom and not detail and "kind" not in definition.extra
        complete(definition, owned="ownerid" in definition.fields or plain, queues=plain)
        self.schema.objects[definition.name.lower()] = definition
        storage.create_table(self.conn, definition)
        storage.save_object(self.conn, definition)
        if definition.extra.get("enable_activities"):
            self._open_to_activities(definition)
        return definition

    def save_object(self, definition: ObjectDef) -> None:
        """Keep changed labels, validation rules or settings of an object that exists; fields have `put_field`."""
        self.schema.objects[definition.name.lower()] = definition
        storage.save_object(self.conn, definition)

    def put_field(self, object_name: str, field: FieldDef) -> None:
        """Add a field, or change one whose values stay what they are; a change of storage type is refused."""
        definition = self._object(object_name)
        old = definition.field(field.name)
        if old is None:
            storage.add_column(self.conn, definition.name, field)
        elif old.calculated or field.calculated:
            if old.calculated != field.calculated:
                raise not_modelled(f"turning {definition.name}.{field.name} from or into a formula")
        elif storage.column_type(old) != storage.column_type(field):
            raise not_modelled(f"changing {definition.name}.{field.name} from {old.type} to {field.type}")
        elif (old.unique, old.external_id) != (field.unique, field.external_id):
            storage.index_column(self.conn, definition.name, field)
        definition.fields[field.name.lower()] = field
        shared = on_account(field) if definition.name == "Contact" and enabled(self.schema) else None
        if shared is not None:
            self.put_field("Account", shared)
        if field.type == MASTER and definition.field("OwnerId"):
            self.drop_field(object_name, "OwnerId")
        storage.save_object(self.conn, definition)

    def drop_field(self, object_name: str, field_name: str) -> None:
        """Remove a field and its values."""
        definition = self._object(object_name)
        field = definition.fields.pop(field_name.lower(), None)
        if field is None:
            raise OrgError("INVALID_CROSS_REFERENCE_KEY", f"No CustomField named: {object_name}.{field_name} found")
        shared = on_account(field) if definition.name == "Contact" and enabled(self.schema) else None
        if shared is not None:
            self.drop_field("Account", shared.name)
        storage.drop_column(self.conn, definition.name, field)
        self.conn.execute(
            "DELETE FROM org_meta.field_permissions WHERE object = %s AND field = %s",
            (definition.name.lower(), field.name.lower()),
        )
        storage.save_object(self.conn, definition)

    def drop_object(self, object_name: str) -> None:
        """Remove an object and its records."""
        definition = self._object(object_name)
        del self.schema.objects[definition.name.lower()]
        storage.drop_table(self.conn, definition)
        for name in ("object_permissions", "field_permissions"):
            statement = sql.SQL("DELETE FROM {} WHERE object = %s").format(sql.Identifier("org_meta", name))
            self.conn.execute(statement, (definition.name.lower(),))

    def _object(self, name: str) -> ObjectDef:
        definition = self.schema.object(name)
        if definition is None:
            raise OrgError("INVALID_CROSS_REFERENCE_KEY", f"Entity Enumeration Or ID: no object named {name}")
        return definition

    def _open_to_activities(self, definition: ObjectDef) -> None:
        """Let tasks and events be related to an object's records."""
        for name in ("Task", "Event"):
            activity = self.schema.object(name)
            what = activity.field("WhatId") if activity else None
            if activity and what and definition.name not in what.reference_to:
                what.reference_to.append(definition.name)
                storage.save_object(self.conn, activity)
