"""Fields of a record that a flow's record looks up to, such as `$Record.Account__r.OwnerId`: one step."""

from __future__ import annotations

from typing import Any

from psycopg import sql

from connectors.salesforce.local_org.hooks import Row
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef, OrgSchema
from connectors.salesforce.local_org.soql.scope import relationship_name
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.work import Work


def fault(schema: OrgSchema, about: ObjectDef, path: str) -> str | None:
    """Return why a path that begins with a relationship of the object names no field; None where it names one."""
    relationship, _, name = path.partition(".")
    lookup = _lookup(about, relationship)
    if lookup is None:
        return f'The relationship "{relationship}" for the object "{about.name}" doesn\'t exist.'
    if "." in name or len(lookup.reference_to) != 1:
        return f"The local org does not model '{path}': only fields of a record that is looked up directly"
    target = schema.object(lookup.reference_to[0])
    found = target.field(name) if target else None
    if target is None or found is None:
        return f'The field "{name}" for the object "{lookup.reference_to[0]}" doesn\'t exist.'
    return f"The local org does not model the calculated field {path} in a flow" if found.calculated else None


def value(work: Work, about: ObjectDef, record: Row, path: str) -> Any:
    """Return the field's value as it is stored now; None where nothing is looked up."""
    relationship, _, name = path.partition(".")
    lookup = _lookup(about, relationship)
    parent = record.get(lookup.name.lower()) if lookup else None
    if lookup is None or not parent:
        return None
    statement = sql.SQL("SELECT {} FROM {} WHERE id = %s AND NOT isdeleted")
    row = work.conn.execute(
        statement.format(sql.Identifier(name.lower()), table(lookup.reference_to[0])), (parent,)
    ).fetchone()
    return row[0] if row else None


def _lookup(about: ObjectDef, relationship: str) -> FieldDef | None:
    lookups = (found for found in about.fields.values() if found.reference_to)
    return next((found for found in lookups if relationship_name(found).lower() == relationship.lower()), None)
