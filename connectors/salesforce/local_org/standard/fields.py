"""The fields that the org adds to every object by itself."""

from __future__ import annotations

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef

AUDIT = (
    ("CreatedDate", "Created Date", "DateTime", None),
    ("CreatedById", "Created By ID", "Lookup", "CreatedBy"),
    ("LastModifiedDate", "Last Modified Date", "DateTime", None),
    ("LastModifiedById", "Last Modified By ID", "Lookup", "LastModifiedBy"),
    ("SystemModstamp", "System Modstamp", "DateTime", None),
)
SYSTEM = frozenset({"id", "isdeleted", "ownerid", *(name.lower() for name, *_ in AUDIT)})


def _system(name: str, label: str, kind: str, relationship: str | None = None) -> FieldDef:
    """Return a field that the org fills in and nobody else."""
    return FieldDef(
        name, label, kind, createable=False, updateable=False, nillable=False,
        length=18 if kind in ("Id", "Lookup") else None,
        reference_to=["User"] if relationship else [], relationship_name=relationship,
    )  # fmt: skip


def _owner(*, queues: bool) -> FieldDef:
    """Return the OwnerId of an object whose records have owners of their own: users, and perhaps queues."""
    field = _system("OwnerId", "Owner ID", "Lookup", "Owner")
    if queues:
        field.reference_to = ["Group", "User"]
    field.createable = field.updateable = True
    return field


def _name(definition: ObjectDef) -> FieldDef:
    """Return the Name of a custom object: text, or a number that the org counts up."""
    label = definition.extra.get("name_label", f"{definition.label} Name")
    if definition.name_autonumber:
        return FieldDef(
            "Name", label, "AutoNumber", length=80, createable=False, updateable=False, nillable=False,
            extra={"format": definition.name_autonumber},
        )  # fmt: skip
    return FieldDef("Name", label, "Text", length=80, extra={"id_lookup": True})


def complete(definition: ObjectDef, *, owned: bool, queues: bool = False) -> None:
    """Put the system fields that are missing into an object's definition, in Salesforce's order."""
    own = definition.fields
    first = [_system("Id", f"{definition.label} ID", "Id"), _system("IsDeleted", "Deleted", "Checkbox")]
    if owned:
        first.insert(1, _owner(queues=queues))
    if definition.custom and "name" not in own and "kind" not in definition.extra:
        first.append(_name(definition))
    last = [_system(name, label, kind, relationship) for name, label, kind, relationship in AUDIT]
    ordered = {field.name.lower(): field for field in first}
    ordered |= own
    ordered |= {field.name.lower(): field for field in last}
    definition.fields = ordered
