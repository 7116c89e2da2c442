"""updated and deleted: the ids of what changed in a span of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, jsonify, request
from psycopg import sql

from connectors.salesforce.local_org.dml import object_named
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.context import work
from connectors.salesforce.local_org.sharing import seen
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.values import shown
from connectors.salesforce.local_org.work import Work

UPDATED_FOR = timedelta(days=30)
DELETED_FOR = timedelta(days=15)
blueprint = Blueprint("changes", __name__)


@blueprint.get("/sobjects/<name>/updated", strict_slashes=False)
def updated(name: str) -> Response:
    """Return the ids of records created or changed in the span, and until when that is known."""
    with work() as at:
        start, end = _span(at, UPDATED_FOR)
        ids = [record_id for record_id, _ in _between(at, name, start, end, deleted=False)]
    return jsonify({"ids": ids, "latestDateCovered": shown(end)})


@blueprint.get("/sobjects/<name>/deleted", strict_slashes=False)
def deleted(name: str) -> Response:
    """Return the ids of records deleted in the span, and when each was."""
    with work() as at:
        start, end = _span(at, DELETED_FOR)
        found = [
            {"deletedDate": shown(when), "id": each} for each, when in _between(at, name, start, end, deleted=True)
        ]
        earliest = shown(at.now - DELETED_FOR)
    return jsonify({"deletedRecords": found, "earliestDateAvailable": earliest, "latestDateCovered": shown(end)})


def _between(at: Work, name: str, start: datetime, end: datetime, *, deleted: bool) -> list[tuple[str, datetime]]:
    definition = object_named(at, name)
    statement = sql.SQL(
        "SELECT id, systemmodstamp FROM {} WHERE isdeleted = %s"
        " AND systemmodstamp >= %s AND systemmodstamp < %s ORDER BY 2, 1"
    ).format(table(definition.name))
    found = at.conn.execute(statement, (deleted, start, end)).fetchall()
    visible = seen(at, definition, [record_id for record_id, _ in found])
    return [each for each in found if each[0] in visible]


def _span(at: Work, reach: timedelta) -> tuple[datetime, datetime]:
    """Return the span that was asked for: in order, at least a minute, and within reach."""
    start, end = (_moment(name) for name in ("start", "end"))
    if end <= start:
        raise OrgError("INVALID_REPLICATION_DATE", "startDate before endDate")
    if end - start < timedelta(minutes=1):
        raise OrgError("INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate")
    if start < at.now - reach:
        raise OrgError("INVALID_REPLICATION_DATE", "startDate before org replication enabled date")
    return start, end


def _moment(name: str) -> datetime:
    given = request.args.get(name, "").replace(" ", "+")
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise OrgError("INVALID_DATE_FORMAT", f"{name} is not an ISO 8601 date and time: {given}") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
