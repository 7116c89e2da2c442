"""Whole queries and all that they answer, from everyday ones to those that use much at once."""

from __future__ import annotations

from typing import Any

import pytest

ANSWERS: list[tuple[str, list[dict[str, Any]]]] = [
    (
        "SELECT FORMAT(AnnualRevenue) FROM Account WHERE AnnualRevenue != null ORDER BY Name",
        [{"AnnualRevenue": "$1,000.50"}, {"AnnualRevenue": "$1,000.50"}, {"AnnualRevenue": "$50.00"}],
    ),
    (
        "SELECT Name, FORMAT(NumberOfEmployees) n, FORMAT(Score__c) s, FORMAT(Member_Since__c) d FROM"
        " Account WHERE Score__c != null ORDER BY Name",
        [
            {"Name": "Acme", "n": "12", "s": "12.00", "d": "5/12/2026"},
            {"Name": "acme two", "n": "5", "s": "7.25", "d": "5/11/2026"},
            {"Name": "Zeta", "n": "500", "s": "0.00", "d": "12/31/2025"},
        ],
    ),
    (
        "SELECT Name, AnnualRevenue, FORMAT(AnnualRevenue) shown FROM Account WHERE Name = 'Acme'",
        [{"Name": "Acme", "AnnualRevenue": 1000.5, "shown": "$1,000.50"}],
    ),
    (
        "SELECT Account.Parent.Parent.Parent.Parent.Name FROM Contact WHERE LastName = 'Contact C'",
        [{"Account": {"Parent": {"Parent": {"Parent": None}}}}],
    ),
    (
        "SELECT Parent.Parent.Parent.Parent.Parent.Name FROM Account WHERE Name = 'Zeta'",
        [{"Parent": {"Parent": {"Parent": None}}}],
    ),
    (
        "SELECT Name FROM Account WHERE Parent.Parent.Parent.Parent.Parent.Name = null AND Parent.Parent.Name != null",
        [{"Name": "Zeta"}],
    ),
    (
        "SELECT Owner.Name, Industry, COUNT(Id) n FROM Account GROUP BY Owner.Name, Industry HAVING"
        " COUNT(Id) > 1 OR MAX(NumberOfEmployees) > 100 ORDER BY Owner.Name, Industry NULLS LAST",
        [{"Name": "Sample Admin", "Industry": "Banking", "n": 1}],
    ),
    (
        "SELECT Industry, SUM(AnnualRevenue) total FROM Account GROUP BY Industry HAVING SUM(AnnualRevenue)"
        " != null ORDER BY SUM(AnnualRevenue) DESC",
        [
            {"Industry": None, "total": 1000.5},
            {"Industry": "Energy", "total": 1000.5},
            {"Industry": "Banking", "total": 50.0},
        ],
    ),
    (
        "SELECT Industry, AVG(NumberOfEmployees) FROM Account WHERE Industry IN ('Energy','Retail') GROUP BY"
        " Industry ORDER BY AVG(NumberOfEmployees)",
        [{"Industry": "Retail", "expr0": 5.0}, {"Industry": "Energy", "expr0": 12.0}],
    ),
    (
        "SELECT Is_Member__c, COUNT_DISTINCT(OwnerId) owners FROM Account GROUP BY Is_Member__c HAVING"
        " COUNT_DISTINCT(OwnerId) = 2 AND Is_Member__c = true",
        [{"Is_Member__c": True, "owners": 2}],
    ),
    (
        "SELECT CALENDAR_MONTH(CreatedDate) m, COUNT(Id) n FROM Account GROUP BY CALENDAR_MONTH(CreatedDate)"
        " HAVING COUNT(Id) >= 2 ORDER BY COUNT(Id) DESC",
        [{"m": 5, "n": 4}, {"m": 3, "n": 2}],
    ),
    (
        "SELECT CALENDAR_QUARTER(CreatedDate), MIN(Name) FROM Account GROUP BY CALENDAR_QUARTER(CreatedDate)",
        [{"expr0": 1, "expr1": "Bare"}, {"expr0": 2, "expr1": "100% Fun_Club"}],
    ),
    (
        "SELECT HOUR_IN_DAY(convertTimezone(CreatedDate)) h, COUNT(Id) n FROM Account GROUP BY"
        " HOUR_IN_DAY(convertTimezone(CreatedDate)) ORDER BY HOUR_IN_DAY(convertTimezone(CreatedDate))",
        [{"h": 0, "n": 2}, {"h": 5, "n": 2}, {"h": 23, "n": 2}],
    ),
    (
        "SELECT Account.Industry, COUNT(Id) n FROM Contact GROUP BY Account.Industry ORDER BY"
        " Account.Industry NULLS LAST",
        [{"Industry": "Energy", "n": 2}, {"Industry": "Banking", "n": 1}, {"Industry": None, "n": 1}],
    ),
    (
        "SELECT AccountId, COUNT(Id) FROM Contact WHERE AccountId != null GROUP BY AccountId HAVING COUNT(Id) > 1",
        [{"AccountId": "001Lo0000000000IAA", "expr0": 2}],
    ),
    (
        "SELECT Status__c, COUNT(Id), MIN(Due__c), MAX(Due__c) FROM Desired_Outcome__c GROUP BY Status__c"
        " ORDER BY Status__c",
        [
            {"Status__c": "Open", "expr0": 2, "expr1": "2026-06-01", "expr2": "2026-07-01"},
            {"Status__c": "Done", "expr0": 1, "expr1": None, "expr2": None},
        ],
    ),
    (
        "SELECT Account__r.Name, COUNT(Id) n FROM Desired_Outcome__c GROUP BY Account__r.Name ORDER BY"
        " COUNT(Id) DESC, Account__r.Name LIMIT 1",
        [{"Name": "Acme", "n": 2}],
    ),
    (
        "SELECT Industry FROM Account GROUP BY Industry ORDER BY Industry NULLS FIRST LIMIT 2 OFFSET 1",
        [{"Industry": "Retail"}, {"Industry": "Energy"}],
    ),
    (
        "SELECT COUNT(Id) FROM Account WHERE Id IN (SELECT Account__c FROM Desired_Outcome__c WHERE"
        " Status__c = 'Open')",
        [{"expr0": 2}],
    ),
    (
        "SELECT Name, (SELECT Name FROM Desired_Outcomes__r WHERE Status__c = 'Open') FROM Account WHERE Id"
        " IN (SELECT Account__c FROM Desired_Outcome__c) ORDER BY Name",
        [
            {"Name": "Acme", "Desired_Outcomes__r": [{"Name": "Grow"}]},
            {"Name": "Zeta", "Desired_Outcomes__r": [{"Name": "Meet"}]},
        ],
    ),
    (
        "SELECT Name, (SELECT Name FROM ChildAccounts ORDER BY Name) FROM Account WHERE Name LIKE 'acme%'",
        [
            {"Name": "Acme", "ChildAccounts": [{"Name": "acme two"}]},
            {"Name": "acme two", "ChildAccounts": [{"Name": "Zeta"}]},
        ],
    ),
    (
        "SELECT Name, (SELECT Subject FROM Tasks) FROM Account WHERE Name = 'Acme'",
        [{"Name": "Acme", "Tasks": [{"Subject": "Call"}]}],
    ),
    (
        "SELECT Name, (SELECT Email FROM Contacts ORDER BY Email NULLS LAST LIMIT 1) FROM Account WHERE Name = 'Acme'",
        [{"Name": "Acme", "Contacts": [{"Email": "contact-a@example.org"}]}],
    ),
    (
        "SELECT (SELECT Name FROM Contacts WHERE Owner.Name = 'Sample Manager' OFFSET 0) FROM Account WHERE"
        " Name IN ('Acme', 'Zeta') ORDER BY Name DESC",
        [{"Contacts": [{"Name": "Sample Contact C"}]}, {"Contacts": [{"Name": "Sample Contact B"}]}],
    ),
    (
        "SELECT Name FROM Desired_Outcome__c WHERE Account__r.Owner.Name = 'Sample Admin' AND"
        " Account__r.Is_Member__c = true",
        [{"Name": "Grow"}, {"Name": "Learn"}],
    ),
    ("SELECT Name FROM Desired_Outcome__c WHERE Due__c = NEXT_MONTH OR Due__c > NEXT_N_MONTHS:2", [{"Name": "Grow"}]),
    ("SELECT Name FROM Desired_Outcome__c WHERE Due__c = NEXT_N_DAYS:30 ORDER BY Due__c", [{"Name": "Grow"}]),
    ("SELECT Name FROM Desired_Outcome__c WHERE Due__c = NEXT_QUARTER", [{"Name": "Meet"}]),
    (
        "SELECT Name FROM Desired_Outcome__c WHERE Due__c = null OR Due__c >= NEXT_90_DAYS ORDER BY Name",
        [{"Name": "Grow"}, {"Name": "Learn"}, {"Name": "Meet"}],
    ),
    (
        "SELECT Name FROM Desired_Outcome__c WHERE Account__c NOT IN (SELECT Id FROM Account WHERE Industry"
        " = 'Banking') ORDER BY Name DESC",
        [{"Name": "Learn"}, {"Name": "Grow"}],
    ),
    (
        "SELECT Name FROM Desired_Outcome__c WHERE NOT (Status__c = 'Open' AND Due__c < 2026-06-15) ORDER BY Name",
        [{"Name": "Learn"}, {"Name": "Meet"}],
    ),
    (
        "SELECT Name FROM Desired_Outcome__c WHERE Status__c IN ('Open') AND Account__r.Name NOT IN ('Zeta', null)",
        [{"Name": "Grow"}],
    ),
    (
        "SELECT LastName FROM Contact WHERE AccountId IN (SELECT Id FROM Account WHERE Topics__c INCLUDES"
        " ('Advocacy')) AND Email = null",
        [{"LastName": "Contact B"}],
    ),
    (
        "SELECT LastName FROM Contact WHERE AccountId NOT IN (SELECT Account__c FROM Desired_Outcome__c"
        " WHERE Status__c = 'Done')",
        [{"LastName": "Contact C"}, {"LastName": "Contact D"}],
    ),
    (
        "SELECT LastName FROM Contact WHERE Account.Parent.Topics__c EXCLUDES ('Learning') AND AccountId !="
        " null ORDER BY LastName",
        [{"LastName": "Contact A"}, {"LastName": "Contact B"}, {"LastName": "Contact C"}],
    ),
    (
        "SELECT LastName FROM Contact WHERE Birthdate < 1990-01-01 OR Email LIKE '%@EXAMPLE.org'",
        [{"LastName": "Contact A"}],
    ),
    (
        "SELECT LastName FROM Contact WHERE CALENDAR_MONTH(Birthdate) = 2 AND DAY_IN_MONTH(Birthdate) = 29",
        [{"LastName": "Contact A"}],
    ),
    (
        "SELECT LastName FROM Contact ORDER BY Account.Name DESC NULLS LAST, LastName DESC",
        [{"LastName": "Contact C"}, {"LastName": "Contact B"}, {"LastName": "Contact A"}, {"LastName": "Contact D"}],
    ),
    (
        "SELECT LastName FROM Contact ORDER BY Email NULLS FIRST, LastName LIMIT 2 OFFSET 2",
        [{"LastName": "Contact D"}, {"LastName": "Contact A"}],
    ),
    ("SELECT Subject FROM Task WHERE WhatId IN (SELECT Id FROM Account WHERE Name = 'Acme')", [{"Subject": "Call"}]),
    (
        "SELECT Subject FROM Task WHERE Who.Name LIKE 'sample%' OR What.Type = 'Desired_Outcome__c' ORDER BY"
        " Subject DESC",
        [{"Subject": "Write"}, {"Subject": "Call"}],
    ),
    (
        "SELECT Subject, Who.Type, What.Name FROM Task WHERE WhoId = null",
        [{"Subject": "Write", "Who": None, "What": {"Name": "Grow"}}],
    ),
    (
        "SELECT Subject FROM Task WHERE WhatId != null AND WhoId IN (SELECT Id FROM Contact WHERE Email != null)",
        [{"Subject": "Call"}],
    ),
    (
        "SELECT a.Name, a.Owner.Name FROM Account a WHERE a.Is_Member__c = true AND a.Owner.Email = null"
        " ORDER BY a.Name DESC",
        [
            {"Name": "acme two", "Owner": {"Name": "Sample Manager"}},
            {"Name": "100% Fun_Club", "Owner": {"Name": "Sample Manager"}},
        ],
    ),
    (
        "SELECT toLabel(Industry) FROM Account WHERE toLabel(Industry) = 'energy' ORDER BY Name",
        [{"Industry": "Energy"}, {"Industry": "Energy"}],
    ),
    ("SELECT Name FROM User WHERE Username LIKE 'ada@%' AND Email IN ('ADA@example.org')", [{"Name": "Sample Admin"}]),
    ("SELECT Name FROM Account WHERE CreatedDate = LAST_N_DAYS:1 AND CreatedDate < TODAY", [{"Name": "Acme"}]),
    (
        "SELECT Name FROM Account WHERE Member_Since__c = THIS_QUARTER ORDER BY Member_Since__c DESC",
        [{"Name": "Acme"}, {"Name": "acme two"}, {"Name": "100% Fun_Club"}],
    ),
    (
        "SELECT Name FROM Account WHERE Member_Since__c = LAST_YEAR OR Member_Since__c = N_DAYS_AGO:12 ORDER BY Name",
        [{"Name": "100% Fun_Club"}, {"Name": "Zeta"}],
    ),
    (
        "SELECT Name FROM Account WHERE Member_Since__c >= LAST_N_WEEKS:2 AND Member_Since__c <= THIS_WEEK"
        " ORDER BY Name",
        [{"Name": "100% Fun_Club"}, {"Name": "Acme"}, {"Name": "acme two"}],
    ),
    (
        "SELECT Name FROM Account WHERE CreatedDate > 2026-05-12T00:00:00-04:00 AND CreatedDate <="
        " 2026-05-13T00:00:00-04:00 ORDER BY Name",
        [{"Name": "100% Fun_Club"}, {"Name": "Zeta"}],
    ),
    (
        "SELECT Name FROM Account WHERE (Topics__c INCLUDES ('Learning') OR Topics__c EXCLUDES ('Events',"
        " 'Learning')) AND Is_Member__c = true ORDER BY Name",
        [{"Name": "100% Fun_Club"}, {"Name": "Bare"}],
    ),
    (
        "SELECT Name FROM Account WHERE Topics__c != null AND Topics__c != 'Events' ORDER BY Name",
        [{"Name": "100% Fun_Club"}, {"Name": "Acme"}],
    ),
    (
        "SELECT Name FROM Account WHERE WEEK_IN_YEAR(CreatedDate) = 19 AND WEEK_IN_MONTH(CreatedDate) = 2"
        " ORDER BY Name",
        [{"Name": "100% Fun_Club"}, {"Name": "Acme"}, {"Name": "acme two"}, {"Name": "Zeta"}],
    ),
    (
        "SELECT Name FROM Account WHERE FISCAL_YEAR(Member_Since__c) = 2026 AND"
        " FISCAL_QUARTER(Member_Since__c) = 2 ORDER BY Name",
        [{"Name": "100% Fun_Club"}, {"Name": "Acme"}, {"Name": "acme two"}],
    ),
    (
        "SELECT FIELDS(CUSTOM) FROM Desired_Outcome__c WHERE Name = 'Grow' LIMIT 1",
        [{"Account__c": "001Lo0000000000IAA", "Status__c": "Open", "Due__c": "2026-06-01"}],
    ),
    (
        "SELECT Name, FIELDS(CUSTOM) FROM Desired_Outcome__c ORDER BY Name LIMIT 1",
        [{"Name": "Grow", "Account__c": "001Lo0000000000IAA", "Status__c": "Open", "Due__c": "2026-06-01"}],
    ),
    (
        "SELECT FIELDS(STANDARD) FROM Group",
        [
            {
                "Id": "00GLo0000000001MAA",
                "Name": "Queue",
                "IsDeleted": False,
                "CreatedDate": "2025-03-01T10:00:00.000+0000",
                "SystemModstamp": "2026-01-01T00:00:00.000+0000",
            }
        ],
    ),
    (
        "SELECT FIELDS(ALL) FROM Group LIMIT 200",
        [
            {
                "Id": "00GLo0000000001MAA",
                "Name": "Queue",
                "IsDeleted": False,
                "CreatedDate": "2025-03-01T10:00:00.000+0000",
                "SystemModstamp": "2026-01-01T00:00:00.000+0000",
            }
        ],
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT Account.Id FROM Contact)",
        [{"Id": "001Lo0000000000IAA"}, {"Id": "001Lo0000000002IAA"}],
    ),
]


def plain(value: Any) -> Any:
    """An answer without its attributes, children as a list."""
    if isinstance(value, dict):
        if "records" in value:
            return plain(value["records"])
        return {name: plain(each) for name, each in value.items() if name != "attributes"}
    return [plain(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("query", "expected"), ANSWERS)
def test_a_query_answers_just_this(org: Any, query: str, expected: list[dict[str, Any]]) -> None:
    answer = org.ask(query)
    assert answer["totalSize"] == len(expected)
    assert plain(answer) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT COUNT() FROM Contact WHERE Account.Owner.Name = null", 1),
        ("SELECT COUNT() FROM Task WHERE Who.Name = null ALL ROWS", 2),
    ],
)
def test_a_count_of_what_has_no_parent_is_right(org: Any, query: str, expected: int) -> None:
    assert org.ask(query)["totalSize"] == expected
