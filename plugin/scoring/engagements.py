"""Engagements of a period and what is known of the members, from the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.beside_context import REACHED, READING, Bond, Learned
from plugin.domain.engagement_mix import Interaction, relationship
from plugin.store.members import IN_SEGMENT, WITH_SEGMENT, current
from plugin.store.schema import TABLES

NOBODY = "(none)"


@dataclass(frozen=True)
class Relationships:
    """The engagements of a period, and of each current member what the relationship is made of, by name and id.

    `bonds` tell the same by MSM and segment; `learned` is what the context is made of.
    """

    interactions: tuple[Interaction, ...]
    members: tuple[tuple[str, str, str], ...]
    bonds: tuple[Bond, ...]
    learned: tuple[Learned, ...]


def relationships(conn: Connection, since: date, until: date) -> Relationships:
    """Return what happened after `since` and up to `until` with the members that are current then.

    Context is what we learned of a member: context events, readings, and milestones reached.
    """
    rows = conn.execute(_engagements(since, until)).all()
    interactions = tuple(
        Interaction(
            str(row.member), row.owner or NOBODY, row.segment or NOBODY, row.model, row.direction, row.channel,
            row.milestone is not None,
        )
        for row in rows
    )  # fmt: skip
    met = {row.member for row in rows}
    context = conn.execute(_context(since, until)).all()
    known = {row.member for row in context}
    here = {row.id: row for row in conn.execute(_members(until))}
    made_of = {key: relationship(key in met, key in known) for key in here}
    bonds = {key: Bond(str(key), row.owner or NOBODY, row.segment or NOBODY, made_of[key]) for key, row in here.items()}
    learned = tuple(
        Learned(str(row.member), bonds[row.member].msm, bonds[row.member].segment, row.kind or NOBODY)
        for row in context
        if row.member in bonds
    )
    members = tuple((str(key), row.name or "", made_of[key]) for key, row in here.items())
    return Relationships(interactions, members, tuple(bonds.values()), learned)


def _members(until: date) -> sa.Select[Any]:
    member, segment = TABLES["member"], TABLES["coverage_segment"]
    query = sa.select(member.c.id, member.c.name, member.c.owner, segment.c.name.label("segment"))
    query = query.select_from(WITH_SEGMENT)
    return query.where(current(until)).order_by(member.c.name, member.c.id)


def _engagements(since: date, until: date) -> sa.Select[Any]:
    engagement, member, segment = TABLES["engagement"], TABLES["member"], TABLES["coverage_segment"]
    joined = engagement.join(member, member.c.id == engagement.c.member).outerjoin(segment, IN_SEGMENT)
    own = (engagement.c.member, engagement.c.direction, engagement.c.channel, engagement.c.milestone, member.c.owner)
    query = sa.select(*own, segment.c.name.label("segment"), segment.c.model).select_from(joined)
    within = sa.and_(engagement.c.happened_on > since, engagement.c.happened_on <= until)
    return query.where(engagement.c.deleted_at.is_(None), within, current(until)).order_by(engagement.c.id)


def _context(since: date, until: date) -> sa.CompoundSelect[Any]:
    """Select everything that was learned: of which member, and of which kind."""
    outcome, reading = TABLES["desired_outcome"], TABLES["reading"]
    milestone, event = TABLES["milestone"], TABLES["context_event"]

    def within(table: sa.Table, day: str) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.deleted_at.is_(None), table.c[day] > since, table.c[day] <= until)

    def of_outcomes(table: sa.Table, day: str, kind: str) -> sa.Select[Any]:
        joined = table.join(outcome, outcome.c.id == table.c.desired_outcome)
        told = sa.literal(kind, sa.Text()).label("kind")
        return sa.select(outcome.c.member, told).select_from(joined).where(within(table, day))

    events = sa.select(event.c.member, event.c.kind).where(within(event, "happened_on"))
    read, reached = of_outcomes(reading, "read_on", READING), of_outcomes(milestone, "achieved_on", REACHED)
    return sa.union_all(events, read, reached)
