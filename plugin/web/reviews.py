"""The routes of the REST API for fields that wait for a person: list them, look at one, settle it."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa
from flask import Blueprint, Response, g, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from mappings.model import Mapping
from plugin.sync.held import Held, held
from plugin.sync.review import Settlement, Stale, find, settle

MOST = 500


class Asked(BaseModel):
    """What a list is asked for."""

    model_config = ConfigDict(extra="forbid")
    system: str | None = None
    entity: str | None = None
    field: str | None = None
    limit: int = Field(default=100, ge=1, le=MOST)
    after: int = Field(default=0, ge=0, lt=2**63)


class Settling(BaseModel):
    """The body of a settlement; `value` counts only where `take` says so."""

    model_config = ConfigDict(extra="forbid")
    take: Literal["ours", "theirs", "value"]
    value: str | int | float | bool | None = None
    because: str | None = Field(default=None, max_length=2000)


def add_routes(routes: Blueprint, database: sa.Engine, mappings: MappingOf[str, Mapping]) -> None:
    """Add `/reviews` to routes that ask for a token; the holder is who settles."""

    @routes.get("/reviews")
    def list_() -> Response:
        asked = Asked.model_validate(request.args.to_dict())
        with database.connect() as conn:
            found = held(conn, **asked.model_dump())
        last = int(found[-1].id.split(".")[0]) if len(found) >= asked.limit else None
        return jsonify(reviews=[_json(one) for one in found], after=last)

    @routes.get("/reviews/<review_id>")
    def look(review_id: str) -> Response:
        with database.begin() as conn:
            return jsonify(_json(find(conn, review_id)))

    @routes.post("/reviews/<review_id>/settle")
    def settle_(review_id: str) -> Response:
        asked = Settling.model_validate_json(request.get_data())
        settlement = Settlement(asked.take, asked.value, g.holder, asked.because)
        with database.begin() as conn:
            value = settle(conn, mappings, review_id, settlement, datetime.now(UTC))
        return jsonify(id=review_id, value=value)

    @routes.errorhandler(Stale)
    def stale(error: Stale) -> tuple[Response, int]:
        return jsonify(error=str(error), now=_json(error.now) if error.now else None), 409


def _json(one: Held) -> dict[str, Any]:
    return asdict(one) | {
        "record_id": str(one.record_id),
        "ours_at": one.ours_at.isoformat() if one.ours_at else None,
    }
