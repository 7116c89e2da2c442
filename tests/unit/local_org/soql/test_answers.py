"""What an answer holds, and in which order."""

from __future__ import annotations

from typing import Any

import pytest
from soql_rows import ACCOUNTS, CONTACTS, OUTCOMES, USERS

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.soql.errors import SoqlError


def _attributes(kind: str, record_id: str) -> dict[str, str]:
    return {"type": kind, "url": f"/services/data/v66.0/sobjects/{kind}/{record_id}"}


ORDERS = [
    ("ORDER BY Name", ["100% Fun_Club", "Acme", "acme two", "Bare", "O'Brien \\ Söhne", "Zeta"]),
    ("order by name desc limit 2", ["Zeta", "O'Brien \\ Söhne"]),
    ("ORDER BY Name ASC LIMIT 2 OFFSET 1", ["Acme", "acme two"]),
    ("ORDER BY Name OFFSET 5", ["Zeta"]),
    ("LIMIT 0", []),
    ("ORDER BY NumberOfEmployees, Name LIMIT 4", ["100% Fun_Club", "Bare", "O'Brien \\ Söhne", "acme two"]),
    ("ORDER BY NumberOfEmployees NULLS LAST LIMIT 2", ["acme two", "Acme"]),
    ("ORDER BY NumberOfEmployees DESC NULLS LAST LIMIT 2", ["Zeta", "Acme"]),
    ("ORDER BY NumberOfEmployees DESC NULLS FIRST, Name DESC LIMIT 2", ["O'Brien \\ Söhne", "Bare"]),
    (
        "ORDER BY Industry NULLS LAST, Id DESC",
        ["acme two", "100% Fun_Club", "Acme", "Zeta", "Bare", "O'Brien \\ Söhne"],
    ),
    ("ORDER BY Parent.Name NULLS LAST LIMIT 2", ["acme two", "Zeta"]),
    ("ORDER BY SystemModstamp DESC LIMIT 1", ["Bare"]),
    ("ORDER BY CALENDAR_YEAR(CreatedDate), Name LIMIT 1", ["Bare"]),
]


@pytest.mark.parametrize(("clauses", "expected"), ORDERS)
def test_rows_come_in_the_order_asked_for(org: Any, clauses: str, expected: list[str]) -> None:
    assert org.names(f"SELECT Name FROM Account {clauses}") == expected


def test_every_kind_of_field_is_told_as_salesforce_tells_it(org: Any) -> None:
    fields = (
        "id, NAME, numberofemployees, AnnualRevenue, Is_Member__c, Member_Since__c, CreatedDate, Score__c, Topics__c"
    )
    [record] = org.ask(f"SELECT {fields}, Description FROM Account WHERE Name = 'Acme'")["records"]
    assert record == {
        "attributes": _attributes("Account", ACCOUNTS[0]),
        "Id": ACCOUNTS[0],
        "Name": "Acme",
        "NumberOfEmployees": 12,
        "AnnualRevenue": 1000.5,
        "Is_Member__c": True,
        "Member_Since__c": "2026-05-12",
        "CreatedDate": "2026-05-12T03:59:59.000+0000",
        "Score__c": 12.0,
        "Topics__c": "Advocacy;Events",
        "Description": "long words",
    }
    assert isinstance(record["Score__c"], float)
    assert isinstance(record["NumberOfEmployees"], int)


def test_parents_are_nested_and_a_missing_one_is_null(org: Any) -> None:
    query = (
        "SELECT Name, account.name, Account.Parent.Name, Owner.Email FROM Contact"
        " WHERE LastName IN ('Contact C', 'Contact D')"
    )
    third, fourth = org.ask(query)["records"]
    assert third == {
        "attributes": _attributes("Contact", CONTACTS[2]),
        "Name": "Sample Contact C",
        "Account": {
            "attributes": _attributes("Account", ACCOUNTS[2]),
            "Name": "Zeta",
            "Parent": {"attributes": _attributes("Account", ACCOUNTS[1]), "Name": "acme two"},
        },
        "Owner": {"attributes": _attributes("User", USERS[1]), "Email": None},
    }
    assert fourth["Account"] is None


