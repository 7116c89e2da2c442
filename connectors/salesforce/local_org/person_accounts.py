"""Person accounts: accounts that are people, each with a contact row behind it that nobody touches by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.salesforce.local_org import record_types, rows
from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.hooks import Change, Row
from connectors.salesforce.local_org.record_types import RecordType
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema
from connectors.salesforce.local_org.schema_change import SchemaChange
from connectors.salesforce.local_org.work import Work

FLAG, BEHIND = "IsPersonAccount", "PersonContactId"
ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
SAME = ("FirstName", "LastName", "Salutation", "Phone", "Fax")
PREFIXED = (
    "Email", "MobilePhone", "HomePhone", "Title", "Department", "Birthdate", "LeadSource",
    *(f"Mailing{part}" for part in ADDRESS),
)  # fmt: skip
OF_CONTACT = {name.lower(): name.lower() for name in SAME} | {f"person{n.lower()}": n.lower() for n in PREFIXED}
"""The contact's field behind each of the account's, in lower case."""

OWN = frozenset({"firstname", "lastname", "salutation"}) | {f"person{name.lower()}" for name in PREFIXED}
"""The account's fields that only people have."""

BEHIND_A_PERSON = not_modelled("changing the contact of a person account by itself: change the account")


def enabled(schema: OrgSchema) -> bool:
    """Whether the org has person accounts."""
    account = schema.object("Account")
    return account is not None and account.field(FLAG) is not None


def enable(change: SchemaChange) -> None:
    """Give the org person accounts: their fields, and the record type by which an account becomes one."""
    contact = change.schema.objects["contact"]
    for name in ("FirstName", "LastName", "Salutation", *(f"Person{each}" for each in PREFIXED)):
        change.put_field("Account", _like(contact, name))
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
    model = contact.fields[OF_CONTACT[name.lower()]]
    return FieldDef(name, model.label, model.type, length=model.length, picklist=list(model.picklist),
                    extra=dict(model.extra) if name not in ("PersonEmail",) else {})  # fmt: skip


def _flag(name: str, label: str) -> FieldDef:
    return FieldDef(name, label, "Checkbox", createable=False, updateable=False, nillable=False, extra={"fls": False})


def prepare(work: Work, changes: Sequence[Change]) -> None:
    """Make the accounts of the person record type people, and refuse what only the other kind of account has."""
    person_type = next(each.id for each in record_types.record_types(changes[0].object) if each.name == "PersonAccount")
    fresh = rows.new_ids(work, work.schema.objects["contact"], sum(change.created for change in changes))
    for change in changes:
        person = change.new.get("recordtypeid") == person_type
        change.error = change.error or _fault(change, person=person)
        change.new[FLAG.lower()] = person
        if person:
            parts = (change.new.get("firstname"), change.new.get("lastname"))
            change.new["name"] = " ".join(part for part in parts if part) or None
            if change.created:
                change.new[BEHIND.lower()] = fresh.pop()


def _fault(change: Change, *, person: bool) -> OrgError | None:
    if not change.created and bool((change.old or {}).get(FLAG.lower())) is not person:
        return not_modelled("turning an account into a person account or back")
    wrong = ["name"] if person else sorted(OWN)
    names = [change.object.fields[name].name for name in wrong if change.new.get(name) and change.changed(name)]
    if names:
        words = f"Account: bad field names on insert/update call: {', '.join(names)}"
        return OrgError("INVALID_FIELD_FOR_INSERT_UPDATE", words, names)
    if person and not change.new.get("lastname"):
        return OrgError("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ["LastName"])
    return None


def follow(work: Work, changes: Sequence[Change]) -> None:
    """Write the contacts behind the accounts that were saved: no flow and no rule of contacts runs."""
    contact = work.schema.objects["contact"]
    people = [change for change in changes if change.new.get(FLAG.lower())]
    rows.insert(work, contact, [_behind(change.new) for change in people if change.created])
    known = rows.read(work, contact, [change.new[BEHIND.lower()] for change in people if not change.created])
    rows.write(work, contact, [
        (known[change.new[BEHIND.lower()]], _behind(change.new)) for change in people if not change.created
    ])  # fmt: skip


def _behind(account: Row) -> dict[str, Any]:
    kept = ("ownerid", "createddate", "createdbyid", "lastmodifieddate", "lastmodifiedbyid", "systemmodstamp")
    return {
        "id": account[BEHIND.lower()], "accountid": account["id"], FLAG.lower(): True, "name": account["name"],
        "isdeleted": False, **{name: account[name] for name in kept},
        **{theirs: account.get(ours) for ours, theirs in OF_CONTACT.items()},
    }  # fmt: skip
