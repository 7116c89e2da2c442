"""Which fields an account that is a person shares with the contact behind it, and under which names."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema

FLAG, BEHIND = "IsPersonAccount", "PersonContactId"
ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
SAME = ("FirstName", "LastName", "Salutation", "Phone", "Fax")
PREFIXED = (
    "Email", "MobilePhone", "HomePhone", "Title", "Department", "Birthdate", "LeadSource",
    *(f"Mailing{part}" for part in ADDRESS),
)  # fmt: skip
STANDARD = {name.lower(): name.lower() for name in SAME} | {f"person{n.lower()}": n.lower() for n in PREFIXED}
"""The contact's field behind each of the account's standard ones, in lower case."""

CUSTOM = "__pc"
"""How the account's name of a contact's custom field ends."""

_OWN = frozenset({"firstname", "lastname", "salutation"}) | {f"person{name.lower()}" for name in PREFIXED}
_NOT_SHARED = frozenset({"AutoNumber", "Summary"})


def enabled(schema: OrgSchema) -> bool:
    """Whether the org has person accounts."""
    account = schema.object("Account")
    return account is not None and account.field(FLAG) is not None


def on_account(field: FieldDef) -> FieldDef | None:
    """Return the account's field for a contact's custom one: `Guild__c` is `Guild__pc`. None where it has none here:
    formulas and numbers that count themselves aren't shared.
    """
    if not field.name.lower().endswith("__c") or field.calculated or field.type in _NOT_SHARED:
        return None
    return replace(
        field, name=f"{field.name[:-3]}{CUSTOM}", required=False, nillable=field.type != "Checkbox", unique=False,
        child_relationship_name=None, extra=dict(field.extra),
    )  # fmt: skip


def of_contact(account: ObjectDef) -> dict[str, str]:
    """Return the contact's field behind each of the account's that people share with theirs, in lower case."""
    return STANDARD | {name: f"{name[:-4]}__c" for name in account.fields if is_shared_custom(name)}


def only_of_people(account: ObjectDef) -> list[str]:
    """Return the account's fields that only people have, in lower case."""
    return sorted(_OWN) + [name for name in account.fields if is_shared_custom(name)]


@cache
def is_shared_custom(name: str) -> bool:
    """Whether a field of an account is a contact's custom one."""
    return name.lower().endswith(CUSTOM)
