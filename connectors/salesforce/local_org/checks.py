"""What every record must satisfy before it is written: required fields, references that lead somewhere, uniqueness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql

from connectors.salesforce.local_org import record_types
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.hooks import Change, Row
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.values import REFERENCES
from connectors.salesforce.local_org.work import Work


def check(work: Work, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Refuse the changes that break the schema's own rules."""
    for change in changes:
        if change.error is None:
            change.error = missing(definition, change.new)
    record_types.check(work.access, definition, changes)
    _owners(work, definition, changes)
    _queues(work, definition, changes)
    for field in definition.fields.values():
        if field.type in REFERENCES and field.createable:
            _references(work, field, changes)
        if field.unique:
            unique(work, definition, field, changes)


def missing(definition: ObjectDef, row: Row) -> OrgError | None:
    """Return the refusal of a row that leaves required fields empty."""
    names = [
        field.name
        for name, field in definition.fields.items()
        if (
            field.required
            or field.type == "MasterDetail"
            or (name == "name" and field.createable and not field.nillable)
        )
        and row.get(name) is None
    ]
    if not names:
        return None
    return OrgError("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", names)


def _moved(changes: Iterable[Change], name: str) -> list[Change]:
    return [c for c in changes if c.error is None and c.new.get(name) is not None and c.changed(name)]


def _references(work: Work, field: FieldDef, changes: Sequence[Change]) -> None:
    """Refuse references to what isn't there, is of another object, or has been deleted. A master is held until the
    transaction ends, as Salesforce holds it for each new detail: two who add details to it wait for each other.
    """
    name = field.name.lower()
    by_target: dict[str, list[Change]] = {}
    for change in _moved(changes, name):
        target = work.schema.by_prefix(change.new[name])
        if target is None or target.name not in field.reference_to:
            text = f"{field.label}: id value of incorrect type: {change.new[name]}"
            change.error = OrgError("FIELD_INTEGRITY_EXCEPTION", text, [field.name])
        else:
            by_target.setdefault(target.name, []).append(change)
    for target_name, group in by_target.items():
        held = " ORDER BY id FOR UPDATE" if field.type == "MasterDetail" else ""
        statement = sql.SQL("SELECT id, isdeleted FROM {} WHERE id = ANY(%s)" + held).format(table(target_name))
        known = dict(work.conn.execute(statement, ([c.new[name] for c in group],)).fetchall())
        for change in group:
            if change.new[name] not in known:
                change.error = OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [field.name])
            elif known[change.new[name]]:
                change.error = OrgError("ENTITY_IS_DELETED", "entity is deleted", [field.name], status=400)


def _owners(work: Work, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Refuse to give records to users who are not active; those that such a user has already may still be changed."""
    moved = _moved(changes, "ownerid")
    if not moved:
        return
    statement = sql.SQL("SELECT id FROM {} WHERE id = ANY(%s) AND NOT isactive").format(table("User"))
    gone = {each for (each,) in work.conn.execute(statement, ([change.new["ownerid"] for change in moved],)).fetchall()}
    for change in moved:
        owner = change.new["ownerid"]
        if owner in gone:
            words = f"operation performed with inactive user [{owner[:15]}] as owner of {definition.label.lower()}"
            change.error = OrgError("INACTIVE_OWNER_OR_USER", words)


def _queues(work: Work, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Refuse owners that are groups but no queue for such records."""
    owner = definition.field("OwnerId")
    if owner is None or "Group" not in owner.reference_to:
        return
    prefix = work.schema.objects["group"].key_prefix
    groups = [change for change in _moved(changes, "ownerid") if change.new["ownerid"].startswith(prefix)]
    statement = sql.SQL(
        "SELECT q.queueid FROM {} q JOIN {} g ON g.id = q.queueid WHERE g.id = ANY(%s) AND g.type = 'Queue'"
        " AND NOT g.isdeleted AND NOT q.isdeleted AND lower(q.sobjecttype) = %s"
    ).format(table("QueueSobject"), table("Group"))
    wanted = [change.new["ownerid"] for change in groups]
    known = {each for (each,) in work.conn.execute(statement, (wanted, definition.name.lower())).fetchall()}
    for change in groups:
        if change.new["ownerid"] not in known:
            change.error = OrgError("INVALID_OPERATION", "Queue not associated with this SObject type", ["OwnerId"])


def unique(work: Work, definition: ObjectDef, field: FieldDef, changes: Sequence[Change]) -> None:
    """Refuse values that another record already has, or that come twice in one request."""
    name = field.name.lower()
    moved = _moved(changes, name)
    if not moved:
        return
    text = isinstance(moved[0].new[name], str) and not field.case_sensitive

    def key(value: Any) -> Any:
        return value.lower() if text else value

    column = sql.SQL("lower({})" if text else "{}").format(sql.Identifier(name))
    statement = sql.SQL("SELECT {0}, id FROM {1} WHERE {0} = ANY(%s) AND NOT isdeleted").format(
        column, table(definition.name)
    )
    taken = dict(work.conn.execute(statement, ([key(c.new[name]) for c in moved],)).fetchall())
    moving = {change.new["id"] for change in moved}
    taken = {value: holder for value, holder in taken.items() if holder not in moving}
    for change in moved:
        holder = taken.setdefault(key(change.new[name]), change.new["id"])
        if holder != change.new["id"]:
            words = f"duplicate value found: {field.name} duplicates value on record with id: {holder}"
            change.error = OrgError("DUPLICATE_VALUE", words, [field.name])
