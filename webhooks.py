"""The Flask app: every route that another system calls. Thin: authenticate, parse, mark what is due, acknowledge."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import structlog
from flask import Flask, Request, Response, request
from sqlalchemy.exc import SQLAlchemyError

from connectors.salesforce import notifications
from plugin.bootstrap import Services, budget_of, open_services
from plugin.logs import set_up
from plugin.settings import Settings
from plugin.store import due, systems
from plugin.web import api, health
from plugin.web.doors import Doors
from plugin.web.refusing import Refusals
from plugin.web.tokens import Tokens

log = structlog.get_logger(__name__)
XML = "text/xml; charset=utf-8"
REFUSED = {400: "no message", 403: "another organisation", 415: "compressed"}
"""What a refusal is counted as, by the status it is answered with; others are counted where they happen."""


def create_app(services: Services | None = None) -> Flask:
    """Return the web service; with no services given, they are opened from the environment's settings."""
    if services is None:
        settings = Settings.read()
        set_up(settings.log_level)
        services = open_services(settings)
    settings = services.settings
    doors = Doors(services.systems)
    app = Flask("plugin.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_notification_bytes
    app.config["REQUEST_SECONDS"] = settings.request_seconds
    refused = app.extensions["refusals"] = Refusals(services.database)
    budget = budget_of(settings)
    app.register_blueprint(health.blueprint(services.database, settings.oldest_due_seconds, refused, budget))
    tokens = Tokens(settings.api_tokens, settings.api_tokens_file)
    app.register_blueprint(api.blueprint(services.database, services.mappings, tokens))

    @app.post("/webhooks/salesforce/<secret>")
    def salesforce_notification(secret: str) -> Response:
        opened = doors.opened_by(secret)
        if not opened:
            refused.count("secret")
            return Response("Not found\n", 404)
        answer = _receive(services, request, opened)
        if answer.status_code in REFUSED:
            refused.count(REFUSED[answer.status_code])
        return answer

    @app.errorhandler(413)
    def too_large(_error: Exception) -> Response:
        refused.count("too large")
        most = settings.max_notification_bytes
        return _fault(413, "Client", f"The message is larger than {most} bytes.")

    return app


def _receive(services: Services, message_request: Request, opened: Sequence[str]) -> Response:
    if message_request.headers.get("Content-Encoding", "identity") != "identity":
        return _fault(415, "Client", "Send the message uncompressed.")
    try:
        message = notifications.parse(_body(message_request))
    except notifications.NotAMessage as error:
        return _fault(400, "Client", str(error))
    try:
        return _mark(services, message, opened)
    except SQLAlchemyError:
        return _fault(503, "Server", "The database can't be reached; send the message again later.")


def _body(message_request: Request) -> bytes:
    """Return the whole body; one that comes in pieces, without its length, is cut at the limit: that is too large."""
    body = message_request.get_data(cache=False)
    if message_request.content_length is None:
        message_request.stream.read(1)
    return body


def _mark(services: Services, message: notifications.OutboundMessage, opened: Sequence[str]) -> Response:
    """Mark what the message names as due in the system that it comes from, which is one of those it may come from."""
    correlation = str(uuid.uuid4())
    with services.database.begin() as conn:
        pinned = {name: org_id for name in opened if (org_id := systems.org_id(conn, name))}
        name = next((name for name, org_id in pinned.items() if message.comes_from(org_id)), None)
        if name is None and len(pinned) < len(opened):
            return _fault(503, "Server", "No first sync has pinned an organisation yet; send the message again later.")
        if name is None:
            return _fault(403, "Client", "The message comes from another organisation than the one that is connected.")
        for object_name in {object_name for object_name, _ in message.records} & set(services.mappings[name].objects):
            ids = [record_id for each, record_id in message.records if each == object_name]
            due.mark(conn, "fetch", name, object_name, ids, lane="interactive", correlation=correlation)
    log.info("notified", system=name, records=len(message.records), correlation=correlation)
    services.bell.ring("drain", name)
    return Response(notifications.acknowledgement(), 200, content_type=XML)


def _fault(status: int, party: str, reason: str) -> Response:
    return Response(notifications.fault(party, reason), status, content_type=XML)
