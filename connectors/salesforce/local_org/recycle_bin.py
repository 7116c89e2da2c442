"""Emptying the recycle bin: deleted records go for good, and the log of deletions tells of them all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from psycopg import sql

from connectors.salesforce.local_org import rows
from connectors.salesforce.local_org.deletes import by_itself, cascades, children_of
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.results import Result
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.sharing import in_sight, seen
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.work import Work

REMEMBERED = timedelta(days=15)
LOGGED = sql.SQL("""
WITH gone AS (DELETE FROM {table} WHERE id = ANY(%(ids)s) RETURNING id, systemmodstamp, {owner} AS owner)
INSERT INTO org_meta.purged (id, object, deleted_at, owner)
SELECT id, %(object)s, systemmodstamp, owner FROM gone
""")


def purge_all(work: Work, ids: Sequence[str]) -> list[Result]:
    """Take deleted records out of the bin for good, one by one; returns a result for each id, in order."""
    work.conn.execute("DELETE FROM org_meta.purged WHERE deleted_at < %s", (work.now - REMEMBERED,))
    return [by_itself(work, given, _take_out) for given in ids]


def _take_out(work: Work, record_id: str) -> None:
    definition = work.schema.by_prefix(record_id)
    row = rows.read(work, definition, [record_id], lock=True).get(record_id) if definition else None
    if definition is None or row is None or not row["isdeleted"] or not seen(work, definition, [record_id]):
        raise OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if not work.access.can(definition, "delete"):
        raise OrgError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    _purge(work, definition, [record_id], row["systemmodstamp"])


def _purge(work: Work, definition: ObjectDef, ids: list[str], at: datetime) -> None:
    """Purge rows, and the details that were deleted with them at that moment."""
    for child, field in children_of(work, definition):
        if cascades(field):
            where = sql.SQL("SELECT id FROM {} WHERE {} = ANY(%s) AND isdeleted AND systemmodstamp = %s").format(
                table(child.name), sql.Identifier(field.name.lower())
            )
            found = [each for (each,) in work.conn.execute(where, (ids, at)).fetchall()]
            if found:
                _purge(work, child, found, at)
    statement = LOGGED.format(table=table(definition.name), owner=_owner(work, definition))
    work.conn.execute(statement, {"ids": ids, "object": definition.name.lower()})


def _owner(work: Work, definition: ObjectDef) -> sql.Composable:
    """Return whose a row is: its own owner's, or that of its master."""
    if "ownerid" in definition.fields:
        return sql.Identifier("ownerid")
    master = next((field for field in definition.fields.values() if field.type == "MasterDetail"), None)
    above = work.schema.object(master.reference_to[0]) if master else None
    if master is None or above is None or "ownerid" not in above.fields:
        return sql.NULL
    owner = sql.SQL("(SELECT m.ownerid FROM {} m WHERE m.id = {}.{})")
    return owner.format(table(above.name), table(definition.name), sql.Identifier(master.name.lower()))


def purged(work: Work, definition: ObjectDef, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
    """Return id and moment of deletion of what was deleted in the span and is purged, as far as the user saw it."""
    statement = (
        "SELECT id, deleted_at, owner FROM org_meta.purged WHERE object = %s AND deleted_at >= %s AND deleted_at < %s"
    )
    found = work.conn.execute(statement, (definition.name.lower(), start, end)).fetchall()
    everything = in_sight(work.access, work.schema)(definition, "r", str) is None
    return [(record_id, when) for record_id, when, owner in found if everything or owner == work.user_id]
