"""The small resources: versions, the list of resources, limits."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from psycopg import sql

from connectors.salesforce.local_org.bulk.classic import DAILY_BATCHES, batches_left
from connectors.salesforce.local_org.rest.context import here, signed_in, version, work
from connectors.salesforce.local_org.storage import table

OLDEST, NEWEST = 31, 68
NAMES = ("Winter", "Spring", "Summer")
versions = Blueprint("versions", __name__)
blueprint = Blueprint("resources", __name__)


@versions.get("/services/data", strict_slashes=False)
def known() -> Response:
    """List the API versions; no sign-in is needed."""
    return jsonify([
        {"label": _season(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number in range(OLDEST, NEWEST + 1)
    ])  # fmt: skip


def _season(number: int) -> str:
    """Return a version's name: three a year, and 66 was Spring '26."""
    year, third = divmod(number - 66 + 1, 3)
    return f"{NAMES[third]} '{26 + year}"


@blueprint.get("/", strict_slashes=False)
def resources() -> Response:
    """List what lies below a version."""
    base = f"/services/data/v{version()}"
    names = ("sobjects", "query", "queryAll", "limits", "composite", "metadata", "tooling")
    told = {name: f"{base}/{name}" for name in names}
    return jsonify({**told, "identity": f"{here().url()}/id/{here().org.id}/{signed_in().user_id}"})


@blueprint.get("/limits/recordCount")
def record_count() -> Response:
    """Tell how many records objects have: those that are asked for, or all; an object without any is left out."""
    wanted = {name.lower() for name in request.args.get("sObjects", "").split(",") if name}
    told = []
    with work() as at:
        for name, definition in at.schema.objects.items():
            if (not wanted or name in wanted) and at.access.can(definition, "read"):
                statement = sql.SQL("SELECT count(*) FROM {} WHERE NOT isdeleted").format(table(name))
                row = at.conn.execute(statement).fetchone()
                if row and row[0]:
                    told.append({"count": row[0], "name": definition.name})
    return jsonify({"sObjects": told})


@blueprint.get("/limits", strict_slashes=False)
def limits() -> Response:
    """Tell what is left of the limits that are modelled."""
    calls = here().calls
    with work() as at:
        batches = batches_left(at.conn, at.now)
    return jsonify({
        "DailyApiRequests": {"Max": calls.limit, "Remaining": calls.limit - calls.used},
        "DailyBulkApiBatches": {"Max": DAILY_BATCHES, "Remaining": batches},
        "DataStorageMB": {"Max": 1024, "Remaining": 1024},
        "FileStorageMB": {"Max": 1024, "Remaining": 1024},
    })  # fmt: skip
