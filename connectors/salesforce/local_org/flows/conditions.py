"""Whether conditions hold: filters of a flow's start, outcomes of its decisions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connectors.salesforce.local_org.flows.definition import Condition, Test, Value
from connectors.salesforce.local_org.formula.evaluate import Scene, evaluate
from connectors.salesforce.local_org.formula.parse import parse

Resolve = Callable[[Value], Any]


def holds(test: Test, judge: Callable[[Condition], bool]) -> bool:
    """Return whether a test holds; `judge` decides each condition. A test without conditions always holds."""
    results = [judge(condition) for condition in test.conditions]
    if not results:
        return True
    if test.logic.lower() in {"and", "or"}:
        return all(results) if test.logic.lower() == "and" else any(results)
    text = re.sub(r"\d+", lambda match: f"c{match[0]}", test.logic)
    for word, sign in (("and", "&&"), ("or", "||"), ("not", "!")):
        text = re.sub(rf"\b{word}\b", sign, text, flags=re.IGNORECASE)
    by_name = {f"c{number}": result for number, result in enumerate(results, start=1)}
    scene = Scene(by_name.__getitem__, by_name.__getitem__, is_new=False, now=datetime.min.replace(tzinfo=UTC))
    return evaluate(parse(text), scene) is True


def compare(operator: str, left: Any, right: Any) -> bool:
    """Return whether a comparison holds, as flows compare: text without regard to case, null equal to null only."""
    if operator == "IsNull":
        return bool((left is None) == (right is not False))
    left, right = alike(left, right), alike(right, left)
    if operator in {"EqualTo", "NotEqualTo"}:
        return bool((left == right) == (operator == "EqualTo"))
    if left is None or right is None:
        return False
    return bool(_ORDERED[operator](left, right))


_ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "GreaterThan": lambda left, right: bool(left > right),
    "LessThan": lambda left, right: bool(left < right),
    "GreaterThanOrEqualTo": lambda left, right: bool(left >= right),
    "LessThanOrEqualTo": lambda left, right: bool(left <= right),
    "StartsWith": lambda left, right: str(left).startswith(str(right)),
    "EndsWith": lambda left, right: str(left).endswith(str(right)),
    "Contains": lambda left, right: str(right) in str(left),
}


def alike(value: Any, beside: Any) -> Any:
    """Return a value in the form in which it compares with the other one; empty text is null."""
    if value == "":
        return None
    if isinstance(value, str) and isinstance(beside, datetime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(beside, date):
        return date.fromisoformat(value[:10])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, str) and isinstance(beside, Decimal):
        return Decimal(value)
    return value.lower() if isinstance(value, str) else value
