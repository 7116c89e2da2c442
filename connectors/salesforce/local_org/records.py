"""From what a client sent to rows that could be saved: names, rights, values and references made out, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from connectors.salesforce.local_org.errors import OrgError, no_such_column
from connectors.salesforce.local_org.hooks import Row
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.soql.scope import relationship_name
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.values import REFERENCES, stored
from connectors.salesforce.local_org.work import Work


@dataclass
class Draft:
    """One row of a request: `values` as stored, `id` of the record to change, and the `error` that refuses it."""

    values: Row = field(default_factory=dict)
    id: str | None = None
    error: OrgError | None = None


def draft(work: Work, definition: ObjectDef, given: Mapping[str, Any], *, creating: bool) -> Draft:
    """Return what a client's row asks for; what is wrong with it is its `error`."""
    made = Draft()
    try:
        for name, value in given.items():
            if name.lower() in ("attributes", "id") or (
                isinstance(value, dict) and _by_external_id(work, definition, name, value, made)
            ):
                continue
            found = definition.field(name)
            if found is None or not work.access.readable(definition, found):
                raise no_such_column(name, definition.name)
            _may_write(work, definition, found, creating=creating)
            made.values[found.name.lower()] = stored(found, value)
    except OrgError as error:
        made.error = error
    return made


def _may_write(work: Work, definition: ObjectDef, found: FieldDef, *, creating: bool) -> None:
    allowed = found.createable if creating else found.updateable
    if not allowed or found.type == "AutoNumber" or not work.access.editable(definition, found):
        text = (
            f"Unable to create/update fields: {found.name}. Please check the security settings of this field and verify"
            " that it is read/write for your profile or permission set."
        )
        raise OrgError("INVALID_FIELD_FOR_INSERT_UPDATE", text, [found.name])


def _by_external_id(work: Work, definition: ObjectDef, name: str, value: Mapping[str, Any], made: Draft) -> bool:
    """Resolve `Parent__r: {External_Id__c: value}` into the lookup's id; False when `name` is no relationship."""
    lookup = next(
        (f for f in definition.fields.values() if f.reference_to and relationship_name(f).lower() == name.lower()), None
    )
    if lookup is None or not work.access.readable(definition, lookup):
        return False
    _may_write(work, definition, lookup, creating=True)
    keys = [key for key in value if key != "attributes"]
    if len(keys) != 1 or len(lookup.reference_to) != 1:
        raise OrgError("INVALID_FIELD", f"{name}: one external id field is expected in a reference", [lookup.name])
    target = work.schema.objects[lookup.reference_to[0].lower()]
    found = find_by_field(work, target, external_id_field(work, target, keys[0]), [value[keys[0]]])
    ids = next(iter(found.values()), [])
    if len(ids) != 1:
        text = f"Foreign key external ID: {value[keys[0]]} not found for field {keys[0]} in entity {target.name}"
        raise OrgError("INVALID_FIELD", text)
    made.values[lookup.name.lower()] = ids[0]
    return True


def finds_records(field: FieldDef) -> bool:
    """Whether records may be found by this field's value: an external id, Id itself, some standard fields."""
    return field.external_id or field.type == "Id" or bool(field.extra.get("id_lookup"))


def external_id_field(work: Work, definition: ObjectDef, name: str) -> FieldDef:
    """Return the field by which records may be found from outside: an external id, an id-lookup field or Id."""
    found = definition.field(name)
    known = found is not None and work.access.readable(definition, found)
    if not known or found is None or not finds_records(found):
        raise OrgError("NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {name}")
    return found


def find_by_field(work: Work, definition: ObjectDef, by: FieldDef, values: Sequence[Any]) -> dict[Any, list[str]]:
    """Return the ids of living records by the given value of an external id field, in id order."""
    wanted = {stored(by, value): value for value in values}
    folded = by.type not in REFERENCES and not by.case_sensitive and by.type not in ("Number", "Id")
    column = sql.SQL("lower({})" if folded else "{}").format(sql.Identifier(by.name.lower()))
    keys = [key.lower() if folded and key is not None else key for key in wanted]
    statement = sql.SQL("SELECT {0}, id FROM {1} WHERE {0} = ANY(%s) AND NOT isdeleted ORDER BY id")
    found: dict[Any, list[str]] = {}
    for key, record_id in work.conn.execute(statement.format(column, table(definition.name)), (keys,)).fetchall():
        found.setdefault(key, []).append(record_id)
    return {given: found.get(key, []) for key, given in zip(keys, wanted.values(), strict=True)}
