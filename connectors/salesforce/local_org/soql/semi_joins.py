"""`Id IN (SELECT AccountId FROM Contact)`: what such a query may be, and how its rows match."""

from __future__ import annotations

from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.errors import SoqlError, located, malformed
from connectors.salesforce.local_org.soql.scope import Operand, Scope

_MOST = 2


def check_semi_joins(query: ast.Query) -> None:
    """Refuse the places where Salesforce allows no semi-join."""
    found = _find(query.where) if query.where else []
    if len(found) > _MOST:
        raise malformed(f"Maximum {_MOST} semi join sub-selects are allowed.")
    for condition, nested in found:
        if nested:
            raise malformed(
                "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE "
                "expressions."
            )
        if condition.query.where and _find(condition.query.where):
            raise malformed("Nesting of semi join sub-selects is not supported")
        if condition.query.limit is not None or condition.query.order_by or condition.query.group_by:
            raise malformed("Semi join sub-selects take neither GROUP BY, ORDER BY nor LIMIT")


def match(condition: ast.InQuery, left: Operand, scope: Scope, inner: Scope) -> str:
    """Return the condition by which a row of the inner query matches one of the outer."""
    if left.kind != "id":
        raise _refused(f"Semi join sub-selects need an id field, not '{left.name}'", scope, left.pos)
    items = condition.query.select
    item = items[0]
    if len(items) != 1 or isinstance(item, ast.ChildrenItem) or isinstance(item.expression, ast.Call):
        raise _refused("Semi join sub-selects can only query one id field", scope, left.pos)
    if inner.object is scope.object:
        raise malformed("The inner and outer selects should not be on the same object type")
    selected = inner.field(item.expression)
    if selected.kind != "id" or not _targets(selected) & _targets(left):
        raise malformed(
            f"The selected field '{selected.name}' in the subquery and the left operand field in the where expression "
            f"in the outer query '{left.name}' should point to the same object type"
        )
    return f"{selected.sql} = {left.sql}"


def _targets(operand: Operand) -> set[str]:
    """The objects whose ids the field may hold."""
    if operand.field and operand.field.reference_to:
        return {name.lower() for name in operand.field.reference_to}
    return {operand.node.name.lower()} if operand.node else set()


def _find(condition: ast.Condition, *, under_and: bool = False, nested: bool = False) -> list[tuple[ast.InQuery, bool]]:
    """All semi-joins, each with whether Salesforce calls its place nested: in an OR within an AND, or a NOT."""
    if isinstance(condition, ast.InQuery):
        return [(condition, nested)]
    if isinstance(condition, ast.Not):
        return _find(condition.part, nested=True)
    if isinstance(condition, ast.And):
        return [found for part in condition.parts for found in _find(part, under_and=True, nested=nested)]
    if isinstance(condition, ast.Or):
        nested = nested or under_and
        return [found for part in condition.parts for found in _find(part, under_and=under_and, nested=nested)]
    return []


def _refused(message: str, scope: Scope, pos: int) -> SoqlError:
    return located("MALFORMED_QUERY", message, scope.text, pos)
