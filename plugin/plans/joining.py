"""Plans at joining: a new member without a goal gets the plan that fits it, assumed until the member confirms it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.fit import Candidate, Fit, fit
from plugin.domain.plan import PlanTemplate
from plugin.plans.apply import Applied, apply
from plugin.plans.marking import Marks
from plugin.store import records
from plugin.store.among import among
from plugin.store.members import WITH_SEGMENT, current
from plugin.store.schema import TABLES

NEW = timedelta(days=30)
"""How long after joining a member counts as new; older members get their plans by hand."""


@dataclass(frozen=True)
class Chosen:
    """The template that fits a member, and why, or why there is none."""

    member: UUID
    name: str
    fit: Fit


def fits(conn: Connection, templates: Sequence[PlanTemplate], members: Collection[UUID]) -> list[Chosen]:
    """Return what fits each of these members, in order of name: by persona, kind and coverage segment."""
    member, segment = TABLES["member"], TABLES["coverage_segment"]
    columns = (member.c.id, member.c.name, member.c.persona, member.c.kind, segment.c.name.label("segment"))
    query = sa.select(*columns, segment.c.model).select_from(WITH_SEGMENT).where(among(member.c.id, members))
    rows = conn.execute(query.order_by(member.c.name, member.c.id))
    return [
        Chosen(row.id, row.name or "", fit(templates, Candidate(row.persona, row.kind, row.segment, row.model)))
        for row in rows
    ]


def new_members(conn: Connection, as_of: date) -> list[UUID]:
    """Return who joined in the last 30 days and has had no goal since; one that somebody took away counts as had."""
    return list(conn.scalars(_new(as_of)))


def apply_at_joining(
    conn: Connection, marks: Marks, templates: Sequence[PlanTemplate], as_of: date, at: datetime
) -> list[Applied]:
    """Give every new member the plan that fits it, from this day on; who nothing fits goes without."""
    records.load(conn, "member", new_members(conn, as_of), for_update=True)
    by_template: dict[str, list[UUID]] = defaultdict(list)
    for one in fits(conn, templates, new_members(conn, as_of)):
        if one.fit.template is not None:
            by_template[one.fit.template.key].append(one.member)
    known = {one.key: one for one in templates}
    return [apply(conn, marks, known[key], members, as_of, at) for key, members in sorted(by_template.items())]


def _new(as_of: date) -> sa.Select[Any]:
    member, outcome = TABLES["member"], TABLES["desired_outcome"]
    began = sa.func.coalesce(outcome.c.starts_on, sa.cast(outcome.c.created_at, sa.Date))
    still_open = sa.and_(
        outcome.c.deleted_at.is_(None), sa.or_(outcome.c.closed_on.is_(None), outcome.c.closed_on > as_of)
    )
    had = sa.exists().where(outcome.c.member == member.c.id, sa.or_(still_open, began >= member.c.joined_on))
    return (
        sa.select(member.c.id)
        .where(
            member.c.joined_on.between(as_of - NEW, as_of),
            current(as_of),
            ~had,
        )
        .order_by(member.c.id)
    )
