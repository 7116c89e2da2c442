"""The parts of a formula on its way to SQL, with their kinds, and the errors about kinds that don't fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.salesforce.local_org.formula.parse import FormulaError

TEXT, NUMBER, BOOLEAN, DATE, DATETIME, NOTHING = "Text", "Number", "Boolean", "Date", "Datetime", "Null"
PICKLIST, PICKLISTS = "Picklist", "MultiselectPicklist"
SQL_TYPES = {TEXT: "text", NUMBER: "numeric", BOOLEAN: "boolean", DATE: "date", DATETIME: "timestamptz"}


@dataclass(frozen=True)
class Term:
    """Part of a formula: its SQL and its kind, one of the names that Salesforce gives the types of formulas."""

    sql: str
    kind: str


def wrong(name: str, expected: str, given: Term, what: str = "function") -> FormulaError:
    """Return Salesforce's error about an argument of another kind than the function or operator takes."""
    shown = f"'{name}()'" if what == "function" else f"'{name}'"
    return FormulaError(f"Incorrect parameter type for {what} {shown}. Expected {expected}, received {given.kind}")


def need(name: str, kind: str, term: Term, what: str = "function") -> str:
    """Return the SQL of a term that has to be of a kind. Raises FormulaError if it isn't."""
    if term.kind == NOTHING:
        return f"NULL::{SQL_TYPES[kind]}"
    if term.kind != kind:
        raise wrong(name, kind, term, what)
    return term.sql


def shared(name: str, terms: Sequence[Term]) -> str:
    """Return the one kind of several terms. Raises FormulaError if they have several."""
    kinds = [term.kind for term in terms if term.kind != NOTHING]
    for term in terms:
        if term.kind not in (NOTHING, kinds[0] if kinds else NOTHING):
            raise wrong(name, kinds[0], term)
    return kinds[0] if kinds else TEXT
