"""The REST API below `/api/v1`: who may call it, what it answers when a call goes wrong, and its routes together."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

import sqlalchemy as sa
from flask import Blueprint, Response, g, jsonify, request
from pydantic import ValidationError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from mappings.model import Mapping
from plugin.errors import UserError
from plugin.logs import first_line
from plugin.web import calibration, reviews, telling
from plugin.web.tokens import Tokens


def blueprint(database: sa.Engine, mappings: MappingOf[str, Mapping], tokens: Tokens) -> Blueprint:
    """Return the routes below `/api/v1`. Each asks for a token, whose holder a route finds in `flask.g.holder`."""
    routes = Blueprint("api", __name__, url_prefix="/api/v1")

    @routes.before_request
    def authenticate() -> Response | tuple[Response, int] | None:
        g.holder = tokens.holder(request.headers.get("Authorization"))
        if g.holder is None:
            answer = jsonify(error="Send a token of SUCCESS_VECTOR_API_TOKENS as Authorization: Bearer ...")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer, 401
        return None

    calibration.add_route(routes, database)
    reviews.add_routes(routes, database, mappings)
    telling.add_routes(routes, database)
    routes.register_error_handler(UserError, _refused)
    routes.register_error_handler(ValidationError, _wrong)
    routes.register_error_handler(DataError, _not_held)
    for error in (OperationalError, InterfaceError, NoConnectionLeft):
        routes.register_error_handler(error, _unreachable)
    return routes


def _refused(error: UserError) -> tuple[Response, int]:
    return jsonify(error=str(error)), 422


def _wrong(error: ValidationError) -> tuple[Response, int]:
    problems = [f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors()]
    return jsonify(error="; ".join(problems)), 400


def _not_held(error: DataError) -> tuple[Response, int]:
    return jsonify(
        error=f"A value can't be kept: {first_line(error.orig)}. Nothing was changed; send it without that."
    ), 400


def _unreachable(_error: Exception) -> tuple[Response, int]:
    return jsonify(error="The database can't be reached; try again later."), 503
