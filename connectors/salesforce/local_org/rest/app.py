"""The Flask app of the org: who may call, what a call costs, how a refusal looks."""

from __future__ import annotations

from typing import Any

import psycopg
from flask import Blueprint, Flask, Response, g, jsonify, request
from psycopg_pool import PoolTimeout
from werkzeug.exceptions import HTTPException, NotFound

from connectors.salesforce.local_org import oauth
from connectors.salesforce.local_org.calls import kind_of
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.faulty import panel
from connectors.salesforce.local_org.faulty import routes as fault_routes
from connectors.salesforce.local_org.rest import (
    batch,
    changes,
    collections,
    composite,
    graph,
    layouts,
    local,
    queries,
    refusals,
    resources,
    sobjects,
    tree,
)
from connectors.salesforce.local_org.rest.context import EXTENSION, SESSION, Here, here, signed_in

VERSIONED = (resources.blueprint, changes.blueprint, sobjects.blueprint, layouts.blueprint, queries.blueprint,
             collections.blueprint, composite.blueprint, batch.blueprint, tree.blueprint, graph.blueprint,
             refusals.blueprint)  # fmt: skip
OLD_VERSION = OrgError("NOT_FOUND", "The requested resource does not exist")


def create_app(parts: Here) -> Flask:
    """Return the app that serves these parts."""
    app = Flask("local_org", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = parts
    app.register_blueprint(oauth.blueprint)
    app.register_blueprint(resources.versions)
    app.register_blueprint(local.blueprint)
    app.register_blueprint(fault_routes.blueprint)
    app.register_blueprint(panel.blueprint)
    app.register_blueprint(refusals.outside)
    for blueprint in VERSIONED:
        register_versioned(app, blueprint)
    app.before_request(_no_zero_byte)
    app.before_request(_count)
    app.after_request(_limit_header)
    app.register_error_handler(OrgError, _refused)
    app.register_error_handler(HTTPException, _http)
    for locked in (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
        app.register_error_handler(locked, _locked)
    for down in (psycopg.OperationalError, PoolTimeout):
        app.register_error_handler(down, _down)
    return app


def _no_zero_byte() -> None:
    """Nothing here has a name with a zero byte in it, and PostgreSQL can't even be asked for one.

    SOAP's paths name nothing but a version and an organization, and are answered in SOAP.
    """
    if "\0" in request.path and not request.path.startswith("/services/Soap"):
        raise NotFound


def register_versioned(app: Flask, blueprint: Blueprint) -> None:
    """Let a blueprint's resources lie below /services/data/vNN.0, for those who have signed in."""
    app.register_blueprint(blueprint, url_prefix="/services/data/v<api_version>")


def _count() -> None:
    """Take the version out of the path, demand a session where one is needed, and count the call."""
    values: dict[str, Any] = request.view_args or {}
    if SESSION not in request.environ:
        kind = kind_of(request.path)
        needs_session = request.path.startswith("/services/data/")
        if needs_session:
            signed_in()
        if kind and (needs_session or request.path.startswith("/services/Soap")) and not here().calls.count(kind):
            raise OrgError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    if "api_version" in values:
        g.version = values.pop("api_version")
        number, _, minor = g.version.partition(".")
        if minor != "0" or not number.isdigit() or not resources.OLDEST <= int(number) <= resources.NEWEST:
            raise OLD_VERSION


def _limit_header(response: Response) -> Response:
    if request.path.startswith("/services/data/"):
        response.headers["Sforce-Limit-Info"] = here().calls.header
    return response


def _refused(error: OrgError) -> tuple[Response, int]:
    return jsonify([error.body()]), error.status


def _locked(_: psycopg.Error) -> tuple[Response, int]:
    return _refused(OrgError("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records"))


def _down(_: Exception) -> tuple[Response, int]:
    return _refused(OrgError("SERVER_UNAVAILABLE", "The local org can't reach its database. Try again later."))


def _http(error: HTTPException) -> tuple[Response, int]:
    """Answer what no resource takes, in Salesforce's form."""
    status = error.code or 500
    if status == 405:
        told = OrgError("METHOD_NOT_ALLOWED", f"HTTP Method '{request.method}' not allowed.")
    elif status == 413:
        told = OrgError("REQUEST_ENTITY_TOO_LARGE", "The request is too large", status=413)
    else:
        told = OrgError("NOT_FOUND", "The requested resource does not exist") if status == 404 else OrgError(
            "UNKNOWN_EXCEPTION", str(error.description), status=status
        )  # fmt: skip
    return _refused(told)
