"""Faults over HTTP, for tests of other programs; no part of Salesforce."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.faulty.plan import FaultPlan, read_plan
from connectors.salesforce.local_org.rest.context import here
from plugin.errors import UserError

blueprint = Blueprint("faults", __name__, url_prefix="/__local__/faults")


@blueprint.get("")
def report() -> Response:
    """Return the plan of faults, what each rule matched and injected, and what was injected by kind."""
    return jsonify(here().faults.draws.told())


@blueprint.put("")
def follow() -> Response:
    """Let faults happen by a plan from now on: {"seed": n, "rules": [{"kind", "rate", "endpoint", ...}]}."""
    try:
        plan = read_plan(request.get_json(silent=True, force=True))
    except UserError as error:
        raise OrgError("INVALID_INPUT", str(error)) from None
    here().faults.follow(plan)
    return report()


@blueprint.delete("")
def forget() -> Response:
    """Let no more faults happen."""
    here().faults.follow(FaultPlan())
    return Response(status=204)
