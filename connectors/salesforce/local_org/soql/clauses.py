"""The clauses that every query shares: FROM, WHERE with the rows that are hidden, ORDER BY, LIMIT and OFFSET."""

from __future__ import annotations

from collections.abc import Callable

from connectors.salesforce.local_org.schema import ObjectDef, OrgSchema
from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.conditions import Conditions, sort_key
from connectors.salesforce.local_org.soql.errors import REFERENCE, SoqlError, located
from connectors.salesforce.local_org.soql.functions import row_value
from connectors.salesforce.local_org.soql.kinds import never_null
from connectors.salesforce.local_org.soql.scope import Operand, Scope, table
from connectors.salesforce.local_org.soql.semi_joins import check_semi_joins, match

_MOST_OFFSET = 2000
_ACTIVITIES = frozenset({"task", "event"})


def source_object(query: ast.Query, schema: OrgSchema) -> ObjectDef:
    """Return the object that the query is from. Raises SoqlError INVALID_TYPE if there is none of that name."""
    name = ".".join(query.source.parts)
    found = schema.object(name)
    if found is None:
        raise located(
            "INVALID_TYPE",
            f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append "
            f"the '__c' after the entity name. {REFERENCE}",
            query.text,
            query.source.pos,
        )
    return found


def check_numbers(query: ast.Query) -> None:
    """Refuse an OFFSET that Salesforce doesn't allow."""
    if query.offset is not None and query.offset > _MOST_OFFSET:
        raise SoqlError("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {_MOST_OFFSET}")


def from_where(query: ast.Query, scope: Scope, *also: str) -> str:
    """Return FROM, its joins and WHERE. Call it last: it holds the joins that compiling the other clauses asked for."""
    conditions = [*also, *hidden_rows(scope)]
    if query.where:
        check_semi_joins(query)
        found = Conditions(scope, lambda expression: row_value(expression, scope), _semi_join(scope))
        conditions.append(found.sql(query.where))
    joins = "".join(f" {join}" for join in scope.joins)
    wheres = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"FROM {table(scope.object)} AS {scope.root.alias}{joins}{wheres}"


def hidden_rows(scope: Scope) -> list[str]:
    """Return the conditions that keep out others' private rows, and of a plain query deleted rows and archived
    activities.
    """
    around = scope.around
    unseen = around.in_sight(scope.object, scope.root.alias, lambda user_id: around.bind(user_id, "text"))
    others = [unseen] if unseen else []
    if around.include_deleted:
        return others
    names = ["isdeleted", "isarchived"] if scope.object.name.lower() in _ACTIVITIES else ["isdeleted"]
    found = [field for name in names if (field := scope.object.field(name)) is not None]
    return [*others, *(f"{scope.column_of(scope.root, field)} IS NOT TRUE" for field in found)]


def order_by(query: ast.Query, scope: Scope, resolve: Callable[[ast.Expression], Operand]) -> str:
    """Return ORDER BY; a query over records ends by the id, so that pages never overlap."""
    return ", ".join(_ordering(ordering, scope, resolve(ordering.expression)) for ordering in query.order_by)


def limits(query: ast.Query, scope: Scope) -> str:
    """Return LIMIT and OFFSET, as far as the query has them."""
    sql = f" LIMIT {scope.around.bind(query.limit, 'bigint')}" if query.limit is not None else ""
    return sql + (f" OFFSET {scope.around.bind(query.offset, 'bigint')}" if query.offset is not None else "")


def _semi_join(scope: Scope) -> Callable[[ast.InQuery, Operand], str]:
    def compiled(condition: ast.InQuery, operand: Operand) -> str:
        inner = Scope(condition.query, source_object(condition.query, scope.around.schema), scope.around)
        rest = from_where(condition.query, inner, match(condition, operand, scope, inner))
        return f"{'NOT ' if condition.negated else ''}EXISTS (SELECT 1 {rest})"

    return compiled


def _ordering(ordering: ast.Ordering, scope: Scope, operand: Operand) -> str:
    if operand.kind in ("long", "address", "multipicklist"):
        message = f"field '{operand.name}' can not be sorted in a query call"
        raise located("MALFORMED_QUERY", message, scope.text, operand.pos)
    direction = "DESC" if ordering.descending else "ASC"
    if operand.field and operand.node is scope.root and never_null(operand.field):
        return f"{sort_key(operand)} {direction}"
    return f"{_place(operand, scope)} {direction} NULLS {ordering.nulls or 'FIRST'}"


def _place(operand: Operand, scope: Scope) -> str:
    """Picklists sort in the order of their values, all else by itself."""
    if not operand.field or operand.field.type != "Picklist" or not operand.field.picklist:
        return sort_key(operand)
    values = scope.around.bind(operand.field.picklist, "text[]")
    last = len(operand.field.picklist) + 1
    return f"CASE WHEN {operand.sql} IS NOT NULL THEN coalesce(array_position({values}, {operand.sql}), {last}) END"
