"""All members with their facts, and who owns them: what the forecast and the engagement mix look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.member import Member
from plugin.scoring.facts import facts
from plugin.store.schema import TABLES


@dataclass(frozen=True)
class Portfolio:
    """The association's members, and the owner of each by the member's id."""

    members: tuple[Member, ...]
    owners: Mapping[str, str]


def portfolio(conn: Connection, as_of: date) -> Portfolio:
    """Return every member that is not deleted, with its facts, in order of id."""
    member = TABLES["member"]
    rows = conn.execute(sa.select(member.c.id, member.c.owner).where(member.c.deleted_at.is_(None))).all()
    members = facts(conn, [row.id for row in rows], as_of)
    return Portfolio(tuple(members), {str(row.id): row.owner for row in rows if row.owner})
