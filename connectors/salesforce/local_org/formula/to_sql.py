"""A formula as an SQL expression: what formula fields are to queries, filters and reads alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from connectors.salesforce.local_org.formula.parse import Call, Constant, Expression, FormulaError, Reference
from connectors.salesforce.local_org.formula.sql_functions import PLAIN, SHAPED, equality
from connectors.salesforce.local_org.formula.terms import (
    BOOLEAN,
    DATE,
    DATETIME,
    NOTHING,
    NUMBER,
    PICKLIST,
    PICKLISTS,
    SQL_TYPES,
    TEXT,
    Term,
    need,
    wrong,
)

SECONDS_A_DAY = 86400
_TAKE_A_CHOICE = {
    PICKLIST: {"ISPICKVAL", "TEXT", "ISBLANK", "CASE"},
    PICKLISTS: {"INCLUDES", "ISBLANK"},
}
"""Functions whose first argument may be a picklist field, by its kind."""
SIGNS = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "&"}


@dataclass(frozen=True)
class Meaning:
    """What a formula's names and constants stand for: `field` raises FormulaError for a name that there isn't, `bind`
    returns a placeholder for a value of an SQL type; `today` and `now` are placeholders.
    """

    field: Callable[[str], Term]
    bind: Callable[[Any, str], str]
    today: str
    now: str


def translate(expression: Expression, meaning: Meaning) -> Term:
    """Return the formula's SQL. Raises FormulaError for types that don't fit, in Salesforce's words."""
    if isinstance(expression, Constant):
        return _constant(expression, meaning)
    if isinstance(expression, Reference):
        return meaning.field(expression.name)
    terms = [translate(each, meaning) for each in expression.arguments]
    if terms and expression.name in _TAKE_A_CHOICE.get(terms[0].kind, ()):
        terms[0] = replace(terms[0], kind=TEXT)
    for term, argument in zip(terms, expression.arguments, strict=True):
        if term.kind in _TAKE_A_CHOICE:
            name = argument.name if isinstance(argument, Reference) else "?"
            raise FormulaError(
                f"Field {name} is a picklist field. Picklist fields are only supported in certain functions"
            )
    return _applied(expression, terms, meaning)


def _applied(call: Call, terms: list[Term], meaning: Meaning) -> Term:
    if call.name in SIGNS:
        return _sign(call.name, *terms)
    if call.name in ("TODAY", "NOW"):
        return Term(meaning.today, DATE) if call.name == "TODAY" else Term(meaning.now, DATETIME)
    if call.name in SHAPED:
        return SHAPED[call.name](call.name, terms)
    if call.name in PLAIN:
        form, kinds, kind = PLAIN[call.name]
        return Term(
            form.format(*(need(call.name, wanted, term) for wanted, term in zip(kinds, terms, strict=True))), kind
        )
    raise FormulaError(f"The local org does not model the function {call.name} in a formula field")


def _constant(constant: Constant, meaning: Meaning) -> Term:
    value = constant.value
    if value is None or value == "":
        return Term("NULL", NOTHING) if value is None else Term("''::text", TEXT)
    if isinstance(value, bool):
        return Term(str(value).lower(), BOOLEAN)
    kind = TEXT if isinstance(value, str) else NUMBER
    return Term(meaning.bind(value, SQL_TYPES[kind]), kind)


def _sign(sign: str, left: Term, right: Term) -> Term:
    if sign == "&":
        parts = [need(sign, TEXT, term, "operator") for term in (left, right)]
        return Term(f"(coalesce({parts[0]}, '') || coalesce({parts[1]}, ''))", TEXT)
    if sign in ("=", "<>"):
        return equality(sign, left, right)
    if sign in ("<", "<=", ">", ">="):
        if left.kind in (BOOLEAN, TEXT):
            raise wrong(sign, "Number, Date, DateTime", left, "operator")
        return Term(f"({left.sql} {sign} {need(sign, left.kind, right, 'operator')})", BOOLEAN)
    return _sum(sign, left, right)


def _sum(sign: str, left: Term, right: Term) -> Term:
    if left.kind in (DATE, DATETIME):
        return _later(sign, left, right)
    if sign == "+" and left.kind == TEXT:
        return _sign("&", left, right)
    if sign == "+" and right.kind in (DATE, DATETIME):
        return _later(sign, right, left)
    a, b = (need(sign, NUMBER, term, "operator") for term in (left, right))
    return Term(f"({a} / nullif({b}, 0))" if sign == "/" else f"({a} {sign} {b})", NUMBER)


def _later(sign: str, moment: Term, other: Term) -> Term:
    """Days and moments: a number added or taken away counts days, and so does the difference of two."""
    if sign not in ("+", "-"):
        raise wrong(sign, NUMBER, moment, "operator")
    if other.kind == moment.kind and sign == "-":
        if moment.kind == DATE:
            return Term(f"({moment.sql} - {other.sql})::numeric", NUMBER)
        return Term(f"(extract(epoch FROM ({moment.sql} - {other.sql})) / {SECONDS_A_DAY})", NUMBER)
    days = need(sign, NUMBER, other, "operator")
    if moment.kind == DATE:
        return Term(f"({moment.sql} {sign} floor({days})::integer)", DATE)
    return Term(f"({moment.sql} {sign} ({days}) * interval '1 day')", DATETIME)
