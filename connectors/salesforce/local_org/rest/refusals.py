"""What Salesforce has here and this org hasn't: refused by name, never guessed."""

from __future__ import annotations

from flask import Blueprint, Response, request

from connectors.salesforce.local_org.errors import not_modelled

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
REST = (
    "search", "parameterizedSearch", "analytics",
    "connect", "chatter", "wave", "event", "eventSchema", "actions", "process", "ui-api", "graphql", "recent",
    "tabs", "theme", "appMenu", "licensing", "async-queries", "quickActions", "support", "consent", "dedupe",
    "knowledgeManagement",
)  # fmt: skip
BELOW_OBJECTS = ("describe/<path:_rest>", "listviews", "quickActions", "defaultValues", "relevantItems")
OTHER = ("/services/apexrest", "/cometd", "/services/Soap/c", "/services/Soap/T")
blueprint = Blueprint("refusals", __name__)
outside = Blueprint("refusals_outside", __name__)


def _refuse(_rest: str = "", _name: str = "") -> Response:
    """Refuse a resource by the path that was asked for."""
    raise not_modelled(request.path, "NOT_FOUND", 404)


for what in BELOW_OBJECTS:
    blueprint.add_url_rule(f"/sobjects/<_name>/{what}", what, _refuse, methods=METHODS)
for prefix in REST:
    blueprint.add_url_rule(f"/{prefix}", prefix, _refuse, methods=METHODS)
    blueprint.add_url_rule(f"/{prefix}/<path:_rest>", f"{prefix} below", _refuse, methods=METHODS)
for prefix in OTHER:
    outside.add_url_rule(f"{prefix}/<path:_rest>", prefix, _refuse, methods=METHODS)
