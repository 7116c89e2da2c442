"""Record types: kept with their object, told of as rows of RecordType, and held against what records are given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.salesforce.local_org import rows
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.hooks import Change
from connectors.salesforce.local_org.permissions import Access, record_type_key
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.schema_change import SchemaChange

OBJECT, FIELD = "RecordType", "RecordTypeId"
KEPT = "record_types"


@dataclass(frozen=True)
class RecordType:
    """One record type; `picklists` are the values that its records may have, by the picklist's lower-case name."""

    name: str
    label: str
    active: bool
    description: str = ""
    id: str = ""
    picklists: dict[str, list[str]] = field(default_factory=dict)


def record_types(definition: ObjectDef) -> list[RecordType]:
    """Return the record types of an object."""
    return [RecordType(**body) for body in definition.extra.get(KEPT, {}).values()]


def put(schema: SchemaChange, definition: ObjectDef, made: RecordType) -> None:
    """Create a record type or change it; the first one of an object gives it its RecordTypeId."""
    if definition.field(FIELD) is None:
        lookup = FieldDef(
            FIELD, "Record Type ID", "Lookup", length=18, reference_to=[OBJECT], relationship_name=OBJECT,
            extra={"fls": False},
        )  # fmt: skip
        schema.put_field(definition.name, lookup)
    kept: dict[str, Any] = definition.extra.setdefault(KEPT, {})
    known = kept.get(made.name.lower())
    record_id = known["id"] if known else rows.new_ids(schema.work, schema.schema.objects[OBJECT.lower()], 1)[0]
    kept[made.name.lower()] = {**asdict(made), "id": record_id}
    schema.save_object(definition)
    _write(schema, definition, made, record_id, new=known is None)


def _write(schema: SchemaChange, definition: ObjectDef, made: RecordType, record_id: str, *, new: bool) -> None:
    work = schema.work
    about = work.schema.objects[OBJECT.lower()]
    row = {
        "id": record_id, "name": made.label, "developername": made.name, "sobjecttype": definition.name,
        "isactive": made.active, "description": made.description or None, "lastmodifieddate": work.now,
        "lastmodifiedbyid": work.user_id, "systemmodstamp": work.now,
    }  # fmt: skip
    if new:
        rows.insert(work, about, [{**row, "createddate": work.now, "createdbyid": work.user_id}])
    else:
        rows.write(work, about, [(rows.read(work, about, [record_id])[record_id], row)])


def available(access: Access, definition: ObjectDef, made: RecordType) -> bool:
    """Whether a user may give a record this type: an administrator any active one, others those of permission sets."""
    return made.active and (access.admin or record_type_key(definition.name, made.name) in access.fields)


def check(access: Access, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Refuse record types that the user may not give, and values of restricted picklists that a type leaves out."""
    by_id = {each.id: each for each in record_types(definition)}
    for change in changes if by_id else ():
        chosen = change.new.get(FIELD.lower())
        if change.error is not None or chosen is None:
            continue
        made = by_id.get(chosen)
        if change.changed(FIELD) and (made is None or not available(access, definition, made)):
            words = f"Record Type ID: this ID value isn't valid for the user: {chosen}"
            change.error = OrgError("INVALID_CROSS_REFERENCE_KEY", words, [FIELD])
        elif made is not None:
            change.error = _left_out(definition, made, change)


def _left_out(definition: ObjectDef, made: RecordType, change: Change) -> OrgError | None:
    for name, values in made.picklists.items():
        about = definition.field(name)
        given = change.new.get(name)
        if about is None or not about.restricted or given is None:
            continue
        if not (change.changed(name) or change.changed(FIELD)):
            continue
        wrong = [each for each in _parts(about, given) if each not in values]
        if wrong:
            words = f"{about.label}: bad value for restricted picklist field: {wrong[0]}"
            return OrgError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", words, [about.name])
    return None


def _parts(about: FieldDef, given: str) -> Iterable[str]:
    return given.split(";") if about.type == "MultiselectPicklist" else [given]
