"""The Metadata API over REST: deployRequest."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org.automation import automation
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.metadata.jobs import Options
from connectors.salesforce.local_org.rest.context import here, json_object, signed_in, version

blueprint = Blueprint("metadata", __name__)


@blueprint.post("/metadata/deployRequest")
def deploy() -> tuple[Response, int]:
    """Queue a deployment, and answer with its id at once.

    Part `json`, or `entity_content` as jsforce calls it, holds the options, part `file` the zip.
    """
    user_id = _deployer()
    options = Options.read(_json_part().get("deployOptions"))
    file = request.files.get("file")
    if file is None:
        raise OrgError("INVALID_INPUT", "The part 'file' with the zip is missing: send multipart/form-data")
    deployment_id = automation().deployments.submit(file.read(), options, user_id)
    body = _answer(deployment_id, details=False)
    return jsonify({**body, "deployOptions": asdict(options)}), 201


@blueprint.get("/metadata/deployRequest/<deployment_id>")
def status(deployment_id: str) -> Response:
    """Tell how a deployment is getting on; with includeDetails=true every component's success or failure."""
    _deployer()
    return jsonify(_answer(deployment_id, details=request.args.get("includeDetails", "").lower() == "true"))


@blueprint.patch("/metadata/deployRequest/<deployment_id>")
def cancel(deployment_id: str) -> tuple[Response, int]:
    """Cancel a deployment that hasn't begun."""
    _deployer()
    wanted = json_object().get("deployResult")
    if not isinstance(wanted, dict) or wanted.get("status") != "Canceling":
        raise OrgError("INVALID_INPUT", 'Send {"deployResult": {"status": "Canceling"}} to cancel a deployment')
    automation().deployments.cancel(deployment_id)
    return jsonify(_answer(deployment_id, details=False)), 202


def _answer(deployment_id: str, *, details: bool) -> dict[str, Any]:
    result = automation().deployments.result(deployment_id, details=details)
    path = f"/services/data/v{version()}/metadata/deployRequest/{result['id']}?includeDetails=true"
    return {
        "id": result["id"],
        "validatedDeployRequestId": None,
        "url": f"{here().url()}{path}",
        "deployResult": result,
        "deployOptions": None,
    }


def _deployer() -> str:
    """Return the caller's id; who isn't an admin may not deploy."""
    user_id = signed_in().user_id
    if not here().org.access(user_id).admin:
        words = "INSUFFICIENT_ACCESS: use of the Metadata API requires a user with Modify Metadata permission"
        raise OrgError("INSUFFICIENT_ACCESS", words)
    return user_id


def _json_part() -> dict[str, Any]:
    names = ("json", "entity_content")
    text = next((request.form[name] for name in names if name in request.form), None)
    if text is None:
        sent = next((request.files[name] for name in names if name in request.files), None)
        text = sent.read().decode("utf-8", "replace") if sent is not None else None
    try:
        body = json.loads(text or "")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise OrgError("JSON_PARSER_ERROR", "The part 'json' with the deployOptions is missing or no JSON object")
    return body
