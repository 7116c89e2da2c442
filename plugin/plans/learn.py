"""What the association's own plans teach: from the store, nothing written."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.learning import Learned, Promise, learn, promises
from plugin.scoring.facts import facts
from plugin.store.schema import TABLES

AT_ONCE = 1000
"""Members whose facts are in memory at a time."""


def learned(conn: Connection, as_of: date) -> list[Learned]:
    """Return what is known as of a day of the milestones of every template that was ever applied."""
    outcome, member = TABLES["desired_outcome"], TABLES["member"]
    rows = conn.execute(
        sa.select(outcome.c.id, outcome.c.template, outcome.c.member)
        .join(member, member.c.id == outcome.c.member)
        .where(outcome.c.template.is_not(None), outcome.c.deleted_at.is_(None), member.c.deleted_at.is_(None))
        .order_by(outcome.c.member, outcome.c.id)
    ).all()
    templates = {str(row.id): row.template for row in rows}
    members = list(dict.fromkeys(row.member for row in rows))
    found: list[Promise] = []
    for begin in range(0, len(members), AT_ONCE):
        found += promises(facts(conn, members[begin : begin + AT_ONCE], as_of), templates, as_of)
    return learn(found)
