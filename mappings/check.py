"""A mapping held against what an org says of itself: everything that would go wrong, before anything does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf

from connectors.base import FieldSchema, ObjectSchema, OrgIdentity
from mappings.document import Deletes, Direction
from mappings.fit import Severity, problems_of
from mappings.model import Mapping, Source
from mappings.reports import nearest
from mappings.rests import FIX, why_it_rests
from plugin.errors import Problem

_ID_LENGTH = 36
_SHORT_ID = 15


def check(
    mapping: Mapping,
    schemas: MappingOf[str, ObjectSchema],
    *,
    flows_active: MappingOf[str, bool] | None = None,
    pinned_org: str | None = None,
    org: OrgIdentity | None = None,
    objects: Iterable[str] = (),
    running: bool = False,
) -> list[Problem]:
    """Return all that is wrong, errors first; an empty list means that the mapping fits.

    `schemas` are those of the mapped objects that exist, for the user who syncs; `objects` names all objects of the
    org, for suggestions. `flows_active` says of each object with a notify flow whether it is active. `pinned_org` is
    the org of the first sync. A service that is `running` lets a field rest that was lost since: only a warning. Pure.
    """
    found = list(_identity(org, pinned_org))
    known = {*objects, *schemas}
    for source in mapping.sources:
        schema = schemas.get(source.object)
        if schema is None:
            what = "there is no such object, or the integration user may not see it"
            fix = f"Use {nearest(source.object, known)}, or install our package and assign its permission set."
            found.append(Problem(source.object, what, fix))
        else:
            found += _source(source.within(schema), schema, running=running)
    found += _flows(mapping, flows_active or {})
    return sorted(dict.fromkeys(found), key=lambda problem: problem.severity != "error")


def _identity(org: OrgIdentity | None, pinned: str | None) -> Iterator[Problem]:
    if org and pinned and org.org_id[:_SHORT_ID] != pinned[:_SHORT_ID]:
        what = f"we are signed in to {org.name} ({org.org_id}), and this database belongs to the org {pinned}"
        yield Problem("org", what, "Sign in to that org, or give this one a database of its own.")


def _flows(mapping: Mapping, active: MappingOf[str, bool]) -> Iterator[Problem]:
    for source in mapping.sources:
        if source.reads and active.get(source.object) is False:
            what = "its notify flow is inactive, so changes are only found by polling"
            fix = "Activate it in Setup, Flows, or run `success-vector install` again."
            yield Problem(source.object, what, fix)


def _source(source: Source, schema: ObjectSchema, *, running: bool) -> Iterator[Problem]:
    yield from _object_permissions(source, schema)
    for ours, line in source.fields.items():
        where = f"{source.object}.{line.theirs} ({source.entity}.{ours})"
        field = schema.fields.get(line.theirs)
        why = why_it_rests(line, field)
        if running and why and not line.ours.required:
            yield Problem(where, f"{why}: it rests, and the others are synced", FIX, "warning")
            continue
        if field is None:
            yield _missing(where, line.theirs, schema)
            continue
        for what, fix, severity in problems_of(line, field, source.creates):
            yield Problem(where, what, fix, severity)
    yield from _references(source, schema)
    for condition in source.where:
        if "." not in condition.field and condition.field not in schema.fields:
            yield _missing(f"{source.object}.{condition.field} (where)", condition.field, schema)
    yield from _external_id(source, schema)
    if source.creates:
        yield from _left_empty(source, schema)


def _missing(where: str, name: str, schema: ObjectSchema) -> Problem:
    what = "there is no such field, or the integration user may not see it"
    return Problem(where, what, f"Use {nearest(name, schema.fields)}, or grant access to it.")


def _object_permissions(source: Source, schema: ObjectSchema) -> Iterator[Problem]:
    fix = "Grant it in our integration permission set."
    if source.creates and not schema.createable:
        yield Problem(source.object, "we may not create its records, and the mapping does", fix)
    if source.writes and not schema.updateable:
        yield Problem(source.object, "we may not edit its records, and the mapping does", fix)
    if source.deletes is Deletes.PUSH and not schema.deletable:
        fix = "Grant the permission to delete to the integration user, or write deletes = 'keep'."
        yield Problem(source.object, "we may not delete its records, and the mapping does", fix)


def _references(source: Source, schema: ObjectSchema) -> Iterator[Problem]:
    for ours, targets in source.references.items():
        for theirs, target in targets.items():
            where = f"{source.object}.{theirs} ({source.entity}.{ours})"
            field = schema.fields.get(theirs)
            if field is None:
                yield _missing(where, theirs, schema)
            elif field.type != "reference":
                lookups = [name for name, one in schema.fields.items() if target in one.references]
                fix = f"Use {nearest(theirs, lookups)}." if lookups else f"Make it a lookup to {target}."
                yield Problem(where, f"it is a {field.type} field, not a lookup", fix)
            elif target not in field.references:
                pointed = " or ".join(field.references) or "nothing"
                yield Problem(where, f"it points to {pointed}, not to {target}", "Name the object that it points to.")
            elif source.direction is not Direction.IN:
                yield from _reference_permission(source, ours, field, where)


def _reference_permission(source: Source, ours: str, field: FieldSchema, where: str) -> Iterator[Problem]:
    """A parent that a record can't do without is set once, when it is created, and may be fixed from then on."""
    fix = "Grant edit access, or write direction = 'in' for the source."
    if source.creates and not field.createable:
        yield Problem(where, "it can't be set when a record is created", fix)
    elif not field.updateable and not (source.creates and source.definition.fields[ours].required):
        yield Problem(where, "it can't be updated", fix)


def _external_id(source: Source, schema: ObjectSchema) -> Iterator[Problem]:
    if source.external_id is None:
        return
    where = f"{source.object}.{source.external_id} (external_id)"
    field = schema.fields.get(source.external_id)
    if field is None:
        yield _missing(where, source.external_id, schema)
        return
    if field.type != "text" or (field.max_length or _ID_LENGTH) < _ID_LENGTH:
        yield Problem(where, f"our ids need a text of {_ID_LENGTH} characters", "Make it a text field of that length.")
    severity: Severity = "error" if source.creates else "warning"
    why = "a broken connection could create a record twice" if source.creates else "our records can't be told by it"
    if not field.unique:
        yield Problem(where, f"it isn't unique, so {why}", "Tick Unique on the field.", severity)
    if not field.external_id:
        yield Problem(where, f"it isn't an external id, so {why}", "Tick External ID on the field.", severity)
    if source.creates and not field.createable:
        yield Problem(where, "we may not write it, and creating records needs it", "Grant edit access to it.")


def _left_empty(source: Source, schema: ObjectSchema) -> Iterator[Problem]:
    filled = {line.theirs for line in source.outbound.values()} | {source.external_id}
    filled |= {theirs for targets in source.references.values() for theirs in targets}
    for field in schema.fields.values():
        if field.required_on_create and field.name not in filled:
            where = f"{source.object}.{field.name}"
            what = "records can't be created without it, and the mapping never fills it"
            yield Problem(where, what, "Map it, give it a default over there, or make it optional.")
