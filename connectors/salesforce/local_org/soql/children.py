"""Sub-queries over a child relationship: `(SELECT Id FROM Contacts)`, as one JSON column of the outer row."""

from __future__ import annotations

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.aggregates import is_aggregated
from connectors.salesforce.local_org.soql.clauses import check_numbers, from_where, limits, order_by
from connectors.salesforce.local_org.soql.errors import REFERENCE, located, malformed
from connectors.salesforce.local_org.soql.functions import row_value
from connectors.salesforce.local_org.soql.scope import Scope, column
from connectors.salesforce.local_org.soql.select import Selection
from connectors.salesforce.local_org.soql.shape import Record

_MOST = 20
_DEEPEST = 4
"""How far below the queried object sub-queries may go. Until version 57.0 it was one level; here it is four in any."""


def record_sql(query: ast.Query, scope: Scope, columns: list[str], *also: str) -> str:
    """Return the statement that lists records; its columns are called c0, c1, ... and its last order is by the id."""
    ordered = order_by(query, scope, lambda expression: row_value(expression, scope))
    by_id = f'{column(scope.root, "id")} COLLATE "C"'
    if f"{by_id} " not in f"{ordered} ":
        ordered = f"{ordered}, {by_id}" if ordered else by_id
    selected = ", ".join(f"{sql} AS c{index}" for index, sql in enumerate(columns))
    tail = limits(query, scope)
    return f"SELECT {selected} {from_where(query, scope, *also)} ORDER BY {ordered}{tail}"


def children_sql(query: ast.Query, outer: Scope) -> tuple[str, str, Record]:
    """Return the relationship's name, the SQL of its rows as a JSON array, and what they mean. Raises SoqlError."""
    if outer.depth == _DEEPEST:
        raise malformed(
            f"SOQL statements cannot query aggregate relationships more than {_DEEPEST} level away from the root "
            "entity object."
        )
    outer.around.children += 1
    if outer.around.children > _MOST:
        raise malformed(f"A query has {_MOST} sub-queries over child relationships at most")
    if is_aggregated(query):
        raise malformed("Only root queries support aggregate expressions")
    check_numbers(query)
    name, definition, lookup = _relationship(query, outer)
    inner = Scope(query, definition, outer.around, outer.depth + 1)
    selection = Selection(inner, children_sql)
    record = selection.add(query)
    belongs = f"{column(inner.root, lookup.name)} = {column(outer.root, 'id')}"
    alias = outer.around.alias()
    rows = record_sql(query, inner, selection.columns, belongs)
    return name, f"(SELECT json_agg(row_to_json({alias}))::text FROM ({rows}) AS {alias})", record


def child_relationship_name(lookup: FieldDef) -> str | None:
    """Return the name by which a query goes from a parent to the records whose lookup this is."""
    name = lookup.child_relationship_name
    if name and lookup.custom and not name.lower().endswith("__r"):
        return f"{name}__r"
    return name


def _relationship(query: ast.Query, outer: Scope) -> tuple[str, ObjectDef, FieldDef]:
    wanted = outer.own_parts(query.source)
    for definition in outer.around.schema.objects.values():
        for lookup in definition.fields.values():
            name = child_relationship_name(lookup)
            points_here = outer.object.name.lower() in (target.lower() for target in lookup.reference_to)
            if name and points_here and (name.lower(),) == tuple(part.lower() for part in wanted):
                return name, definition, lookup
    raise located(
        "INVALID_TYPE",
        f"Didn't understand relationship '{'.'.join(wanted)}' in FROM part of query call. If you are attempting to use "
        f"a custom relationship, be sure to append the '__r' after the custom relationship name. {REFERENCE}",
        query.text,
        query.source.pos,
    )
