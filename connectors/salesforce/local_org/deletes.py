"""Deleting and bringing back: rows stay, marked deleted; details go with their masters, lookups are emptied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import psycopg
from psycopg import sql

from connectors.salesforce.local_org import emptied, rows
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.hooks import Row
from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.permissions import NEVER_CREATED, PERMISSION_ROWS
from connectors.salesforce.local_org.person_accounts import BEHIND_A_PERSON
from connectors.salesforce.local_org.results import Result, finish
from connectors.salesforce.local_org.rollups import refresh
from connectors.salesforce.local_org.saving import save
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.sharing import seen
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.values import REFERENCES
from connectors.salesforce.local_org.work import Work


def delete(work: Work, ids: Sequence[str], *, all_or_none: bool = False) -> list[Result]:
    """Mark records deleted, and what belongs to them; returns a result for each id, in order."""
    return finish(work, lambda: [_delete_one(work, given) for given in ids], all_or_none)


def _delete_one(work: Work, given: str) -> Result:
    record_id = normal_id(given)
    if record_id is None:
        return Result(error=OrgError("MALFORMED_ID", f"malformed id {given}"))
    definition = work.schema.by_prefix(record_id)
    try:
        with work.savepoint():
            row = rows.read(work, definition, [record_id], lock=True).get(record_id) if definition else None
            found = _deletable(work, definition, row)
            _bury(work, found, [record_id])
            if found.name in PERMISSION_ROWS:
                work.after_commit.append(work.org.forget_access)
    except OrgError as error:
        return Result(id=record_id, error=error)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
        return Result(id=record_id, error=locked(record_id))
    return Result(id=record_id)


def _deletable(work: Work, definition: ObjectDef | None, row: Row | None) -> ObjectDef:
    """Return the object of a row that the user may delete."""
    if definition is None or row is None:
        raise OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if row["isdeleted"]:
        raise OrgError("ENTITY_IS_DELETED", "entity is deleted")
    if definition.name == "Contact" and row.get("ispersonaccount"):
        raise BEHIND_A_PERSON
    if not work.access.can(definition, "delete") or definition.name in NEVER_CREATED | {"User"}:
        raise OrgError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    if not seen(work, definition, [row["id"]]):
        code = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        raise OrgError(code, "insufficient access rights on cross-reference id", status=400)
    return definition


def children_of(work: Work, definition: ObjectDef) -> Iterator[tuple[ObjectDef, FieldDef]]:
    """Yield the objects and lookups whose records may point at this object's."""
    for child in work.schema.objects.values():
        for field in child.fields.values():
            if field.type in REFERENCES and definition.name in field.reference_to:
                yield child, field


def cascades(field: FieldDef) -> bool:
    """Whether a record goes when what this field points at goes."""
    return field.type == "MasterDetail" or field.delete_constraint == "Cascade"


def _bury(work: Work, definition: ObjectDef, ids: list[str]) -> None:
    """Mark these rows deleted, and do to their children what each lookup says."""
    stamp(work, definition, ids, {"isdeleted": True, **modified(work)})
    sum_up(work, definition, ids)
    for child, field in children_of(work, definition):
        where = sql.SQL("SELECT id, {0} FROM {1} WHERE {0} = ANY(%s) AND NOT isdeleted ORDER BY id FOR UPDATE").format(
            sql.Identifier(field.name.lower()), table(child.name)
        )
        pointed = dict(work.conn.execute(where, (ids,)).fetchall())
        found = list(pointed)
        if not found:
            continue
        if cascades(field):
            _bury(work, child, found)
        elif field.delete_constraint == "Restrict":
            raise _associated(work, definition, child, pointed)
        else:
            emptied.note(work, child, field, pointed)
            stamp(work, child, found, {field.name.lower(): None, "systemmodstamp": work.now})