def test_a_polymorphic_parent_tells_its_name_and_type(org: Any) -> None:
    call, write = org.ask("SELECT Who.Name, What.Type, What.Id FROM Task ORDER BY Subject")["records"]
    assert call["Who"] == {
        "attributes": {"type": "Name", "url": _attributes("Contact", CONTACTS[0])["url"]},
        "Name": "Sample Contact A",
    }
    assert call["What"]["Type"] == "Account"
    assert (write["Who"], write["What"]["Type"], write["What"]["Id"]) == (None, "Desired_Outcome__c", OUTCOMES[0])
    assert org.names("SELECT Subject FROM Task WHERE What.Type = 'account'", "Subject") == ["Call"]


def test_a_sub_query_lists_the_children_of_each_record(org: Any) -> None:
    query = (
        "SELECT Name, (SELECT LastName, CreatedDate, Owner.Name FROM Contacts WHERE LastName != 'Contact A'),"
        " (SELECT Name, Due__c FROM Desired_Outcomes__r ORDER BY Name DESC LIMIT 1) FROM Account ORDER BY Name LIMIT 2"
    )
    fun, acme = org.ask(query)["records"]
    assert (fun["Contacts"], fun["Desired_Outcomes__r"]) == (None, None)
    assert acme["Contacts"] == {
        "totalSize": 1,
        "done": True,
        "records": [
            {
                "attributes": _attributes("Contact", CONTACTS[1]),
                "LastName": "Contact B",
                "CreatedDate": "2025-03-01T10:00:00.000+0000",
                "Owner": {"attributes": _attributes("User", USERS[1]), "Name": "Sample Manager"},
            }
        ],
    }
    assert [child["Name"] for child in acme["Desired_Outcomes__r"]["records"]] == ["Learn"]


COUNTS = [
    ("SELECT COUNT() FROM Account", 6),
    ("select count() from account where Is_Member__c = true", 4),
    ("SELECT COUNT() FROM Account LIMIT 2", 2),
    ("SELECT COUNT() FROM Group", 1),
    ("SELECT COUNT() FROM Contact WHERE Account.Name = 'Acme'", 2),
]


@pytest.mark.parametrize(("query", "expected"), COUNTS)
def test_a_bare_count_is_told_as_the_total(org: Any, query: str, expected: int) -> None:
    assert org.ask(query) == {"totalSize": expected, "done": True, "records": []}


AGGREGATES: list[tuple[str, list[dict[str, Any]]]] = [
    ("SELECT COUNT(Id) FROM Account", [{"expr0": 6}]),
    ("SELECT COUNT(Industry), COUNT_DISTINCT(Industry) kinds FROM Account", [{"expr0": 5, "kinds": 4}]),
    ("SELECT MAX(AnnualRevenue), MIN(Member_Since__c) FROM Account", [{"expr0": 1000.5, "expr1": "2025-12-31"}]),
    ("SELECT SUM(NumberOfEmployees) s, AVG(Score__c) FROM Account", [{"s": 517.0, "expr0": pytest.approx(6.41666667)}]),
    ("SELECT SUM(Score__c) FROM Account WHERE Name = 'nobody'", [{"expr0": None}]),
    (
        "SELECT Industry, COUNT(Id) n FROM Account GROUP BY Industry HAVING COUNT(Id) > 1",
        [{"Industry": "Energy", "n": 2}],
    ),
    (
        "SELECT Owner.Name, COUNT(Id) FROM Account WHERE Is_Member__c = true GROUP BY Owner.Name ORDER BY Owner.Name",
        [{"Name": "Sample Admin", "expr0": 2}, {"Name": "Sample Manager", "expr0": 2}],
    ),
    (
        "SELECT CALENDAR_YEAR(CreatedDate) y, COUNT(Id) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate)"
        " ORDER BY CALENDAR_YEAR(CreatedDate) DESC",
        [{"y": 2026, "expr0": 4}, {"y": 2025, "expr0": 2}],
    ),
    (
        "SELECT DAY_ONLY(convertTimezone(CreatedDate)) d, COUNT(Id) n FROM Account"
        " WHERE CreatedDate > 2026-01-01T00:00:00Z GROUP BY DAY_ONLY(convertTimezone(CreatedDate))",
        [{"d": "2026-05-11", "n": 1}, {"d": "2026-05-12", "n": 2}, {"d": "2026-05-13", "n": 1}],
    ),
    (
        "SELECT Is_Member__c, MAX(CreatedDate) FROM Account GROUP BY Is_Member__c ORDER BY COUNT(Id) DESC LIMIT 1",
        [{"Is_Member__c": True, "expr0": "2026-05-13T04:00:00.000+0000"}],
    ),
    (
        "SELECT Industry FROM Account WHERE Industry != null GROUP BY Industry"
        " ORDER BY MAX(Score__c) DESC NULLS LAST LIMIT 2",
        [{"Industry": "Energy"}, {"Industry": "Retail"}],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), AGGREGATES)
