"""Applying a plan template: an assumed Desired Outcome, with all that belongs to it, for members without one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.plan import DatedPlan, PlanTemplate, lay_out
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES


class Marks(Protocol):
    """What follows from a change: the engine."""

    def mark_score(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        """Make scores due."""

    def mark_push(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        """Make writes due."""


@dataclass(frozen=True)
class Applied:
    """The members that got the plan, the dated plan, and the offers that the association doesn't have."""

    members: tuple[UUID, ...]
    plan: DatedPlan
    unknown_offers: tuple[str, ...]


def without_outcome(conn: Connection, as_of: date, name: str | None = None) -> dict[UUID, str]:
    """Return the names of members with no Desired Outcome that is open on a day, by id, in order of name.

    Those whose membership has ended are left out. With a `name`, only the members of that name.
    """
    member, outcome = TABLES["member"], TABLES["desired_outcome"]
    open_ = sa.exists().where(
        outcome.c.member == member.c.id,
        outcome.c.deleted_at.is_(None),
        sa.or_(outcome.c.closed_on.is_(None), outcome.c.closed_on > as_of),
    )
    current = sa.or_(member.c.ended_on.is_(None), member.c.ended_on > as_of)
    query = sa.select(member.c.id, member.c.name).where(member.c.deleted_at.is_(None), current, ~open_)
    if name is not None:
        query = query.where(sa.func.lower(member.c.name) == name.lower())
    return {row.id: row.name for row in conn.execute(query.order_by(member.c.name, member.c.id))}


def apply(
    conn: Connection, marks: Marks, template: PlanTemplate, members: Collection[UUID], starts_on: date, at: datetime
) -> Applied:
    """Give each of these members that has no open Desired Outcome the template's, from `starts_on`; mark what follows.

    The goal is assumed: confirming it, and agreeing on the accountabilities, is the member's to do.
    """
    plan = lay_out(template, starts_on)
    origin = Origin(who="success-vector", source="plan template", happened_at=at, known_at=at)
    records.load(conn, "member", members, for_update=True)
    still = sorted(without_outcome(conn, starts_on).keys() & set(members))
    offers = {name: _offers(conn).get(name.casefold()) for name in _offer_names(template)}

    def save(entity: str, rows: Iterable[Mapping[str, Any]]) -> list[UUID]:
        ids = records.save_many(conn, entity, [(None, values, origin) for values in rows])
        marks.mark_push(conn, entity, set(ids))
        return ids

    outcomes = save("desired_outcome", (_outcome(plan, member) for member in still))
    save("requirement", (row for outcome in outcomes for row in _requirements(plan, outcome)))
    milestones = [row for outcome in outcomes for row in _milestones(plan, outcome, offers)]
    ids = dict(
        zip(((row["desired_outcome"], row["name"]) for row in milestones), save("milestone", milestones), strict=True)
    )
    save("accountability", (row for outcome in outcomes for row in _actions(plan, outcome, ids)))
    marks.mark_score(conn, "member", set(still))
    return Applied(tuple(still), plan, tuple(name for name, found in offers.items() if found is None))


def _outcome(plan: DatedPlan, member: UUID) -> dict[str, Any]:
    template = plan.template
    return {
        "name": template.name,
        "member": member,
        "objective": template.objective,
        "baseline": template.baseline or None,
        "starts_on": plan.starts_on,
        "due_on": plan.due_on,
        "priority": 1.0,
        "template": template.key,
    }


def _requirements(plan: DatedPlan, outcome: UUID) -> Iterator[dict[str, Any]]:
    for one in plan.template.requirements:
        yield {
            "desired_outcome": outcome,
            "kind": one.kind,
            "description": one.description,
            "essential": one.essential,
        }


def _milestones(plan: DatedPlan, outcome: UUID, offers: Mapping[str, UUID | None]) -> Iterator[dict[str, Any]]:
    for due_on, one in plan.milestones:
        yield {
            "desired_outcome": outcome,
            "name": one.name,
            "type": one.type,
            "weight": one.weight,
            "first_due_on": due_on,
            "due_on": due_on,
            "inside_offering": one.inside_offering,
            "evidence_source": one.evidence,
            "expansion_offer": offers[one.offer] if one.offer else None,
            "advocacy_ask": one.ask,
            "advocacy_level": (one.ask_level or 1) if one.ask else None,
        }


def _actions(plan: DatedPlan, outcome: UUID, milestones: Mapping[tuple[UUID, str], UUID]) -> Iterator[dict[str, Any]]:
    for due_on, one in plan.accountabilities:
        yield {
            "desired_outcome": outcome,
            "name": one.name,
            "milestone": milestones[outcome, one.milestone],
            "party": one.party,
            "due_on": due_on,
            "consequence": one.consequence or None,
        }


def _offer_names(template: PlanTemplate) -> Sequence[str]:
    return list(dict.fromkeys(one.offer for one in template.milestones if one.offer))


def _offers(conn: Connection) -> dict[str, UUID]:
    offer = TABLES["expansion_offer"]
    rows = conn.execute(sa.select(offer.c.id, offer.c.name).where(offer.c.deleted_at.is_(None)).order_by(offer.c.id))
    return {row.name.casefold(): row.id for row in rows if row.name}
