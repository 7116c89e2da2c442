"""The REST API by which other programs tell what members answered, and what was learned of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, Response, g, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.engine import Connection

from plugin.domain.entities import CONTEXT_KINDS
from plugin.errors import UserError
from plugin.scoring.rows import offer_names
from plugin.store import due
from plugin.store.keyed import Kept, keep
from plugin.store.members import called
from plugin.store.records import Origin

Line = Annotated[str, Field(min_length=1, max_length=255)]
SOURCE = "API"


class _Told(BaseModel):
    """What every body has: a `key` of the teller's own, and the member by id, id in the CRM, or name."""

    model_config = ConfigDict(extra="forbid")
    key: Line
    member: Line


class ToldResponse(_Told):
    """An offer or an ask that was shown, and how the member answered, as far as that is known."""

    offer: Line | None = None
    ask: Line | None = None
    ask_level: Annotated[int, Field(ge=1, le=9)] | None = None
    shown_on: date | None = None
    answer: Literal["taken", "declined"] | None = None
    answered_on: date | None = None
    yearly_value: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> ToldResponse:
        if (self.offer is None) == (self.ask is None):
            raise ValueError("name an offer or an ask, one of the two")
        if (self.answer is None) != (self.answered_on is None):
            raise ValueError("an answer has its day, answered_on, and a day its answer")
        if self.answer is None and self.shown_on is None:
            raise ValueError("say when it was shown (shown_on), or how and when it was answered")
        if self.shown_on and self.answered_on and self.answered_on < self.shown_on:
            raise ValueError("it was answered before it was shown: put the days right")
        return self


class ToldContext(_Told):
    """Something that was learned of a member on a day."""

    kind: Literal[CONTEXT_KINDS]  # type: ignore[valid-type]
    happened_on: date
    description: Annotated[str, Field(max_length=32000)] | None = None
    who: Line | None = None
    strong: bool | None = None


def add_routes(routes: Blueprint, database: sa.Engine) -> None:
    """Add `/responses` and `/context-events` to routes that ask for a token; the holder is who tells."""

    @routes.post("/responses")
    def response() -> tuple[Response, int]:
        told = ToldResponse.model_validate_json(request.get_data())
        values = told.model_dump(exclude={"key", "member"}, exclude_unset=True)
        _in_the_past(told.shown_on, told.answered_on)
        with database.begin() as conn:
            if told.offer is not None:
                _known_offer(conn, told.offer)
            return _answer(_keep(conn, "response", told, {**values, "source": SOURCE}, g.holder))

    @routes.post("/context-events")
    def context_event() -> tuple[Response, int]:
        told = ToldContext.model_validate_json(request.get_data())
        values = told.model_dump(exclude={"key", "member"}, exclude_unset=True)
        _in_the_past(told.happened_on)
        with database.begin() as conn:
            return _answer(_keep(conn, "context_event", told, values, g.holder))


def _keep(conn: Connection, entity: str, told: _Told, values: Mapping[str, Any], who: str) -> Kept:
    member, now = _member(conn, told.member), datetime.now(UTC)
    kept = keep(conn, entity, told.key, {**values, "member": member}, Origin(who, SOURCE, now, now))
    if kept.became != "unchanged":
        due.mark(conn, "score", "", "member", [str(member)], "interactive", now)
    return kept


def _answer(kept: Kept) -> tuple[Response, int]:
    return jsonify(id=str(kept.id), became=kept.became), 201 if kept.became == "created" else 200


def _member(conn: Connection, text: str) -> UUID:
    found = [one for one in called(conn, text) if not one.deleted]
    if not found:
        raise UserError(f"There is no member {text!r}. Give its id here, its id in the CRM, or its name.")
    if len(found) > 1:
        raise UserError(f"{len(found)} members are called {text!r}. Give the id here or in the CRM instead.")
    return found[0].id


def _known_offer(conn: Connection, name: str) -> None:
    known = offer_names(conn)
    if name.casefold() not in known:
        close = get_close_matches(name.casefold(), known, n=1)
        raise UserError(f"There is no offer {name!r}.{f' Did you mean {close[0]!r}?' if close else ''}")


def _in_the_past(*days: date | None) -> None:
    """Raise UserError for a day that has begun nowhere on earth."""
    latest = datetime.now(UTC).date() + timedelta(days=1)
    for day in days:
        if day is not None and day > latest:
            raise UserError(f"{day} is yet to come: tell what happened once it has.")
