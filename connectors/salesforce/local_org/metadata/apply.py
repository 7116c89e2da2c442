"""Putting objects, fields and permission sets in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from connectors.salesforce.local_org import record_types, rollups, rows
from connectors.salesforce.local_org.metadata import objects, registry
from connectors.salesforce.local_org.metadata import record_types as record_type_xml
from connectors.salesforce.local_org.metadata.kind_fields import STANDARD_FIELDS
from connectors.salesforce.local_org.metadata.objects import ObjectChange
from connectors.salesforce.local_org.metadata.outcome import Component, Failure, Success
from connectors.salesforce.local_org.metadata.permission_sets import PermissionSet
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.permissions import drop_permissions, save_permissions
from connectors.salesforce.local_org.rollups import SUMMARY
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.schema_change import SchemaChange
from connectors.salesforce.local_org.work import Work

_VIEWS = {"listViews": "ListView", "compactLayouts": "CompactLayout", "businessProcesses": "BusinessProcess"}
"""Parts of an object that are kept without effect, by their tag."""


class Attempt(Protocol):
    """Applies a component in a savepoint and reports a refusal of it."""

    def __call__(self, component: Component, act: Callable[[], list[Success]], line: int = 0) -> None:
        """Apply it."""


def apply_object(schema: SchemaChange, change: ObjectChange, attempt: Attempt) -> list[Failure]:
    """Create or extend the object that a file is about; returns what can't be."""
    existing = schema.schema.object(change.targets[0])
    if existing is None and not change.defines:
        return []
    if existing is None or (change.defines and existing.custom):
        attempt(change.component, lambda: [_put_object(schema, change, existing)], change.node.line)
    plain = [field for field in change.fields if field.type != SUMMARY]
    failures = [fault for field in plain for fault in _apply_field(schema, change, field, attempt)]
    for target in change.targets if change.rules else ():
        definition = schema.schema.object(target)
        if definition is not None:
            schema.save_object(replace(definition, validation_rules={**definition.validation_rules, **change.rules}))
    for name, rule in change.rules.items():
        component = Component("ValidationRule", f"{change.name}.{name}", change.component.file)
        attempt(component, partial(_keep, schema, component, rule))
    for tag, type_name in _VIEWS.items():
        for node in change.node.all(tag):
            component = Component(type_name, f"{change.name}.{node.say('fullName')}", change.component.file)
            attempt(component, partial(_keep, schema, component, node.plain()), node.line)
    return failures


def apply_summaries(schema: SchemaChange, change: ObjectChange, attempt: Attempt) -> list[Failure]:
    """Put the roll-up summaries of an object file in force, once the details that they sum up are there."""
    failures: list[Failure] = []
    master = schema.schema.object(change.name)
    for field in change.fields if master is not None else ():
        if field.type != SUMMARY or master is None:
            continue
        component = Component("CustomField", f"{change.name}.{field.name}", change.component.file)
        problems = list(rollups.faults(schema.schema, master, field))
        failures += [Failure(component, problem, change.node.line) for problem in problems]
        if not problems:
            rollups.settle(schema.schema, field)
            failures += _apply_field(schema, change, field, attempt)
            if master.field(field.name) is not None:
                rollups.recount(schema.work, master, field)
    return failures


def apply_record_types(schema: SchemaChange, change: ObjectChange, attempt: Attempt) -> list[Failure]:
    """Put an object file's record types in force, once the picklists that they name are there."""
    failures: list[Failure] = []
    target = schema.schema.object(change.name)
    prefix = f"{change.name}.".lower()
    known = registry.names(schema.conn).get("BusinessProcess", set())
    processes = {name.removeprefix(prefix) for name in known if name.startswith(prefix)}
    named = {child.say("fullName") for child in change.node.all("businessProcesses")} | processes
    for node in change.node.all("recordTypes") if target is not None else ():
        component = Component("RecordType", f"{change.name}.{node.say('fullName')}", change.component.file)
        problems = list(record_type_xml.faults(node, target, named)) if target is not None else []
        failures += [Failure(component, problem, node.line) for problem in problems]
        if not problems and target is not None:
            record_types.put(schema, target, record_type_xml.read(node))
            attempt(component, partial(_keep, schema, component, node.plain()), node.line)
    return failures


def _keep(schema: SchemaChange, component: Component, content: Any) -> list[Success]:
    return [registry.put(schema.conn, component, content)]


