"""Queries with aggregates or GROUP BY: one AggregateResult a group."""

from __future__ import annotations

from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.clauses import from_where, limits, order_by
from connectors.salesforce.local_org.soql.conditions import Conditions
from connectors.salesforce.local_org.soql.errors import SoqlError, located, malformed
from connectors.salesforce.local_org.soql.formatting import formatted, is_format
from connectors.salesforce.local_org.soql.functions import aggregate_value, is_aggregate, row_value
from connectors.salesforce.local_org.soql.scope import Operand, Scope
from connectors.salesforce.local_org.soql.shape import Aggregate, Column

_NOT_GROUPED = frozenset({"long", "address", "multipicklist", "double", "datetime"})


def is_aggregated(query: ast.Query) -> bool:
    """Whether the query sums its rows up rather than listing them."""
    items = (item for item in query.select if isinstance(item, ast.FieldItem))
    return bool(query.group_by) or query.having is not None or any(_sums_up(item.expression) for item in items)


def select_aggregates(query: ast.Query, scope: Scope) -> tuple[str, Aggregate]:
    """Return the statement and what its columns mean. Raises SoqlError."""
    if not query.group_by and query.limit is not None:
        raise malformed("Non-grouped query that uses overall aggregate functions cannot also use LIMIT")
    grouped = _Grouped(query, scope)
    columns = grouped.columns()
    having = f" HAVING {grouped.having()}" if query.having else ""
    order = order_by(query, scope, grouped.ordered) or ", ".join(grouped.by)
    tail = (f" GROUP BY {', '.join(grouped.by)}" if grouped.by else "") + having
    tail += (f" ORDER BY {order}" if order else "") + limits(query, scope)
    selected = ", ".join(sql for sql, _ in columns)
    shape = Aggregate(tuple(column for _, column in columns))
    return f"SELECT {selected} {from_where(query, scope)}{tail}", shape


def _sums_up(expression: ast.Expression) -> bool:
    inside = expression.arguments if isinstance(expression, ast.Call) and is_format(expression) else ()
    return is_aggregate(expression) or any(is_aggregate(each) for each in inside)


class _Grouped:
    """What may be said of a group: what it is grouped by, and aggregates."""

    def __init__(self, query: ast.Query, scope: Scope) -> None:
        self._query = query
        self._scope = scope
        self.by = [self._groupable(expression).sql for expression in query.group_by]

    def ordered(self, expression: ast.Expression) -> Operand:
        """Return what the groups are put in order by, if it is one of a group's. Raises SoqlError."""
        return self.resolve(expression, "Ordered field")

    def resolve(self, expression: ast.Expression, what: str = "Field") -> Operand:
        """Return the operand, if it is one of a group's. Raises SoqlError."""
        if isinstance(expression, ast.Call) and is_aggregate(expression):
            return aggregate_value(expression, self._scope)
        operand = row_value(expression, self._scope)
        if operand.sql not in self.by:
            message = f"{what} must be grouped or aggregated: {operand.name}"
            raise located("MALFORMED_QUERY", message, self._scope.text, operand.pos)
        return operand

    def _selected(self, expression: ast.Expression) -> Operand:
        if not isinstance(expression, ast.Call) or not is_format(expression):
            return self.resolve(expression)
        for each in expression.arguments:
            self.resolve(each)
        return formatted(expression, self._scope, grouped=True)

    def columns(self) -> list[tuple[str, Column]]:
        """Return the selected SQL and its column, in order; unnamed functions are called expr0, expr1, ..."""
        columns: list[tuple[str, Column]] = []
        unnamed = 0
        names: set[str] = set()
        for index, item in enumerate(self._query.select):
            if isinstance(item, ast.ChildrenItem):
                raise malformed("Grouped queries take no sub-queries in SELECT")
            operand = self._selected(item.expression)
            name = item.alias or operand.name
            if item.alias is None and isinstance(item.expression, ast.Call):
                name, unnamed = f"expr{unnamed}", unnamed + 1
            if name.lower() in names:
                raise malformed(f"duplicate alias: {name}")
            names.add(name.lower())
            columns.append((operand.sql, Column(name, index, operand.kind)))
        return columns

    def having(self) -> str:
        """Return the HAVING condition."""
        if self._query.having is None:
            return "true"
        return Conditions(self._scope, self.resolve, _no_semi_join).sql(self._query.having)

    def _groupable(self, expression: ast.Expression) -> Operand:
        operand = row_value(expression, self._scope)
        if operand.kind in _NOT_GROUPED:
            message = f"field '{operand.name}' can not be grouped in a query call"
            raise located("MALFORMED_QUERY", message, self._scope.text, operand.pos)
        return operand


def _no_semi_join(condition: ast.InQuery, operand: Operand) -> str:
    raise _refusal(condition, operand)


def _refusal(condition: ast.InQuery, operand: Operand) -> SoqlError:
    return located(
        "MALFORMED_QUERY", "Semi-joins are only supported in WHERE clauses", condition.query.text, operand.pos
    )
