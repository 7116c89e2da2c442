"""The schema and the rows of the small association."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connectors.salesforce.local_org.ids import record_id
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema

NOW = datetime(2026, 5, 13, 2, 30, tzinfo=UTC)
ZONE = "America/New_York"
"""In New York it is still 12 May 2026, a Tuesday."""


def _field(name: str, kind: str = "Text", **more: Any) -> FieldDef:
    return FieldDef(name=name, label=name, type=kind, custom=name.endswith("__c"), **more)


def _lookup(name: str, to: str | list[str], children: str | None = None, **more: Any) -> FieldDef:
    targets = [to] if isinstance(to, str) else to
    return _field(name, "Lookup", reference_to=targets, child_relationship_name=children, **more)


def _object(name: str, prefix: str, *fields: FieldDef) -> ObjectDef:
    system = [
        _field("Id", "Id"),
        *fields,
        _field("IsDeleted", "Checkbox"),
        _field("CreatedDate", "DateTime"),
        _field("SystemModstamp", "DateTime"),
    ]
    found = {field.name.lower(): field for field in system}
    return ObjectDef(name, name, name + "s", prefix, custom=name.endswith("__c"), fields=found)


_OBJECTS = [
    _object("User", "005", _field("Name"), _field("Email", "Email"), _field("Username")),
    _object("Group", "00G", _field("Name")),
    _object(
        "Account",
        "001",
        _field("Name"),
        _field("Industry", "Picklist", picklist=["Retail", "Energy", "Banking"]),
        _field("Description", "LongTextArea"),
        _field("NumberOfEmployees", "Number", extra={"described": "int"}),
        _field("AnnualRevenue", "Currency"),
        _lookup("ParentId", "Account", "ChildAccounts", relationship_name="Parent"),
        _lookup("OwnerId", "User", relationship_name="Owner"),
        _field("Is_Member__c", "Checkbox"),
        _field("Member_Since__c", "Date"),
        _field("Topics__c", "MultiselectPicklist"),
        _field("Code__c", "Text", case_sensitive=True),
        _field("Score__c", "Number", scale=2),
        _field("Share__c", "Percent", scale=1),
    ),
    _object(
        "Contact",
        "003",
        _field("Name"),
        _field("LastName"),
        _field("Email", "Email"),
        _lookup("AccountId", "Account", "Contacts", relationship_name="Account"),
        _lookup("OwnerId", "User", relationship_name="Owner"),
        _field("Birthdate", "Date"),
    ),
    _object(
        "Task",
        "00T",
        _field("Subject"),
        _lookup("WhoId", ["Contact", "Lead"], relationship_name="Who"),
        _lookup("WhatId", ["Account", "Desired_Outcome__c"], "Tasks", relationship_name="What"),
        _field("IsArchived", "Checkbox"),
    ),
    _object(
        "Desired_Outcome__c",
        "a00",
        _field("Name"),
        _lookup("Account__c", "Account", "Desired_Outcomes"),
        _field("Status__c", "Picklist", picklist=["Open", "Done"]),
        _field("Due__c", "Date"),
    ),
]
SCHEMA = OrgSchema({definition.name.lower(): definition for definition in _OBJECTS})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


USERS = [record_id("005", number) for number in range(2)]
ACCOUNTS = [record_id("001", number) for number in range(7)]
CONTACTS = [record_id("003", number) for number in range(5)]
OUTCOMES = [record_id("a00", number) for number in range(3)]
_EARLY = {"CreatedDate": at("2025-03-01T10:00:00"), "SystemModstamp": at("2026-01-01T00:00:00")}


def _account(number: int, name: str, stamp: str, created: str = "2025-03-01T10:00:00", **more: Any) -> dict[str, Any]:
    times = {"CreatedDate": at(created), "SystemModstamp": at(stamp)}
    return {"Id": ACCOUNTS[number], "Name": name, "IsDeleted": False, "OwnerId": USERS[number % 2], **times, **more}


ROWS: dict[str, list[dict[str, Any]]] = {
    "User": [
        {"Id": USERS[0], "Name": "Sample Admin", "Email": "ada@example.org", "Username": "ada@example.org", **_EARLY},
        {"Id": USERS[1], "Name": "Sample Manager", "Email": None, "Username": "max@example.org", **_EARLY},
    ],
    "Group": [{"Id": record_id("00G", 1), "Name": "Queue", **_EARLY}],
    "Account": [
        _account(0, "Acme", "2026-01-01T00:00:00", "2026-05-12T03:59:59", Industry="Energy", NumberOfEmployees=12,
                 AnnualRevenue=Decimal("1000.50"), Is_Member__c=True, Member_Since__c=date(2026, 5, 12),
                 Topics__c="Advocacy;Events", Code__c="ab", Score__c=Decimal("12"), Share__c=Decimal("12.5"),
                 Description="long words"),
        _account(1, "acme two", "2026-01-01T00:00:00", "2026-05-12T04:00:00", Industry="Retail", NumberOfEmployees=5,
                 ParentId=ACCOUNTS[0], Is_Member__c=True, Member_Since__c=date(2026, 5, 11), Topics__c="Events",
                 Code__c="AB", Score__c=Decimal("7.25")),
        _account(2, "Zeta", "2026-01-02T03:04:05", "2026-05-13T03:59:59", Industry="Banking", NumberOfEmployees=500,
                 AnnualRevenue=Decimal(50), ParentId=ACCOUNTS[1], Member_Since__c=date(2025, 12, 31),
                 Score__c=Decimal(0)),
        _account(3, "100% Fun_Club", "2026-02-01T00:00:00", "2026-05-13T04:00:00", Industry="Energy",
                 Is_Member__c=True, Member_Since__c=date(2026, 4, 30), Topics__c="Learning"),
        _account(4, "O'Brien \\ Söhne", "2026-03-01T00:00:00", AnnualRevenue=Decimal("1000.50")),
        _account(5, "Gone", "2026-03-02T00:00:00", IsDeleted=True, Is_Member__c=True),
        _account(6, "Bare", "2026-04-01T00:00:00", Industry="Unlisted", Is_Member__c=True),
    ],
    "Contact": [
        {"Id": CONTACTS[0], "Name": "Sample Contact A",
         "LastName": "Contact A", "Email": "contact-a@example.org", "AccountId": ACCOUNTS[0],
         "OwnerId": USERS[0], "Birthdate": date(1980, 2, 29), **_EARLY},
        {"Id": CONTACTS[1], "Name": "Sample Contact B",
         "LastName": "Contact B", "Email": None, "AccountId": ACCOUNTS[0],
         "OwnerId": USERS[1], **_EARLY},
        {"Id": CONTACTS[2], "Name": "Sample Contact C",
         "LastName": "Contact C", "AccountId": ACCOUNTS[2], "OwnerId": USERS[1],
         **_EARLY},
        {"Id": CONTACTS[3], "Name": "Sample Contact D", "LastName": "Contact D", "OwnerId": USERS[0], **_EARLY},
        {"Id": CONTACTS[4], "Name": "Sample Contact E",
         "LastName": "Contact E", "AccountId": ACCOUNTS[0], "IsDeleted": True,
         **_EARLY},
    ],
    "Task": [
        {"Id": record_id("00T", 0), "Subject": "Call", "WhoId": CONTACTS[0], "WhatId": ACCOUNTS[0], **_EARLY},
        {"Id": record_id("00T", 1), "Subject": "Write", "WhoId": None, "WhatId": OUTCOMES[0], **_EARLY},
        {"Id": record_id("00T", 2), "Subject": "Old", "WhatId": ACCOUNTS[0], "IsArchived": True, **_EARLY},
    ],
    "Desired_Outcome__c": [
        {"Id": OUTCOMES[0], "Name": "Grow", "Account__c": ACCOUNTS[0], "Status__c": "Open", "Due__c": date(2026, 6, 1),
         **_EARLY},
        {"Id": OUTCOMES[1], "Name": "Learn", "Account__c": ACCOUNTS[0], "Status__c": "Done", **_EARLY},
        {"Id": OUTCOMES[2], "Name": "Meet", "Account__c": ACCOUNTS[2], "Status__c": "Open", "Due__c": date(2026, 7, 1),
         **_EARLY},
    ],
}  # fmt: skip
