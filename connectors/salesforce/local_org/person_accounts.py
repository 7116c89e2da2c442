"""Person accounts: accounts that are people, each with a contact row behind it that nobody touches by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.salesforce.local_org import checks, record_types, rows
from connectors.salesforce.local_org.defaults import default_of
from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.hooks import Change, Row
from connectors.salesforce.local_org.person_fields import (
    BEHIND,
    FLAG,
    PREFIXED,
    STANDARD,
    is_shared_custom,
    of_contact,
    on_account,
    only_of_people,
)
from connectors.salesforce.local_org.record_types import RecordType
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.schema_change import SchemaChange
from connectors.salesforce.local_org.work import Work

BEHIND_A_PERSON = not_modelled("changing the contact of a person account by itself: change the account")


def enable(change: SchemaChange) -> None:
    """Give the org person accounts: their fields, and the record type by which an account becomes one."""
    contact = change.schema.objects["contact"]
    for name in ("FirstName", "LastName", "Salutation", *(f"Person{each}" for each in PREFIXED)):
        change.put_field("Account", _like(contact, name))
    for shared in [made for each in contact.fields.values() if (made := on_account(each))]:
        change.put_field("Account", shared)
    behind = FieldDef(BEHIND, "Contact ID", "Lookup", length=18, reference_to=["Contact"], createable=False,
                      updateable=False, relationship_name="PersonContact", extra={"fls": False})  # fmt: skip
    change.put_field("Account", behind)
    for name in ("Account", "Contact"):
        change.put_field(name, _flag(FLAG, "Is Person Account"))
    change.put_field("RecordType", _flag("IsPersonType", "Is Person Type"))
    account = change.schema.objects["account"]
    record_types.put(change, account, RecordType("PersonAccount", "Person Account", True))
    change.conn.execute("UPDATE org.recordtype SET ispersontype = true WHERE developername = 'PersonAccount'")


def _like(contact: ObjectDef, name: str) -> FieldDef:
    """Return an account's field that holds what a contact's holds."""
    model = contact.fields[STANDARD[name.lower()]]
    return FieldDef(name, model.label, model.type, length=model.length, picklist=list(model.picklist),
                    extra=dict(model.extra) if name not in ("PersonEmail",) else {})  # fmt: skip


def _flag(name: str, label: str) -> FieldDef:
    return FieldDef(name, label, "Checkbox", createable=False, updateable=False, nillable=False, extra={"fls": False})


def prepare(work: Work, changes: Sequence[Change]) -> None:
    """Make the accounts of the person record type people, and refuse what only the other kind of account has."""
    person_type = next(each.id for each in record_types.record_types(changes[0].object) if each.name == "PersonAccount")
    fresh = rows.new_ids(work, work.schema.objects["contact"], sum(change.created for change in changes))
    contact = work.schema.objects["contact"]
    for change in changes:
        person = change.new.get("recordtypeid") == person_type
        if change.created and not person:
            _leave_out(change)
        change.error = change.error or _fault(change, contact, person=person)
        change.new[FLAG.lower()] = person
        if person:
            parts = (change.new.get("firstname"), change.new.get("lastname"))
            change.new["name"] = " ".join(part for part in parts if part) or None
            if change.created:
                change.new[BEHIND.lower()] = fresh.pop()
    _refuse_taken(work, contact, [change for change in changes if change.new[FLAG.lower()] and not change.error])


def _refuse_taken(work: Work, contact: ObjectDef, people: Sequence[Change]) -> None:
    """Refuse values that must be a contact's own and that another contact has, who may be a person as well."""
    for ours, theirs in of_contact(people[0].object).items() if people else ():
        if not contact.fields[theirs].unique:
            continue
        behind = [
            Change(contact, None, {"id": each.new[BEHIND.lower()], theirs: each.new.get(ours)}) for each in people
        ]
        checks.unique(work, contact, contact.fields[theirs], behind)
        for change, told in zip(people, behind, strict=True):
            if told.error is not None:
                name = change.object.fields[ours].name
                words = told.error.message.replace(contact.fields[theirs].name, name)
                change.error = change.error or OrgError(told.error.code, words, [name])


def _leave_out(change: Change) -> None:
    """Take from a new company what contacts have where nobody says anything else."""
    for name, field in change.object.fields.items():
        if is_shared_custom(name) and change.new.get(name) == default_of(field):
            change.new[name] = False if field.type == "Checkbox" else None


def _fault(change: Change, contact: ObjectDef, *, person: bool) -> OrgError | None:
    if not change.created and bool((change.old or {}).get(FLAG.lower())) is not person:
        return not_modelled("turning an account into a person account or back")
    wrong = ["name"] if person else only_of_people(change.object)
    given = [name for name in wrong if change.new.get(name) not in (None, False) and change.changed(name)]
    names = [change.object.fields[name].name for name in given]
    if names:
        words = f"Account: bad field names on insert/update call: {', '.join(names)}"
        return OrgError("INVALID_FIELD_FOR_INSERT_UPDATE", words, names)
    needed = [ours for ours, theirs in of_contact(change.object).items() if contact.fields[theirs].required]
    missing = [change.object.fields[name].name for name in needed if change.new.get(name) is None]
    if person and missing:
        return OrgError("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", missing)
    return None


def follow(work: Work, changes: Sequence[Change]) -> None:
    """Write the contacts behind the accounts that were saved: no flow and no rule of contacts runs."""
    contact, shared = work.schema.objects["contact"], of_contact(work.schema.objects["account"])
    people = [change for change in changes if change.new.get(FLAG.lower())]
    rows.insert(work, contact, [_behind(change.new, shared) for change in people if change.created])
    known = rows.read(work, contact, [change.new[BEHIND.lower()] for change in people if not change.created])
    rows.write(work, contact, [
        (known[change.new[BEHIND.lower()]], _behind(change.new, shared)) for change in people if not change.created
    ])  # fmt: skip


def _behind(account: Row, shared: Mapping[str, str]) -> dict[str, Any]:
    kept = ("ownerid", "createddate", "createdbyid", "lastmodifieddate", "lastmodifiedbyid", "systemmodstamp")
    return {
        "id": account[BEHIND.lower()], "accountid": account["id"], FLAG.lower(): True, "name": account["name"],
        "isdeleted": False, **{name: account[name] for name in kept},
        **{theirs: account.get(ours) for ours, theirs in shared.items()},
    }  # fmt: skip
