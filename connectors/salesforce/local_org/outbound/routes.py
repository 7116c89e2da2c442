"""What the local org tells and lets do about its outbound messages; no part of Salesforce."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org.automation import automation
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.context import json_object

MOST_TIMES = 1000
blueprint = Blueprint("outbound", __name__, url_prefix="/__local__/outbound")


@blueprint.get("")
def report() -> Response:
    """Return how many notifications are pending, sent, failed (attempts) and lost, and the last error."""
    joined = automation()
    errors = {"last_flow_error": joined.triggers.last_error, "last_background_error": joined.last_error}
    return jsonify({**joined.sender.report(), **errors})


@blueprint.post("/resend")
def resend() -> Response:
    """Send the last message again, {"times": n} times; answers with the endpoint's statuses."""
    body = json_object() if request.data else {}
    times = body.get("times", 1)
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
        raise OrgError("INVALID_INPUT", f"times is a whole number from 1 to {MOST_TIMES}")
    return jsonify({"statuses": automation().sender.resend(times)})


@blueprint.post("/hold")
def hold() -> Response:
    """Hold messages back, or let them go: {"held": true} or {"held": false}."""
    held = json_object().get("held")
    if not isinstance(held, bool):
        raise OrgError("INVALID_INPUT", "held is true or false")
    automation().hold(held)
    return report()
