"""Destructive changes: removing flows, messages, permission sets, rules, fields and objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from connectors.salesforce.local_org import rollups
from connectors.salesforce.local_org.calculated import formula_fault
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.flows import versions
from connectors.salesforce.local_org.metadata import custom_metadata, registry
from connectors.salesforce.local_org.metadata.apply import Attempt
from connectors.salesforce.local_org.metadata.kinds import stored_types
from connectors.salesforce.local_org.metadata.objects import ACTIVITY
from connectors.salesforce.local_org.metadata.outcome import Component, Failure, Success
from connectors.salesforce.local_org.permissions import drop_permissions
from connectors.salesforce.local_org.schema_change import SchemaChange

Removal = Callable[[SchemaChange, str], None]
_STORED_PARTS = {"CompactLayout", "ListView"}
"""Parts of a file that are kept without effect."""


def destroy(schema: SchemaChange, members: Mapping[str, list[str]], prefix: str, attempt: Attempt) -> list[Failure]:
    """Remove what a destructive manifest names, dependents first; returns what can't be removed, and warnings of what
    isn't there.
    """
    file = f"{prefix}destructiveChanges.xml"
    order = [*sorted(set(members) - set(REMOVALS)), *REMOVALS]
    failures: list[Failure] = []
    for type_name in order:
        for name in _details_first(schema, type_name, members.get(type_name, [])):
            component = Component(type_name, name, file)
            stored = type_name in stored_types() | _STORED_PARTS
            removal = REMOVALS.get(type_name) or (_opaque(type_name) if stored else None)
            if removal is None:
                failures.append(Failure(component, f"The local org does not model deleting a {type_name}"))
            else:
                attempt(component, _act(schema, component, removal, failures))
    return failures


def _details_first(schema: SchemaChange, type_name: str, names: list[str]) -> list[str]:
    """Return the names in an order in which they can go: of objects, those first that refer to others of them."""
    if type_name != "CustomObject":
        return names
    left, order = {name.lower(): name for name in names}, list[str]()
    while left:
        free = [name for name in left if not (_referring(schema, name) & set(left)) - {name}]
        for key in free or list(left):
            order.append(left.pop(key))
    return order


def _referring(schema: SchemaChange, name: str) -> set[str]:
    """Return the lower-case names of the objects that have a field of their own which refers to this one."""
    return {
        other.name.lower()
        for other in schema.schema.objects.values()
        for field in other.fields.values()
        if field.custom and name in {target.lower() for target in field.reference_to}
    }


def _act(
    schema: SchemaChange, component: Component, removal: Removal, told: list[Failure]
) -> Callable[[], list[Success]]:
    def act() -> list[Success]:
        try:
            removal(schema, component.name)
        except OrgError as error:
            if error.code != "INVALID_CROSS_REFERENCE_KEY":
                raise
            told.append(Failure(component, error.message, warning=True))
            return []
        return [Success(component, deleted=True)]

    return act


def _missing(type_name: str, name: str) -> OrgError:
    return OrgError("INVALID_CROSS_REFERENCE_KEY", f"No {type_name} named: {name} found")


def _opaque(type_name: str) -> Removal:
    def remove(schema: SchemaChange, name: str) -> None:
        if not registry.forget(schema.conn, type_name, name):
            raise _missing(type_name, name)

    return remove


def _label(schema: SchemaChange, name: str) -> None:
    """Look whether there is such a label; what was kept of its file is forgotten with the deployment."""
    statement = "SELECT 1 FROM org_meta.sources WHERE type = 'CustomLabel' AND key = %s"
    if schema.conn.execute(statement, (name.lower(),)).fetchone() is None:
        raise _missing("CustomLabel", name)


def _flow(schema: SchemaChange, name: str) -> None:
    version_id = versions.version_id_of(schema.conn, name)
    if version_id is None:
        raise _missing("Flow", name)
    versions.delete_version(schema.conn, version_id)


def _message(schema: SchemaChange, name: str) -> None:
    users = [
        flow.name
        for flow in versions.active_flows(schema.conn)
        if any(element.action.lower() == name.lower() for element in flow.flow.elements.values())
    ]
    if users:
        words = f"This outbound message is referenced elsewhere in salesforce.com: flow {', '.join(users)}"
        raise OrgError("DEPENDENCY_EXISTS", words)
    if not registry.forget(schema.conn, "WorkflowOutboundMessage", name):
        raise _missing("WorkflowOutboundMessage", name)


def _permission_set(schema: SchemaChange, name: str) -> None:
    if not registry.forget(schema.conn, "PermissionSet", name):
        raise _missing("PermissionSet", name)
    assigned = schema.conn.execute(
        "SELECT 1 FROM org.permissionsetassignment a JOIN org.permissionset p ON p.id = a.permissionsetid"
        " WHERE lower(p.name) = %s AND NOT a.isdeleted",
        (name.lower(),),
    ).fetchone()
    if assigned:
        raise OrgError("DELETE_FAILED", f"{name} is assigned to one or more users: remove its assignments first")
    drop_permissions(schema.conn, name)
    schema.conn.execute("DELETE FROM org_meta.custom_permissions WHERE permset = %s", (name.lower(),))
    schema.conn.execute("DELETE FROM org.permissionset WHERE lower(name) = %s", (name.lower(),))


def _rule(schema: SchemaChange, name: str) -> None:
    object_name, _, rule = name.partition(".")
    definition = schema.schema.object(object_name)
    kept = {key: body for key, body in definition.validation_rules.items() if key != rule} if definition else {}
    if definition is None or len(kept) == len(definition.validation_rules):
        raise _missing("ValidationRule", name)
    schema.save_object(replace(definition, validation_rules=kept))
    registry.forget(schema.conn, "ValidationRule", name)


def _field(schema: SchemaChange, name: str) -> None:
    object_name, _, field = name.partition(".")
    for target in ACTIVITY if object_name == "Activity" else (object_name,):
        definition = schema.schema.object(target)
        found = definition.field(field) if definition else None
        if found is None or not found.custom:
            raise _missing("CustomField", name)
        _refuse_if_used(schema, target, field)
        schema.drop_field(target, field)
    _refuse_if_calculated_from(schema, f"custom field {name}")
    registry.forget(schema.conn, "CustomField", name)


def _refuse_if_used(schema: SchemaChange, object_name: str, field: str) -> None:
    for flow in versions.active_flows(schema.conn):
        text = repr(flow.flow).lower()
        if flow.flow.object.lower() == object_name.lower() and field.lower() in text:
            raise OrgError("DEPENDENCY_EXISTS", f"This custom field is referenced elsewhere: flow {flow.name}")
    for _, message in registry.outbound_messages(schema.conn).values():
        if message.object.lower() == object_name.lower() and field.lower() in {f.lower() for f in message.fields}:
            words = f"This custom field is referenced elsewhere: outbound message {message.full_name}"
            raise OrgError("DEPENDENCY_EXISTS", words)


def _refuse_if_calculated_from(schema: SchemaChange, gone: str) -> None:
    """Refuse what a formula or a roll-up summary doesn't work without; the schema is as it would be."""
    for definition in schema.schema.objects.values():
        for field in definition.fields.values():
            broken = (field.formula and formula_fault(schema.schema, definition, field, schema.work.now)) or (
                field.type == rollups.SUMMARY and any(rollups.faults(schema.schema, definition, field))
            )
            if broken:
                words = f"This {gone} is referenced elsewhere in salesforce.com: {definition.name}.{field.name}"
                raise OrgError("DEPENDENCY_EXISTS", words)


def _object(schema: SchemaChange, name: str) -> None:
    definition = schema.schema.object(name)
    if definition is None or not definition.custom:
        raise _missing("CustomObject", name)
    users = [
        f"{other.name}.{field.name}"
        for other in schema.schema.objects.values()
        for field in other.fields.values()
        if field.custom
        and name.lower() in {target.lower() for target in field.reference_to}
        and other is not definition
    ]
    if users:
        raise OrgError("DEPENDENCY_EXISTS", f"This custom object is referenced elsewhere: {', '.join(users)}")
    schema.drop_object(name)
    _refuse_if_calculated_from(schema, f"custom object {name}")
    registry.forget(schema.conn, "CustomObject", name)


REMOVALS: dict[str, Removal] = {
    "Flow": _flow,
    "CustomMetadata": custom_metadata.destroy,
    "CustomLabel": _label,
    "WorkflowOutboundMessage": _message,
    "PermissionSet": _permission_set,
    "ValidationRule": _rule,
    "CustomField": _field,
    "CustomObject": _object,
}
