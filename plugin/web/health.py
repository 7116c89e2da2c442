"""Whether the service is alive and ready, and how far it is behind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from plugin.store import due
from plugin.store.migrate import level
from plugin.sync.budget import DEFAULT, Budget
from plugin.web.metrics import StoreCollector
from plugin.web.refusing import Refusals


def blueprint(database: sa.Engine, oldest_due_seconds: int, refused: Refusals, budget: Budget = DEFAULT) -> Blueprint:
    """Return the routes `/healthz`, `/readyz` and `/metrics`."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return Response("alive\n", content_type="text/plain")

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        checks = readiness(database, oldest_due_seconds, datetime.now(UTC), budget)
        return jsonify(checks), 200 if all(check["ok"] for check in checks.values()) else 503

    @routes.get("/metrics")
    def metrics() -> Response:
        refused.write()
        registry = CollectorRegistry()
        registry.register(StoreCollector(database, budget))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return routes


def readiness(
    database: sa.Engine, oldest_due_seconds: int, now: datetime, budget: Budget = DEFAULT
) -> dict[str, dict[str, Any]]:
    """Return each check by name: whether it is `ok`, and what to do where it is not.

    What waits for the org's calls, by `budget`, isn't late.
    """
    try:
        current, head = level(database)
        with database.connect() as conn:
            oldest = due.oldest(conn, budget.everywhere(conn, now))
    except SQLAlchemyError:
        return {"database": {"ok": False, "fix": "Start PostgreSQL, or put DATABASE_URL right."}}
    age = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    checks: dict[str, dict[str, Any]] = {
        "database": {"ok": True},
        "migrations": {"ok": current == head, "level": current, "needed": head},
        "oldest_due": {"ok": age <= oldest_due_seconds, "seconds": round(age, 1)},
    }
    if current != head:
        checks["migrations"]["fix"] = "Run: success-vector migrate"
    if age > oldest_due_seconds:
        checks["oldest_due"]["fix"] = "Is a worker running? Start one with: success-vector worker"
    return checks
