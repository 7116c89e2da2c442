"""FORMAT(): values as people in the United States read them, which is where this org and all its users are."""

from __future__ import annotations

from dataclasses import replace

from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.errors import not_modelled
from connectors.salesforce.local_org.soql.functions import (
    aggregate_value,
    is_aggregate,
    only_argument,
    unknown_function,
)
from connectors.salesforce.local_org.soql.kinds import NUMBERS, is_money, is_percent
from connectors.salesforce.local_org.soql.scope import Operand, Scope


def is_format(expression: ast.Expression) -> bool:
    """Whether the expression is a FORMAT(...)."""
    return isinstance(expression, ast.Call) and expression.name.upper() == "FORMAT"


def formatted(call: ast.Call, scope: Scope, *, grouped: bool = False) -> Operand:
    """Return a field, or in a query of groups an aggregate, as text: numbers with their field's decimals, money with
    its sign, days as 4/10/2026, moments as 4/10/2026, 3:31 PM in the org's time zone. Raises SoqlError.

    Source: Salesforce, SOQL and SOSL Reference, "FORMAT()".
    """
    argument = only_argument(call, scope)
    if isinstance(argument, ast.Path):
        operand = scope.field(argument)
    elif grouped and is_aggregate(argument):
        operand = aggregate_value(argument, scope)
    else:
        raise unknown_function(argument, scope)
    return replace(operand, sql=f"({_text(operand, scope)})", kind="text", pos=call.pos)


def _text(operand: Operand, scope: Scope) -> str:
    if operand.kind == "date":
        return f"to_char({operand.sql}, 'FMMM/FMDD/YYYY')"
    if operand.kind == "datetime":
        return f"to_char({operand.sql} AT TIME ZONE {scope.around.zone_name()}, 'FMMM/FMDD/YYYY, FMHH12:MI AM')"
    if operand.kind in NUMBERS:
        return _number(operand)
    raise not_modelled(f"FORMAT() of {operand.kind} fields")


def _number(operand: Operand) -> str:
    """Return a number with its decimals and its sign before all else."""
    field = operand.field
    money, percent = field is not None and is_money(field), field is not None and is_percent(field)
    scale = (field.scale if field else None) or (2 if money else 0)
    digits = "FM999,999,999,999,999,999,990" + ("." + "0" * scale if scale else "")
    shown = f"to_char(abs({operand.sql}), '{digits}')"
    before, after = ("'$' || " if money else ""), (" || '%%'" if percent else "")
    return f"CASE WHEN {operand.sql} < 0 THEN '-' ELSE '' END || {before}{shown}{after}"
