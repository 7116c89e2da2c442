"""updated and deleted: the ids of what changed in a span of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, jsonify, request
from psycopg import sql

from connectors.salesforce.local_org.dml import object_named
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.recycle_bin import REMEMBERED, purged
from connectors.salesforce.local_org.rest.context import work
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.sharing import seen
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.values import shown
from connectors.salesforce.local_org.work import Work

UPDATED_FOR = timedelta(days=30)
MOST_IDS = 600_000
blueprint = Blueprint("changes", __name__)
Changes = list[tuple[str, datetime]]


@blueprint.get("/sobjects/<name>/updated", strict_slashes=False)
def updated(name: str) -> Response:
    """Return the ids of records created or changed in the span, and until when that is known."""
    with work() as at:
        start, end = _span(at, UPDATED_FOR)
        ids = [record_id for record_id, _ in _told(_between(at, object_named(at, name), start, end, deleted=False))]
    return jsonify({"ids": ids, "latestDateCovered": _covered(at, end)})


@blueprint.get("/sobjects/<name>/deleted", strict_slashes=False)
def deleted(name: str) -> Response:
    """Return the ids of records deleted in the span, purged ones among them, and when each was."""
    with work() as at:
        definition = object_named(at, name)
        start, end = _span(at, REMEMBERED)
        rows = _between(at, definition, start, end, deleted=True) + purged(at, definition, start, end)
    return jsonify(
        {
            "deletedRecords": [{"deletedDate": shown(when), "id": each} for each, when in _told(rows)],
            "earliestDateAvailable": shown(_minute(at.now - REMEMBERED)),
            "latestDateCovered": _covered(at, end),
        }
    )


def _between(at: Work, definition: ObjectDef, start: datetime, end: datetime, *, deleted: bool) -> Changes:
    statement = sql.SQL(
        "SELECT id, systemmodstamp FROM {} WHERE isdeleted = %s AND systemmodstamp >= %s AND systemmodstamp < %s"
    ).format(table(definition.name))
    found = at.conn.execute(statement, (deleted, start, end)).fetchall()
    visible = seen(at, definition, [record_id for record_id, _ in found])
    return [each for each in found if each[0] in visible]


def _told(found: Changes) -> Changes:
    """Return what was found in its order in time, when it isn't more than can be told at once."""
    if len(found) > MOST_IDS:
        raise OrgError("EXCEEDED_ID_LIMIT", f"more than {MOST_IDS} ids: choose a start and an end that are closer")
    return sorted(found, key=lambda each: (each[1], each[0]))


def _span(at: Work, reach: timedelta) -> tuple[datetime, datetime]:
    """Return the span that was asked for: whole minutes, for seconds aren't heeded, in order, and within reach."""
    start, end = (_minute(_moment(name)) for name in ("start", "end"))
    if end < start:
        raise OrgError("INVALID_REPLICATION_DATE", "startDate before endDate")
    if end == start:
        raise OrgError("INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate")
    if start < _minute(at.now - reach):
        raise OrgError("INVALID_REPLICATION_DATE", "startDate before org replication enabled date")
    return start, end


def _covered(at: Work, end: datetime) -> str:
    """Return until when nothing is missing in an answer: what happens later can't be known yet."""
    return str(shown(min(end, _minute(at.now))))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _moment(name: str) -> datetime:
    given = request.args.get(name, "").replace(" ", "+")
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise OrgError("INVALID_DATE_FORMAT", f"{name} is not an ISO 8601 date and time: {given}") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