def _associated(work: Work, definition: ObjectDef, child: ObjectDef, pointed: Mapping[str, str]) -> OrgError:
    """Return the refusal of a record to which others point that may not lose it."""
    some = list(pointed)[:5]
    children, parents = rows.read(work, child, some), rows.read(work, definition, [pointed[some[0]]])
    (parent,) = parents.values()
    words = (
        f"Your attempt to delete {parent.get('name') or parent['id']} could not be completed because it is associated "
        f"with the following {child.plural_label.lower()}.: "
    )
    return OrgError("DELETE_FAILED", words + ", ".join(str(children[each].get("name") or each) for each in some))


def sum_up(work: Work, definition: ObjectDef, ids: Sequence[str]) -> None:
    """Bring the summaries of these details' masters up to date; a refusal of a master is raised."""
    if any(field.type == "MasterDetail" for field in definition.fields.values()):
        refused = refresh(work, definition, rows.read(work, definition, ids).values(), save)
        for error in refused.values():
            raise error


def modified(work: Work) -> Row:
    """Return the stamps of a record that is changed now."""
    return {"lastmodifieddate": work.now, "lastmodifiedbyid": work.user_id, "systemmodstamp": work.now}


def stamp(work: Work, definition: ObjectDef, ids: Sequence[str], values: Row) -> None:
    """Set the same values on all rows of these ids, without any rules."""
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values)
    statement = sql.SQL("UPDATE {} SET {} WHERE id = ANY(%s)").format(table(definition.name), assignments)
    work.conn.execute(statement, [*values.values(), list(ids)])


def undelete(work: Work, record_id: str) -> None:
    """Bring a record back from the bin, the details that went with it, and lookups to it that nobody has set since.

    One that a merge deleted comes back without what it had lost to the master.
    """
    definition = work.schema.by_prefix(record_id)
    row = rows.read(work, definition, [record_id], lock=True).get(record_id) if definition else None
    if definition is None or row is None or not row["isdeleted"]:
        raise OrgError("UNDELETE_FAILED", "Entity is not in the recycle bin")
    if not work.access.can(definition, "delete") or not seen(work, definition, [record_id]):
        raise OrgError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    try:
        with work.savepoint():
            _exhume(work, definition, [record_id], row)
    except psycopg.errors.UniqueViolation:
        words = f"duplicate value found: another record has a unique value of {record_id}"
        raise OrgError("DUPLICATE_VALUE", words) from None


def undelete_all(work: Work, ids: Sequence[str]) -> list[Result]:
    """Bring records back one by one; returns a result for each id, in order."""
    return [by_itself(work, given, undelete) for given in ids]


def by_itself(work: Work, given: str, act: Callable[[Work, str], None]) -> Result:
    """Act on one record of several, so that what refuses it stops none of the others."""
    record_id = normal_id(given)
    if record_id is None:
        return Result(error=OrgError("MALFORMED_ID", f"malformed id {given}"))
    try:
        with work.savepoint():
            act(work, record_id)
    except OrgError as error:
        return Result(id=record_id, error=error)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
        return Result(id=record_id, error=locked(record_id))
    return Result(id=record_id)


def locked(record_id: str) -> OrgError:
    """Return the refusal of a record that somebody else holds."""
    words = f"unable to obtain exclusive access to this record or 1 records: {record_id}"
    return OrgError("UNABLE_TO_LOCK_ROW", words)


def _exhume(work: Work, definition: ObjectDef, ids: list[str], row: Row) -> None:
    """Bring rows back, and the children that were buried in the same moment."""
    merged = {"masterrecordid": None} if "masterrecordid" in definition.fields else {}
    stamp(work, definition, ids, {"isdeleted": False, **merged, **modified(work)})
    emptied.restore(work, ids)
    sum_up(work, definition, ids)
    for child, field in children_of(work, definition):
        if cascades(field):
            where = sql.SQL("SELECT id FROM {} WHERE {} = ANY(%s) AND isdeleted AND systemmodstamp = %s").format(
                table(child.name), sql.Identifier(field.name.lower())
            )
            found = [each for (each,) in work.conn.execute(where, (ids, row["systemmodstamp"])).fetchall()]
            if found:
                _exhume(work, child, found, row)
