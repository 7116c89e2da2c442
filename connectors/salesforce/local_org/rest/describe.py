"""Describes: what an object and its fields look like to the one who asks."""

from __future__ import annotations

from typing import Any

from connectors.salesforce.local_org.deletes import cascades, children_of
from connectors.salesforce.local_org.merges import MERGEABLE
from connectors.salesforce.local_org.permissions import NEVER_CREATED, permissionable
from connectors.salesforce.local_org.record_types import available, record_types
from connectors.salesforce.local_org.rest.describe_fields import compound_of, describe_field
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.work import Work

NEVER = {
    "activateable": False, "associateEntityType": None, "associateParentEntity": None, "customSetting": False,
    "deepCloneable": False,
    "deprecatedAndHidden": False, "hasSubtypes": False, "isInterface": False, "isSubtype": False,
}  # fmt: skip
ONLY_WHOLE = {
    "actionOverrides": [], "compactLayoutable": False, "defaultImplementation": None, "extendedBy": None,
    "extendsInterfaces": None, "implementedBy": None, "implementsInterfaces": None, "listviewable": None,
    "lookupLayoutable": None, "namedLayoutInfos": [], "networkScopeFieldName": None, "searchLayoutable": False,
    "sobjectDescribeOption": "FULL", "supportedScopes": [],
}  # fmt: skip
MASTER_RECORD_TYPE = "012000000000000AAA"


def describe_short(at: Work, definition: ObjectDef, version: str) -> dict[str, Any]:
    """Return what the global describe tells of an object."""
    setup = bool(definition.extra.get("setup"))
    access = at.access
    base = f"/services/data/v{version}/sobjects/{definition.name}"
    return {
        **NEVER,
        "createable": access.can(definition, "create") and definition.name not in NEVER_CREATED,
        "custom": definition.custom,
        "deletable": access.can(definition, "delete") and not setup,
        "feedEnabled": False,
        "keyPrefix": definition.key_prefix,
        "label": definition.label,
        "labelPlural": definition.plural_label,
        "mergeable": definition.name in MERGEABLE,
        "layoutable": not setup,
        "mruEnabled": not setup,
        "name": definition.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": not setup,
        "triggerable": not setup,
        "undeletable": not setup,
        "updateable": access.can(definition, "edit"),
        "urls": {
            "rowTemplate": base + "/{ID}",
            "describe": base + "/describe",
            "sobject": base,
            **({} if setup else {"layouts": base + "/describe/layouts"}),
        },
    }


def describe_whole(at: Work, definition: ObjectDef, version: str) -> dict[str, Any]:
    """Return an object's describe, with the fields that the user may see."""
    visible = [field for field in definition.fields.values() if at.access.readable(definition, field)]
    return {
        **describe_short(at, definition, version),
        **ONLY_WHOLE,
        "childRelationships": _children(at, definition),
        "fields": [describe_of(at, definition, field) for field in visible],
        "recordTypeInfos": record_type_infos(at, definition, version),
    }  # fmt: skip


def record_type_infos(at: Work, definition: ObjectDef, version: str) -> list[dict[str, Any]]:
    """Return the record types, the master one, which everybody gets who names none, last."""
    base = f"/services/data/v{version}/sobjects/{definition.name}/describe/layouts/"
    own = [
        {
            "active": each.active, "available": available(at.access, definition, each),
            "defaultRecordTypeMapping": False, "developerName": each.name, "master": False, "name": each.label,
            "recordTypeId": each.id, "urls": {"layout": base + each.id},
        }
        for each in record_types(definition)
    ]  # fmt: skip
    master = {
        "active": True, "available": True, "defaultRecordTypeMapping": True, "developerName": "Master",
        "master": True, "name": "Master", "recordTypeId": MASTER_RECORD_TYPE,
        "urls": {"layout": base + MASTER_RECORD_TYPE},
    }  # fmt: skip
    return [*own, master]


def describe_of(at: Work, definition: ObjectDef, field: FieldDef) -> dict[str, Any]:
    """Return what a describe says of a field to the one who asks."""
    told = describe_field(field)
    told["compoundFieldName"] = compound_of(definition, field)
    told["permissionable"] = permissionable(definition, field)
    if not at.access.editable(definition, field):
        told["createable"] = told["updateable"] = False
    return told


def _children(at: Work, definition: ObjectDef) -> list[dict[str, Any]]:
    return [
        {
            "cascadeDelete": cascades(field), "childSObject": child.name, "deprecatedAndHidden": False,
            "field": field.name, "junctionIdListNames": [], "junctionReferenceTo": [],
            "relationshipName": _child_name(field), "restrictedDelete": field.delete_constraint == "Restrict",
        }
        for child, field in children_of(at, definition)
        if at.access.can(child, "read") and at.access.readable(child, field)
    ]  # fmt: skip


def _child_name(field: FieldDef) -> str | None:
    name = field.child_relationship_name
    return f"{name}__r" if name and field.custom and not name.endswith("__r") else name
