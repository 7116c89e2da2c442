"""WHERE and HAVING as SQL. Every condition is true or false: nothing compares as unknown, as in Salesforce."""

from __future__ import annotations

from collections.abc import Callable

from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.errors import SoqlError, located
from connectors.salesforce.local_org.soql.keyset import implied_bound, implied_row
from connectors.salesforce.local_org.soql.scope import Operand, Scope
from connectors.salesforce.local_org.soql.values import SQL_TYPES, check_list, is_null, pattern_of, span_of, value_of

_EQUALITY = frozenset({"=", "!="})
_BY_EQUALITY = {"=": "=", "!=": "IS DISTINCT FROM", "LIKE": "LIKE"}
SemiJoin = Callable[[ast.InQuery, Operand], str]
Resolve = Callable[[ast.Expression], Operand]


class Conditions:
    """Turns conditions into SQL; `resolve` says what an expression stands for, `semi_join` compiles IN (SELECT ...)."""

    def __init__(self, scope: Scope, resolve: Resolve, semi_join: SemiJoin) -> None:
        self._scope = scope
        self._resolve = resolve
        self._semi_join = semi_join

    def sql(self, condition: ast.Condition) -> str:
        """Return the condition as a boolean SQL expression. Raises SoqlError."""
        if isinstance(condition, ast.And):
            return "(" + " AND ".join(self.sql(part) for part in condition.parts) + ")"
        if isinstance(condition, ast.Or):
            either = "(" + " OR ".join(self.sql(part) for part in condition.parts) + ")"
            row = implied_row(condition)
            if row:
                return f"({self._row(row)} AND {either})"
            bound = implied_bound(condition)
            return f"({self.sql(bound)} AND {either})" if bound else either
        if isinstance(condition, ast.Not):
            return f"NOT coalesce({self.sql(condition.part)}, false)"
        return self._field_condition(condition)

    def _field_condition(self, condition: ast.Comparison | ast.InList | ast.InQuery | ast.Includes) -> str:
        operand = self._filterable(self._resolve(condition.left))
        if isinstance(condition, ast.Comparison):
            return self._comparison(operand, condition.operator, condition.value)
        if isinstance(condition, ast.InQuery):
            return self._semi_join(condition, operand)
        if isinstance(condition, ast.Includes):
            return self._includes(operand, condition)
        return self._in_list(operand, condition)

    def _filterable(self, operand: Operand) -> Operand:
        if operand.kind in ("long", "address"):
            raise self._refused("INVALID_FIELD", f"field '{operand.name}' can not be filtered in a query call", operand)
        return operand

    def _comparison(self, operand: Operand, operator: str, literal: ast.Literal) -> str:
        self._check_operator(operand, operator)
        if is_null(literal, operand):
            return {"=": f"{operand.sql} IS NULL", "!=": f"{operand.sql} IS NOT NULL"}.get(operator, "false")
        if literal.kind == "date_literal" and operand.kind in ("date", "datetime"):
            return self._in_span(operand, operator, literal)
        value = value_of(literal, operand, self._scope)
        if operand.kind == "boolean":
            return f"{operand.sql} IS {'' if (operator == '=') is value else 'NOT '}TRUE"
        if operator == "LIKE":
            value = pattern_of(literal, self._scope)
        bound = self._scope.around.bind(value, _type(operand))
        if operator in _BY_EQUALITY:
            return f"{folded(operand)} {_BY_EQUALITY[operator]} {_fold(operand, bound)}"
        return f"{sort_key(operand)} {operator} {_sort_fold(operand, bound)}"

    def _row(self, parts: tuple[ast.Comparison, ast.Comparison]) -> str:
        """Two comparisons as one of pairs, which an index over both columns can answer."""
        left, right = [], []
        for part in parts:
            operand = self._resolve(part.left)
            bound = self._scope.around.bind(value_of(part.value, operand, self._scope), _type(operand))
            left.append(sort_key(operand))
            right.append(_sort_fold(operand, bound))
        return f"({', '.join(left)}) {parts[0].operator} ({', '.join(right)})"

    def _in_span(self, operand: Operand, operator: str, literal: ast.Literal) -> str:
        start, end = span_of(literal, operand, self._scope)
        within = f"({operand.sql} >= {start} AND {operand.sql} < {end})"
        return {
            "=": within,
            "!=": f"NOT coalesce({within}, false)",
            "<": f"{operand.sql} < {start}",
            "<=": f"{operand.sql} < {end}",
            ">": f"{operand.sql} >= {end}",
            ">=": f"{operand.sql} >= {start}",
        }[operator]

    def _in_list(self, operand: Operand, condition: ast.InList) -> str:
        tests = []
        plain = []
        check_list(condition.values, operand, self._scope)
        for literal in condition.values:
            if is_null(literal, operand) or literal.kind == "date_literal" or operand.kind == "boolean":
                tests.append(self._comparison(operand, "=", literal))
            else:
                plain.append(value_of(literal, operand, self._scope))
        if plain:
            kind = SQL_TYPES.get(operand.kind, "text")
            values = self._scope.around.bind(plain, f"{kind}[]")
            if _folds(operand):
                values = f"ARRAY(SELECT lower(v) FROM unnest({values}) AS v)"
            tests.append(f"{folded(operand)} = ANY({values})")
        either = "(" + " OR ".join(tests) + ")"
        return f"NOT coalesce({either}, false)" if condition.negated else either

    def _includes(self, operand: Operand, condition: ast.Includes) -> str:
        if operand.kind != "multipicklist":
            word = "EXCLUDES" if condition.negated else "INCLUDES"
            raise self._refused(
                "INVALID_QUERY_FILTER_OPERATOR", f"{word} operator only valid on multipicklist field", operand
            )
        tests = []
        for literal in condition.values:
            if is_null(literal, operand):
                tests.append(f"{operand.sql} IS NULL")
                continue
            value = self._scope.around.bind(value_of(literal, operand, self._scope), "text")
            tests.append(f"string_to_array(lower({operand.sql}), ';') @> string_to_array(lower({value}), ';')")
        either = "(" + " OR ".join(tests) + ")"
        return f"NOT coalesce({either}, false)" if condition.negated else either

    def _check_operator(self, operand: Operand, operator: str) -> None:
        fits = operator in _EQUALITY or operand.kind == "text"
        fits = fits or (operator != "LIKE" and operand.kind not in ("boolean", "multipicklist"))
        if not fits:
            kind = {"double": "number", "int": "number"}.get(operand.kind, operand.kind)
            raise self._refused("INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {kind} field", operand)

    def _refused(self, code: str, message: str, operand: Operand) -> SoqlError:
        return located(code, message, self._scope.text, operand.pos)


def _type(operand: Operand) -> str:
    return SQL_TYPES.get(operand.kind, "text")


def folded(operand: Operand) -> str:
    """Return the SQL by which the operand is compared for equality: texts without regard to case."""
    return _fold(operand, operand.sql)


def sort_key(operand: Operand) -> str:
    """Return the SQL by which the operand is put in order: ids by their bytes, texts by those of their upper case."""
    return _sort_fold(operand, operand.sql)


def _folds(operand: Operand) -> bool:
    return operand.kind in ("text", "multipicklist") and not (operand.field and operand.field.case_sensitive)


def _fold(operand: Operand, sql: str) -> str:
    return f"lower({sql})" if _folds(operand) else sql


def _sort_fold(operand: Operand, sql: str) -> str:
    if operand.kind in SQL_TYPES:
        return sql
    return f'upper({sql}) COLLATE "C"' if _folds(operand) else f'{sql} COLLATE "C"'
