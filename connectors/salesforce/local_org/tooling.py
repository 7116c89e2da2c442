"""The Tooling API, as far as flows need it: queries over their definitions and versions, activation, deletion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org.automation import automation
from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.flows import versions
from connectors.salesforce.local_org.flows.tooling_schema import tooling_schema
from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.rest.context import here, json_object, signed_in, version, work
from connectors.salesforce.local_org.soql.compile import compile
from connectors.salesforce.local_org.soql.errors import SoqlError
from connectors.salesforce.local_org.soql.parse import parse
from connectors.salesforce.local_org.soql.rows import answer
from connectors.salesforce.local_org.work import Work

blueprint = Blueprint("tooling", __name__)
_DEFINITION = """
SELECT f.id, f.name, f.label, f.active, a.id, l.id FROM org_meta.flows f
LEFT JOIN org_meta.flow_versions a ON a.flow = f.key AND a.number = f.active
LEFT JOIN LATERAL (SELECT id FROM org_meta.flow_versions v WHERE v.flow = f.key ORDER BY number DESC LIMIT 1) l ON true
WHERE f.id = %s
"""


@blueprint.get("/tooling/query", strict_slashes=False)
def query() -> Response:
    """Answer a query over FlowDefinition and Flow."""
    _administers()
    text = request.args.get("q", "")
    with work() as at:
        try:
            compiled = compile(
                parse(text), tooling_schema(), include_deleted=True, now=at.now,
                time_zone=at.org.settings.time_zone, can_read=lambda *_: True,
            )  # fmt: skip
        except SoqlError as error:
            raise OrgError(error.code, error.message) from None
        rows: Sequence[Any] = at.conn.execute(compiled.sql.encode(), compiled.params).fetchall()
    return jsonify({"size": len(rows), **answer(compiled.shape, rows, version())})


@blueprint.get("/tooling/sobjects/FlowDefinition/<definition_id>")
def definition(definition_id: str) -> Response:
    """Return a flow's definition with its Metadata."""
    _administers()
    with work() as at:
        record_id, name, label, active, active_id, latest_id = _definition(at, definition_id)
    url = f"/services/data/v{version()}/tooling/sobjects/FlowDefinition/{record_id}"
    return jsonify(
        {
            "attributes": {"type": "FlowDefinition", "url": url},
            "Id": record_id,
            "DeveloperName": name,
            "MasterLabel": label,
            "NamespacePrefix": None,
            "ActiveVersionId": active_id,
            "LatestVersionId": latest_id,
            "FullName": name,
            "Metadata": {"activeVersionNumber": active, "description": None, "masterLabel": label, "urls": None},
        }
    )


@blueprint.patch("/tooling/sobjects/FlowDefinition/<definition_id>")
def activate(definition_id: str) -> tuple[str, int]:
    """Make a version the active one by {"Metadata": {"activeVersionNumber": n}}; 0 or null deactivates the flow."""
    _administers()
    metadata = json_object().get("Metadata")
    if not isinstance(metadata, dict) or "activeVersionNumber" not in metadata:
        raise OrgError("REQUIRED_FIELD_MISSING", "Metadata.activeVersionNumber is missing", ["Metadata"])
    number = metadata["activeVersionNumber"] or 0
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise OrgError("JSON_PARSER_ERROR", "activeVersionNumber is a whole number")
    with work() as at:
        name = _definition(at, definition_id)[1]
        versions.activate(at.conn, name, number)
        at.after_commit.append(automation().reload)
    return "", 204


@blueprint.delete("/tooling/sobjects/Flow/<version_id>")
def delete(version_id: str) -> tuple[str, int]:
    """Delete a version of a flow that isn't the active one."""
    _administers()
    with work() as at:
        versions.delete_version(at.conn, normal_id(version_id) or version_id)
    return "", 204


@blueprint.get("/tooling/sobjects/SourceMember/describe")
def no_source_tracking() -> Response:
    """Answer as an org that doesn't track changes of its metadata: by this the Salesforce CLI finds out."""
    raise OrgError("NOT_FOUND", "The requested resource does not exist")


@blueprint.route("/tooling/<path:what>", methods=["GET", "POST", "PATCH", "DELETE"])
def other(what: str) -> Response:
    """Refuse everything else by name."""
    raise not_modelled(f"{request.method} of the Tooling API's /{what}", "NOT_FOUND", 404)


def _definition(at: Work, definition_id: str) -> Sequence[Any]:
    row: Sequence[Any] | None = at.conn.execute(_DEFINITION, (normal_id(definition_id) or definition_id,)).fetchone()
    if row is None:
        raise OrgError("NOT_FOUND", "The requested resource does not exist")
    return row


def _administers() -> None:
    if not here().org.access(signed_in().user_id).admin:
        raise OrgError("INSUFFICIENT_ACCESS", "The Tooling API requires a user with Customize Application permission")
