"""What is refused, with Salesforce's code and wording."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.salesforce.local_org.soql.errors import SoqlError

FIELD, TYPE, QUERY, OPERATOR = "INVALID_FIELD", "INVALID_TYPE", "MALFORMED_QUERY", "INVALID_QUERY_FILTER_OPERATOR"
SELECT = "SELECT Id FROM Account WHERE "


def _below(levels: int) -> str:
    """A query of accounts with those below them, that many levels deep."""
    query = "SELECT Name FROM ChildAccounts"
    for _ in range(levels - 1):
        query = f"SELECT Name, ({query}) FROM ChildAccounts"
    return f"SELECT Name, ({query}) FROM Account"


REFUSED = [
    ("", QUERY, "A query string has to be specified"),
    ("SELECT", QUERY, "unexpected token: '<EOF>'"),
    ("SELECT FROM Account", QUERY, "unexpected token: 'FROM'"),
    ("SELECT * FROM Account", QUERY, "unexpected token: '*'"),
    ("DELETE FROM Account", QUERY, "unexpected token: 'DELETE'"),
    ("SELECT Id, FROM Account", QUERY, "unexpected token: 'FROM'"),
    ("SELECT Id FROM Account WITH SECURITY_ENFORCED", QUERY, "unexpected token: 'WITH'"),
    ("SELECT Id FROM Account WHERE", QUERY, "unexpected token: '<EOF>'"),
    (SELECT + "Name = 'open", QUERY, "mismatched character '<EOF>' expecting '''"),
    (SELECT + 'Name = "x"', QUERY, "unexpected token: '\"'"),
    (SELECT + "Name IS NULL", QUERY, "unexpected token: 'IS'"),
    (SELECT + "Name = 'a' AND Name = 'b' OR Name = 'c'", QUERY, "unexpected token: 'OR'"),
    (SELECT + "Name = 'a' AND NOT Name = 'b'", QUERY, "unexpected token: 'NOT'"),
    (SELECT + "Name = Industry", QUERY, "Bind variables only allowed in Apex code"),
    (SELECT + "Name = :name", QUERY, "Bind variables only allowed in Apex code"),
    (SELECT + "Name = 'a\\qb'", QUERY, "invalid escape sequence: \\q"),
    (SELECT + "Id = LAST_N_DAYS", QUERY, "Bind variables only allowed in Apex code"),
    ("SELECT Id FROM Account LIMIT x", QUERY, "unexpected token: 'x'"),
    ("SELECT Id FROM Account LIMIT -1", QUERY, "unexpected token: '-1'"),
    ("SELECT Id FROM Account LIMIT 99999999999", QUERY, "unexpected token: '99999999999'"),
    ("SELECT Id FROM Account; DROP TABLE x", QUERY, "unexpected token: ';'"),
    ("SELECT Id FROM Account FOR UPDATE", QUERY, "the local org does not model FOR UPDATE"),
    ("SELECT Id FROM Account USING SCOPE mine", QUERY, "the local org does not model USING SCOPE"),
    ("SELECT TYPEOF What WHEN Account THEN Id END FROM Task", QUERY, "the local org does not model TYPEOF"),
    ("SELECT FORMAT(Name) FROM Account", QUERY, "the local org does not model FORMAT() of text fields"),
    ("SELECT FORMAT(Is_Member__c) FROM Account", QUERY, "the local org does not model FORMAT() of boolean fields"),
    (
        "SELECT FORMAT(convertCurrency(AnnualRevenue)) FROM Account",
        QUERY,
        "the local org does not model CONVERTCURRENCY()",
    ),
    ("SELECT FORMAT(MIN(Name)) FROM Account", QUERY, "the local org does not model FORMAT() of text fields"),
    ("SELECT FORMAT(AnnualRevenue) FROM Account GROUP BY Name", QUERY, "must be grouped or aggregated: AnnualRevenue"),
    ("SELECT Name, FORMAT(AnnualRevenue) name FROM Account", FIELD, "duplicate field selected: name"),
    ("SELECT AnnualRevenue, FORMAT(AnnualRevenue) FROM Account", FIELD, "duplicate field selected: AnnualRevenue"),
    ("SELECT Industry, toLabel(Industry) FROM Account", FIELD, "duplicate field selected: Industry"),
    ("SELECT Id, FIELDS(ALL) FROM Account LIMIT 1", FIELD, "duplicate field selected: Id"),
    ("SELECT FIELDS(STANDARD), Name FROM Account", FIELD, "duplicate field selected: Name"),
    ("SELECT (SELECT Id FROM Contacts), (SELECT Name FROM Contacts) FROM Account", FIELD, "selected: Contacts"),
    (SELECT + "FORMAT(AnnualRevenue) = 'x'", QUERY, "FORMAT is only allowed in SELECT"),
    ("SELECT Industry FROM Account GROUP BY ROLLUP(Industry)", QUERY, "the local org does not model ROLLUP()"),
    ("SELECT NONSENSE(Name) FROM Account", QUERY, "Unknown function: NONSENSE"),
    ("SELECT FIELDS(ALL) FROM Account", QUERY, "must have a LIMIT of at most 200"),
    ("SELECT FIELDS(CUSTOM) FROM Account LIMIT 201", QUERY, "must have a LIMIT of at most 200"),
    ("SELECT FIELDS(SOME) FROM Account LIMIT 1", QUERY, "FIELDS takes ALL, STANDARD or CUSTOM"),
    ("SELECT Name n FROM Account", QUERY, "only aggregate expressions use field aliasing"),
    ("SELECT Name, COUNT(Id) FROM Account", QUERY, "Field must be grouped or aggregated: Name"),
    ("SELECT Name FROM Account GROUP BY Industry", QUERY, "Field must be grouped or aggregated: Name"),
    ("SELECT CALENDAR_YEAR(CreatedDate) FROM Account", QUERY, "Field must be grouped or aggregated: CreatedDate"),
    (
        "SELECT Industry FROM Account GROUP BY Industry ORDER BY Name",
        QUERY,
        "Ordered field must be grouped or aggregated: Name",
    ),
    ("SELECT COUNT(Id) FROM Account GROUP BY Score__c", QUERY, "field 'Score__c' can not be grouped in a query call"),
    ("SELECT COUNT(Id) FROM Account LIMIT 1", QUERY, "overall aggregate functions cannot also use LIMIT"),
    ("SELECT COUNT() FROM Account ORDER BY Name", QUERY, "COUNT() takes no ORDER BY"),
    ("SELECT COUNT(), Name FROM Account", QUERY, "COUNT takes one field"),
    ("SELECT COUNT(Id) n, MAX(Name) n FROM Account", QUERY, "duplicate alias: n"),
    ("SELECT SUM(Name) FROM Account", QUERY, "field Name does not support aggregate operator SUM"),
    (SELECT + "COUNT(Id) > 1", QUERY, "Aggregate functions are not allowed here: COUNT"),
    ("SELECT Id FROM Account ORDER BY Description", QUERY, "field 'Description' can not be sorted in a query call"),
    ("SELECT Id FROM Account OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000"),
    (
        "SELECT Foo FROM Account",
        FIELD,
        "No such column 'Foo' on entity 'Account'. If you are attempting to use a custom",
    ),
    ("SELECT Id, Id FROM Account", FIELD, "duplicate field selected: Id"),
    ("SELECT Parent.Foo__c FROM Account", FIELD, "No such column 'Foo__c' on entity 'Account'"),
    ("SELECT Who.Birthdate FROM Task", FIELD, "No such column 'Birthdate' on entity 'Name'"),
    ("SELECT Foo__r.Name FROM Account", FIELD, "Didn't understand relationship 'Foo__r' in field path"),
    (
        "SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account",
        FIELD,
        "A path may go up 5 relationships at most",
    ),
    (SELECT + "Description = 'x'", FIELD, "field 'Description' can not be filtered in a query call"),
    (SELECT + "Name = 3", FIELD, "field 'Name' must be of type string and should be enclosed in quotes"),
    (SELECT + "Name IN ('a', 3)", FIELD, "field 'Name' must be of type string and should be enclosed in quotes"),
    (SELECT + "Score__c = '3'", FIELD, "must be of type double and should not be enclosed in quotes"),
    (SELECT + "NumberOfEmployees = 'x'", FIELD, "must be of type int and should not be enclosed in quotes"),
    (SELECT + "Is_Member__c = 'true'", FIELD, "must be of type boolean and should not be enclosed in quotes"),
    (SELECT + "Member_Since__c = '2026-01-01'", FIELD, "must be of type date and should not be enclosed in quotes"),
    (SELECT + "Member_Since__c = 2026-01-01T00:00:00Z", FIELD, "must be of type date and should not be"),
    (SELECT + "CreatedDate = 2026-01-01", FIELD, "must be of type dateTime and should not be enclosed in quotes"),
    (SELECT + "Name = TODAY", FIELD, "must be of type string and should be enclosed in quotes"),
    (SELECT + "AnnualRevenue > EUR5000", QUERY, "the local org does not model the currency EUR: USD is its only one"),
    (SELECT + "Score__c > USD5000", FIELD, "must be of type double and should not be enclosed in quotes"),
    (SELECT + "Name = USD5000", FIELD, "must be of type string and should be enclosed in quotes"),
    (SELECT + "AnnualRevenue IN (USD50, 1000.5)", QUERY, "with and without a currency can't be mixed in one list"),
    (
        "SELECT Name, MAX(AnnualRevenue) FROM Account GROUP BY Name HAVING MAX(AnnualRevenue) > USD10000",
        QUERY,
        "An aggregate has no currency to compare in",
    ),
    (
        "SELECT COUNT(Id) FROM Account GROUP BY Industry HAVING SUM(AnnualRevenue) > USD1",
        QUERY,
        "An aggregate has no currency to compare in",
    ),
    ("SELECT Id FROM Account, Contact", QUERY, "A driving SObject type has already been set"),
    ("SELECT Id FROM Contact c, Account a", QUERY, "The driving object is Contact."),
    ("SELECT Id FROM Contact c, c.Gone g", FIELD, "Didn't understand relationship 'Gone' in field path"),
    (SELECT + "Id = 'abc'", OPERATOR, "invalid ID field: abc"),
    (SELECT + "Id LIKE '001%'", OPERATOR, "invalid operator on id field"),
    (SELECT + "Is_Member__c > true", OPERATOR, "invalid operator on boolean field"),
    (SELECT + "Topics__c LIKE 'E%'", OPERATOR, "invalid operator on multipicklist field"),
    (SELECT + "Name INCLUDES ('a')", OPERATOR, "INCLUDES operator only valid on multipicklist field"),
    (SELECT + "CreatedDate LIKE '2026%'", OPERATOR, "invalid operator on datetime field"),
    (SELECT + "CreatedDate = 2026-02-30T00:00:00Z", OPERATOR, "Invalid date/time value: 2026-02-30T00:00:00Z"),
    (SELECT + "Member_Since__c = LAST_N_YEARS:99999", QUERY, "reaches beyond the calendar"),
    (SELECT + "HOUR_IN_DAY(Member_Since__c) = 3", OPERATOR, "Invalid function HOUR_IN_DAY for field Member_Since__c"),
    ("SELECT Id FROM Foo", TYPE, "sObject type 'Foo' is not supported."),
    ("SELECT (SELECT Id FROM Foos) FROM Account", TYPE, "Didn't understand relationship 'Foos' in FROM part of query"),
    (_below(5), QUERY, "cannot query aggregate relationships more than 4 level away from the root entity object."),
    ("SELECT (SELECT COUNT(Id) FROM Contacts) FROM Account", QUERY, "Only root queries support aggregate expressions"),
    (SELECT + "Id IN (SELECT Id FROM Account)", QUERY, "should not be on the same object type"),
    (SELECT + "Id IN (SELECT OwnerId FROM Contact)", QUERY, "should point to the same object type"),
    (SELECT + "Name IN (SELECT Name FROM Contact)", QUERY, "Semi join sub-selects need an id field, not 'Name'"),
    (
        SELECT + "Name = 'a' AND (Name = 'b' OR Id IN (SELECT AccountId FROM Contact))",
        QUERY,
        "only allowed at the top level WHERE expressions",
    ),
    (
        SELECT + "Id IN (SELECT AccountId FROM Contact WHERE OwnerId IN (SELECT Id FROM User))",
        QUERY,
        "Nesting of semi join sub-selects is not supported",
    ),
    (SELECT + "(" * 51 + "Name = 'a'" + ")" * 51, "QUERY_TOO_COMPLICATED", "brackets more than 50 deep"),
    (SELECT + "Name = '" + "x" * 100_000 + "'", QUERY, "SOQL statements cannot be longer than 100000 characters."),
]


@pytest.mark.parametrize(("query", "code", "message"), REFUSED)
def test_a_query_is_refused_with_its_code_and_words(org: Any, query: str, code: str, message: str) -> None:
    with pytest.raises(SoqlError) as caught:
        org.ask(query)
    assert caught.value.code == code
    assert message in caught.value.message


CARETS = [
    ("SELECT Id FROM Account ORDER BY", 32, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Account ORDER Name", 30, "unexpected token: 'Name'"),
    ("SELECT Id FROM Account ORDER BY Name NULLS", 43, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Account LIMIT", 29, "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Account LIMIT 5 WHERE Name = 'a'", 32, "unexpected token: 'WHERE'"),
    ("SELECT Id FROM Account a, WHERE Id = null", 27, "unexpected token: 'WHERE'"),
    ("SELECT COUNT(Id) FROM Account HAVING COUNT(Id) > 1", 31, "unexpected token: 'HAVING'"),
    ("SELECT Id FROM Account UPDATE TRACKING", 31, "unexpected token: 'TRACKING'"),
    ("SELECT (SELECT Id FROM Contacts FROM Account", 33, "unexpected token: 'FROM'"),
    ("SELECT Name, (SELECT Id FROM Contacts) kids FROM Account", 40, "unexpected token: 'kids'"),
    ("SELECT SUM(*) FROM Account", 12, "unexpected token: '*'"),
    (SELECT + "(Name = 'a'", 41, "unexpected token: '<EOF>'"),
    (SELECT + "Name = 'a')", 40, "unexpected token: ')'"),
    (SELECT + "Name == 'a'", 36, "unexpected token: '='"),
    (SELECT + "Name = 'a' Industry = 'b'", 41, "unexpected token: 'Industry'"),
    (SELECT + "Industry IN ()", 43, "unexpected token: ')'"),
    (SELECT + "Industry IN 'Energy'", 42, "unexpected token: ''Energy''"),
    (SELECT + "Member_Since__c = LAST_N_DAYS:x", 60, "unexpected token: 'x'"),
    (SELECT + "Parent = 'x'", 30, "No such column 'Parent' on entity 'Account'"),
    (SELECT + "CALENDAR_YEAR(Name) = 2", 30, "Invalid function CALENDAR_YEAR for field Name"),
    ("SELECT Name.Foo FROM Account", 8, "Didn't understand relationship 'Name' in field path"),
    ("SELECT AVG(Member_Since__c) FROM Account", 8, "field Member_Since__c does not support aggregate operator AVG"),
    ("SELECT Id FROM Account GROUP BY Id HAVING Name = 'x'", 43, "Field must be grouped or aggregated: Name"),
    ("SELECT Topics__c FROM Account ORDER BY Topics__c", 40, "field 'Topics__c' can not be sorted in a query call"),
    ("SELECT Id FROM Account\nWHERE Name = 'a'\n  OR OR Name = 'b'", 6, "unexpected token: 'OR'"),
]


@pytest.mark.parametrize(("query", "column", "message"), CARETS)
def test_a_caret_stands_below_what_is_wrong(org: Any, query: str, column: int, message: str) -> None:
    with pytest.raises(SoqlError) as caught:
        org.ask(query)
    _, shown, caret, place, told = caught.value.message.split("\n")
    line = query.split("\n")[int(place.split(":")[1]) - 1]
    assert (place.rpartition(":")[2], told.startswith(message)) == (str(column), True)
    assert line[column - 1 :].startswith(shown[caret.index("^") :])


def test_an_error_shows_its_place_in_the_query(org: Any) -> None:
    with pytest.raises(SoqlError) as caught:
        org.ask("SELECT Foo FROM Account")
    assert caught.value.message.startswith(
        "\nSELECT Foo FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Foo'"
    )


def test_an_error_in_a_later_line_shows_that_line(org: Any) -> None:
    with pytest.raises(SoqlError) as caught:
        org.ask("SELECT Id\nFROM Account\nWHERE Foo = 1")
    assert caught.value.message.startswith("\nWHERE Foo = 1\n      ^\nERROR at Row:3:Column:7\n")


def test_a_long_query_is_shown_by_whole_words_around_the_place(org: Any) -> None:
    query = (
        "select Id, Subject from Task where Subject = 3999 and Subject != 'something quite long that goes on and on'"
    )
    with pytest.raises(SoqlError) as caught:
        org.ask(query)
    _, shown, caret, place, _ = caught.value.message.split("\n")
    assert query[35:42] == shown[caret.index("^") :][:7] == "Subject"
    assert f" {shown} " in f" {query} "
    assert (len(shown) < len(query), place) == (True, "ERROR at Row:1:Column:36")