def _put_object(schema: SchemaChange, change: ObjectChange, existing: ObjectDef | None) -> Success:
    node = change.node
    name_field = node.one("nameField") or node
    made = ObjectDef(change.name, node.say("label"), node.say("pluralLabel"), "", custom=True)
    if existing is not None:
        made = replace(existing, label=made.label, plural_label=made.plural_label)
    if name_field.say("type") == "AutoNumber":
        made.name_autonumber = name_field.say("displayFormat")
    made.extra = {**made.extra, "name_label": name_field.say("label"), **_settings(node)}
    if change.kind is not None:
        made.extra["kind"] = change.kind
        made.fields = made.fields or {field.name.lower(): replace(field) for field in STANDARD_FIELDS[change.kind]}
    if existing is None:
        schema.create_object(made)
    else:
        schema.save_object(made)
    about = [
        child.plain()
        for child in node.children
        if child.tag not in {"fields", "validationRules", "recordTypes", *_VIEWS}
    ]
    return registry.put(schema.conn, change.component, about)


def _settings(node: Node) -> dict[str, Any]:
    return {
        "sharing_model": node.say("sharingModel"),
        "enable_activities": node.flag("enableActivities"),
        "description": node.say("description"),
    }


def _apply_field(schema: SchemaChange, change: ObjectChange, field: FieldDef, attempt: Attempt) -> list[Failure]:
    """Put a field on its object; one of Activity on both kinds of activity."""
    component = Component("CustomField", f"{change.name}.{field.name}", change.component.file)
    node = next(child for child in change.node.all("fields") if child.say("fullName") == field.name)
    targets = [found for name in change.targets if (found := schema.schema.object(name)) is not None]
    faults = [fault for target in targets if (fault := _field_fault(schema, target, field))]
    if faults or not targets:
        return [Failure(component, fault, node.line, node.column) for fault in faults[:1]]

    def act() -> list[Success]:
        for target in targets:
            schema.put_field(target.name, replace(field))
        return [registry.put(schema.conn, component, node.plain())]

    attempt(component, act, node.line)
    return []


def _field_fault(schema: SchemaChange, definition: ObjectDef, field: FieldDef) -> str | None:
    old = definition.field(field.name)
    return objects.type_change_fault(old, field) if old else _relationship_fault(schema, definition, field)


def _relationship_fault(schema: SchemaChange, definition: ObjectDef, field: FieldDef) -> str | None:
    """Two lookups to one object can't give their children the same name."""
    for other in schema.schema.objects.values():
        for known in other.fields.values():
            same = (known.child_relationship_name or "").lower() == (field.child_relationship_name or "-").lower()
            shared = {name.lower() for name in known.reference_to} & {name.lower() for name in field.reference_to}
            if same and shared and (other.name, known.name) != (definition.name, field.name):
                if {other.name, definition.name} == set(objects.ACTIVITY):
                    continue
                return (
                    f"There is already a Child Relationship named {field.child_relationship_name} on "
                    f"{field.reference_to[0]}."
                )
    return None


def put_permission_set(work: Work, component: Component, granted: PermissionSet) -> Success:
    """Keep a permission set: its record, what it allows and its custom permissions."""
    success = registry.put(work.conn, component, granted)
    found = work.conn.execute(
        "SELECT id FROM org.permissionset WHERE lower(name) = %s AND NOT isdeleted", (granted.name.lower(),)
    ).fetchone()
    if found is None:
        _insert_permission_set(work, granted)
    else:
        work.conn.execute(
            "UPDATE org.permissionset SET label = %s, description = %s, lastmodifieddate = %s, systemmodstamp = %s"
            " WHERE id = %s",
            (granted.label, granted.description[:255] or None, work.now, work.now, found[0]),
        )
    drop_permissions(work.conn, granted.name)
    save_permissions(work.conn, granted.name, granted.objects, granted.fields)
    work.conn.execute("DELETE FROM org_meta.custom_permissions WHERE permset = %s", (granted.name.lower(),))
    for name in granted.custom:
        work.conn.execute(
            "INSERT INTO org_meta.custom_permissions VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (granted.name.lower(), name.lower()),
        )
    return success


def _insert_permission_set(work: Work, granted: PermissionSet) -> None:
    definition = work.schema.objects["permissionset"]
    (new_id,) = rows.new_ids(work, definition, 1)
    row = {
        "id": new_id, "name": granted.name, "label": granted.label, "description": granted.description[:255] or None,
        "iscustom": True, "isownedbyprofile": False, "isdeleted": False, "createddate": work.now,
        "createdbyid": work.user_id, "lastmodifieddate": work.now, "lastmodifiedbyid": work.user_id,
        "systemmodstamp": work.now,
    }  # fmt: skip
    rows.insert(work, definition, [row])
