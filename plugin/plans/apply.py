"""Applying a plan template: an assumed Desired Outcome, with all that belongs to it, for members without one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.plan import DatedPlan, PlanTemplate, lay_out
from plugin.plans.making import Version, make
from plugin.plans.marking import Marks
from plugin.store import records
from plugin.store.members import current
from plugin.store.records import Origin
from plugin.store.schema import TABLES

SOURCE = "plan template"
"""Source of what a template made, in the history."""


@dataclass(frozen=True)
class Applied:
    """The members that got the plan, the dated plan, and the offers that the association doesn't have."""

    members: tuple[UUID, ...]
    plan: DatedPlan
    unknown_offers: tuple[str, ...]


def without_outcome(conn: Connection, as_of: date, member_id: UUID | None = None) -> dict[UUID, str]:
    """Return the names of members with no Desired Outcome that is open on a day, by id, in order of name.

    Those whose membership has ended are left out. With a `member_id`, only that member is looked at.
    """
    member, outcome = TABLES["member"], TABLES["desired_outcome"]
    open_ = sa.exists().where(
        outcome.c.member == member.c.id,
        outcome.c.deleted_at.is_(None),
        sa.or_(outcome.c.closed_on.is_(None), outcome.c.closed_on > as_of),
    )
    query = sa.select(member.c.id, member.c.name).where(current(as_of), ~open_)
    if member_id is not None:
        query = query.where(member.c.id == member_id)
    return {row.id: row.name for row in conn.execute(query.order_by(member.c.name, member.c.id))}


def apply(
    conn: Connection,
    marks: Marks,
    template: PlanTemplate,
    members: Collection[UUID],
    starts_on: date,
    at: datetime,
    baseline: str | None = None,
) -> Applied:
    """Give each of these members that has no open Desired Outcome the template's, from `starts_on`; mark what follows.

    The goal is assumed: confirming it, and agreeing on the accountabilities, is the member's to do. `baseline` says
    where the member stands today; without it the template does.
    """
    plan = lay_out(template, starts_on)
    origin = Origin(who="success-vector", source=SOURCE, happened_at=at, known_at=at)
    records.load(conn, "member", members, for_update=True)
    still = sorted(without_outcome(conn, starts_on).keys() & set(members))
    unknown = make(conn, marks, plan, still, origin, Version(baseline=baseline))
    return Applied(tuple(still), plan, tuple(unknown))
