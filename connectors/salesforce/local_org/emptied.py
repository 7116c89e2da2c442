"""Lookups that were emptied because their record was deleted: remembered, for they come back with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psycopg import sql

from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.work import Work


def note(work: Work, child: ObjectDef, field: FieldDef, pointed: Mapping[str, str]) -> None:
    """Remember which record each of these pointed at by this lookup."""
    with work.conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO org_meta.emptied VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [(parent, child.name.lower(), field.name.lower(), record) for record, parent in pointed.items()],
        )


def restore(work: Work, ids: Sequence[str]) -> None:
    """Point again at records that are back, by every lookup that was emptied and is still empty.

    Source: Salesforce, SOAP API Developer Guide, "undelete()": only lookups that have not been replaced are restored.
    """
    statement = "DELETE FROM org_meta.emptied WHERE parent = ANY(%s) RETURNING object, field, record, parent"
    for name, field, record, parent in work.conn.execute(statement, (list(ids),)).fetchall():
        definition = work.schema.object(name)
        if definition is None or definition.field(field) is None:
            continue
        again = sql.SQL("UPDATE {0} SET {1} = %s, systemmodstamp = %s WHERE id = %s AND {1} IS NULL").format(
            table(definition.name), sql.Identifier(field)
        )
        work.conn.execute(again, (parent, work.now, record))
