"""From the text of a query to its values."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.errors import SoqlError, located, malformed, not_modelled

_WORDS = {"true": "boolean", "false": "boolean", "null": "null"}
_DATE_LITERAL = re.compile(
    r"YESTERDAY|TODAY|TOMORROW|(LAST|NEXT)_90_DAYS|(THIS|LAST|NEXT)_(WEEK|MONTH|(FISCAL_)?QUARTER|(FISCAL_)?YEAR)",
    re.IGNORECASE,
)
_COUNTED_LITERAL = re.compile(
    r"(LAST|NEXT)_N_(DAYS|WEEKS|MONTHS|(FISCAL_)?QUARTERS|(FISCAL_)?YEARS)"
    r"|N_(DAYS|WEEKS|MONTHS|(FISCAL_)?QUARTERS|(FISCAL_)?YEARS)_AGO",
    re.IGNORECASE,
)
_LONGEST = 100_000
_DEEPEST = 50
_MOST_ROWS = 2**31 - 1


def parse(text: str) -> ast.Query:
    """Return what the query says. Raises SoqlError MALFORMED_QUERY for what is no SOQL or none the local org knows."""
    if not text.strip():
        raise malformed("A query string has to be specified")
    if len(text) > _LONGEST:
        raise malformed(f"SOQL statements cannot be longer than {_LONGEST} characters.")
    if _depth(text) > _DEEPEST:
        raise SoqlError("QUERY_TOO_COMPLICATED", f"SOQL statement has brackets more than {_DEEPEST} deep")
    try:
        tree = _grammar().parse(text)
        query: ast.Query = _Builder(text).transform(tree)
    except VisitError as error:
        raise error.orig_exc from None
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    return query


def _depth(text: str) -> int:
    """How deep brackets outside of strings lie in each other."""
    deepest = depth = 0
    for char in re.sub(r"'(\\.|[^'\\])*'", "", text, flags=re.DOTALL):
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest


@cache
def _grammar() -> Lark:
    source = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", start="query", propagate_positions=True, maybe_placeholders=True)


def _unexpected(text: str, error: UnexpectedInput) -> SoqlError:
    pos = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    if re.search(r"\bTYPEOF\s+\w+\s*$", text[:pos], re.IGNORECASE):
        return not_modelled("TYPEOF")
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return located("MALFORMED_QUERY", f"unexpected token: '{error.token}'", text, pos)
    if not isinstance(error, UnexpectedCharacters):
        return located("MALFORMED_QUERY", "unexpected token: '<EOF>'", text, len(text))
    word = re.match(r"\w+", text[pos:])
    if word:
        return located("MALFORMED_QUERY", f"unexpected token: '{word[0]}'", text, pos)
    if text[pos] == "'":
        return malformed(f"line {error.line}:{len(text)} mismatched character '<EOF>' expecting '''")
    return located("MALFORMED_QUERY", f"unexpected token: '{text[pos]}'", text, pos)


class _Builder(Transformer[Token, Any]):
    """Builds the values of `ast` from the grammar's rules, whose names the methods bear."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    @v_args(inline=True)
    def query(self, select: Any, source: Any, filtered: Any, ordered: Any, locked: Any) -> ast.Query:
        path, alias, scope, also = source
        where, group, having = filtered
        order, limit, offset = ordered
        all_rows, lock = locked
        if scope:
            raise not_modelled("USING SCOPE")
        if lock:
            raise not_modelled(f"FOR {str(lock).upper()}")
        return ast.Query(
            text=self._text,
            select=select,
            source=path,
            alias=str(alias) if alias else None,
            also=also,
            where=where,
            group_by=group or (),
            having=having,
            order_by=order or (),
            limit=limit,
            offset=offset,
            all_rows=all_rows is not None,
        )

    def select_list(self, items: list[Any]) -> tuple[Any, ...]:
        return tuple(items)

    source = filtered = ordered = locked = group = order = value_list = select_list

    def also(self, items: list[Any]) -> tuple[tuple[ast.Path, str | None], ...]:
        return tuple((path, str(alias) if alias else None) for path, alias in zip(items[::2], items[1::2], strict=True))

    @v_args(inline=True)
    def field_item(self, expression: ast.Expression, alias: Token | None) -> ast.FieldItem:
        return ast.FieldItem(expression, str(alias) if alias else None)

    def children_item(self, items: list[Any]) -> ast.ChildrenItem:
        return ast.ChildrenItem(items[0])

    def path(self, names: list[Token]) -> ast.Path:
        return ast.Path(tuple(str(name) for name in names), _at(names[0]))

    def call(self, items: list[Any]) -> ast.Call:
        return ast.Call(str(items[0]), tuple(item for item in items[1:] if item is not None), _at(items[0]))

    def where(self, items: list[Any]) -> Any:
        return items[0]

    having = scope = lock = nulls = where

    def all_rows(self, _items: list[Any]) -> bool:
        return True

    @v_args(inline=True)
    def ordering(self, expression: ast.Expression, descending: bool | None, nulls: Token | None) -> ast.Ordering:
        return ast.Ordering(expression, bool(descending), str(nulls).upper() if nulls else None)

    def direction(self, items: list[Token]) -> bool:
        return bool(items)

    def limit(self, items: list[Token]) -> int:
        if not items[0].isdigit() or len(items[0]) > 10 or int(items[0]) > _MOST_ROWS:
            raise located("MALFORMED_QUERY", f"unexpected token: '{items[0]}'", self._text, _at(items[0]))
        return int(items[0])

    offset = limit

    def and_(self, items: list[ast.Condition]) -> ast.And:
        return ast.And(tuple(items))

    def or_(self, items: list[ast.Condition]) -> ast.Or:
        return ast.Or(tuple(items))

    def not_(self, items: list[ast.Condition]) -> ast.Not:
        return ast.Not(items[0])

    @v_args(inline=True)
    def comparison(self, left: ast.Expression, operator: Token, value: ast.Literal) -> ast.Comparison:
        return ast.Comparison(left, "!=" if operator == "<>" else str(operator), value)

    @v_args(inline=True)
    def like(self, left: ast.Expression, value: ast.Literal) -> ast.Comparison:
        return ast.Comparison(left, "LIKE", value)

    def in_list(self, items: list[Any]) -> ast.InList:
        return ast.InList(items[0], items[1], negated=False)

    def not_in_list(self, items: list[Any]) -> ast.InList:
        return ast.InList(items[0], items[1], negated=True)

    def in_query(self, items: list[Any]) -> ast.InQuery:
        return ast.InQuery(items[0], items[1], negated=False)

    def not_in_query(self, items: list[Any]) -> ast.InQuery:
        return ast.InQuery(items[0], items[1], negated=True)

    def includes(self, items: list[Any]) -> ast.Includes:
        return ast.Includes(items[0], items[1], negated=False)

    def excludes(self, items: list[Any]) -> ast.Includes:
        return ast.Includes(items[0], items[1], negated=True)

    def string(self, items: list[Token]) -> ast.Literal:
        return ast.Literal("string", str(items[0])[1:-1], _at(items[0]))

    def datetime(self, items: list[Token]) -> ast.Literal:
        return ast.Literal("datetime", str(items[0]), _at(items[0]))

    def date(self, items: list[Token]) -> ast.Literal:
        return ast.Literal("date", str(items[0]), _at(items[0]))

    def number(self, items: list[Token]) -> ast.Literal:
        return ast.Literal("number", str(items[0]), _at(items[0]))

    def currency(self, items: list[Token]) -> ast.Literal:
        return ast.Literal("currency", str(items[0]), _at(items[0]))

    def word(self, items: list[Token]) -> ast.Literal:
        word = str(items[0])
        kind = _WORDS.get(word.lower()) or ("date_literal" if _DATE_LITERAL.fullmatch(word) else None)
        if kind is None:
            raise malformed("Bind variables only allowed in Apex code")
        return ast.Literal(kind, word, _at(items[0]))

    def counted_word(self, items: list[Token]) -> ast.Literal:
        word, count = items
        if not _COUNTED_LITERAL.fullmatch(word) or not count.isdigit():
            raise located("MALFORMED_QUERY", f"unexpected token: '{word}'", self._text, _at(word))
        return ast.Literal("date_literal", f"{word}:{count}", _at(word))

    def bind(self, _items: list[Any]) -> ast.Literal:
        raise malformed("Bind variables only allowed in Apex code")


def _at(token: Token) -> int:
    return token.start_pos or 0
