"""What a SOQL query says, as frozen values. Every `pos` is an offset into the query's text, for the error's caret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Path:
    """A field, perhaps of a parent: `Name`, `Account.Owner.Name`."""

    parts: tuple[str, ...]
    pos: int


@dataclass(frozen=True)
class Call:
    """A function of fields: `COUNT(Id)`, `CALENDAR_YEAR(CreatedDate)`."""

    name: str
    arguments: tuple[Expression, ...]
    pos: int


Expression = Path | Call


@dataclass(frozen=True)
class Literal:
    """A value in a filter. `kind` is string, number, currency, boolean, null, date, datetime or date_literal; `text`
    is what stands in the query, a string's quotes left out.
    """

    kind: str
    text: str
    pos: int


@dataclass(frozen=True)
class Comparison:
    """`field operator value`; the operator is one of = != < > <= >= LIKE."""

    left: Expression
    operator: str
    value: Literal


@dataclass(frozen=True)
class InList:
    """`field [NOT] IN (values)`."""

    left: Expression
    values: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True)
class InQuery:
    """`field [NOT] IN (SELECT ...)`: a semi-join or an anti-join."""

    left: Expression
    query: Query
    negated: bool


@dataclass(frozen=True)
class Includes:
    """`field INCLUDES|EXCLUDES ('a;b', 'c')` of a multi-select picklist."""

    left: Expression
    values: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True)
class And:
    """All of the parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Or:
    """One of the parts holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Comparison | InList | InQuery | Includes | And | Or | Not


@dataclass(frozen=True)
class FieldItem:
    """A field or function that is selected, with its alias if it has one."""

    expression: Expression
    alias: str | None


@dataclass(frozen=True)
class ChildrenItem:
    """A sub-query over a child relationship: `(SELECT Id FROM Contacts)`."""

    query: Query


@dataclass(frozen=True)
class Ordering:
    """One part of ORDER BY; `nulls` is FIRST, LAST or, unsaid, None."""

    expression: Expression
    descending: bool
    nulls: str | None


@dataclass(frozen=True)
class Query:
    """A whole query, or one in brackets inside another. `source` is the object, or the child relationship; `also` are
    parents that FROM names beside it, with their aliases: `FROM Contact c, c.Account a`.
    """

    text: str
    select: tuple[FieldItem | ChildrenItem, ...]
    source: Path
    alias: str | None = None
    also: tuple[tuple[Path, str | None], ...] = ()
    where: Condition | None = None
    group_by: tuple[Expression, ...] = ()
    having: Condition | None = None
    order_by: tuple[Ordering, ...] = ()
    limit: int | None = None
    offset: int | None = None
    all_rows: bool = False