def test_groups_are_told_as_aggregate_results(org: Any, query: str, expected: list[dict[str, Any]]) -> None:
    answer = org.ask(query)
    assert answer["totalSize"] == len(expected)
    assert answer["records"] == [{"attributes": {"type": "AggregateResult"}, **row} for row in expected]


def test_deleted_rows_show_only_when_asked_for(org: Any) -> None:
    assert "Gone" not in org.names("SELECT Name FROM Account")
    assert "Gone" in org.names("SELECT Name FROM Account", include_deleted=True)
    assert "Gone" in org.names("SELECT Name FROM Account ALL ROWS")
    [acme] = org.ask("SELECT (SELECT Id FROM Contacts) FROM Account WHERE Name = 'Acme'", include_deleted=True)[
        "records"
    ]
    assert acme["Contacts"]["totalSize"] == 3


def test_archived_activities_show_only_when_asked_for(org: Any) -> None:
    assert org.names("SELECT Subject FROM Task", "Subject") == ["Call", "Write"]
    assert org.names("SELECT Subject FROM Task", "Subject", include_deleted=True) == ["Call", "Write", "Old"]


@pytest.mark.parametrize(("which", "some", "others"), [
    ("ALL", {"Id", "Name", "Score__c"}, set()),
    ("STANDARD", {"Id", "Name"}, {"Score__c"}),
    ("CUSTOM", {"Score__c"}, {"Id", "Name"}),
])  # fmt: skip
def test_fields_selects_a_whole_kind_of_fields(org: Any, which: str, some: set[str], others: set[str]) -> None:
    [record] = org.ask(f"SELECT FIELDS({which}) FROM Account LIMIT 1")["records"]
    assert some <= record.keys()
    assert not others & record.keys()


def test_to_label_keeps_the_fields_name_or_takes_the_alias(org: Any) -> None:
    [record] = org.ask("SELECT toLabel(Industry), toLabel(Name) called FROM Account WHERE Name = 'Acme'")["records"]
    assert (record["Industry"], record["called"]) == ("Energy", "Acme")


def _no_industry(_object: ObjectDef, field: FieldDef) -> bool:
    return field.name not in ("Industry", "AccountId")


@pytest.mark.parametrize("query", [
    "SELECT Industry FROM Account",
    "SELECT Id FROM Account WHERE Industry = 'x'",
    "SELECT Id FROM Account ORDER BY Industry",
    "SELECT COUNT(Industry) FROM Account",
    "SELECT Account.Name FROM Contact",
])  # fmt: skip
def test_a_field_that_may_not_be_read_is_as_one_that_is_not_there(org: Any, query: str) -> None:
    with pytest.raises(
        SoqlError, match=r"(No such column 'Industry'|Didn't understand relationship 'Account')"
    ) as caught:
        org.ask(query, can_read=_no_industry)
    assert caught.value.code == "INVALID_FIELD"


def test_fields_leaves_out_what_may_not_be_read(org: Any) -> None:
    [record] = org.ask("SELECT FIELDS(STANDARD) FROM Account LIMIT 1", can_read=_no_industry)["records"]
    assert "Industry" not in record


def test_a_polymorphic_parent_hides_what_may_not_be_read(org: Any) -> None:
    [call, _] = org.ask(
        "SELECT Who.Name, Who.Email FROM Task ORDER BY Subject",
        can_read=lambda definition, field: (definition.name, field.name) != ("Contact", "Email"),
    )["records"]
    assert (call["Who"]["Name"], call["Who"]["Email"]) == ("Sample Contact A", None)
