"""The functions of SOQL: parts of dates, aggregates, toLabel."""

from __future__ import annotations

from dataclasses import replace

from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.errors import located, malformed, not_modelled
from connectors.salesforce.local_org.soql.kinds import NUMBERS
from connectors.salesforce.local_org.soql.scope import Operand, Scope

_DATE_PARTS = {
    "YEAR": "extract(year FROM {})",
    "QUARTER": "extract(quarter FROM {})",
    "MONTH": "extract(month FROM {})",
}
DATE_FUNCTIONS = {
    **{f"CALENDAR_{part}": sql for part, sql in _DATE_PARTS.items()},
    **{f"FISCAL_{part}": sql for part, sql in _DATE_PARTS.items()},
    "DAY_IN_MONTH": "extract(day FROM {})",
    "DAY_IN_WEEK": "(extract(dow FROM {}) + 1)",
    "DAY_IN_YEAR": "extract(doy FROM {})",
    "DAY_ONLY": "({})::date",
    "HOUR_IN_DAY": "extract(hour FROM {})",
    "WEEK_IN_MONTH": "(floor((extract(day FROM {}) - 1) / 7) + 1)",
    "WEEK_IN_YEAR": "(floor((extract(doy FROM {}) - 1) / 7) + 1)",
}
AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
_ONLY_ON_MOMENTS = frozenset({"DAY_ONLY", "HOUR_IN_DAY"})
_NOT_MODELLED = frozenset({"CONVERTCURRENCY", "DISTANCE", "GEOLOCATION", "GROUPING", "ROLLUP", "CUBE"})


def is_aggregate(expression: ast.Expression) -> bool:
    """Whether the expression sums up several rows."""
    return isinstance(expression, ast.Call) and expression.name.upper() in AGGREGATES


def row_value(expression: ast.Expression, scope: Scope) -> Operand:
    """Return what an expression is for a single row: a field, or a function of one. Raises SoqlError."""
    if isinstance(expression, ast.Path):
        return scope.field(expression)
    name = expression.name.upper()
    if name in AGGREGATES:
        raise located(
            "MALFORMED_QUERY", f"Aggregate functions are not allowed here: {name}", scope.text, expression.pos
        )
    if name == "TOLABEL":
        return scope.field(_only_path(expression, scope))
    if name == "FORMAT":
        raise located("MALFORMED_QUERY", "FORMAT is only allowed in SELECT", scope.text, expression.pos)
    if name in DATE_FUNCTIONS:
        return _date_part(expression, name, scope)
    raise unknown_function(expression, scope)


def aggregate_value(call: ast.Call, scope: Scope) -> Operand:
    """Return what an aggregate function is for a group of rows. Raises SoqlError."""
    name = call.name.upper()
    operand = row_value(only_argument(call, scope), scope)
    fits = operand.kind not in ("long", "address", "multipicklist")
    fits = fits and not (name in ("SUM", "AVG") and operand.kind not in NUMBERS)
    fits = fits and not (name in ("MIN", "MAX") and operand.kind == "boolean")
    if not fits:
        raise located(
            "MALFORMED_QUERY", f"field {operand.name} does not support aggregate operator {name}", scope.text, call.pos
        )
    if name == "COUNT":
        return Operand(f"count({operand.sql})", "int", name, call.pos)
    if name == "COUNT_DISTINCT":
        return Operand(f"count(DISTINCT {operand.sql})", "int", name, call.pos)
    if name in ("SUM", "AVG"):
        return Operand(f"{name.lower()}({operand.sql})", "double", name, call.pos, operand.field)
    collation = ' COLLATE "C"' if operand.kind in ("text", "id") else ""
    return replace(operand, sql=f"{name.lower()}({operand.sql}{collation})", pos=call.pos, node=None)


def unknown_function(call: ast.Call, scope: Scope) -> Exception:
    """Return the error for a function that there isn't, or that the local org doesn't have."""
    if call.name.upper() in _NOT_MODELLED:
        return not_modelled(f"{call.name.upper()}()")
    return located("MALFORMED_QUERY", f"Unknown function: {call.name}", scope.text, call.pos)


def _date_part(call: ast.Call, name: str, scope: Scope) -> Operand:
    inner = only_argument(call, scope)
    in_zone = isinstance(inner, ast.Call) and inner.name.upper() == "CONVERTTIMEZONE"
    path = _only_path(inner, scope) if isinstance(inner, ast.Call) and in_zone else _only_path(call, scope)
    operand = scope.field(path)
    if operand.kind not in ("date", "datetime") or (operand.kind == "date" and (in_zone or name in _ONLY_ON_MOMENTS)):
        raise located(
            "INVALID_QUERY_FILTER_OPERATOR", f"Invalid function {name} for field {operand.name}", scope.text, call.pos
        )
    sql = operand.sql
    if operand.kind == "datetime":
        # Salesforce takes the date apart in UTC unless told to convert it.
        zone = scope.around.zone_name() if in_zone else "'UTC'"
        sql = f"{sql} AT TIME ZONE {zone}"
    kind = "date" if name == "DAY_ONLY" else "int"
    return Operand(DATE_FUNCTIONS[name].format(sql), kind, operand.name, call.pos)


def only_argument(call: ast.Call, scope: Scope) -> ast.Expression:
    """Return the argument of a function that takes one. Raises SoqlError if it has none or more."""
    if len(call.arguments) != 1:
        raise located("MALFORMED_QUERY", f"{call.name} takes one field", scope.text, call.pos)
    return call.arguments[0]


def _only_path(call: ast.Call, scope: Scope) -> ast.Path:
    argument = only_argument(call, scope)
    if isinstance(argument, ast.Call):
        raise malformed(f"{call.name} takes a field, not the function {argument.name}")
    return argument
