"""The stored rows that members' facts are made of: as many queries for one member as for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.intervention import SEEN_WITHIN
from plugin.store import systems
from plugin.store.among import among
from plugin.store.members import WITH_SEGMENT
from plugin.store.schema import TABLES, history

Rows = dict[UUID, list[Any]]
OF_SEGMENT = ("name", "model", "playbook")
"""Fields of its coverage segment that a member's row has, each after `segment_`."""


@dataclass(frozen=True)
class Stored:
    """Rows by what they belong to: outcomes by member, the rest by outcome, readings and due dates by their owner.

    `due_dates` has, for each milestone, the day (in the association's time zone) and the due date of every change.
    What was learned beside plans, and `responses`, are by member. `offer_names` has the offer that a name means,
    whatever its case, former names included.
    """

    members: dict[UUID, Any]
    outcomes: Rows
    milestones: Rows
    requirements: Rows
    accountabilities: Rows
    readings: Rows
    offers: dict[UUID, Any]
    due_dates: dict[UUID, list[tuple[date, date]]]
    engagements: Rows = field(default_factory=dict)
    context: Rows = field(default_factory=dict)
    responses: Rows = field(default_factory=dict)
    offer_names: dict[str, UUID] = field(default_factory=dict)


def stored(conn: Connection, member_ids: Collection[UUID], zone: str, as_of: date | None = None) -> Stored:
    """Read all that counts for these members; what was deleted does not.

    With `as_of`, engagements are those of the half year before it, which is as far back as anything looks.
    """
    members = {row.id: row for row in conn.execute(_members(member_ids))}
    outcomes = _children(conn, "desired_outcome", "member", members)
    ids = [row.id for rows in outcomes.values() for row in rows]
    milestones = _children(conn, "milestone", "desired_outcome", ids)
    of_milestones = [row for rows in milestones.values() for row in rows]
    readings: Rows = defaultdict(list)
    for reading in _select(conn, "reading", TABLES["reading"].c.desired_outcome, ids, TABLES["reading"].c.read_on):
        readings[reading.requirement or reading.milestone].append(reading)
    offers = {row.expansion_offer for row in of_milestones if row.expansion_offer is not None}
    responses = _children(conn, "response", "member", members)
    return Stored(
        members=members,
        outcomes=outcomes,
        milestones=milestones,
        requirements=_children(conn, "requirement", "desired_outcome", ids),
        accountabilities=_children(conn, "accountability", "desired_outcome", ids),
        readings=readings,
        offers={row.id: row for row in _select(conn, "expansion_offer", TABLES["expansion_offer"].c.id, list(offers))},
        due_dates=due_dates(conn, [row.id for row in of_milestones], zone),
        engagements=_engagements(conn, members, as_of),
        context=_children(conn, "context_event", "member", members),
        responses=responses,
        offer_names=offer_names(conn) if responses else {},
    )


def time_zone(conn: Connection) -> str:
    """Return the association's time zone: that of the first system known, else UTC."""
    return next((system.time_zone for system in systems.all_systems(conn)), "UTC")


def today(conn: Connection, now: datetime, zone: str | None = None) -> date:
    """Return the date that it is for the association: in the `zone` that the settings name, else in its time zone."""
    return now.astimezone(ZoneInfo(zone or time_zone(conn))).date()


def _members(ids: Collection[UUID]) -> sa.Select[Any]:
    member, segment = TABLES["member"], TABLES["coverage_segment"]
    labelled = [segment.c[name].label(f"segment_{name}") for name in OF_SEGMENT]
    return (
        sa.select(member, *labelled)
        .select_from(WITH_SEGMENT)
        .where(among(member.c.id, ids), member.c.deleted_at.is_(None))
    )


def _children(conn: Connection, entity: str, parent: str, ids: Collection[UUID]) -> Rows:
    rows: Rows = defaultdict(list)
    for row in _select(conn, entity, TABLES[entity].c[parent], ids):
        rows[getattr(row, parent)].append(row)
    return rows


def _engagements(conn: Connection, members: Collection[UUID], as_of: date | None) -> Rows:
    """Return each day and role once: more of the same tells nothing more."""
    table = TABLES["engagement"]
    days = table.c.happened_on.is_not(None) if as_of is None else table.c.happened_on >= as_of - SEEN_WITHIN
    query = sa.select(table.c.member, table.c.happened_on, table.c.contact_role).distinct()
    query = query.where(among(table.c.member, members), table.c.deleted_at.is_(None), days)
    rows: Rows = defaultdict(list)
    for row in conn.execute(query.order_by(table.c.happened_on, table.c.contact_role)):
        rows[row.member].append(row)
    return rows


def offer_names(conn: Connection) -> dict[str, UUID]:
    """Return the offer that each name means, in lower case: what an offer is called now goes before former names."""
    table = TABLES["expansion_offer"]
    was = sa.select(history.c.record_id, history.c.new).where(
        history.c.entity == "expansion_offer", history.c.field == "name", history.c.new.is_not(None)
    )
    found = {str(name).casefold(): key for key, name in conn.execute(was.order_by(history.c.id))}
    now = sa.select(table.c.id, table.c.name).where(table.c.name.is_not(None)).order_by(table.c.created_at, table.c.id)
    return found | {row.name.casefold(): row.id for row in conn.execute(now.where(table.c.deleted_at.is_(None)))}


def _select(
    conn: Connection, entity: str, key: sa.Column[Any], ids: Collection[UUID], *first: sa.Column[Any]
) -> Sequence[Any]:
    table = TABLES[entity]
    query = sa.select(table).where(among(key, ids), table.c.deleted_at.is_(None))
    return conn.execute(query.order_by(*first, table.c.created_at, table.c.id)).all()


def due_dates(
    conn: Connection, milestones: Collection[UUID], zone: str, known_by: datetime | None = None
) -> dict[UUID, list[tuple[date, date]]]:
    """Return the day and the due date of every change of each milestone's, of those known by a time if one is given."""
    day = sa.cast(sa.func.timezone(zone, history.c.happened_at), sa.Date)
    of = [history.c.entity == "milestone", history.c.field == "due_on", among(history.c.record_id, milestones)]
    if known_by is not None:
        of.append(history.c.known_at <= known_by)
    query = sa.select(history.c.record_id, day, history.c.new).where(*of)
    found: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for record_id, on, due_on in conn.execute(query.order_by(history.c.happened_at, history.c.id)):
        if due_on is not None:
            found[record_id].append((on, date.fromisoformat(due_on)))
    return found
