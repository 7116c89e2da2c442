"""What no Salesforce has: this server's own counters, for tests and benchmarks."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from connectors.salesforce.local_org.rest.context import here

blueprint = Blueprint("local", __name__, url_prefix="/__local__")


@blueprint.get("/calls")
def calls() -> Response:
    """Tell how many API calls were made since the last reset, by kind, and what is used of the limit."""
    counted = here().calls
    kinds = counted.by_kind()
    return jsonify({"total": sum(kinds.values()), "by_kind": kinds, "used": counted.used, "limit": counted.limit})


@blueprint.delete("/calls")
def reset() -> Response:
    """Begin to count anew."""
    here().calls.reset()
    return Response(status=204)
