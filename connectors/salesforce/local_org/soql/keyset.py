"""Paging by keyset, made quick: what `(a > x OR (a = x AND ...))` implies for `a` alone, which an index can answer."""

from __future__ import annotations

from connectors.salesforce.local_org.soql import ast

_UP = frozenset({">", ">=", "="})
_DOWN = frozenset({"<", "<=", "="})


def implied_bound(either: ast.Or) -> ast.Comparison | None:
    """Return a comparison that holds wherever one of the parts holds, or None if none is plain to see."""
    bounds = [_bounds(part) for part in either.parts]
    for key, candidate in bounds[0].items():
        if not all(key in others for others in bounds):
            continue
        operators = {others[key].operator for others in bounds}
        for allowed, implied in ((_UP, ">="), (_DOWN, "<=")):
            if operators <= allowed:
                return ast.Comparison(candidate.left, implied, candidate.value)
    return None


def implied_row(either: ast.Or) -> tuple[ast.Comparison, ast.Comparison] | None:
    """Return two comparisons that hold together, as one of pairs in order, just where the whole holds: for
    `a > x OR (a = x AND b > y)` those of a and of b. None if it has another form.
    """
    if len(either.parts) != 2:
        return None
    first, rest = either.parts
    if isinstance(first, ast.And):
        first, rest = rest, first
    if not isinstance(first, ast.Comparison) or not isinstance(rest, ast.And) or len(rest.parts) != 2:
        return None
    equal, second = rest.parts
    if not isinstance(equal, ast.Comparison) or not isinstance(second, ast.Comparison):
        return None
    if equal.operator != "=":
        equal, second = second, equal
    same = _key(first) is not None and _key(first) == _key(equal)
    in_order = first.operator == second.operator and first.operator in (">", "<")
    plain = isinstance(second.left, ast.Path) and second.value.kind == "string"
    return (first, second) if same and in_order and plain and equal.operator == "=" else None


def _bounds(condition: ast.Condition) -> dict[tuple[str, ...], ast.Comparison]:
    """The comparisons of a field with a date or moment that all must hold, by field and value."""
    parts = condition.parts if isinstance(condition, ast.And) else (condition,)
    compared = [part for part in parts if isinstance(part, ast.Comparison) and part.operator in _UP | _DOWN]
    return {key: part for part in compared if (key := _key(part)) is not None}


def _key(part: ast.Comparison) -> tuple[str, ...] | None:
    """Return the field and the value of a comparison with a date or moment, None for any other."""
    if not isinstance(part.left, ast.Path) or part.value.kind not in ("date", "datetime"):
        return None
    return (*(name.lower() for name in part.left.parts), part.value.text)
