"""The SELECT list of a query over records: columns, nested parents, sub-queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.errors import located, malformed
from connectors.salesforce.local_org.soql.formatting import formatted, is_format
from connectors.salesforce.local_org.soql.functions import row_value
from connectors.salesforce.local_org.soql.scope import Node, Operand, Scope, column
from connectors.salesforce.local_org.soql.shape import Children, Column, Parent, Record

_FIELDS_LIMIT = 200
CompileChildren = Callable[[ast.Query, Scope], tuple[str, str, Record]]


@dataclass
class _Level:
    """A record under construction: the queried one, or a parent."""

    node: Node
    id_index: int
    type_index: int | None
    parts: dict[str, Column | Children | _Level] = field(default_factory=dict)


class Selection:
    """Collects the selected columns and what they mean."""

    def __init__(self, scope: Scope, children: CompileChildren) -> None:
        self.columns: list[str] = []
        self._scope = scope
        self._children = children
        self._root = self._level(scope.root)

    def add(self, query: ast.Query) -> Record:
        """Select all items of the query; return what a row then means. Raises SoqlError."""
        for item in query.select:
            if isinstance(item, ast.ChildrenItem):
                self._add_children(item.query)
            elif _is_fields(item.expression):
                self._add_fields(item.expression, query)
            else:
                self._add_item(item)
        return _record(self._root)

    def _add_item(self, item: ast.FieldItem) -> None:
        called = "" if isinstance(item.expression, ast.Path) else item.expression.name.upper()
        if isinstance(item.expression, ast.Call) and is_format(item.expression):
            operand = formatted(item.expression, self._scope)
        else:
            operand = row_value(item.expression, self._scope)
        if isinstance(item.expression, ast.Path):
            if item.alias:
                raise malformed("only aggregate expressions use field aliasing")
            self._put(self._parent(item.expression), operand.name, operand)
        elif called in ("TOLABEL", "FORMAT"):
            argument = item.expression.arguments[0]
            level = self._root if item.alias or isinstance(argument, ast.Call) else self._parent(argument)
            self._put(level, item.alias or operand.name, operand)
        else:
            message = f"Field must be grouped or aggregated: {operand.name}"
            raise located("MALFORMED_QUERY", message, self._scope.text, operand.pos)

    def _parent(self, path: ast.Path) -> _Level:
        level = self._root
        for relationship in self._scope.own_parts(path)[:-1]:
            name, node = self._scope.parent(level.node, relationship, path)
            found = level.parts.get(name)
            if not isinstance(found, _Level):
                found = self._level(node)
                level.parts[name] = found
            level = found
        return level

    def _put(self, level: _Level, name: str, operand: Operand) -> None:
        self._once(level, name, operand.pos)
        level.parts[name] = Column(name, self._column(operand.sql), operand.kind)

    def _once(self, level: _Level, name: str, pos: int) -> None:
        if name.lower() in (known.lower() for known in level.parts):
            raise located("INVALID_FIELD", f"duplicate field selected: {name}", self._scope.text, pos)

    def _add_fields(self, call: ast.Expression, query: ast.Query) -> None:
        which = _which_fields(call, self._scope)
        if which != "STANDARD" and (query.limit is None or query.limit > _FIELDS_LIMIT):
            raise located(
                "MALFORMED_QUERY",
                f"The SOQL FIELDS function must have a LIMIT of at most {_FIELDS_LIMIT}",
                self._scope.text,
                call.pos,
            )
        definition = self._scope.object
        for found in definition.fields.values():
            wanted = which == "ALL" or found.custom is (which == "CUSTOM")
            if wanted and self._scope.around.can_read(definition, found):
                self._put(self._root, found.name, self._scope.field(ast.Path((found.name,), call.pos)))

    def _add_children(self, query: ast.Query) -> None:
        name, sql, record = self._children(query, self._scope)
        self._once(self._root, name, query.source.pos)
        self._root.parts[name] = Children(name, self._column(sql), record)

    def _level(self, node: Node) -> _Level:
        type_index = self._column(column(node, "type")) if node.object is None else None
        return _Level(node, self._column(column(node, "id")), type_index)

    def _column(self, sql: str) -> int:
        self.columns.append(sql)
        return len(self.columns) - 1


def _record(level: _Level) -> Record:
    parts = tuple(
        Parent(name, _record(part)) if isinstance(part, _Level) else part for name, part in level.parts.items()
    )
    return Record(level.node.name, level.id_index, parts, level.type_index)


def _is_fields(expression: ast.Expression) -> bool:
    return isinstance(expression, ast.Call) and expression.name.upper() == "FIELDS"


def _which_fields(call: ast.Expression, scope: Scope) -> str:
    arguments = call.arguments if isinstance(call, ast.Call) else ()
    if len(arguments) == 1 and isinstance(arguments[0], ast.Path) and len(arguments[0].parts) == 1:
        which = arguments[0].parts[0].upper()
        if which in ("ALL", "STANDARD", "CUSTOM"):
            return which
    raise located("MALFORMED_QUERY", "FIELDS takes ALL, STANDARD or CUSTOM", scope.text, call.pos)
