"""Which records a user sees of objects whose sharing is private: his own, and what belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from connectors.salesforce.local_org.permissions import Access
from connectors.salesforce.local_org.schema import ObjectDef, OrgSchema
from connectors.salesforce.local_org.soql.scope import quoted, table
from connectors.salesforce.local_org.work import Work

Bind = Callable[[str], str]
InSight = Callable[[ObjectDef, str, Bind], str | None]


def in_sight(access: Access, schema: OrgSchema) -> InSight:
    """Return what says which rows of an object, under a table alias, the user sees: SQL, or None for all of them.

    Its last argument turns a user's id into a placeholder. Sharing rules, roles and teams aren't modelled.
    """

    def condition(definition: ObjectDef, alias: str, bind: Bind) -> str | None:
        if not access.sees_all(definition):
            return f"{alias}.{quoted('ownerid')} = {bind(access.user_id)}"
        master = next((field for field in definition.fields.values() if field.type == "MasterDetail"), None)
        parent = schema.object(master.reference_to[0]) if master else None
        if master is None or parent is None or access.can(definition, "view_all"):
            return None
        above = f"{alias}_master"
        theirs = condition(parent, above, bind)
        if theirs is None:
            return None
        belongs = f"{above}.{quoted('id')} = {alias}.{quoted(master.name)}"
        return f"EXISTS (SELECT 1 FROM {table(parent)} AS {above} WHERE {belongs} AND {theirs})"

    return condition


def seen(work: Work, definition: ObjectDef, ids: Iterable[str]) -> set[str]:
    """Return those of the ids whose records are there and the user sees, deleted ones included."""
    named: dict[str, object] = {"ids": list(ids)}

    def bind(user_id: str) -> str:
        named["user"] = user_id
        return "%(user)s"

    condition = in_sight(work.access, work.schema)(definition, "r", bind) or "true"
    statement = f"SELECT r.id FROM {table(definition)} AS r WHERE r.id = ANY(%(ids)s) AND {condition}"
    return {record_id for (record_id,) in work.conn.execute(statement.encode(), named).fetchall()}
