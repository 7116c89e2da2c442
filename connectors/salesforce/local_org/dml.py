"""Saving records as Salesforce saves them: create, update and upsert, row by row right or wrong, in chunks of 200."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.salesforce.local_org import rows
from connectors.salesforce.local_org.defaults import defaults_of
from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.hooks import Change, Row
from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.permissions import NEVER_CREATED
from connectors.salesforce.local_org.person_accounts import BEHIND_A_PERSON
from connectors.salesforce.local_org.records import Draft, draft, external_id_field, find_by_field
from connectors.salesforce.local_org.results import Result, finish
from connectors.salesforce.local_org.saving import save
from connectors.salesforce.local_org.schema import METADATA, FieldDef, ObjectDef
from connectors.salesforce.local_org.sharing import seen
from connectors.salesforce.local_org.storage import sequence
from connectors.salesforce.local_org.values import stored
from connectors.salesforce.local_org.work import Work

CHUNK = 200
Given = Mapping[str, Any]


def object_named(work: Work, name: str) -> ObjectDef:
    """Return the object, or refuse it as Salesforce refuses one that isn't there or that the user may not see."""
    definition = work.schema.object(name)
    if definition is None or not work.access.can(definition, "read"):
        raise OrgError("NOT_FOUND", "The requested resource does not exist")
    return definition


def _refuse_metadata(definition: ObjectDef) -> None:
    """Custom metadata is deployed, not saved."""
    if definition.extra.get("kind") == METADATA:
        raise OrgError("INVALID_TYPE_FOR_OPERATION", f"entity type {definition.name} does not support DML operations")
    if definition.name == "RecordType":
        raise not_modelled("the changing of record types but by deployments")


def create(work: Work, object_name: str, given: Sequence[Given], *, all_or_none: bool = False) -> list[Result]:
    """Create a record of every row; returns a result for each, in order."""
    definition = object_named(work, object_name)
    if not work.access.can(definition, "create") or definition.name in NEVER_CREATED:
        raise OrgError("INVALID_TYPE_FOR_OPERATION", f"entity type {definition.name} does not support create")
    _refuse_metadata(definition)
    drafts = [draft(work, definition, row, creating=True) for row in given]

    def run() -> list[Result]:
        return _chunked(drafts, lambda chunk: _create_chunk(work, definition, chunk))

    return finish(work, run, all_or_none)


def update(
    work: Work, object_name: str, given: Sequence[tuple[str, Given]], *, all_or_none: bool = False
) -> list[Result]:
    """Change the records of these ids; only the fields that a row names. Returns a result for each, in order."""
    definition = object_named(work, object_name)
    _refuse_metadata(definition)
    drafts = []
    for record_id, row in given:
        made = draft(work, definition, row, creating=False)
        made.id = normal_id(record_id)
        if made.id is None:
            made.error = OrgError(
                "MALFORMED_ID", f"{definition.label} ID: id value of incorrect type: {record_id}", ["Id"]
            )
        drafts.append(made)

    def run() -> list[Result]:
        return _chunked(drafts, lambda chunk: _update_chunk(work, definition, chunk))

    return finish(work, run, all_or_none)


def upsert(
    work: Work, object_name: str, field_name: str, given: Sequence[tuple[Any, Given]], *, all_or_none: bool = False
) -> list[Result]:
    """Change the record whose external id has the value, or create it. A value that several records have is refused."""
    definition = object_named(work, object_name)
    by = external_id_field(work, definition, field_name)
    found = find_by_field(work, definition, by, [value for value, _ in given])
    found = {_folded(by, key): ids for key, ids in found.items()}

    def run() -> list[Result]:
        return [_upsert_one(work, definition, by, found, value, row) for value, row in given]

    return finish(work, run, all_or_none)


def _folded(by: FieldDef, value: Any) -> Any:
    value = stored(by, value)
    return value.lower() if isinstance(value, str) and not by.case_sensitive and by.type != "Id" else value


