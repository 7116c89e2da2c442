"""What the columns of an answer mean, so that rows can be told as Salesforce tells them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """The value at `index` of a row, under `name`; `kind` is one of kinds.kind_of."""

    name: str
    index: int
    kind: str


@dataclass(frozen=True)
class Parent:
    """A parent's fields, nested under its relationship's name; the parent is null where its id is."""

    name: str
    record: Record


@dataclass(frozen=True)
class Children:
    """A sub-query's rows, as the text of a JSON array at `index`."""

    name: str
    index: int
    record: Record


@dataclass(frozen=True)
class Record:
    """One record: its object's name, where its id stands, and its parts in order. A polymorphic parent's own object
    is named at `type_index`.
    """

    type: str
    id_index: int
    parts: tuple[Column | Parent | Children, ...]
    type_index: int | None = None


@dataclass(frozen=True)
class Aggregate:
    """One AggregateResult a row."""

    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Count:
    """A single row holds the answer to `SELECT COUNT()`."""


Shape = Record | Aggregate | Count
