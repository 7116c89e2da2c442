"""What the names in a query stand for: fields and parents of the schema, as columns and joins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.salesforce.local_org.formula.parse import FormulaError
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema
from connectors.salesforce.local_org.soql import ast
from connectors.salesforce.local_org.soql.calculated import archived, calculated_sql
from connectors.salesforce.local_org.soql.errors import REFERENCE, SoqlError, located, malformed
from connectors.salesforce.local_org.soql.kinds import kind_of

_LEVELS = 5
_MOST_PARENTS = 55
# What Salesforce's own object Name offers of whatever a polymorphic lookup points to.
NAME_FIELDS = {"id": "Id", "name": "Name", "firstname": "FirstName", "lastname": "LastName", "email": "Email",
               "phone": "Phone", "title": "Title", "alias": "Alias", "username": "Username"}  # fmt: skip

CALLED = "called"
"""The column of such a parent's Type: the name of its object, but of a queue, which is a group, Queue."""


@dataclass
class Surroundings:
    """What a query is compiled in, and the parameters and table aliases given out so far."""

    schema: OrgSchema
    can_read: Callable[[ObjectDef, FieldDef], bool]
    include_deleted: bool
    now: datetime
    zone: ZoneInfo
    in_sight: Callable[[ObjectDef, str, Callable[[str], str]], str | None] = lambda *_: None
    params: dict[str, Any] = field(default_factory=dict)
    aliases: int = 0
    parents: int = 0
    children: int = 0

    def bind(self, value: Any, sql_type: str) -> str:
        """Return a placeholder for the value."""
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"%({name})s::{sql_type}"

    def zone_name(self) -> str:
        """Return a placeholder for the org's time zone: always the same, so that expressions with it compare equal."""
        self.params["zone"] = self.zone.key
        return "%(zone)s::text"

    def alias(self) -> str:
        """Return a table alias that no other table of the statement has."""
        self.aliases += 1
        return f"t{self.aliases}"


@dataclass(frozen=True)
class Node:
    """A table of the statement: the queried object or a parent. `object` is None for a polymorphic parent."""

    alias: str
    name: str
    object: ObjectDef | None
    levels: int = 0


@dataclass(frozen=True)
class Operand:
    """Something that can be selected, filtered or sorted: its SQL, its kind, and its name for errors."""

    sql: str
    kind: str
    name: str
    pos: int
    field: FieldDef | None = None
    node: Node | None = None


