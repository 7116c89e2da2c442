"""What a formula comes to for one record."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.salesforce.local_org.formula.parse import Call, Constant, Expression, FormulaError, Reference, calls


@dataclass(frozen=True)
class Scene:
    """The record a formula looks at: `value` and `prior` answer for a name as it was written; `prior` is the value
    before this save. `prefix` (such as "$Record.") has been left to the callables.
    """

    value: Callable[[str], Any]
    prior: Callable[[str], Any]
    is_new: bool
    now: datetime


LAZY = {"AND", "OR", "IF", "ISCHANGED", "PRIORVALUE"}
_ARGUMENTS: Mapping[str, tuple[int, int]] = {
    "AND": (1, 99), "OR": (1, 99), "NOT": (1, 1), "IF": (3, 3), "ISBLANK": (1, 1), "ISNULL": (1, 1),
    "ISCHANGED": (1, 1), "PRIORVALUE": (1, 1), "ISNEW": (0, 0), "ISPICKVAL": (2, 2), "TEXT": (1, 1), "LEN": (1, 1),
    "TODAY": (0, 0), "NOW": (0, 0), "BLANKVALUE": (2, 2), "TRIM": (1, 1), "CONTAINS": (2, 2), "BEGINS": (2, 2),
    "ABS": (1, 1), "MIN": (1, 99), "MAX": (1, 99), "UPPER": (1, 1), "LOWER": (1, 1),
    "LEFT": (2, 2),
}  # fmt: skip
_SIGNS = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "&"}


def check(expression: Expression) -> None:
    """Raise FormulaError for a function that the local org does not model or a wrong number of arguments."""
    for call in calls(expression):
        if call.name in _SIGNS:
            continue
        if call.name not in _ARGUMENTS:
            raise FormulaError(f"Unknown function {call.name}. The local org does not model it")
        least, most = _ARGUMENTS[call.name]
        if not least <= len(call.arguments) <= most:
            raise FormulaError(
                f"Incorrect number of parameters for function '{call.name}()'. Expected {least}, received "
                f"{len(call.arguments)}"
            )
        if call.name in {"ISCHANGED", "PRIORVALUE"} and not isinstance(call.arguments[0], Reference):
            raise FormulaError(f"Function {call.name} may only be used with a field")


def evaluate(expression: Expression, scene: Scene) -> Any:
    """Return the value of the formula: a bool, Decimal, text, date, datetime or None."""
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Reference):
        return _plain(scene.value(expression.name))
    if expression.name in LAZY:
        return _lazy(expression, scene)
    arguments = [evaluate(argument, scene) for argument in expression.arguments]
    if expression.name in _SIGNS:
        return _sign(expression.name, arguments[0], arguments[1])
    return _function(expression.name, arguments, scene)


def _lazy(call: Call, scene: Scene) -> Any:
    first = call.arguments[0]
    if call.name == "AND":
        return all(evaluate(argument, scene) is True for argument in call.arguments)
    if call.name == "OR":
        return any(evaluate(argument, scene) is True for argument in call.arguments)
    if call.name == "IF":
        return evaluate(call.arguments[1 if evaluate(first, scene) is True else 2], scene)
    name = first.name if isinstance(first, Reference) else ""
    prior = _plain(scene.prior(name))
    if call.name == "PRIORVALUE":
        return _plain(scene.value(name)) if scene.is_new else prior
    return not scene.is_new and _plain(scene.value(name)) != prior


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    return None if value == "" else value


def _is_blank(value: Any) -> bool:
    return value is None or value == ""


def _sign(sign: str, left: Any, right: Any) -> Any:
    if sign == "&":
        return f"{_text(left)}{_text(right)}"
    if sign in {"=", "<>"}:
        equal = _as_moment(left, right) == _as_moment(right, left) or (_is_blank(left) and _is_blank(right))
        return equal if sign == "=" else not equal
    if left is None or right is None:
        return None
    actions: dict[str, Callable[[Any, Any], Any]] = {
        "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
        "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    }  # fmt: skip
    try:
        return actions[sign](_as_moment(left, right), _days(_as_moment(right, left), left))
    except (TypeError, ArithmeticError) as error:
        raise FormulaError(f"Incorrect parameter type for operator '{sign}'") from error


def _as_moment(value: Any, other: Any) -> Any:
    """Rows hold dates as ISO text where they came from JSON: bring the text to the other side's kind."""
    if isinstance(value, str) and isinstance(other, datetime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(other, date):
        return date.fromisoformat(value[:10])
    return value


def _days(value: Any, beside: Any) -> Any:
    """A number added to a day or a moment counts days."""
    return timedelta(days=float(value)) if isinstance(value, Decimal) and isinstance(beside, date) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _function(name: str, arguments: list[Any], scene: Scene) -> Any:
    functions: dict[str, Callable[..., Any]] = {
        "NOT": lambda value: value is not True,
        "ISBLANK": _is_blank,
        "ISNULL": _is_blank,
        "ISNEW": lambda: scene.is_new,
        "ISPICKVAL": lambda value, text: _text(value) == _text(text),
        "TEXT": _text,
        "LEN": lambda value: Decimal(len(_text(value))),
        "TODAY": scene.now.date,
        "NOW": lambda: scene.now,
        "BLANKVALUE": lambda value, instead: instead if _is_blank(value) else value,
        "TRIM": lambda value: _text(value).strip(),
        "CONTAINS": lambda value, part: _text(part) in _text(value),
        "BEGINS": lambda value, part: _text(value).startswith(_text(part)),
        "ABS": lambda value: None if value is None else abs(value),
        "MIN": min,
        "MAX": max,
        "UPPER": lambda value: _text(value).upper(),
        "LOWER": lambda value: _text(value).lower(),
        "LEFT": lambda value, length: _text(value)[: max(0, int(length))],
    }
    return functions[name](*arguments)
