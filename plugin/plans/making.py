"""The records that a dated plan becomes: a Desired Outcome with all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.plan import DatedPlan, PlanTemplate
from plugin.plans.marking import Marks
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES


@dataclass(frozen=True)
class Version:
    """What this version of the goal has beside the template: where the member stands, and what came before it."""

    baseline: str | None = None
    supersedes: UUID | None = None
    confirmed_on: date | None = None
    confirmed_by: str | None = None
    carried: Mapping[str, float] = field(default_factory=dict)


FIRST = Version()
AT_ONCE = 1000
"""Members whose records are in memory at a time."""


def make(
    conn: Connection, marks: Marks, plan: DatedPlan, members: Sequence[UUID], origin: Origin, version: Version = FIRST
) -> list[str]:
    """Save the plan for each of these members and mark what follows; return the offers that the association lacks."""
    found = _offers(conn)
    offers = {name: found.get(name.casefold()) for name in _offer_names(plan.template)}
    for begin in range(0, len(members), AT_ONCE):
        _make(conn, marks, plan, members[begin : begin + AT_ONCE], origin, version, offers)
    return [name for name, offer in offers.items() if offer is None]


def _make(
    conn: Connection,
    marks: Marks,
    plan: DatedPlan,
    members: Sequence[UUID],
    origin: Origin,
    version: Version,
    offers: Mapping[str, UUID | None],
) -> None:
    def save(entity: str, rows: Iterable[Mapping[str, Any]]) -> list[UUID]:
        ids = records.save_many(conn, entity, [(None, values, origin) for values in rows])
        marks.mark_push(conn, entity, set(ids))
        return ids

    outcomes = save("desired_outcome", (_outcome(plan, member, version) for member in members))
    save("requirement", (row for outcome in outcomes for row in _requirements(plan, outcome)))
    milestones = [row for outcome in outcomes for row in _milestones(plan, outcome, offers, version)]
    ids = dict(
        zip(((row["desired_outcome"], row["name"]) for row in milestones), save("milestone", milestones), strict=True)
    )
    save("accountability", (row for outcome in outcomes for row in _actions(plan, outcome, ids)))
    marks.mark_score(conn, "member", set(members))


def _outcome(plan: DatedPlan, member: UUID, version: Version) -> dict[str, Any]:
    template = plan.template
    return {
        "name": template.name,
        "member": member,
        "objective": template.objective,
        "baseline": version.baseline or template.baseline or None,
        "starts_on": plan.starts_on,
        "due_on": plan.due_on,
        "priority": 1.0,
        "template": template.key,
        "supersedes": version.supersedes,
        "confirmed_on": version.confirmed_on,
        "confirmed_by": version.confirmed_by,
    }


def _requirements(plan: DatedPlan, outcome: UUID) -> Iterator[dict[str, Any]]:
    for one in plan.template.requirements:
        yield {
            "desired_outcome": outcome,
            "kind": one.kind,
            "description": one.description,
            "essential": one.essential,
        }


def _milestones(
    plan: DatedPlan, outcome: UUID, offers: Mapping[str, UUID | None], version: Version
) -> Iterator[dict[str, Any]]:
    for due_on, one in plan.milestones:
        yield {
            "desired_outcome": outcome,
            "name": one.name,
            "type": one.type,
            "weight": one.weight,
            "first_due_on": due_on,
            "due_on": due_on,
            "carried_credit": version.carried.get(one.name),
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
