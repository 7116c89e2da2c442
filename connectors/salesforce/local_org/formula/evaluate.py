"""What a formula comes to for one record."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from connectors.salesforce.local_org.formula.functions import FUNCTIONS, is_blank, text_of
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


LAZY = {"AND", "OR", "IF", "CASE", "ISCHANGED", "PRIORVALUE"}
_ABOUT_THE_SAVE: Mapping[str, tuple[int, int]] = {
    "AND": (1, 99), "OR": (1, 99), "IF": (3, 3), "CASE": (4, 99), "ISCHANGED": (1, 1), "PRIORVALUE": (1, 1),
    "ISNEW": (0, 0), "TODAY": (0, 0), "NOW": (0, 0),
}  # fmt: skip
_ARGUMENTS = {**_ABOUT_THE_SAVE, **{name: (each.least, each.most) for name, each in FUNCTIONS.items()}}
_SIGNS = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "&"}
NEVER_NULL = {"ISNULL", "NULLVALUE"}


def check(expression: Expression) -> None:
    """Raise FormulaError for a function that the local org does not model or a wrong number of arguments."""
    for call in calls(expression):
        if call.name in _SIGNS:
            continue
        if call.name == "^":
            raise FormulaError("The local org does not model the operator ^")
        if call.name not in _ARGUMENTS:
            raise FormulaError(f"Unknown function {call.name}. The local org does not model it")
        least, most = _ARGUMENTS[call.name]
        given = len(call.arguments)
        if not least <= given <= most or (call.name == "CASE" and given % 2):
            expected = given + 1 if call.name == "CASE" and given >= least else least
            raise FormulaError(
                f"Incorrect number of parameters for function '{call.name}()'. Expected {expected}, received {given}"
            )
        if call.name in {"ISCHANGED", "PRIORVALUE"} and not isinstance(call.arguments[0], Reference):
            raise FormulaError(f"Function {call.name} may only be used with a field")


def check_nulls(expression: Expression, is_text: Callable[[str], bool]) -> None:
    """Raise FormulaError where a formula asks whether a text is null: `is_text` says of a name whether it is one."""
    for call in calls(expression):
        first = call.arguments[0] if call.arguments else None
        if call.name in NEVER_NULL and isinstance(first, Reference) and is_text(first.name):
            raise FormulaError(no_null_text(call.name))


def no_null_text(function: str) -> str:
    """Return the refusal of a function for nulls on a text: Salesforce's texts are blank, never null."""
    return f"The local org does not model {function} of a text, which is never null: use ISBLANK or BLANKVALUE"


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
    if expression.name in _ABOUT_THE_SAVE:
        return {"ISNEW": scene.is_new, "TODAY": scene.now.date(), "NOW": scene.now}[expression.name]
    try:
        return FUNCTIONS[expression.name].call(*arguments)
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise FormulaError(f"Incorrect parameter type for function '{expression.name}()'") from error


def _lazy(call: Call, scene: Scene) -> Any:
    first = call.arguments[0]
    if call.name == "AND":
        return all(evaluate(argument, scene) is True for argument in call.arguments)
    if call.name == "OR":
        return any(evaluate(argument, scene) is True for argument in call.arguments)
    if call.name == "IF":
        return evaluate(call.arguments[1 if evaluate(first, scene) is True else 2], scene)
    if call.name == "CASE":
        return _case(call, scene)
    name = first.name if isinstance(first, Reference) else ""
    prior = _plain(scene.prior(name))
    if call.name == "PRIORVALUE":
        return _plain(scene.value(name)) if scene.is_new else prior
    return not scene.is_new and _plain(scene.value(name)) != prior


def _case(call: Call, scene: Scene) -> Any:
    value = evaluate(call.arguments[0], scene)
    *pairs, otherwise = call.arguments[1:]
    for wanted, result in zip(pairs[::2], pairs[1::2], strict=True):
        if _sign("=", value, evaluate(wanted, scene)):
            return evaluate(result, scene)
    return evaluate(otherwise, scene)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    return None if value == "" else value


def _sign(sign: str, left: Any, right: Any) -> Any:
    if sign == "&":
        return f"{text_of(left)}{text_of(right)}"
    if sign in {"=", "<>"}:
        equal = _as_moment(left, right) == _as_moment(right, left) or (is_blank(left) and is_blank(right))
        return equal if sign == "=" else not equal
    if left is None or right is None or (sign == "/" and right == 0):
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
