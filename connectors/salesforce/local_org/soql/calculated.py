"""Fields without a column of their own: formulas, and compound fields such as an address, as SQL of other columns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.salesforce.local_org.formula.evaluate import check
from connectors.salesforce.local_org.formula.parse import FormulaError, parse
from connectors.salesforce.local_org.formula.terms import (
    BOOLEAN,
    DATE,
    DATETIME,
    NOTHING,
    NUMBER,
    PICKLIST,
    PICKLISTS,
    SQL_TYPES,
    TEXT,
    Term,
)
from connectors.salesforce.local_org.formula.to_sql import Meaning, translate
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.soql.kinds import kind_of

if TYPE_CHECKING:
    from connectors.salesforce.local_org.soql.scope import Node, Scope, Surroundings

ARCHIVED_AFTER = timedelta(days=365)
ADDRESS_PARTS = ("City", "Country", "GeocodeAccuracy", "Latitude", "Longitude", "PostalCode", "State", "Street")
RESULTS = {
    "Text": TEXT, "Number": NUMBER, "Currency": NUMBER, "Percent": NUMBER, "Checkbox": BOOLEAN, "Date": DATE,
    "DateTime": DATETIME,
}  # fmt: skip
KINDS = {"text": TEXT, "id": TEXT, "int": NUMBER, "double": NUMBER, "boolean": BOOLEAN, "date": DATE,
         "datetime": DATETIME, "multipicklist": PICKLISTS}  # fmt: skip
DEEPEST = 10


def calculated_sql(scope: Scope, node: Node, found: FieldDef, above: tuple[str, ...] = ()) -> str:
    """Return the SQL of a field that is worked out from others. Raises FormulaError.

    `above` are the formulas that this one stands in: one that comes back to itself is refused.
    """
    if found.type == "Address":
        return _address(node, found)
    key = f"{node.name}.{found.name}"
    if key in above or len(above) > DEEPEST:
        raise FormulaError(f"Formula fields can't refer to themselves: {found.name}")
    names = _Names(scope, node, found, (*above, key))
    expression = parse(found.formula or "")
    check(expression)
    around = scope.around
    today = around.bind(around.now.astimezone(around.zone).date(), "date")
    term = translate(expression, Meaning(names.term, around.bind, today, around.bind(around.now, "timestamptz")))
    return _result(found, term)


def _result(found: FieldDef, term: Term) -> str:
    """Return a formula's value as its field has it: no empty text, a checkbox on or off, percents in hundreds."""
    wanted = RESULTS[found.type]
    if term.kind == NOTHING:
        return f"NULL::{SQL_TYPES[wanted]}"
    if term.kind != wanted:
        words = f"Formula result is data type ({term.kind}), incompatible with expected data type ({wanted})."
        raise FormulaError(words)
    if wanted == TEXT:
        return f"nullif({term.sql}, '')"
    if wanted == BOOLEAN:
        return f"({term.sql} IS TRUE)"
    return f"({term.sql} * 100)" if found.type == "Percent" else term.sql


class _Names:
    """What the names in one formula stand for: fields of its object, and of the parents that it goes up to."""

    def __init__(self, scope: Scope, node: Node, formula: FieldDef, above: tuple[str, ...]) -> None:
        self._scope = scope
        self._node = node
        self._zeros = formula.extra.get("blanks", "BlankAsZero") == "BlankAsZero"
        self._above = above

    def term(self, name: str) -> Term:
        """Return the column that a name stands for."""
        if name.startswith("$"):
            raise FormulaError(f"The local org does not model {name} in a formula field")
        *relationships, last = name.split(".")
        node = self._node
        for relationship in relationships:
            node = self._scope.parent_of_formula(node, relationship, name)
        found = node.object.field(last) if node.object else None
        if found is None:
            raise FormulaError(f"Field {name} does not exist. Check spelling.")
        return self._column(node, found, name)

    def _column(self, node: Node, found: FieldDef, name: str) -> Term:
        sql = self._scope.column_of(node, found, self._above)
        kind = PICKLIST if found.type == "Picklist" else KINDS.get(kind_of(found))
        if kind is None:
            raise FormulaError(f"Field {name} may not be used in this type of formula")
        if kind == NUMBER:
            sql = f"coalesce({sql}, 0)" if self._zeros else sql
            sql = f"({sql} / 100)" if found.type == "Percent" else sql
        return Term(sql, kind)


def archived(node: Node, definition: ObjectDef, around: Surroundings) -> str:
    """Return whether an activity is archived: it was when it was saved, or has become too old since."""
    kept = f'{node.alias}."isarchived"'
    if definition.field("ActivityDate") is None:
        return kept
    over = f'{node.alias}."isclosed"' if definition.field("IsClosed") else "true"
    if "archive" not in around.params:
        around.params["archive"] = around.now.date() - ARCHIVED_AFTER
    old = f'{node.alias}."activitydate" < %(archive)s::date'
    return f"({kept} OR ({over} AND {old}) IS TRUE)"


def _address(node: Node, found: FieldDef) -> str:
    """Return an address as JSON of its parts, null where it has none; nobody geocodes here."""
    before = found.name.removesuffix("Address")
    columns = {part: node.object.field(before + part) for part in ADDRESS_PARTS} if node.object else {}
    parts = {
        part: f'{node.alias}."{each.name.lower()}"' if each is not None else "NULL::text"
        for part, each in columns.items()
    }
    told = ", ".join(f"'{part[0].lower()}{part[1:]}', {sql}" for part, sql in parts.items())
    return f"CASE WHEN coalesce({', '.join(parts.values())}) IS NULL THEN NULL ELSE json_build_object({told}) END"
