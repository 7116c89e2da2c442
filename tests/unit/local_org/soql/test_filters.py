"""Which accounts a filter finds. The names come back in the order of their ids."""

from __future__ import annotations

from typing import Any

import pytest
from soql_rows import ACCOUNTS, CONTACTS, USERS

ACME, TWO, ZETA, FUN, OBRIEN, BARE = "Acme", "acme two", "Zeta", "100% Fun_Club", "O'Brien \\ Söhne", "Bare"
ALL = [ACME, TWO, ZETA, FUN, OBRIEN, BARE]

TEXTS = [
    ("Name = 'ACME'", [ACME]),
    ("name = 'acme' and NAME != 'x'", [ACME]),
    ("Name <> 'acme'", [TWO, ZETA, FUN, OBRIEN, BARE]),
    ("Name = 'o\\'brien \\\\ sÖHNE'", [OBRIEN]),
    ("Name = '\\u0041cme'", [ACME]),
    ("Name LIKE 'acme%'", [ACME, TWO]),
    ("Name LIKE '_cme'", [ACME]),
    ("Name LIKE 'acme'", [ACME]),
    ("Name LIKE '100\\%%'", [FUN]),
    ("Name LIKE '%n\\_c%'", [FUN]),
    ("Name LIKE 'A\\%'", []),
    ("Name LIKE '%\\\\%'", [OBRIEN]),
    ("Name > 'acme' AND Name < 'c'", [TWO, BARE]),
    ("Name >= 'ACME' AND Name <= 'acme'", [ACME]),
    ("Code__c = 'ab'", [ACME]),
    ("Code__c = 'AB'", [TWO]),
    ("Code__c LIKE 'a%'", [ACME]),
    ("Code__c IN ('ab', 'Ab')", [ACME]),
    ("Name IN ('ACME', 'bare', 'nobody')", [ACME, BARE]),
    ("Name NOT IN ('ACME', 'bare')", [TWO, ZETA, FUN, OBRIEN]),
    ("Industry = 'energy'", [ACME, FUN]),
]
NULLS = [
    ("Industry = null", [OBRIEN]),
    ("Industry = ''", [OBRIEN]),
    ("Industry != NULL", [ACME, TWO, ZETA, FUN, BARE]),
    ("Industry != 'Energy'", [TWO, ZETA, OBRIEN, BARE]),
    ("Industry NOT IN ('Energy')", [TWO, ZETA, OBRIEN, BARE]),
    ("Industry NOT IN ('Energy', null)", [TWO, ZETA, BARE]),
    ("Industry IN ('Energy', null)", [ACME, FUN, OBRIEN]),
    ("Industry < 'x' AND Industry > 'a'", [ACME, TWO, ZETA, FUN, BARE]),
    ("NOT Industry = 'Energy'", [TWO, ZETA, OBRIEN, BARE]),
    ("NOT (Industry LIKE 'e%' OR Industry = 'Retail')", [ZETA, OBRIEN, BARE]),
    ("NumberOfEmployees != 5", [ACME, ZETA, FUN, OBRIEN, BARE]),
    ("NumberOfEmployees < 100", [ACME, TWO]),
    ("Parent.Name = null", [ACME, FUN, OBRIEN, BARE]),
    ("Parent.Name != 'Acme'", [ACME, ZETA, FUN, OBRIEN, BARE]),
    ("ParentId = ''", [ACME, FUN, OBRIEN, BARE]),
]
NUMBERS_AND_FLAGS = [
    ("NumberOfEmployees = 12", [ACME]),
    ("NumberOfEmployees >= 12.0 AND NumberOfEmployees <= +500", [ACME, ZETA]),
    ("AnnualRevenue = 1000.50", [ACME, OBRIEN]),
    ("Score__c IN (0, 7.25)", [TWO, ZETA]),
    ("Score__c > -1 AND Score__c < .5", [ZETA]),
    ("Is_Member__c = true", [ACME, TWO, FUN, BARE]),
    ("Is_Member__c = FALSE", [ZETA, OBRIEN]),
    ("Is_Member__c != true", [ZETA, OBRIEN]),
    ("Is_Member__c IN (true, false)", ALL),
    ("Parent.Is_Member__c = false", [ACME, FUN, OBRIEN, BARE]),
]
IDS = [
    (f"Id = '{ACCOUNTS[0]}'", [ACME]),
    (f"Id = '{ACCOUNTS[0][:15]}'", [ACME]),
    (f"Id = '{ACCOUNTS[0].lower()}'", [ACME]),
    (f"Id != '{ACCOUNTS[0][:15]}'", [TWO, ZETA, FUN, OBRIEN, BARE]),
    (f"Id IN ('{ACCOUNTS[1][:15]}', '{ACCOUNTS[2]}')", [TWO, ZETA]),
    (f"Id > '{ACCOUNTS[3]}'", [OBRIEN, BARE]),
    (f"Id <= '{ACCOUNTS[1][:15]}'", [ACME, TWO]),
    (f"OwnerId = '{USERS[0]}'", [ACME, ZETA, OBRIEN, BARE]),
]
DATES = [
    ("Member_Since__c = 2026-05-12", [ACME]),
    ("Member_Since__c != 2026-05-12", [TWO, ZETA, FUN, OBRIEN, BARE]),
    ("Member_Since__c < 2026-05-11", [ZETA, FUN]),
    ("Member_Since__c = TODAY", [ACME]),
    ("Member_Since__c = yesterday", [TWO]),
    ("Member_Since__c IN (TODAY, YESTERDAY, 2025-12-31)", [ACME, TWO, ZETA]),
    ("Member_Since__c = LAST_N_DAYS:1", [ACME, TWO]),
    ("Member_Since__c = THIS_MONTH", [ACME, TWO]),
    ("Member_Since__c = LAST_MONTH", [FUN]),
    ("Member_Since__c < THIS_YEAR", [ZETA]),
    ("Member_Since__c >= LAST_MONTH", [ACME, TWO, FUN]),
    ("Member_Since__c > LAST_MONTH", [ACME, TWO]),
    ("Member_Since__c != THIS_YEAR", [ZETA, OBRIEN, BARE]),
    ("CreatedDate = TODAY", [TWO, ZETA]),
    ("CreatedDate > TODAY", [FUN]),
    ("CreatedDate <= TODAY", [ACME, TWO, ZETA, OBRIEN, BARE]),
    ("CreatedDate < TODAY", [ACME, OBRIEN, BARE]),
    ("SystemModstamp = 2026-01-02T03:04:05Z", [ZETA]),
    ("SystemModstamp = 2026-01-02T03:04:05.000+00:00", [ZETA]),
    ("SystemModstamp = 2026-01-01T22:04:05-0500", [ZETA]),
    ("CALENDAR_YEAR(CreatedDate) = 2025", [OBRIEN, BARE]),
    ("DAY_IN_MONTH(CreatedDate) = 13", [ZETA, FUN]),
    ("DAY_IN_MONTH(convertTimezone(CreatedDate)) = 13", [FUN]),
    ("DAY_IN_WEEK(Member_Since__c) = 3", [ACME]),
    ("HOUR_IN_DAY(CreatedDate) = 3", [ACME, ZETA]),
    ("DAY_ONLY(CreatedDate) = 2026-05-12", [ACME, TWO]),
]
PICKS = [
    ("Topics__c INCLUDES ('Events')", [ACME, TWO]),
    ("Topics__c INCLUDES ('events;advocacy')", [ACME]),
    ("Topics__c INCLUDES ('Advocacy;Events', 'Learning')", [ACME, FUN]),
    ("Topics__c EXCLUDES ('Events')", [ZETA, FUN, OBRIEN, BARE]),
    ("Topics__c = 'Events'", [TWO]),
]
RELATED = [
    ("Owner.Name = 'sample manager'", [TWO, FUN]),
    ("Parent.Parent.Name = 'Acme'", [ZETA]),
    ("Account.Parent.Name = 'Acme'", [TWO]),
    ("Id IN (SELECT AccountId FROM Contact)", [ACME, ZETA]),
    ("Id NOT IN (SELECT AccountId FROM Contact)", [TWO, FUN, OBRIEN, BARE]),
    ("Id IN (SELECT AccountId FROM Contact WHERE LastName = 'Member')", []),
    ("Id IN (SELECT Account__c FROM Desired_Outcome__c WHERE Due__c = NEXT_N_MONTHS:1)", [ACME]),
    ("Name LIKE 'z%' OR Id IN (SELECT AccountId FROM Contact WHERE Owner.Name = 'Sample Admin')", [ACME, ZETA]),
    ("OwnerId IN (SELECT Id FROM User WHERE Email != null)", [ACME, ZETA, OBRIEN, BARE]),
]
LOGIC = [
    ("(Name = 'Acme' OR Name = 'Zeta') AND Is_Member__c = true", [ACME]),
    ("Name = 'Acme' OR (Name = 'Zeta' AND Is_Member__c = true)", [ACME]),
    ("((Name = 'Acme'))", [ACME]),
    ("Name != 'Acme' AND (NOT Name = 'Zeta')", [TWO, FUN, OBRIEN, BARE]),
]


@pytest.mark.parametrize(
    ("condition", "expected"), TEXTS + NULLS + NUMBERS_AND_FLAGS + IDS + DATES + PICKS + RELATED + LOGIC
)
def test_a_filter_finds_its_rows(org: Any, condition: str, expected: list[str]) -> None:
    assert org.names(f"SELECT Name FROM Account WHERE {condition}") == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Account.Is_Member__c = false", ["Sample Contact C", "Sample Contact D"]),
        ("Account.Parent.Parent.Name = 'Acme'", ["Sample Contact C"]),
        ("c.Account.Owner.Name LIKE 'sample a%'", ["Sample Contact A", "Sample Contact B", "Sample Contact C"]),
        ("AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'Acme')", ["Sample Contact C", "Sample Contact D"]),
        (f"Id >= '{CONTACTS[3]}'", ["Sample Contact D"]),
        ("DAY_IN_YEAR(Birthdate) = 60", ["Sample Contact A"]),
    ],
)
def test_a_filter_on_parents_finds_its_contacts(org: Any, condition: str, expected: list[str]) -> None:
    assert org.names(f"SELECT Name FROM Contact c WHERE {condition}") == expected
