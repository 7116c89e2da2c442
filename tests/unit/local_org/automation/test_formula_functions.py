"""The functions of formulas: what each comes to, worked out by Python for a rule and by the database for a field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.salesforce.local_org.formula.evaluate import Scene, check, evaluate
from connectors.salesforce.local_org.formula.parse import FormulaError, parse
from connectors.salesforce.local_org.formula.terms import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    PICKLIST,
    PICKLISTS,
    TEXT,
    Term,
)
from connectors.salesforce.local_org.formula.to_sql import Meaning, translate
from plugin.store.embedded import EmbeddedPostgres

NOW = datetime(2026, 11, 22, 12, 5, 6, tzinfo=UTC)
VALUES: dict[str, tuple[str, Any]] = {
    "Name": (TEXT, "Sample Club"),
    "Empty": (TEXT, None),
    "Fee": (NUMBER, Decimal("12.50")),
    "Debt": (NUMBER, Decimal("-2.5")),
    "None_Yet": (NUMBER, None),
    "Day": (DATE, date(2026, 1, 31)),
    "Leap": (DATE, date(2024, 2, 29)),
    "No_Day": (DATE, None),
    "At": (DATETIME, NOW),
    "Tier": (PICKLIST, "Gold"),
    "Topics": (PICKLISTS, "Advocacy;Events"),
    "Yes": (BOOLEAN, True),
}
SQL_TYPES = {TEXT: "text", PICKLIST: "text", PICKLISTS: "text", NUMBER: "numeric", DATE: "date",
             DATETIME: "timestamptz", BOOLEAN: "boolean"}  # fmt: skip
Ask = Callable[[str], Any]


@pytest.fixture(scope="module")
def in_database(postgres: EmbeddedPostgres) -> Iterator[Ask]:
    """Works a formula out as a formula field is."""
    with psycopg.connect(postgres.create_database("formula_functions"), autocommit=True) as conn:

        def ask(text: str) -> Any:
            params: dict[str, Any] = {}

            def bind(value: Any, kind: str) -> str:
                params[f"p{len(params)}"] = value
                return f"%(p{len(params) - 1})s::{kind}"

            def field(name: str) -> Term:
                kind, value = VALUES[name]
                return Term(bind(value, SQL_TYPES[kind]), kind)

            tree = parse(text)
            check(tree)
            today = bind(NOW.date(), "date")
            term = translate(tree, Meaning(field, bind, today, bind(NOW, "timestamptz")))
            row = conn.execute(f"SELECT {term.sql}".encode(), params).fetchone()
            return row[0] if row else None

        yield ask
    postgres.drop_database("formula_functions")


def in_a_rule(text: str) -> Any:
    tree = parse(text)
    check(tree)
    names = {name: value for name, (_, value) in VALUES.items()}
    return evaluate(tree, Scene(names.__getitem__, names.__getitem__, False, NOW))


COMES_TO: list[tuple[str, Any]] = [
    ('CASE(Tier, "Silver", 1, "Gold", 2, 0)', 2),
    ('CASE(Tier, "Silver", "a", "b")', "b"),
    ('CASE(Fee, 1, "one", 12.5, "twelve and a half", "other")', "twelve and a half"),
    ('CASE(MONTH(Day), 1, Day, 2, Leap, TODAY())', date(2026, 1, 31)),
    ("ROUND(1.45, 1)", Decimal("1.5")),
    ("ROUND(-1.45, 1)", Decimal("-1.5")),
    ("ROUND(12.5, 0)", 13),
    ("ROUND(1250, -2)", 1300),
    ("ROUND(None_Yet, 1)", None),
    ("CEILING(2.1) * 10 + CEILING(Debt)", 27),
    ("FLOOR(2.9) * 10 + FLOOR(Debt)", 18),
    ("MCEILING(Debt) * 10 + MFLOOR(Debt)", -23),
    ("MOD(7, 3) + MOD(-7, 3)", 0),
    ("MOD(Fee, 5)", Decimal("2.5")),
    ("MOD(Fee, 0)", None),
    ("Fee / 0", None),
    ("ABS(Debt)", Decimal("2.5")),
    ("MIN(Fee, None_Yet)", None),
    ("DATE(2026, 2, 28) + 1", date(2026, 3, 1)),
    ("DATE(2024, 2, 29)", date(2024, 2, 29)),
    ("DATE(2026, 2, 29)", None),
    ("DATE(2026, 13, 1)", None),
    ("DATE(2026, 4, 31)", None),
    ("DATE(YEAR(Day), MONTH(Day), 1)", date(2026, 1, 1)),
    ("DATE(YEAR(No_Day), 1, 1)", None),
    ("ADDMONTHS(Day, 1)", date(2026, 2, 28)),
    ("ADDMONTHS(Leap, 1)", date(2024, 3, 31)),
    ("ADDMONTHS(DATE(2026, 1, 30), 1)", date(2026, 2, 28)),
    ("ADDMONTHS(DATE(2026, 1, 15), -2)", date(2025, 11, 15)),
    ("ADDMONTHS(Leap, 12)", date(2025, 2, 28)),
    ("ADDMONTHS(No_Day, 12)", None),
    ("YEAR(Leap) * 10000 + MONTH(Leap) * 100 + DAY(Leap)", 20240229),
    ("WEEKDAY(DATE(2026, 11, 22))", 1),
    ("WEEKDAY(DATE(2026, 11, 21))", 7),
    ('VALUE("12.50") + VALUE(" -1 ")', Decimal("11.5")),
    ('VALUE("twelve")', None),
    ("VALUE(Empty)", None),
    ('ISNUMBER("1e5")', False),
    ('AND(ISNUMBER("-.5"), NOT(ISNUMBER(Empty)))', True),
    ('LEFT(Name, 3) & RIGHT(Name, 4) & MID(Name, 2, 2)', "SamClubam"),
    ("RIGHT(Name, 99)", "Sample Club"),
    ("RIGHT(Name, 0) & MID(Name, 3, 0)", ""),
    ('FIND("l", Name)', 5),
    ('FIND("l", Name, 6)', 9),
    ('FIND("x", Name) + FIND(Empty, Name)', 0),
    ('SUBSTITUTE(Name, "l", "")', "Sampe Cub"),
    ('INCLUDES(Topics, "Events")', True),
    ('INCLUDES(Topics, "Event")', False),
    ('BLANKVALUE(Empty, "none")', "none"),
    ("NULLVALUE(None_Yet, 3)", 3),
    ("ISNULL(None_Yet) && ISNULL(No_Day) && NOT(ISNULL(Fee))", True),
    ('TEXT(Fee) & " " & TEXT(Day) & " " & TEXT(Tier)', "12.5 2026-01-31 Gold"),
    ("TEXT(At)", "2026-11-22 12:05:06Z"),
    ("TEXT(1000)", "1000"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), COMES_TO)
def test_a_function_comes_to_the_same_in_a_rule_and_in_a_field(in_database: Ask, text: str, expected: Any) -> None:
    assert (in_a_rule(text), in_database(text)) == (expected, expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CASE(Tier, 1)", "Incorrect number of parameters for function 'CASE\\(\\)'. Expected 4, received 2"),
        ('CASE(Tier, "a", 1, "b", 2)', "Expected 6, received 5"),
        ("2 ^ 3", "The local org does not model the operator \\^"),
        ('REGEX(Name, "a+")', "Unknown function REGEX. The local org does not model it"),
        ("DATEVALUE(At)", "Unknown function DATEVALUE. The local org does not model it"),
        ("LPAD(Name, 3)", "does not model it"),
        ("SQRT(Fee)", "does not model it"),
        ("DATE(2026, 1)", "Expected 3, received 2"),
    ],
)
def test_what_is_not_modelled_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words):
        in_a_rule(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ISNULL(Name)", "does not model ISNULL of a text, which is never null: use ISBLANK"),
        ('NULLVALUE(Name, "x")', "does not model NULLVALUE of a text"),
        (
            'CASE(Tier, "a", 1, "x")',
            "Incorrect parameter type for function 'CASE\\(\\)'. Expected Number, received Text",
        ),
        ("CASE(Tier, 1, 2, 3)", "Expected Text, received Number"),
        ('Tier = "Gold"', "Field Tier is a picklist field"),
        ('CONTAINS(Topics, "Events")', "Field Topics is a picklist field"),
        ("YEAR(At)", "Incorrect parameter type for function 'YEAR\\(\\)'. Expected Date, received Datetime"),
        ("ROUND(Name, 1)", "Expected Number, received Text"),
    ],
)
def test_a_kind_that_does_not_fit_is_refused_when_a_field_is_deployed(in_database: Ask, text: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words):
        in_database(text)


def test_a_kind_that_does_not_fit_is_told_when_a_rule_is_tried() -> None:
    with pytest.raises(FormulaError, match="Incorrect parameter type for function 'YEAR"):
        in_a_rule("YEAR(Fee)")


DAYS = st.sampled_from(["Day", "Leap", "TODAY()", "DATE(2025, 12, 31)", "DATE(2026, 2, 28)"])
WHOLE = st.integers(-40, 40).map(str)
NUMBERS = st.one_of(
    st.sampled_from(["Fee", "Debt", "2.345", "-0.5", "7"]),
    st.builds("{}({})".format, st.sampled_from(["YEAR", "MONTH", "DAY", "WEEKDAY"]), DAYS),
)
ANY = st.one_of(
    st.builds("ROUND({}, {})".format, NUMBERS, st.integers(-3, 3)),
    st.builds("{}({})".format, st.sampled_from(["CEILING", "FLOOR", "MCEILING", "MFLOOR"]), NUMBERS),
    st.builds("MOD({}, {})".format, NUMBERS, NUMBERS),
    st.builds("ADDMONTHS({}, {})".format, DAYS, WHOLE),
    st.builds("DATE({}, {}, {})".format, NUMBERS, WHOLE, WHOLE),
    st.builds("CASE({}, {}, 1, {}, 2, 3)".format, NUMBERS, NUMBERS, NUMBERS),
    st.builds("MID(Name, {}, {})".format, WHOLE, WHOLE),
    st.builds("LEFT(RIGHT(Name, {}), {})".format, WHOLE, WHOLE),
    st.builds('FIND("{}", Name, {})'.format, st.text("Sample Club", max_size=2), WHOLE),
    st.builds('VALUE("{}")'.format, st.text("0123456789.+- e", max_size=6)),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY)
def test_a_generated_formula_comes_to_the_same_in_a_rule_and_in_a_field(in_database: Ask, text: str) -> None:
    assert in_a_rule(text) == in_database(text)
