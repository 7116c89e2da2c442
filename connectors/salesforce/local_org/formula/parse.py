"""Formula text to a tree: operators, functions and dotted references, by Salesforce's grammar."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken, VisitError

GRAMMAR = r"""
?start: or_
?or_: or_ "||" and_ -> call_or | and_
?and_: and_ "&&" equal -> call_and | equal
?equal: equal EQUAL compare -> binary | compare
?compare: compare COMPARE sum -> binary | sum
?sum: sum SUM product -> binary | product
?product: product PRODUCT power -> binary | power
?power: unary POWER power -> binary | unary
?unary: "!" unary -> call_not | "-" unary -> negative | atom
?atom: NUMBER -> number | STRING -> string | NAME "(" [or_ ("," or_)*] ")" -> call
     | NAME -> reference | "{!" NAME "}" -> reference | "(" or_ ")"
EQUAL: "==" | "=" | "<>" | "!="
COMPARE: "<=" | ">=" | "<" | ">"
SUM: "+" | "-" | "&"
PRODUCT: "*" | "/"
POWER: "^"
NUMBER: /\d+(\.\d+)?/
STRING: /"([^"\\]|\\.)*"/ | /'([^'\\]|\\.)*'/
NAME: /\$?[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*/
COMMENT: /\/\*(.|\n)*?\*\//
%import common.WS
%ignore WS
%ignore COMMENT
"""

Literal = str | Decimal | bool | None


class FormulaError(Exception):
    """The formula is wrong, or uses what the local org does not model; the message is Salesforce's or says so."""


@dataclass(frozen=True)
class Constant:
    """A number, a text, true, false or null."""

    value: Literal


@dataclass(frozen=True)
class Reference:
    """A field or variable, as it was written."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function or an operator applied to its arguments; operators go by their sign."""

    name: str
    arguments: tuple[Expression, ...]


Expression = Constant | Reference | Call
_WORDS: dict[str, Literal] = {"TRUE": True, "FALSE": False, "NULL": None}


class _Tree(Transformer[Token, Expression]):
    @v_args(inline=True)
    def binary(self, left: Expression, sign: Token, right: Expression) -> Expression:
        return Call({"==": "=", "!=": "<>"}.get(str(sign), str(sign)), (left, right))

    @v_args(inline=True)
    def negative(self, value: Expression) -> Expression:
        return Call("-", (Constant(Decimal(0)), value))

    def call_or(self, children: list[Expression]) -> Expression:
        return Call("OR", tuple(children))

    def call_and(self, children: list[Expression]) -> Expression:
        return Call("AND", tuple(children))

    def call_not(self, children: list[Expression]) -> Expression:
        return Call("NOT", tuple(children))

    @v_args(inline=True)
    def number(self, token: Token) -> Expression:
        return Constant(Decimal(str(token)))

    @v_args(inline=True)
    def string(self, token: Token) -> Expression:
        return Constant(str(token)[1:-1].replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\"))

    @v_args(inline=True)
    def call(self, name: Token, *arguments: Expression | None) -> Expression:
        return Call(str(name).upper(), tuple(argument for argument in arguments if argument is not None))

    @v_args(inline=True)
    def reference(self, token: Token) -> Expression:
        word = str(token)
        return Constant(_WORDS[word.upper()]) if word.upper() in _WORDS else Reference(word)


_PARSER = Lark(GRAMMAR, parser="lalr", maybe_placeholders=True)


@lru_cache(maxsize=1000)
def parse(text: str) -> Expression:
    """Return the tree of a formula; FormulaError with Salesforce's "Syntax error" otherwise."""
    try:
        return _Tree().transform(_PARSER.parse(text))
    except UnexpectedEOF as error:
        raise FormulaError("Syntax error. Missing expression at the end") from error
    except UnexpectedToken as error:
        found = "the end" if error.token.type == "$END" else f"'{error.token}'"
        raise FormulaError(f"Syntax error.  Found {found}") from error
    except UnexpectedCharacters as error:
        if error.char == ":":
            raise FormulaError("The local org does not model names with ':', such as Owner:User") from error
        raise FormulaError(f"Syntax error.  Found '{error.char}'") from error
    except (UnexpectedInput, VisitError) as error:
        raise FormulaError("Syntax error") from error


def references(expression: Expression) -> list[str]:
    """Return every name the formula refers to, in order."""
    if isinstance(expression, Reference):
        return [expression.name]
    if isinstance(expression, Call):
        return [name for argument in expression.arguments for name in references(argument)]
    return []


def calls(expression: Expression) -> list[Call]:
    """Return every function call and operator of the formula."""
    if not isinstance(expression, Call):
        return []
    return [expression, *(call for argument in expression.arguments for call in calls(argument))]
