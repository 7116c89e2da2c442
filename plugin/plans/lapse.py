"""What the end of a membership means for its goals: they are closed as lapsed, on the day it ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.plans.marking import Marks
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES

LAPSED = "lapsed"
"""The reason with which the end of the membership closes a goal."""


def close_lapsed(conn: Connection, marks: Marks, as_of: date, at: datetime) -> list[UUID]:
    """Close every open goal of members whose membership has ended by a day; return the goals.

    A member that returns gets a new version (`change_destination`); what was reached before stays as it was.
    """
    records.load(conn, "desired_outcome", list(conn.scalars(_open(as_of))), for_update=True)
    found = {row.id: row.ended_on for row in conn.execute(_open(as_of).add_columns(TABLES["member"].c.ended_on))}
    origin = Origin(who="success-vector", source="membership end", happened_at=at, known_at=at)
    ids = records.save_many(
        conn,
        "desired_outcome",
        [(key, {"closed_on": ended, "closed_reason": LAPSED}, origin) for key, ended in found.items()],
    )
    marks.mark_push(conn, "desired_outcome", set(ids))
    marks.mark_score(conn, "desired_outcome", set(ids))
    return ids


def _open(as_of: date) -> sa.Select[Any]:
    member, outcome = TABLES["member"], TABLES["desired_outcome"]
    return (
        sa.select(outcome.c.id)
        .select_from(outcome.join(member, member.c.id == outcome.c.member))
        .where(
            member.c.deleted_at.is_(None),
            outcome.c.deleted_at.is_(None),
            member.c.ended_on <= as_of,
            sa.or_(outcome.c.closed_on.is_(None), outcome.c.closed_on > member.c.ended_on),
        )
        .order_by(outcome.c.id)
    )
