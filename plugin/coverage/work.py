"""Members as work: who owns them since when, and the hours a month that their segment takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.appropriate_experience import lifecycle_stage
from plugin.domain.capacity import Msm, Pool, Served, Team
from plugin.store import history
from plugin.store.members import WITH_SEGMENT, current
from plugin.store.schema import TABLES

NO_SEGMENT = "(no segment)"
POOLED_MODEL = "inbound"
"""The coverage model whose members have nobody of their own, where no team file says who serves them."""


@dataclass(frozen=True)
class Work:
    """The members that are served, the team with all that is known of it, and the members of unknown hours."""

    served: tuple[Served, ...]
    team: Team
    without_hours: Mapping[str, int]


def work(
    conn: Connection, as_of: date, team: Team | None, assumed: Msm, called_for: Mapping[str, str | None] | None = None
) -> Work:
    """Return the work that current members are, as of a day.

    Without a team, every owner has the hours that are `assumed`, and inbound segments are served by a pool. Hours that
    the team does not name come from the segment. `called_for` has the segment by the rules of each member's id.
    """
    rows = [dict(row) for row in conn.execute(_members(as_of)).mappings()]
    segments = {row.name: row for row in conn.execute(_segments())}
    team = _complete(team or _found(rows, segments, assumed), segments)
    since = _owned_since(conn, [row["id"] for row in rows])
    served, without = [], Counter[str]()
    for row in rows:
        stage = lifecycle_stage(row["joined_on"], row["paid_through"], row["ended_on"], as_of)
        segment = row["segment_name"] or NO_SEGMENT
        hours = team.hours_of(segment, stage)
        if hours is None:
            without[segment] += 1
            continue
        by_rules = (called_for or {}).get(str(row["id"]))
        served.append(
            Served(
                str(row["id"]), row["name"] or "", row["owner"], segment, hours,
                since.get(row["id"]) or row["joined_on"],
                team.hours_of(by_rules, stage) if by_rules else None,
            )
        )  # fmt: skip
    return Work(tuple(served), team, without)


def _found(rows: list[dict[str, Any]], segments: Mapping[str, Any], assumed: Msm) -> Team:
    owners = sorted({row["owner"] for row in rows if row["owner"]})
    pooled = tuple(name for name, row in segments.items() if row.model == POOLED_MODEL)
    pools = (Pool("inbound", pooled),) if pooled else ()
    return Team(tuple(replace(assumed, name=owner) for owner in owners), pools)


def _complete(team: Team, segments: Mapping[str, Any]) -> Team:
    known = {name: {"": row.hours_per_member_month} for name, row in segments.items() if row.hours_per_member_month}
    named = {name: {**known.get(name, {}), **by_stage} for name, by_stage in team.hours.items()}
    return replace(team, hours={**known, **named})


def _owned_since(conn: Connection, members: list[UUID]) -> dict[UUID, date]:
    """Return the day on which each member came to its owner, where it had another one before."""
    changes = history.last_changes(conn, "member", members, "owner")
    return {
        key: fields["owner"].happened_at.date() for key, fields in changes.items() if fields["owner"].old is not None
    }


def _segments() -> sa.Select[Any]:
    table = TABLES["coverage_segment"]
    columns = (table.c.name, table.c.model, table.c.hours_per_member_month)
    return sa.select(*columns).where(table.c.deleted_at.is_(None), table.c.name.is_not(None)).order_by(table.c.name)


def _members(as_of: date) -> sa.Select[Any]:
    member, segment = TABLES["member"], TABLES["coverage_segment"]
    names = ("id", "name", "owner", "joined_on", "paid_through", "ended_on")
    query = sa.select(*(member.c[name] for name in names), segment.c.name.label("segment_name"))
    return query.select_from(WITH_SEGMENT).where(current(as_of)).order_by(member.c.name, member.c.id)
