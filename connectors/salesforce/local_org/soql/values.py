"""From a literal in a filter to a bound parameter of the field's kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.dates import days_of, moment
from connectors.salesforce.local_org.soql.errors import SoqlError, located, malformed, not_modelled
from connectors.salesforce.local_org.soql.kinds import IN_WORDS, NUMBERS, is_money
from connectors.salesforce.local_org.soql.scope import Operand, Scope

_ESCAPES = {"n": "\n", "N": "\n", "r": "\r", "R": "\r", "t": "\t", "b": "\b", "f": "\f"}
_ESCAPES |= {char: char for char in "\"'\\%_"}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
CURRENCY = "USD"
SQL_TYPES = {"date": "date", "datetime": "timestamptz", "double": "numeric", "int": "numeric", "boolean": "boolean"}


def is_null(literal: ast.Literal, operand: Operand) -> bool:
    """Whether the literal means null: the word itself, or an empty text, which Salesforce keeps as null."""
    return literal.kind == "null" or (literal.kind == "string" and literal.text == "" and not _unquoted(operand))


def value_of(literal: ast.Literal, operand: Operand, scope: Scope) -> str | Decimal | date | datetime | bool:
    """Return the literal's value as the operand's kind has it. Raises SoqlError for a literal of another kind."""
    if literal.kind == "currency":
        return _money(literal, operand, scope)
    _check(literal, operand, scope)
    if operand.kind == "id":
        found = normal_id(text_of(literal, scope))
        if found is None:
            raise located(
                "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text_of(literal, scope)}", scope.text, operand.pos
            )
        return found
    if operand.kind in NUMBERS:
        return Decimal(literal.text)
    if operand.kind == "boolean":
        return literal.text.lower() == "true"
    if operand.kind in ("date", "datetime"):
        return _time_of(literal)
    return text_of(literal, scope)


def _money(literal: ast.Literal, operand: Operand, scope: Scope) -> Decimal:
    """Return the amount of `USD5000`, which is what a field holds: there is but one currency to convert to and from."""
    if operand.field is None or not is_money(operand.field):
        _check(literal, operand, scope)
    if operand.node is None:
        raise located("MALFORMED_QUERY", "An aggregate has no currency to compare in", scope.text, operand.pos)
    if literal.text[:3].upper() != CURRENCY:
        raise not_modelled(f"the currency {literal.text[:3].upper()}: {CURRENCY} is its only one")
    return Decimal(literal.text[3:])


def check_list(literals: Sequence[ast.Literal], operand: Operand, scope: Scope) -> None:
    """Refuse a list of numbers of which some name their currency and some don't."""
    if {"currency", "number"} <= {literal.kind for literal in literals}:
        words = "values with and without a currency can't be mixed in one list"
        raise located("MALFORMED_QUERY", words, scope.text, operand.pos)


def span_of(literal: ast.Literal, operand: Operand, scope: Scope) -> tuple[str, str]:
    """Return the bound beginning and end of a date literal, the end being the first moment after it."""
    _check(literal, operand, scope)
    around = scope.around
    try:
        days = days_of(literal.text, around.now.astimezone(around.zone).date())
        moments = [moment(day, around.zone) for day in days]
    except (ValueError, OverflowError):
        raise malformed(f"{literal.text} reaches beyond the calendar") from None
    start, end = days if operand.kind == "date" else moments
    return around.bind(start, SQL_TYPES[operand.kind]), around.bind(end, SQL_TYPES[operand.kind])


def text_of(literal: ast.Literal, scope: Scope) -> str:
    """Return a string literal's text, its escapes resolved."""
    return _storable(_ESCAPE.sub(lambda match: _unescaped(match, literal, scope), literal.text))


def pattern_of(literal: ast.Literal, scope: Scope) -> str:
    """Return a LIKE pattern in which a backslash escapes, as PostgreSQL has it."""

    def escaped(match: re.Match[str]) -> str:
        return match[0] if match[1] in "%_" else _unescaped(match, literal, scope).replace("\\", "\\\\")

    return _storable(_ESCAPE.sub(escaped, literal.text))


def _unescaped(match: re.Match[str], literal: ast.Literal, scope: Scope) -> str:
    char = match[1]
    if len(char) == 5:
        return chr(int(char[1:], 16))
    if char not in _ESCAPES:
        raise located("MALFORMED_QUERY", f"invalid escape sequence: \\{char}", scope.text, literal.pos)
    return _ESCAPES[char]


def _storable(text: str) -> str:
    """PostgreSQL holds no NUL and no lone surrogate, so nothing stored can equal a text with one."""
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)


def _time_of(literal: ast.Literal) -> date | datetime:
    try:
        if literal.kind == "date":
            return date.fromisoformat(literal.text)
        return datetime.fromisoformat(literal.text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", f"Invalid date/time value: {literal.text}") from None


def _check(literal: ast.Literal, operand: Operand, scope: Scope) -> None:
    expected = {"boolean": {"boolean"}, "date": {"date", "date_literal"}, "datetime": {"datetime", "date_literal"}}
    kinds = expected.get(operand.kind, {"number"} if operand.kind in NUMBERS else {"string"})
    if literal.kind in kinds:
        return
    quotes = "should not be enclosed in quotes" if _unquoted(operand) else "should be enclosed in quotes"
    wanted = "string" if not _unquoted(operand) else IN_WORDS.get(operand.kind, operand.kind)
    raise located(
        "INVALID_FIELD",
        f"value of filter criterion for field '{operand.name}' must be of type {wanted} and {quotes}",
        scope.text,
        operand.pos,
    )


def _unquoted(operand: Operand) -> bool:
    return operand.kind in SQL_TYPES