class Scope:
    """The names of one query: its object, and the parents that it has joined so far."""

    def __init__(self, query: ast.Query, definition: ObjectDef, around: Surroundings, depth: int = 0) -> None:
        self.text = query.text
        self.around = around
        self.depth = depth
        self.joins: list[str] = []
        self.object = definition
        self.root = Node(around.alias(), definition.name, definition)
        self._own_names = {definition.name.lower(), (query.alias or definition.name).lower()}
        self._aliases: dict[str, tuple[str, ...]] = {}
        self._parents: dict[tuple[str, str], tuple[str, Node]] = {}
        self._calculated: dict[tuple[str, str], str] = {}
        for path, alias in query.also:
            self._name_parent(path, alias)

    def _name_parent(self, path: ast.Path, alias: str | None) -> None:
        """Take up a parent that FROM names, under its alias."""
        parts = self.own_parts(path)
        if parts == path.parts and parts[0].lower() not in self._aliases:
            raise malformed(
                "A driving SObject type has already been set, all other entity types in the FROM clause must be "
                f"relationships to the initial object.  The driving object is {self.object.name}."
            )
        node = self.root
        for relationship in parts:
            node = self.parent(node, relationship, path)[1]
        self._aliases[(alias or parts[-1]).lower()] = parts

    def field(self, path: ast.Path) -> Operand:
        """Return the column that a path names. Raises SoqlError where it names none, or none that may be read."""
        *relationships, name = self.own_parts(path)
        node = self.root
        for relationship in relationships:
            node = self.parent(node, relationship, path)[1]
        if node.object is None:
            return self._name_field(node, name, path)
        found = node.object.field(name)
        if found is None or not self.around.can_read(node.object, found):
            raise self._no_column(name, node.name, path)
        return Operand(self.column_of(node, found), kind_of(found), found.name, path.pos, found, node)

    def column_of(self, node: Node, found: FieldDef, above: tuple[str, ...] = ()) -> str:
        """Return the SQL of a field of a node: its column, or what it is calculated from, always in the same words.

        Raises FormulaError for a formula that is none.
        """
        if found.name == "IsArchived" and node.object is not None:
            return archived(node, node.object, self.around)
        if not found.calculated:
            return column(node, found.name)
        key = (node.alias, found.name.lower())
        if key not in self._calculated:
            self._calculated[key] = calculated_sql(self, node, found, above)
        return self._calculated[key]

    def parent_of_formula(self, node: Node, relationship: str, name: str) -> Node:
        """Return a parent as a formula reaches it: whoever asks, whatever he may read. Raises FormulaError."""
        found = _lookup(node.object, relationship) if node.object else None
        if found is None:
            raise FormulaError(f"Field {name} does not exist. Check spelling.")
        if len(found.reference_to) != 1 or node.levels == _LEVELS:
            raise FormulaError(f"The local org does not model {name} in a formula field")
        key = (node.alias, relationship.lower())
        if key not in self._parents:
            self._parents[key] = self._joined(node, found)
        return self._parents[key][1]

    def own_parts(self, path: ast.Path) -> tuple[str, ...]:
        """Return the path's names without the queried object's own name or alias before them."""
        first, *rest = path.parts
        if rest and first.lower() in self._own_names:
            return tuple(rest)
        return (*self._aliases[first.lower()], *rest) if rest and first.lower() in self._aliases else path.parts

    def parent(self, node: Node, relationship: str, path: ast.Path) -> tuple[str, Node]:
        """Return the relationship's name as the schema spells it and the parent's table, joined if it wasn't yet."""
        key = (node.alias, relationship.lower())
        if key not in self._parents:
            self.around.parents += 1
            if self.around.parents > _MOST_PARENTS:
                raise malformed(f"A query names {_MOST_PARENTS} relationships to parents at most")
            self._parents[key] = self._join(node, relationship, path)
        return self._parents[key]

    def _join(self, node: Node, relationship: str, path: ast.Path) -> tuple[str, Node]:
        found = _lookup(node.object, relationship) if node.object else None
        if not found or not node.object or not self.around.can_read(node.object, found):
            raise located(
                "INVALID_FIELD",
                f"Didn't understand relationship '{relationship}' in field path. If you are attempting to use a custom "
                f"relationship, be sure to append the '__r' after the custom relationship name. {REFERENCE}",
                self.text,
                path.pos,
            )
        if node.levels == _LEVELS:
            raise located("INVALID_FIELD", f"A path may go up {_LEVELS} relationships at most", self.text, path.pos)
        return self._joined(node, found)

    def _joined(self, node: Node, found: FieldDef) -> tuple[str, Node]:
        alias = self.around.alias()
        on = f'ON {alias}."id" = {column(node, found.name)}'
        targets = [self.around.schema.object(name) for name in found.reference_to]
        known = [target for target in targets if target is not None]
        if len(found.reference_to) == 1 and known:
            self.joins.append(f"LEFT JOIN {table(known[0])} AS {alias} {on}")
            return relationship_name(found), Node(alias, known[0].name, known[0], node.levels + 1)
        self.joins.append(f"LEFT JOIN ({self._names_of(known)}) AS {alias} {on}")
        return relationship_name(found), Node(alias, "Name", None, node.levels + 1)

    def _name_field(self, node: Node, name: str, path: ast.Path) -> Operand:
        if name.lower() == "type":
            return Operand(column(node, CALLED), "text", "Type", path.pos, None, node)
        if name.lower() not in NAME_FIELDS:
            raise self._no_column(name, "Name", path)
        kind = "id" if name.lower() == "id" else "text"
        return Operand(column(node, name), kind, NAME_FIELDS[name.lower()], path.pos, None, node)

    def _names_of(self, targets: list[ObjectDef]) -> str:
        """All records that a polymorphic lookup may point to, as far as their common fields go and may be read."""
        selects = []
        for target in targets:
            columns = [self._name_column(target, name) for name in NAME_FIELDS]
            literal = target.name.replace("'", "''").replace("%", "%%")
            called = f"'{literal}'::text"
            if target.name == "Group" and target.field("Type"):
                called = f"CASE WHEN \"type\" = 'Queue' THEN 'Queue' ELSE {called} END"
            selects.append(
                f"SELECT {', '.join(columns)}, '{literal}'::text AS \"type\", {called} AS {CALLED} FROM {table(target)}"
            )
        if selects:
            return " UNION ALL ".join(selects)
        columns = [f"NULL::text AS {quoted(name)}" for name in NAME_FIELDS]
        return f'SELECT {", ".join(columns)}, NULL::text AS "type", NULL::text AS {CALLED} WHERE false'

    def _name_column(self, target: ObjectDef, name: str) -> str:
        found = target.field(name)
        readable = found is not None and self.around.can_read(target, found)
        return quoted(name) if readable else f"NULL::text AS {quoted(name)}"

    def _no_column(self, name: str, entity: str, path: ast.Path) -> SoqlError:
        return located(
            "INVALID_FIELD",
            f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to "
            f"append the '__c' after the custom field name. {REFERENCE}",
            self.text,
            path.pos,
        )


def relationship_name(found: FieldDef) -> str:
    """Return the name by which a query goes from a lookup to its parent."""
    if found.name.lower().endswith(("__c", "__pc")):
        return found.name[:-1] + "r"
    return found.relationship_name or found.name.removesuffix("Id")


def quoted(name: str) -> str:
    """Return a name of the schema as an SQL identifier that also survives the driver's placeholders."""
    return '"' + name.lower().replace('"', '""').replace("%", "%%") + '"'


def table(definition: ObjectDef) -> str:
    """Return the table of an object's rows."""
    return f"org.{quoted(definition.name)}"


def column(node: Node, name: str) -> str:
    """Return a column of one of the statement's tables."""
    return f"{node.alias}.{quoted(name)}"


def _lookup(definition: ObjectDef, relationship: str) -> FieldDef | None:
    lookups = (found for found in definition.fields.values() if found.reference_to)
    return next((found for found in lookups if relationship_name(found).lower() == relationship.lower()), None)
