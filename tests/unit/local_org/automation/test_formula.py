"""Formulas of validation rules and flow entry conditions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.salesforce.local_org.formula.evaluate import Scene, check, evaluate
from connectors.salesforce.local_org.formula.parse import FormulaError, parse, references

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "Name": "Acme",
    "Empty": None,
    "Ten": Decimal(10),
    "Day": date(2026, 11, 20),
    "Text_Day": "2026-11-20",
    "Yes": True,
    "Stage": "Open",
}


def result(text: str, *, is_new: bool = False) -> Any:
    tree = parse(text)
    check(tree)
    return evaluate(tree, Scene(VALUES.get, {**VALUES, "Name": "Old"}.get, is_new, NOW))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("-3 + 5", 2),
        ("(1 + 2) * 3 = 9", True),
        ('Name & "!" = "Acme!"', True),
        ("ISBLANK(Empty) && NOT(ISBLANK(Name))", True),
        ('Empty = ""', True),
        ("Empty > 3", None),
        ("AND(Empty > 3, Yes)", False),
        ("OR(Empty > 3, Yes)", True),
        ("!Yes || Ten >= 10", True),
        ("Ten <> 10", False),
        ("ISCHANGED(Name)", True),
        ("ISCHANGED(Ten)", False),
        ('PRIORVALUE(Name) = "Old"', True),
        ("ISNEW()", False),
        ("Day < TODAY()", True),
        ("TODAY() - 2 = Day", True),
        ("Text_Day = Day", True),
        ("Day + 1 > TODAY()", False),
        ('ISPICKVAL(Stage, "Open")', True),
        ('IF(ISBLANK(Empty), "none", "some")', "none"),
        ("LEN(Name) = 4", True),
        ('CONTAINS(LOWER(Name), "cm") && BEGINS(Name, "Ac")', True),
        ('BLANKVALUE(Empty, "x")', "x"),
        ("MAX(1, Ten, 3)", 10),
        ('/* why */ "a\\"b" = "a\\"b"', True),
        ("NULL = Empty", True),
    ],
)
def test_a_formula_comes_to_what_salesforce_says(text: str, expected: object) -> None:
    assert result(text) == expected


def test_a_new_record_has_changed_nothing() -> None:
    assert result("ISCHANGED(Name)", is_new=True) is False
    assert result("PRIORVALUE(Name)", is_new=True) == "Acme"
    assert result("ISNEW()", is_new=True) is True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("AND(", "Syntax error"),
        ("1 +", "Syntax error"),
        ("a b", "Found 'b'"),
        ("a # b", "Found '#'"),
        ("", "Syntax error"),
        ("NOSUCH(1)", "Unknown function NOSUCH"),
        ("LEN()", "Expected 1, received 0"),
        ("ISCHANGED(1)", "only be used with a field"),
        ('Name < 3 * "x"', "Incorrect parameter type"),
    ],
)
def test_a_wrong_formula_is_refused(text: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words):
        result(text)


def test_the_names_in_a_formula_are_found_in_order() -> None:
    assert references(parse("OR(ISCHANGED({!$Record.Name}), Parent__r.Name = Ten)")) == [
        "$Record.Name",
        "Parent__r.Name",
        "Ten",
    ]
