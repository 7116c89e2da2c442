"""The association as it was known on a past day: only what had been recorded by its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from plugin.domain.dues import DuesPeriod, MemberDues
from plugin.domain.entities import ENTITIES
from plugin.domain.member import Member
from plugin.scoring.facts import members_of
from plugin.scoring.rows import OF_SEGMENT, Rows, Stored, due_dates
from plugin.store import history


@dataclass(frozen=True)
class Seen:
    """Members with their facts, by id, from what had been recorded by the end of `recorded_by`.

    `templates` are by Desired Outcome, `engagements` the days of interactions. Facts are dated as they happened: those
    of later days than the one looked at can be in it, and do not count.
    """

    recorded_by: date
    members: Mapping[str, Member]
    paid_through: Mapping[str, date]
    dues: Mapping[str, MemberDues]
    engagements: Mapping[str, tuple[date, ...]]
    templates: Mapping[str, str]


def seen(conn: Connection, recorded_by: date, zone: str) -> Seen:
    """Return what was known at the end of a day in the association's time zone; later recordings are not read."""
    at = datetime.combine(recorded_by + timedelta(days=1), time.min, ZoneInfo(zone)) - timedelta(microseconds=1)
    members = {UUID(str(row.id)): row for row in _rows(conn, "member", at)}
    outcomes = _by(_rows(conn, "desired_outcome", at), "member")
    milestones = _by(_rows(conn, "milestone", at), "desired_outcome")
    readings: Rows = defaultdict(list)
    for reading in sorted(_rows(conn, "reading", at), key=lambda one: (one.read_on or date.min, one.id)):
        readings[reading.requirement or reading.milestone].append(reading)
    stored = Stored(
        members=members,
        outcomes=outcomes,
        milestones=milestones,
        requirements=_by(_rows(conn, "requirement", at), "desired_outcome"),
        accountabilities=_by(_rows(conn, "accountability", at), "desired_outcome"),
        readings=readings,
        offers={},
        due_dates=due_dates(conn, [one.id for rows in milestones.values() for one in rows], zone, at),
    )
    engagements = _by(_rows(conn, "engagement", at), "member")
    dues = _by(_rows(conn, "dues_history", at), "member")
    return Seen(
        recorded_by=recorded_by,
        members={member.id: member for member in members_of(stored, recorded_by)},
        paid_through={str(key): day for key, row in members.items() if (day := _paid(row, dues.get(key, [])))},
        dues={str(key): _dues(row, dues.get(key, [])) for key, row in members.items()},
        engagements={
            str(key): tuple(sorted(one.happened_on for one in rows if one.happened_on))
            for key, rows in engagements.items()
        },
        templates={str(one.id): one.template for rows in outcomes.values() for one in rows if one.template},
    )


def _rows(conn: Connection, entity: str, at: datetime) -> list[Any]:
    """Return the records of an entity as they stood at an instant, each with every field, in order of id."""
    names = dict.fromkeys(ENTITIES[entity].shared)
    # The segment as it is today is no fact of that day, and no measure looks at it.
    extra: dict[str, Any] = {f"segment_{name}": None for name in OF_SEGMENT} if entity == "member" else {}
    known = history.facts(conn, entity, at, at)
    return [SimpleNamespace(**(names | extra | values | {"id": key})) for key, values in sorted(known.items())]


def _by(rows: list[Any], parent: str) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[getattr(row, parent)].append(row)
    return found


def _paid(row: Any, dues: list[Any]) -> date | None:
    """Return the day through which a member has paid: the field, else the end of the last period of dues."""
    ends = [one.period_end for one in dues if one.period_end is not None]
    paid: date | None = row.paid_through or max(ends, default=None)
    return paid


def _dues(row: Any, dues: list[Any]) -> MemberDues:
    periods = tuple(
        DuesPeriod(one.period_start, one.period_end, one.amount)
        for one in dues
        if one.amount is not None and one.period_start and one.period_end and one.period_end >= one.period_start
    )
    return MemberDues(str(row.id), periods, joined_on=row.joined_on, ended_on=row.ended_on)