def _upsert_one(
    work: Work, definition: ObjectDef, by: FieldDef, found: dict[Any, list[str]], value: Any, row: Given
) -> Result:
    """Upsert one row; `found` learns of a record that it creates."""
    key = _folded(by, value)
    ids = found.get(key, [])
    rest = {name: each for name, each in row.items() if name.lower() != by.name.lower()}
    if len(ids) > 1:
        words = f"More than one record found for external id field: [{', '.join(ids)}]"
        return Result(error=OrgError("DUPLICATE_EXTERNAL_ID", words, [by.name]))
    if ids:
        return update(work, definition.name, [(ids[0], rest)])[0]
    if key is None and by.type != "Id":
        return Result(error=OrgError("MISSING_ARGUMENT", f"{by.name} not specified"))
    if key is None:
        return create(work, definition.name, [rest])[0]
    if by.type == "Id":
        return Result(error=OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"))
    result = create(work, definition.name, [{**rest, by.name: value}])[0]
    if result.id:
        found[key] = [result.id]
    return result


def _chunked(drafts: Sequence[Draft], run: Callable[[Sequence[Draft]], list[Result]]) -> list[Result]:
    return [result for start in range(0, len(drafts), CHUNK) for result in run(drafts[start : start + CHUNK])]


def _create_chunk(work: Work, definition: ObjectDef, drafts: Sequence[Draft]) -> list[Result]:
    good = [each for each in drafts if each.error is None]
    ids = rows.new_ids(work, definition, len(good))
    changes = []
    defaults = defaults_of(definition)
    for each, record_id in zip(good, ids, strict=True):
        each.id = record_id
        changes.append(Change(definition, None, new_row(work, defaults, each)))
    number(work, definition, changes)
    save(work, definition, changes)
    refused = {change.new["id"]: change.error for change in changes if change.error}
    return [
        Result(error=each.error or refused[each.id or ""])
        if each.error or each.id in refused
        else Result(id=each.id, created=True)
        for each in drafts
    ]


def new_row(work: Work, defaults: Row, made: Draft) -> Row:
    """Return a whole new row: defaults, what the client gave, what the org knows."""
    row = defaults | made.values
    row |= {"id": made.id, "isdeleted": False, "createddate": work.now, "createdbyid": work.user_id, **_touched(work)}
    if "ownerid" in defaults:
        row["ownerid"] = row.get("ownerid") or work.user_id
    return row


def _touched(work: Work) -> Row:
    return {"lastmodifieddate": work.now, "lastmodifiedbyid": work.user_id, "systemmodstamp": work.now}


def number(work: Work, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Give new records the next auto-numbers, in the field's format: `P-{0000}`."""
    for name, field in definition.fields.items():
        if field.type != "AutoNumber":
            continue
        form = str(field.extra.get("format") or "{0}")
        numbers = rows.new_numbers(work, sequence(definition.name, name), len(changes))
        for change, number in zip(changes, numbers, strict=True):
            before, _, rest = form.partition("{")
            digits, _, after = rest.partition("}")
            change.new[name] = f"{before}{number:0{len(digits)}d}{after}"


def _update_chunk(work: Work, definition: ObjectDef, drafts: Sequence[Draft]) -> list[Result]:
    ids = [each.id for each in drafts if each.id]
    if len(set(ids)) < len(ids):
        raise not_modelled("the same id twice in one update", "INVALID_INPUT")
    known = rows.read(work, definition, ids)
    visible = seen(work, definition, ids)
    changes = []
    for each in drafts:
        row = known.get(each.id or "")
        each.error = each.error or _unchangeable(work, definition, each.id or "", row, others=each.id not in visible)
        if each.error is None:
            changes.append(Change(definition, known[each.id or ""], dict(each.values, id=each.id)))
    save(work, definition, changes, _touched(work))
    refused = {change.new["id"]: change.error for change in changes if change.error}
    return [Result(id=each.id, error=each.error or refused.get(each.id or "")) for each in drafts]


def _unchangeable(
    work: Work, definition: ObjectDef, record_id: str, row: Row | None, *, others: bool
) -> OrgError | None:
    """Return why the user can't change this record, if he can't; `others` says that he doesn't see it."""
    if row is None or not record_id.startswith(definition.key_prefix):
        return OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if row["isdeleted"]:
        return OrgError("ENTITY_IS_DELETED", "entity is deleted")
    if definition.name == "Contact" and row.get("ispersonaccount"):
        return BEHIND_A_PERSON
    if others or not work.access.can(definition, "edit"):
        code = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" if others else "INSUFFICIENT_ACCESS_OR_READONLY"
        return OrgError(code, "insufficient access rights on object id")
    return None
