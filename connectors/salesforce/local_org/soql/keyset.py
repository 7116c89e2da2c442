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


def _bounds(condition: ast.Condition) -> dict[tuple[str, ...], ast.Comparison]:
    """The comparisons of a field with a date or moment that all must hold, by field and value."""
    parts = condition.parts if isinstance(condition, ast.And) else (condition,)
    return {
        (*(name.lower() for name in part.left.parts), part.value.text): part
        for part in parts
        if isinstance(part, ast.Comparison)
        and isinstance(part.left, ast.Path)
        and part.operator in _UP | _DOWN
        and part.value.kind in ("date", "datetime")
    }
