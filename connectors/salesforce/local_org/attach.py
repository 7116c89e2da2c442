"""Gives a served org its automation: the Metadata, Tooling and Bulk APIs, and a view of its outbound messages."""

from __future__ import annotations

from flask import Flask

from connectors.salesforce.local_org import tooling
from connectors.salesforce.local_org.automation import EXTENSION, Automation
from connectors.salesforce.local_org.bulk import classic_routes, query_routes
from connectors.salesforce.local_org.bulk import routes as bulk
from connectors.salesforce.local_org.metadata import routes as metadata
from connectors.salesforce.local_org.outbound import routes as outbound
from connectors.salesforce.local_org.rest.app import register_versioned
from connectors.salesforce.local_org.retrieve import jobs as retrieve
from connectors.salesforce.local_org.soap import routes as soap


def attach(app: Flask, automation: Automation) -> None:
    """Serve an automation's resources on the org's app; to be called before the app serves its first request."""
    app.extensions[EXTENSION] = automation
    app.extensions[retrieve.EXTENSION] = retrieve.Retrievals()
    app.register_blueprint(outbound.blueprint)
    app.register_blueprint(soap.blueprint)
    app.register_blueprint(classic_routes.blueprint)
    for blueprint in (metadata.blueprint, tooling.blueprint, bulk.blueprint, query_routes.blueprint):
        register_versioned(app, blueprint)
