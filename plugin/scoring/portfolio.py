"""All members with their facts, and who owns them: what the forecast and the engagement mix look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.member import Member
from plugin.scoring.facts import facts
from plugin.scoring.rows import time_zone
from plugin.store.schema import TABLES

AT_ONCE = 5_000
"""Members whose stored rows are in memory at a time: those take more of it than the facts they become."""


@dataclass(frozen=True)
class Portfolio:
    """The association's members, and the owner of each by the member's id."""

    members: tuple[Member, ...]
    owners: Mapping[str, str]


def portfolio(conn: Connection, as_of: date) -> Portfolio:
    """Return every member that is not deleted, with its facts, in order of id."""
    member = TABLES["member"]
    query = sa.select(member.c.id, member.c.owner).where(member.c.deleted_at.is_(None))
    rows = conn.execute(query.order_by(member.c.id)).all()
    ids, zone = [row.id for row in rows], time_zone(conn)
    batches = (ids[begin : begin + AT_ONCE] for begin in range(0, len(ids), AT_ONCE))
    members = (one for batch in batches for one in facts(conn, batch, as_of, zone))
    return Portfolio(tuple(members), {str(row.id): row.owner for row in rows if row.owner})
