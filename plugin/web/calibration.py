"""The REST API's word on what may be foretold: the verdicts of the last back-test."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify

from plugin.domain.success_vector import VERSION
from plugin.store import verdicts


def add_route(routes: Blueprint, database: sa.Engine) -> None:
    """Add `/calibration` to routes that ask for a token; without a back-test everything is descriptive only."""

    @routes.get("/calibration")
    def told() -> Response:
        with database.connect() as conn:
            found = verdicts.told(conn, VERSION)
        return jsonify(
            questions=[one | {"as_of": one["as_of"].isoformat() if one["as_of"] else None} for one in found],
            definition_version=VERSION,
        )
