"""What Salesforce's reference of SOQL says by example: money, FORMAT, aliases in FROM, children of children, limits."""

from __future__ import annotations

from typing import Any

import pytest
from soql_rows import NOW, ZONE

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema
from connectors.salesforce.local_org.soql.compile import compile
from connectors.salesforce.local_org.soql.errors import SoqlError
from connectors.salesforce.local_org.soql.parse import parse

MONEY = [
    ("AnnualRevenue > USD50", ["Acme", "O'Brien \\ Söhne"]),
    ("AnnualRevenue = usd50", ["Zeta"]),
    ("AnnualRevenue != USD1000.50", ["acme two", "Zeta", "100% Fun_Club", "Bare"]),
    ("AnnualRevenue IN (USD50, USD1000.5)", ["Acme", "Zeta", "O'Brien \\ Söhne"]),
    ("AnnualRevenue NOT IN (USD50, null)", ["Acme", "O'Brien \\ Söhne"]),
    ("Parent.AnnualRevenue >= USD1000", ["acme two"]),
]


@pytest.mark.parametrize(("condition", "expected"), MONEY)
def test_an_amount_may_name_the_orgs_one_currency(org: Any, condition: str, expected: list[str]) -> None:
    assert org.names(f"SELECT Name FROM Account WHERE {condition}") == expected


FORMATS = [
    ("FORMAT(CreatedDate)", "5/11/2026, 11:59 PM"),
    ("FORMAT(SystemModstamp)", "12/31/2025, 7:00 PM"),
    ("FORMAT(Member_Since__c)", "5/12/2026"),
    ("FORMAT(AnnualRevenue)", "$1,000.50"),
    ("FORMAT(Share__c)", "12.5%"),
    ("FORMAT(Score__c)", "12.00"),
    ("FORMAT(NumberOfEmployees)", "12"),
]


@pytest.mark.parametrize(("item", "expected"), FORMATS)
def test_a_value_is_formatted_as_the_user_reads_it(org: Any, item: str, expected: str) -> None:
    [record] = org.ask(f"SELECT {item} shown FROM Account WHERE Name = 'Acme'")["records"]
    assert record["shown"] == expected


def test_a_moment_at_noon_and_one_at_midnight_are_twelve(org: Any) -> None:
    query = "SELECT FORMAT(CreatedDate) shown FROM Account WHERE Name IN ('acme two', 'Bare') ORDER BY CreatedDate"
    assert org.names(query, "shown", time_zone="Etc/GMT-2") == ["3/1/2025, 12:00 PM", "5/12/2026, 6:00 AM"]
    assert org.names(query, "shown") == ["3/1/2025, 5:00 AM", "5/12/2026, 12:00 AM"]


def test_an_aggregate_is_formatted_too_and_nothing_has_no_format(org: Any) -> None:
    query = (
        "SELECT Industry, FORMAT(MIN(Member_Since__c)) first, FORMAT(SUM(AnnualRevenue)), FORMAT(COUNT(Id)) n,"
        " FORMAT(MAX(CreatedDate)) FROM Account WHERE Industry != null GROUP BY Industry ORDER BY Industry"
    )
    told = [tuple(record.values())[1:] for record in org.ask(query)["records"]]
    assert told == [
        ("Retail", "5/11/2026", None, "1", "5/12/2026, 12:00 AM"),
        ("Energy", "4/30/2026", "$1,000.50", "2", "5/13/2026, 12:00 AM"),
        ("Banking", "12/31/2025", "$50.00", "1", "5/12/2026, 11:59 PM"),
        ("Unlisted", None, None, "1", "3/1/2025, 5:00 AM"),
    ]
    [record] = org.ask("SELECT FORMAT(MIN(Member_Since__c)) Amt FROM Account")["records"]
    assert record["Amt"] == "12/31/2025"


def test_a_label_or_format_of_a_parents_field_stands_with_the_parent(org: Any) -> None:
    query = "SELECT toLabel(Parent.Industry), FORMAT(Parent.AnnualRevenue) FROM Account WHERE Name = 'acme two'"
    [record] = org.ask(query)["records"]
    assert {name: value for name, value in record["Parent"].items() if name != "attributes"} == {
        "Industry": "Energy",
        "AnnualRevenue": "$1,000.50",
    }


