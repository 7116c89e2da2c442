"""A formula as an SQL expression: what formula fields are to queries, filters and reads alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.salesforce.local_org.formula.parse import Call, Constant, Expression, FormulaError, Reference

TEXT, NUMBER, BOOLEAN, DATE, DATETIME, NOTHING = "Text", "Number", "Boolean", "Date", "Datetime", "Null"
PICKLIST = "Picklist"
SQL_TYPES = {TEXT: "text", NUMBER: "numeric", BOOLEAN: "boolean", DATE: "date", DATETIME: "timestamptz"}
SECONDS_A_DAY = 86400


@dataclass(frozen=True)
class Term:
    """Part of a formula: its SQL and its kind, one of the names that Salesforce gives the types of formulas."""

    sql: str
    kind: str


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
    if expression.name in ("ISPICKVAL", "TEXT", "ISBLANK", "ISNULL"):
        terms[:1] = [replace(term, kind=TEXT) if term.kind == PICKLIST else term for term in terms[:1]]
    for term, argument in zip(terms, expression.arguments, strict=True):
        if term.kind == PICKLIST:
            name = argument.name if isinstance(argument, Reference) else "?"
            raise FormulaError(
                f"Field {name} is a picklist field. Picklist fields are only supported in certain functions"
            )
    if expression.name in SIGNS:
        return _sign(expression.name, *terms)
    if expression.name in ("TODAY", "NOW"):
        return Term(meaning.today, DATE) if expression.name == "TODAY" else Term(meaning.now, DATETIME)
    if expression.name in SHAPED:
        return SHAPED[expression.name](expression.name, terms)
    if expression.name in PLAIN:
        return _plain(expression, terms)
    raise FormulaError(f"The local org does not model the function {expression.name} in a formula field")


def _constant(constant: Constant, meaning: Meaning) -> Term:
    value = constant.value
    if value is None or value == "":
        return Term("NULL", NOTHING) if value is None else Term("''::text", TEXT)
    if isinstance(value, bool):
        return Term(str(value).lower(), BOOLEAN)
    kind = TEXT if isinstance(value, str) else NUMBER
    return Term(meaning.bind(value, SQL_TYPES[kind]), kind)


def _wrong(name: str, expected: str, given: Term, what: str = "function") -> FormulaError:
    shown = f"'{name}()'" if what == "function" else f"'{name}'"
    return FormulaError(f"Incorrect parameter type for {what} {shown}. Expected {expected}, received {given.kind}")


def _need(name: str, kind: str, term: Term, what: str = "function") -> str:
    """Return the SQL of a term that has to be of a kind."""
    if term.kind == NOTHING:
        return f"NULL::{SQL_TYPES[kind]}"
    if term.kind != kind:
        raise _wrong(name, kind, term, what)
    return term.sql


def _shared(name: str, terms: Sequence[Term]) -> str:
    """Return the one kind of several terms."""
    kinds = [term.kind for term in terms if term.kind != NOTHING]
    for term in terms:
        if term.kind not in (NOTHING, kinds[0] if kinds else NOTHING):
            raise _wrong(name, kinds[0], term)
    return kinds[0] if kinds else TEXT


def _sign(sign: str, left: Term, right: Term) -> Term:
    if sign == "&":
        parts = [_need(sign, TEXT, term, "operator") for term in (left, right)]
        return Term(f"(coalesce({parts[0]}, '') || coalesce({parts[1]}, ''))", TEXT)
    if sign in ("=", "<>"):
        return _equality(sign, left, right)
    if sign in ("<", "<=", ">", ">="):
        if left.kind in (BOOLEAN, TEXT):
            raise _wrong(sign, "Number, Date, DateTime", left, "operator")
        return Term(f"({left.sql} {sign} {_need(sign, left.kind, right, 'operator')})", BOOLEAN)
    return _sum(sign, left, right)


def _sum(sign: str, left: Term, right: Term) -> Term:
    if left.kind in (DATE, DATETIME):
        return _later(sign, left, right)
    if sign == "+" and left.kind == TEXT:
        return _sign("&", left, right)
    if sign == "+" and right.kind in (DATE, DATETIME):
        return _later(sign, right, left)
    a, b = (_need(sign, NUMBER, term, "operator") for term in (left, right))
    return Term(f"({a} / nullif({b}, 0))" if sign == "/" else f"({a} {sign} {b})", NUMBER)


def _equality(sign: str, left: Term, right: Term) -> Term:
    kind = left.kind if left.kind != NOTHING else right.kind
    if kind == NOTHING:
        return Term("true" if sign == "=" else "false", BOOLEAN)
    a, b = (_need(sign, kind, term, "operator") for term in (left, right))
    if kind == TEXT:
        return Term(f"(coalesce({a}, '') {sign} coalesce({b}, ''))", BOOLEAN)
    return Term(f"({a} IS {'NOT ' if sign == '=' else ''}DISTINCT FROM {b})", BOOLEAN)


def _later(sign: str, moment: Term, other: Term) -> Term:
    """Days and moments: a number added or taken away counts days, and so does the difference of two."""
    if sign not in ("+", "-"):
        raise _wrong(sign, NUMBER, moment, "operator")
    if other.kind == moment.kind and sign == "-":
        if moment.kind == DATE:
            return Term(f"({moment.sql} - {other.sql})::numeric", NUMBER)
        return Term(f"(extract(epoch FROM ({moment.sql} - {other.sql})) / {SECONDS_A_DAY})", NUMBER)
    days = _need(sign, NUMBER, other, "operator")
    if moment.kind == DATE:
        return Term(f"({moment.sql} {sign} floor({days})::integer)", DATE)
    return Term(f"({moment.sql} {sign} ({days}) * interval '1 day')", DATETIME)


def _all(name: str, terms: Sequence[Term]) -> Term:
    tests = [f"{_need(name, BOOLEAN, term)} IS TRUE" for term in terms]
    return Term("(" + f" {name} ".join(tests) + ")", BOOLEAN)


def _if(name: str, terms: Sequence[Term]) -> Term:
    kind = _shared(name, terms[1:])
    test, *ways = _need(name, BOOLEAN, terms[0]), *(_need(name, kind, term) for term in terms[1:])
    return Term(f"CASE WHEN {test} IS TRUE THEN {ways[0]} ELSE {ways[1]} END", kind)


def _blank(_: str, terms: Sequence[Term]) -> Term:
    (term,) = terms
    return Term(f"(coalesce({term.sql}, '') = '')" if term.kind == TEXT else f"({term.sql} IS NULL)", BOOLEAN)


def _instead(name: str, terms: Sequence[Term]) -> Term:
    kind = _shared(name, terms)
    first, second = (_need(name, kind, term) for term in terms)
    return Term(f"coalesce({f'nullif({first}, {chr(39) * 2})' if kind == TEXT else first}, {second})", kind)


def _extreme(name: str, terms: Sequence[Term]) -> Term:
    parts = [_need(name, NUMBER, term) for term in terms]
    missing = " OR ".join(f"{part} IS NULL" for part in parts)
    chosen = "least" if name == "MIN" else "greatest"
    return Term(f"CASE WHEN {missing} THEN NULL ELSE {chosen}({', '.join(parts)}) END", NUMBER)


def _text(name: str, terms: Sequence[Term]) -> Term:
    (term,) = terms
    forms = {
        TEXT: "coalesce({}, '')",
        NUMBER: "coalesce(trim_scale({})::text, '')",
        DATE: "coalesce(to_char({}, 'YYYY-MM-DD'), '')",
        DATETIME: "coalesce(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"'), '')",
    }
    if term.kind not in forms:
        raise _wrong(name, "Number, Date, DateTime, Picklist", term)
    return Term(forms[term.kind].format(term.sql), TEXT)


SIGNS = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "&"}
SHAPED: dict[str, Callable[[str, Sequence[Term]], Term]] = {
    "AND": _all, "OR": _all, "IF": _if, "ISBLANK": _blank, "ISNULL": _blank, "BLANKVALUE": _instead, "TEXT": _text,
    "MIN": _extreme, "MAX": _extreme,
}  # fmt: skip
PLAIN: dict[str, tuple[str, tuple[str, ...], str]] = {
    "NOT": ("({} IS NOT TRUE)", (BOOLEAN,), BOOLEAN),
    "ISPICKVAL": ("(coalesce({}, '') = coalesce({}, ''))", (TEXT, TEXT), BOOLEAN),
    "LEN": ("length(coalesce({}, ''))::numeric", (TEXT,), NUMBER),
    "LEFT": ("left({}, greatest(0, {})::integer)", (TEXT, NUMBER), TEXT),
    "TRIM": ("btrim({})", (TEXT,), TEXT),
    "UPPER": ("upper({})", (TEXT,), TEXT),
    "LOWER": ("lower({})", (TEXT,), TEXT),
    "CONTAINS": ("(strpos(coalesce({}, ''), coalesce({}, '')) > 0)", (TEXT, TEXT), BOOLEAN),
    "BEGINS": ("starts_with(coalesce({}, ''), coalesce({}, ''))", (TEXT, TEXT), BOOLEAN),
    "ABS": ("abs({})", (NUMBER,), NUMBER),
}
"""Functions by their SQL, the kinds of their arguments and that of their result."""


def _plain(call: Call, terms: Sequence[Term]) -> Term:
    form, kinds, kind = PLAIN[call.name]
    given = [_need(call.name, wanted, term) for wanted, term in zip(kinds, terms, strict=True)]
    return Term(form.format(*given), kind)
