"""The Nonprofit Success Pack as a deployment: its objects and fields with their prefixes, and who may see them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.salesforce.install.metadata import Child, File, element, text_of
from connectors.salesforce.install.zip import Archive, pack

NAMESPACES = frozenset({"npsp", "npe01", "npo02", "npe03", "npe4", "npe5"})
ADMIN, READER = "Nonprofit_All", "Nonprofit_Read"
STANDARD = ("Account", "Contact", "Opportunity", "Lead")
SIZES = ("length", "precision", "scale")
NOT_MODELLED = {"Summary", "Location", "MetadataRelationship"}

OWN_PACKAGES: dict[str, list[dict[str, str]]] = {
    "Account": [{"fullName": "npe01__SYSTEM_AccountType__c", "type": "Text", "length": "50"}],
    "Contact": [
        {"fullName": "npo02__MembershipJoinDate__c", "type": "Date"},
        {"fullName": "npo02__MembershipEndDate__c", "type": "Date"},
    ],
    "Opportunity": [
        {"fullName": "npe01__Membership_Start_Date__c", "type": "Date"},
        {"fullName": "npe01__Membership_End_Date__c", "type": "Date"},
        {"fullName": "npe01__Do_Not_Automatically_Create_Payment__c", "type": "Checkbox"},
    ],
    "npe01__OppPayment__c": [
        {
            "fullName": "npe01__Opportunity__c",
            "type": "MasterDetail",
            "referenceTo": "Opportunity",
            "relationshipName": "OppPayment",
        },
        {"fullName": "npe01__Payment_Amount__c", "type": "Currency", "precision": "18", "scale": "2"},
        {"fullName": "npe01__Payment_Date__c", "type": "Date"},
        {"fullName": "npe01__Scheduled_Date__c", "type": "Date"},
        {"fullName": "npe01__Paid__c", "type": "Checkbox"},
        {"fullName": "npe01__Written_Off__c", "type": "Checkbox"},
    ],
}
"""Fields of NPSP's older packages, which are not in its own repository: those that data set and mapping speak of."""

Field = Mapping[str, Any]


def schema(stranger_orgs: Path) -> dict[str, list[Field]]:
    """Return the fields by object that a deployment can bring, names with their prefix."""
    with gzip.open(stranger_orgs / "NPSP_schema.json.gz", "rt", encoding="utf-8") as opened:
        objects = json.load(opened)["objects"]
    found: dict[str, list[Field]] = {}
    for name, content in objects.items():
        if content.get("customSettingsType") or not (name in STANDARD or name.endswith("__c")) or "Settings" in name:
            continue
        fields = [one for one in content["fields"] if not one.get("formula") and one["type"] not in NOT_MODELLED]
        found[_named(name)] = [_with_prefix(one) for one in fields] + OWN_PACKAGES.get(name, [])
    known = {*found, *STANDARD}
    return {name: [one for one in fields if one.get("referenceTo", name) in known] for name, fields in found.items()}


def archive(fields: Mapping[str, Sequence[Field]], readable: Sequence[str], version: str) -> Archive:
    """Return the deployment, with a permission set for administrators and one to read `readable` ("Object.Field")."""
    everything = [f"{name}.{one['fullName']}" for name, each in fields.items() for one in each if _permissible(one)]
    files = [_object_file(name, each) for name, each in fields.items() if each or name not in STANDARD]
    owned = [_permission_set(ADMIN, everything, [*fields], edit=True)]
    return pack(
        [*files, *owned, _permission_set(READER, readable, ["Account", "Contact", "Opportunity"], edit=False)], version
    )


def _named(name: str) -> str:
    return name if name in STANDARD or "__" in name.removesuffix("__c") or not name.endswith("__c") else f"npsp__{name}"


def _with_prefix(field: Field) -> Field:
    named = {**field, "fullName": _named(field["fullName"])}
    return {**named, "referenceTo": _named(field["referenceTo"])} if "referenceTo" in field else named


def _details(fields: Sequence[Field]) -> bool:
    return any(one["type"] == "MasterDetail" for one in fields)


def _permissible(field: Field) -> bool:
    return field["type"] != "MasterDetail" and field.get("required") != "true"


def _object_file(name: str, fields: Sequence[Field]) -> File:
    label = name.removesuffix("__c").rpartition("__")[2].replace("_", " ")[:38]
    about: list[Child] = [] if name in STANDARD else list(_about(label, detail=_details(fields)))
    content = text_of(element("CustomObject", [*about, *(("fields", list(_field(one))) for one in fields)]))
    components = {("CustomField", f"{name}.{one['fullName']}"): name for one in fields}
    own = {} if name in STANDARD else {("CustomObject", name): name}
    return File(f"objects/{name}.object", content, {**own, **components})


def _about(label: str, *, detail: bool) -> Iterator[Child]:
    yield "deploymentStatus", "Deployed"
    yield "label", label
    yield "nameField", [("label", "Name"), ("type", "AutoNumber"), ("displayFormat", "N-{0000000}")]
    yield "pluralLabel", f"{label}s"
    yield "sharingModel", "ControlledByParent" if detail else "ReadWrite"


def _field(field: Field) -> Iterator[Child]:
    kind = field["type"]
    yield "fullName", field["fullName"]
    yield "label", str(field.get("label") or field["fullName"])[:40]
    yield "type", kind
    for name in (*SIZES, "externalId", "unique", "relationshipName", "referenceTo"):
        if name in field:
            yield name, field[name]
    if kind == "Checkbox":
        yield "defaultValue", field.get("defaultValue") or "false"
    elif kind == "MultiselectPicklist":
        yield "visibleLines", "4"
    elif kind in {"LongTextArea", "Html"}:
        yield "visibleLines", "3"
    if kind == "Lookup":
        yield "deleteConstraint", field.get("deleteConstraint", "SetNull")
    if field.get("required") == "true":
        yield "required", "true"
    if kind in {"Picklist", "MultiselectPicklist"}:
        yield "valueSet", [("restricted", False), ("valueSetDefinition", list(_values(field)))]


def _values(field: Field) -> Iterator[Child]:
    yield "sorted", False
    for value in field.get("picklist") or ["Standard"]:
        yield "value", [("fullName", value), ("default", False), ("label", value)]


def _permission_set(name: str, fields: Sequence[str], objects: Sequence[str], *, edit: bool) -> File:
    content: list[Child] = [
        ("fieldPermissions", [("editable", edit), ("field", field), ("readable", True)]) for field in fields
    ]
    content.append(("label", name.replace("_", " ")))
    content += [("objectPermissions", _grant(one, edit=edit)) for one in objects]
    path = f"permissionsets/{name}.permissionset"
    return File(path, text_of(element("PermissionSet", content)), {("PermissionSet", name): path})


def _grant(object_name: str, *, edit: bool) -> list[Child]:
    flags = {
        "allowCreate": edit,
        "allowDelete": edit,
        "allowEdit": edit,
        "allowRead": True,
        "modifyAllRecords": edit,
        "viewAllRecords": True,
    }
    return [("object", object_name), *flags.items()]