ALIASES = [
    ("SELECT COUNT() FROM Contact c, c.Account a WHERE a.Name = 'Acme'", 2),
    ("SELECT COUNT() FROM Contact c, c.Account a, a.Owner o WHERE o.Name = 'sample admin' AND a.Name != 'Acme'", 1),
    ("SELECT COUNT() FROM Contact, Contact.Account a, a.Parent p WHERE p.Parent.Name = 'Acme'", 1),
    ("SELECT COUNT() FROM Contact c, c.Account WHERE Account.Is_Member__c = true", 2),
]


@pytest.mark.parametrize(("query", "expected"), ALIASES)
def test_from_may_name_parents_beside_the_object(org: Any, query: str, expected: int) -> None:
    assert org.ask(query)["totalSize"] == expected


def test_a_parent_named_in_from_is_told_under_its_relationship(org: Any) -> None:
    [record] = org.ask("SELECT c.Name, a.Name FROM Contact c, c.Account a WHERE c.LastName = 'Contact C'")["records"]
    assert (record["Name"], record["Account"]["Name"]) == ("Sample Contact C", "Zeta")


def test_children_of_children_are_told_four_levels_down(org: Any) -> None:
    query = (
        "SELECT Name, (SELECT Name, (SELECT Name, (SELECT Name, (SELECT Name FROM ChildAccounts) FROM ChildAccounts),"
        " (SELECT LastName FROM Contacts) FROM ChildAccounts) FROM ChildAccounts) FROM Account WHERE Name = 'Acme'"
    )
    [acme] = org.ask(query)["records"]
    [two] = acme["ChildAccounts"]["records"]
    [zeta] = two["ChildAccounts"]["records"]
    assert (acme["ChildAccounts"]["totalSize"], two["Name"], zeta["Name"]) == (1, "acme two", "Zeta")
    assert zeta["attributes"]["type"] == "Account"
    assert [each["LastName"] for each in zeta["Contacts"]["records"]] == ["Contact C"]
    assert zeta["ChildAccounts"] is None


def _refusal(query: str, schema: OrgSchema) -> str | None:
    try:
        compile(parse(query), schema, include_deleted=False, now=NOW, time_zone=ZONE, can_read=lambda *_: True)
    except SoqlError as error:
        return f"{error.code}: {error.message}"
    return None


def _related(count: int) -> OrgSchema:
    """An object with that many lookups to another, which has as many relationships to it."""
    lookups = {
        f"to_{n}__c": FieldDef(f"To_{n}__c", f"To {n}", "Lookup", custom=True, reference_to=["Top__c"],
                               child_relationship_name=f"Down_{n}__r")
        for n in range(count)
    }  # fmt: skip
    base = {"id": FieldDef("Id", "Id", "Id"), "name": FieldDef("Name", "Name", "Text")}
    top = ObjectDef("Top__c", "Top", "Tops", "a01", custom=True, fields=dict(base))
    low = ObjectDef("Low__c", "Low", "Lows", "a02", custom=True, fields=base | lookups)
    return OrgSchema({"top__c": top, "low__c": low})


def test_a_query_names_at_most_fifty_five_parents() -> None:
    schema = _related(56)
    paths = [f"To_{n}__r.Name" for n in range(56)]
    assert _refusal(f"SELECT {', '.join(paths[:55])}, To_3__r.Id FROM Low__c", schema) is None
    told = _refusal(f"SELECT {', '.join(paths)} FROM Low__c", schema)
    assert told == "MALFORMED_QUERY: A query names 55 relationships to parents at most"


def test_a_query_has_at_most_twenty_sub_queries() -> None:
    schema = _related(21)
    parts = [f"(SELECT Id FROM Down_{n}__r)" for n in range(21)]
    assert _refusal(f"SELECT Id, {', '.join(parts[:20])} FROM Top__c", schema) is None
    told = _refusal(f"SELECT Id, {', '.join(parts)} FROM Top__c", schema)
    assert told == "MALFORMED_QUERY: A query has 20 sub-queries over child relationships at most"
