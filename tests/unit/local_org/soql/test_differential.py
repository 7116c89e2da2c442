"""Generated filters against a plain Python evaluation of the same rows."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from soql_rows import ACCOUNTS, ROWS

LIVE = [row for row in ROWS["Account"] if not row["IsDeleted"]]
BY_ID = {row["Id"]: row for row in ROWS["Account"]}
Test = tuple[str, Any]
TEXT_VALUES = ["acme", "ACME", "Acme two", "zeta", "100% Fun_Club", "O'Brien \\ Söhne", "b", "Energy", "retail", "~"]
PATTERNS = ["a%", "%e%", "_cme", "%", "%\\_%", "%\\%%", "z__a", "%\\\\%", "energy"]
ORDER = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _value(row: dict[str, Any], path: str) -> Any:
    while path.startswith("Parent."):
        row, path = BY_ID.get(row.get("ParentId"), {}), path.removeprefix("Parent.")
    return row.get(path)


def _fold(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _compare(path: str, operator: str, value: Any, fold: Any) -> Any:
    def holds(row: dict[str, Any]) -> bool:
        found = _value(row, path)
        if found is None or value is None:
            return {"=": found is value, "!=": found is not value}.get(operator, False)
        return bool(ORDER[operator](fold(found), fold(value)))

    return holds


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def _like(pattern: str) -> re.Pattern[str]:
    parts = re.findall(r"\\(.)|(%)|(_)|(.)", pattern)
    regex = "".join(
        ".*" if some else "." if one else re.escape(escaped or plain) for escaped, some, one, plain in parts
    )
    return re.compile(regex, re.IGNORECASE | re.DOTALL)


@st.composite
def _comparisons(draw: st.DrawFn) -> Test:
    kinds = [
        (["Name", "Industry", "Parent.Name", "Parent.Parent.Industry"], TEXT_VALUES, _fold),
        (["NumberOfEmployees", "Score__c", "Parent.Score__c"], [Decimal(0), 5, Decimal("7.25"), 12, -3], lambda x: x),
        (["Member_Since__c"], [date(2026, 5, 11), date(2026, 5, 12), date(2025, 12, 31)], lambda x: x),
        (["SystemModstamp", "Parent.CreatedDate"], [LIVE[0]["SystemModstamp"], LIVE[2]["CreatedDate"]], lambda x: x),
        (["Id", "ParentId"], ACCOUNTS, lambda x: x),
    ]
    paths, values, fold = draw(st.sampled_from(kinds))
    path = draw(st.sampled_from(paths))
    if draw(st.booleans()):
        operator, value = draw(st.sampled_from(sorted(ORDER))), draw(st.sampled_from([*values, None]))
        return f"{path} {operator} {_written(value)}", _compare(path, operator, value, fold)
    chosen = draw(st.lists(st.sampled_from([*values, None]), min_size=1, max_size=4))
    tests = [_compare(path, "=", value, fold) for value in chosen]
    listed = ", ".join(map(_written, chosen))
    if draw(st.booleans()):
        return f"{path} IN ({listed})", lambda row: any(test(row) for test in tests)
    return f"{path} NOT IN ({listed})", lambda row: not any(test(row) for test in tests)


@st.composite
def _likes(draw: st.DrawFn) -> Test:
    path, pattern = draw(st.sampled_from(["Name", "Industry", "Parent.Name"])), draw(st.sampled_from(PATTERNS))
    regex = _like(pattern)
    return (
        f"{path} LIKE '{pattern}'",
        lambda row: bool(regex.fullmatch(_value(row, path) or "")) and bool(_value(row, path)),
    )


@st.composite
def _flags(draw: st.DrawFn) -> Test:
    path, wanted = draw(st.sampled_from(["Is_Member__c", "Parent.Is_Member__c"])), draw(st.booleans())
    operator = draw(st.sampled_from(["=", "!="]))
    holds = wanted if operator == "=" else not wanted
    return f"{path} {operator} {str(wanted).lower()}", lambda row: bool(_value(row, path)) is holds


def _joined(tests: list[Test], word: str, fold: Any) -> Test:
    return "(" + f" {word} ".join(text for text, _ in tests) + ")", lambda row: fold(test(row) for _, test in tests)


def _combined(inner: st.SearchStrategy[Test]) -> st.SearchStrategy[Test]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda tests: _joined(tests, "AND", all)),
        several.map(lambda tests: _joined(tests, "OR", any)),
        inner.map(lambda test: (f"(NOT {test[0]})", lambda row: not test[1](row))),
    )


FILTERS = st.recursive(st.one_of(_comparisons(), _likes(), _flags()), _combined, max_leaves=8)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(generated=FILTERS)
def test_a_generated_filter_finds_what_python_finds(org: Any, generated: Test) -> None:
    text, holds = generated
    assert org.names(f"SELECT Id FROM Account WHERE {text}", "Id") == [row["Id"] for row in LIVE if holds(row)]
