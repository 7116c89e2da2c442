"""A new destination, or the same one again after a return: the old goal is closed, a new version follows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mappings.reports import nearest
from plugin.domain.plan import DatedPlan, PlanTemplate, lay_out
from plugin.errors import Problem, Problems, UserError
from plugin.plans.lapse import LAPSED
from plugin.plans.making import Version, make
from plugin.plans.marking import Marks
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES


@dataclass(frozen=True)
class Agreed:
    """What was agreed with the member: why, who confirmed the new goal (None: it is assumed), what carries over.

    `carried` is credit from 0 to 1 by the new plan's milestones; `baseline` is where the member stands, in words.
    """

    reason: str
    confirmed_by: str | None = None
    carried: Mapping[str, float] = field(default_factory=dict)
    baseline: str | None = None


@dataclass(frozen=True)
class Changed:
    """The goal that was closed or had lapsed, the plan that follows it, and the offers that the association lacks."""

    before: UUID
    returned: bool
    plan: DatedPlan
    unknown_offers: tuple[str, ...]


def change_destination(
    conn: Connection, marks: Marks, member: UUID, template: PlanTemplate, agreed: Agreed, on: date, at: datetime
) -> Changed:
    """Close a member's goal on a day and start a new version from a template on it; a lapsed goal is followed likewise.

    Nothing of the old version is rewritten. Raises Problems for credits that don't fit the new plan, UserError where
    the member has several open goals, or none to follow.
    """
    _check(template, agreed.carried)
    records.load(conn, "member", [member], for_update=True)
    before, returned = _before(conn, member, on)
    origin = Origin(who=agreed.confirmed_by or "success-vector", source="new destination", happened_at=at, known_at=at)
    if not returned:
        closed = {"closed_on": on, "closed_reason": agreed.reason}
        records.save(conn, "desired_outcome", before, closed, origin)
        marks.mark_push(conn, "desired_outcome", {before})
    plan = lay_out(template, on)
    version = Version(
        baseline=agreed.baseline or _reached(conn, before, on),
        supersedes=before,
        confirmed_on=on if agreed.confirmed_by else None,
        confirmed_by=agreed.confirmed_by,
        carried=agreed.carried,
    )
    return Changed(before, returned, plan, tuple(make(conn, marks, plan, [member], origin, version)))


def _check(template: PlanTemplate, carried: Mapping[str, float]) -> None:
    names = [one.name for one in template.milestones]
    found = [
        Problem(name, f"the plan {template.key} has no such milestone", f"Use {nearest(name, names)}.")
        for name in carried
        if name not in names
    ]
    found += [
        Problem(name, f"a credit of {credit:g} can't be", "Carry over from 0 (nothing) to 1 (all of it).")
        for name, credit in carried.items()
        if not 0 <= credit <= 1
    ]
    if found:
        raise Problems("What is to carry over doesn't fit:", found)


def _before(conn: Connection, member: UUID, on: date) -> tuple[UUID, bool]:
    """Return the goal that the new one follows, and whether the member returns to it after a lapse."""
    outcomes = _outcomes(conn, member)
    open_ = [row for row in outcomes if row.closed_on is None or row.closed_on > on]
    if len(open_) == 1:
        return open_[0].id, False
    if open_:
        names = ", ".join(repr(row.name) for row in open_)
        raise UserError(f"The member has {len(open_)} open goals: {names}. Close those that no longer hold in the CRM.")
    lapsed = [row for row in outcomes if row.closed_reason == LAPSED]
    if not lapsed:
        raise UserError("The member has no open goal, and none that lapsed. Use `success-vector plans apply`.")
    return max(lapsed, key=lambda row: row.closed_on).id, True


def _outcomes(conn: Connection, member: UUID) -> Collection[Any]:
    outcome = TABLES["desired_outcome"]
    query = sa.select(outcome).where(outcome.c.member == member, outcome.c.deleted_at.is_(None))
    return conn.execute(query.order_by(outcome.c.id)).all()


def _reached(conn: Connection, outcome: UUID, on: date) -> str | None:
    """Return what was reached on the way so far: where the member stands when the new version begins."""
    milestone = TABLES["milestone"]
    query = sa.select(milestone.c.name).where(
        milestone.c.desired_outcome == outcome,
        milestone.c.deleted_at.is_(None),
        milestone.c.achieved_on <= on,
        sa.or_(milestone.c.reversed_on.is_(None), milestone.c.reversed_on < milestone.c.achieved_on),
    )
    names = [name for name in conn.scalars(query.order_by(milestone.c.achieved_on, milestone.c.id)) if name]
    return f"Reached before: {', '.join(names)}." if names else None
