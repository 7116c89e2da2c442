"""Whatever comes in: it is answered, or refused with one of Salesforce's codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from soql_rows import SCHEMA

from connectors.salesforce.local_org.soql.errors import SoqlError
from connectors.salesforce.local_org.soql.parse import parse

CODES = {
    None,
    "INVALID_FIELD",
    "INVALID_TYPE",
    "INVALID_QUERY_FILTER_OPERATOR",
    "MALFORMED_QUERY",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "QUERY_TOO_COMPLICATED",
}
FIELDS = [field.name for field in SCHEMA.objects["account"].fields.values()]
PATHS = st.sampled_from(
    [*FIELDS, "Owner.Name", "p.Name", "Account.Name", "Parent.Industry", "Parent.Parent.CreatedDate", "Nope"]
)
FUNCTIONS = [
    "COUNT",
    "COUNT_DISTINCT",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "CALENDAR_MONTH",
    "DAY_ONLY",
    "WEEK_IN_YEAR",
    "toLabel",
    "FORMAT",
]
CALLS = st.builds("{}({})".format, st.sampled_from(FUNCTIONS), PATHS)
EXPRESSIONS = st.one_of(PATHS, CALLS)
VALUES = st.sampled_from(
    ["'x'", "''", "null", "true", "3", "-1.5", "2026-01-01", "2026-01-01T00:00:00Z", "TODAY", "NEXT_N_QUARTERS:2",
     "N_WEEKS_AGO:3", "LAST_FISCAL_YEAR", "'001Lo0000000000'", "'a%'", "9999-12-31T23:59:59-12:00", "USD50.5"]
)  # fmt: skip
OPERATORS = st.sampled_from(["=", "!=", "<", ">=", "LIKE"])


def _plain(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The same texts, under a short name: Hypothesis writes out what a strategy is made of, at great length."""

    @st.composite
    def texts(draw: st.DrawFn) -> str:
        return draw(strategy)

    return texts()


_WHEN = ["TODAY", "NEXT_N_QUARTERS:2", "N_WEEKS_AGO:3", "LAST_FISCAL_YEAR", "LAST_90_DAYS", "THIS_WEEK", "N_DAYS_AGO:0"]
_FITTING = {
    ("Name", "Industry", "Parent.Name", "Owner.Email", "Code__c", "MIN(Name)"): ["'x'", "''", "null", "'a%'"],
    ("Id", "OwnerId", "Parent.ParentId"): ["''", "null", "'001Lo0000000000'"],
    ("Score__c", "NumberOfEmployees", "CALENDAR_YEAR(CreatedDate)", "WEEK_IN_YEAR(Member_Since__c)"): [
        "3",
        "-1.5",
        "null",
    ],
    ("Member_Since__c", "DAY_ONLY(CreatedDate)"): ["2026-01-01", "0001-01-01", *_WHEN],
    ("CreatedDate", "Parent.SystemModstamp"): ["2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", *_WHEN],
    ("COUNT(Id)", "SUM(Score__c)", "COUNT_DISTINCT(Parent.Name)"): ["3", "0"],
}
FITTING = st.one_of(
    st.builds(
        "{} {} {}".format, st.sampled_from(names), st.sampled_from(["=", "!=", "<", ">="]), st.sampled_from(values)
    )
    for names, values in _FITTING.items()
)
SIMPLE = st.one_of(
    FITTING,
    FITTING,
    FITTING,
    st.builds("{} {} {}".format, EXPRESSIONS, OPERATORS, VALUES),
    st.builds(
        "{} {} ({}, {})".format, EXPRESSIONS, st.sampled_from(["IN", "NOT IN", "INCLUDES", "EXCLUDES"]), VALUES, VALUES
    ),
    st.builds("{} IN (SELECT {} FROM {})".format, PATHS, PATHS, st.sampled_from(["Account", "Contact", "User"])),
)
_CONDITIONS = st.one_of(
    SIMPLE,
    st.builds("{} AND {}".format, SIMPLE, SIMPLE),
    st.builds("NOT ({} OR {})".format, SIMPLE, SIMPLE),
)
CONDITIONS = _plain(_CONDITIONS)
CLAUSES = st.tuples(
    st.one_of(st.just(""), CONDITIONS.map(" WHERE {}".format)),
    st.one_of(st.just(""), st.just(""), EXPRESSIONS.map(" GROUP BY {}".format)),
    st.one_of(st.just(""), st.just(""), CONDITIONS.map(" HAVING {}".format)),
    st.one_of(st.just(""), EXPRESSIONS.map(" ORDER BY {} DESC NULLS LAST".format)),
    st.sampled_from(["", " LIMIT 5", " LIMIT 5 OFFSET 1", " ALL ROWS"]),
).map("".join)
_CHILDREN = st.sampled_from(["Contacts", "ChildAccounts"])
_BELOW = st.builds("(SELECT {} FROM {}{})".format, PATHS, _CHILDREN, CLAUSES)
SUB_QUERIES = st.builds("(SELECT {} FROM {}{})".format, st.one_of(PATHS, PATHS, _BELOW), _CHILDREN, CLAUSES)
ITEMS = st.one_of(EXPRESSIONS, EXPRESSIONS, SUB_QUERIES, st.just("FIELDS(STANDARD)"))
LISTS = st.one_of(
    st.lists(st.one_of(PATHS, SUB_QUERIES), min_size=1, max_size=3, unique=True).map(", ".join),
    st.lists(ITEMS, min_size=1, max_size=3, unique=True).map(", ".join),
)
ROWS_OF = st.one_of(st.just(""), CONDITIONS.map(" WHERE {}".format))
GROUPED = st.builds(
    "SELECT {0}, {1} FROM Account{2} GROUP BY {0} HAVING {3} ORDER BY {0}".format, EXPRESSIONS, CALLS, ROWS_OF, FITTING
)
FROM = st.sampled_from(["Account", "Account", "Account a, a.Parent p"])
_QUERIES = st.one_of(st.builds("SELECT {} FROM {}{}".format, LISTS, FROM, st.one_of(ROWS_OF, CLAUSES)), GROUPED)

QUERIES = _plain(_QUERIES)
WORDS = "SELECT FROM WHERE ( ) , . : ' \\ = != Id Account IN LIKE NOT AND 3 -1 2026-01-01 NULLS BY GROUP"


def _code_of(ask: Callable[[], Any]) -> str | None:
    """The code of the refusal; None where there is an answer."""
    try:
        ask()
    except SoqlError as error:
        return error.code
    return None


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERIES)
def test_a_well_formed_query_is_answered_or_refused(org: Any, query: str) -> None:
    assert _code_of(lambda: org.ask(query)) in CODES


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(WORDS.split(" "))).map(" ".join),
        QUERIES.flatmap(lambda query: st.integers(0, len(query)).map(lambda end: query[:end])),
    )
)
def test_any_text_is_a_query_or_is_refused(text: str) -> None:
    assert _code_of(lambda: parse(text)) in CODES
