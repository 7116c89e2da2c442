"""Permission set files: what they grant, and what of it Salesforce would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.salesforce.local_org.metadata.archive import File
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.permissions import (
    FieldPermission,
    ObjectPermission,
    permissionable,
    record_type_key,
)
from connectors.salesforce.local_org.schema import OrgSchema

USER_PERMISSIONS = frozenset(
    [
        "ApiEnabled",
        "ActivitiesAccess",
        "EditEvent",
        "EditTask",
        "LightningExperienceUser",
        "RunFlow",
        "RunReports",
        "ViewAllUsers",
        "ViewRoles",
        "ViewSetup",
    ]
)
_PARTS = frozenset(
    [
        "applicationVisibilities",
        "customPermissions",
        "description",
        "fieldPermissions",
        "flowAccesses",
        "hasActivationRequired",
        "label",
        "license",
        "objectPermissions",
        "recordTypeVisibilities",
        "tabSettings",
        "userPermissions",
        "fullName",
    ]
)
_NEEDS = {
    "allowCreate": ("allowRead",),
    "allowEdit": ("allowRead",),
    "allowDelete": ("allowRead", "allowEdit"),
    "viewAllRecords": ("allowRead",),
    "modifyAllRecords": ("allowRead", "allowEdit", "allowDelete", "viewAllRecords"),
}
_WORDS = {
    "allowCreate": "Create",
    "allowRead": "Read",
    "allowEdit": "Edit",
    "allowDelete": "Delete",
    "viewAllRecords": "View All",
    "modifyAllRecords": "Modify All",
}


@dataclass(frozen=True)
class PermissionSet:
    """What a permission set file says."""

    name: str
    label: str
    description: str
    objects: tuple[ObjectPermission, ...]
    fields: tuple[FieldPermission, ...]
    custom: tuple[str, ...]


def read(file: File) -> PermissionSet:
    """Return the permission set in a file that has passed the checks of form."""
    root = file.root
    assert root is not None  # noqa: S101
    return PermissionSet(
        file.name,
        root.say("label"),
        root.say("description"),
        (*(_object(node) for node in root.all("objectPermissions")), *_activities(root)),
        (*(_field(node) for node in root.all("fieldPermissions")), *_record_types(root)),
        tuple(node.say("name") for node in root.all("customPermissions") if node.flag("enabled")),
    )


def _object(node: Node) -> ObjectPermission:
    return ObjectPermission(
        node.say("object"),
        create=node.flag("allowCreate"),
        read=node.flag("allowRead"),
        edit=node.flag("allowEdit"),
        delete=node.flag("allowDelete"),
        view_all=node.flag("viewAllRecords"),
        modify_all=node.flag("modifyAllRecords"),
    )


def _activities(root: Node) -> Iterator[ObjectPermission]:
    """Yield what user permissions allow on activities: Salesforce has no object permissions for them."""
    on = {node.say("name") for node in root.all("userPermissions") if node.flag("enabled")}
    if "ActivitiesAccess" in on:
        for name in ("Task", "Event"):
            edit = f"Edit{name}" in on
            yield ObjectPermission(name, create=edit, read=True, edit=edit, delete=edit)


def _record_types(root: Node) -> Iterator[FieldPermission]:
    for node in root.all("recordTypeVisibilities"):
        if node.flag("visible"):
            object_name, _, name = node.say("recordType").partition(".")
            yield FieldPermission(*record_type_key(object_name, name), readable=True)


def _field(node: Node) -> FieldPermission:
    object_name, _, name = node.say("field").partition(".")
    return FieldPermission(object_name, name, readable=node.flag("readable"), editable=node.flag("editable"))


def faults(file: File, schema: OrgSchema, names: Mapping[str, set[str]]) -> Iterator[tuple[str, int]]:
    """Yield problem and line of what is wrong; `names` are the other components there are, by type, in lower case."""
    root = file.root
    assert root is not None  # noqa: S101
    if len(root.say("label")) > 80 or not root.say("label"):
        yield "The label of a permission set has 1 to 80 characters", root.line
    for child in root.children:
        if child.tag not in _PARTS:
            yield f"The local org does not model '{child.tag}' of a PermissionSet", child.line
        elif child.tag == "objectPermissions":
            yield from ((problem, child.line) for problem in _object_faults(child, root, schema))
        elif child.tag == "recordTypeVisibilities":
            if child.say("recordType").lower() not in names.get("RecordType", set()):
                yield f"In field: recordType - no RecordType named {child.say('recordType')} found", child.line
        elif child.tag == "fieldPermissions":
            yield from ((problem, child.line) for problem in _field_faults(child, root, schema))
        else:
            yield from ((problem, child.line) for problem in _name_faults(child, names))
    yield from _duplicates(root, "objectPermissions", "object")
    yield from _duplicates(root, "fieldPermissions", "field")


def _object_faults(node: Node, root: Node, schema: OrgSchema) -> Iterator[str]:
    name = node.say("object")
    definition = schema.object(name)
    if definition is None or name in {"Task", "Event"}:
        yield f"In field: object - no CustomObject named {name} found"
        return
    for permission, needs in _NEEDS.items():
        missing = [need for need in needs if not node.flag(need)]
        if node.flag(permission) and missing:
            words = ", ".join(f"{_WORDS[need]} {name}" for need in missing)
            yield f"Permission {_WORDS[permission]} {name} depends on permission(s): {words}"
    read = {other.say("object").lower() for other in root.all("objectPermissions") if other.flag("allowRead")}
    for field in definition.fields.values():
        parents = field.reference_to if field.type == "MasterDetail" else []
        for parent in parents:
            if node.flag("allowRead") and parent.lower() not in read:
                yield f"Permission Read {name} depends on permission(s): Read {parent}"


def _field_faults(node: Node, root: Node, schema: OrgSchema) -> Iterator[str]:
    object_name, _, name = node.say("field").partition(".")
    definition = schema.object(object_name)
    field = None if definition is None else definition.field(name)
    if definition is None or field is None:
        yield f"In field: field - no CustomField named {node.say('field')} found"
        return
    if not permissionable(definition, field):
        yield f"You cannot deploy to a required field: {node.say('field')}"
    if node.flag("editable") and not node.flag("readable"):
        yield f"Permission Edit {node.say('field')} depends on permission(s): Read {node.say('field')}"
    if node.flag("editable") and (field.formula is not None or field.type == "AutoNumber"):
        yield f"Field {node.say('field')} is not editable"
    objects = {other.say("object").lower() for other in root.all("objectPermissions") if other.flag("allowRead")}
    if definition.custom and node.flag("readable") and object_name.lower() not in objects:
        yield f"Field {node.say('field')} is readable, but Read {object_name} is not among the objectPermissions"


def _name_faults(node: Node, names: Mapping[str, set[str]]) -> Iterator[str]:
    kinds = {
        "applicationVisibilities": ("application", "CustomApplication"),
        "tabSettings": ("tab", "CustomTab"),
        "flowAccesses": ("flow", "Flow"),
        "customPermissions": ("name", "CustomPermission"),
    }
    if node.tag == "userPermissions" and node.say("name") not in USER_PERMISSIONS:
        yield f"The local org does not model the user permission '{node.say('name')}'"
    if node.tag in kinds:
        key, type_name = kinds[node.tag]
        name = node.say(key)
        if not name.startswith("standard") and name.lower() not in names.get(type_name, set()):
            yield f"In field: {key} - no {type_name} named {name} found"


def _duplicates(root: Node, tag: str, key: str) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    for node in root.all(tag):
        name = node.say(key).lower()
        if name in seen:
            yield f"Duplicate {tag} for {node.say(key)}", node.line
        seen.add(name)
