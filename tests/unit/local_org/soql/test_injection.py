"""Nothing that stands in a query's text becomes SQL."""

from __future__ import annotations

from typing import Any

import pytest
from soql_rows import NOW, SCHEMA, ZONE

from connectors.salesforce.local_org.soql.compile import compile
from connectors.salesforce.local_org.soql.errors import SoqlError
from connectors.salesforce.local_org.soql.parse import parse

NASTY = [
    "x' OR 1=1 --",
    "'; DROP TABLE org.account; --",
    "%(p0)s",
    "%s %% %",
    "$1",
    "\\",
    "\\'",
    '"; SELECT pg_sleep(9)',
    "/* */",
    "a\x00b",
    "\ud800",
    "zwölf \N{SNOWMAN}",
    "{0}",
    "E'\\047'",
]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize(
    "condition", ["Name = '{}'", "Name LIKE '{}'", "Name IN ('{}', 'x')", "Topics__c INCLUDES ('{}')"]
)
def test_a_nasty_text_is_only_ever_a_value(org: Any, condition: str, text: str) -> None:
    query = f"SELECT Name FROM Account WHERE {condition.format(_quoted(text))}"
    marked = compile(
        parse(query), SCHEMA, include_deleted=False, now=NOW, time_zone=ZONE, can_read=lambda _object, _field: True
    )
    plain = compile(
        parse(f"SELECT Name FROM Account WHERE {condition.format('harmless')}"),
        SCHEMA,
        include_deleted=False,
        now=NOW,
        time_zone=ZONE,
        can_read=lambda _object, _field: True,
    )
    assert marked.sql == plain.sql
    assert org.names(query) in ([], ["O'Brien \\ Söhne"])


@pytest.mark.parametrize("query", [
    'SELECT "Name" FROM Account',
    "SELECT Name; FROM Account",
    "SELECT Name FROM org.account",
    "SELECT Name FROM pg_catalog.pg_tables",
    "SELECT ctid FROM Account",
    "SELECT Name FROM Account WHERE 1 = 1",
    "SELECT Name FROM Account UNION SELECT Name FROM User",
    "SELECT pg_sleep(9) FROM Account",
    "SELECT Name FROM Account ORDER BY (SELECT 1)",
    "SELECT Name FROM Account WHERE Name = 'a' -- comment",
    "SELECT Name FROM Account LIMIT (1)",
    "SELECT MAX(pg_sleep(9)) FROM Account",
    "SELECT COUNT(Id) \"n\" FROM Account",
])  # fmt: skip
def test_sql_that_is_no_soql_is_refused(org: Any, query: str) -> None:
    with pytest.raises(SoqlError):
        org.ask(query)


def test_an_alias_in_the_query_is_only_a_key_of_the_answer(org: Any) -> None:
    assert org.ask("SELECT COUNT(Id) drop_table FROM Account pg_class")["records"][0]["drop_table"] == 6
