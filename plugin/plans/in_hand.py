"""Members' own plans in full, from the store: what the letters and handover notes are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from plugin.domain.entities import MILESTONE_TYPES, PARTIES
from plugin.domain.member_plan import MemberPlan, OwnAction, OwnStep
from plugin.scoring.rows import Stored, stored, time_zone


def plans_in_hand(conn: Connection, members: Collection[UUID], as_of: date) -> dict[UUID, tuple[MemberPlan, ...]]:
    """Return the open plans of these members as of a day, by member; those that begin later count as well.

    A goal without a time frame is a wish, and no plan; neither is one of a member that has left.
    """
    rows = stored(conn, members, time_zone(conn))
    return {key: found for key in rows.members if (found := tuple(_plans(rows, key, as_of)))}


def _plans(rows: Stored, member: UUID, as_of: date) -> Iterator[MemberPlan]:
    row = rows.members[member]
    if row.ended_on is not None and row.ended_on <= as_of:
        return
    for one in rows.outcomes.get(member, ()):
        if one.starts_on and one.due_on and (one.closed_on is None or one.closed_on > as_of):
            yield _plan(rows, row, one)


def _plan(rows: Stored, member: Any, row: Any) -> MemberPlan:
    requirements = sorted(
        (one for one in rows.requirements.get(row.id, ()) if one.description),
        key=lambda one: (one.essential is False, one.description),
    )
    milestones = {one.id: one for one in rows.milestones.get(row.id, ()) if one.type in MILESTONE_TYPES}
    return MemberPlan(
        member_id=str(member.id),
        member=member.name or "",
        name=row.name or "your goal",
        objective=row.objective or row.name or "",
        starts_on=row.starts_on,
        due_on=row.due_on,
        baseline=row.baseline or "",
        owner=member.owner,
        segment=member.segment_name,
        confirmed_on=row.confirmed_on,
        conditions=tuple(one.description for one in requirements if one.kind == "condition"),
        experience=tuple(one.description for one in requirements if one.kind == "experience"),
        steps=tuple(_step(rows, one, row.due_on) for one in milestones.values()),
        actions=tuple(
            OwnAction(
                name=one.name or "agreed action",
                party=one.party,
                due_on=one.due_on,
                milestone=(milestones[one.milestone].name or "") if one.milestone in milestones else "",
                done_on=one.done_on,
                agreed_on=one.agreed_on,
                consequence=one.consequence or "",
            )
            for one in rows.accountabilities.get(row.id, ())
            if one.due_on and one.party in PARTIES
        ),
    )


def _step(rows: Stored, row: Any, goal_due: date) -> OwnStep:
    undone = row.reversed_on is not None and row.achieved_on is not None and row.reversed_on >= row.achieved_on
    offer = rows.offers.get(row.expansion_offer) if row.expansion_offer else None
    return OwnStep(
        name=row.name or f"{row.type} milestone",
        type=row.type,
        due_on=row.due_on or row.first_due_on or goal_due,
        achieved_on=None if undone else row.achieved_on,
        offer=offer.name if offer is not None and offer.active is not False else None,
        ask=row.advocacy_ask,
    )
