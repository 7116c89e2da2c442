"""Handover notes in the store: found from the history of the owner, made once for each change, and kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from plugin.domain.handover import Course, Handover, Met, OwnerChange, handover_note
from plugin.domain.standing import standings
from plugin.plans.handover_markdown import markdown, plain
from plugin.plans.in_hand import plans_in_hand
from plugin.plans.marking import Marks
from plugin.scoring.facts import facts
from plugin.scoring.rows import time_zone
from plugin.store import records
from plugin.store.among import among
from plugin.store.members import current
from plugin.store.records import Origin
from plugin.store.schema import TABLES, handovers, history

SOURCE = "handover"
"""Source of what is written on a member, in the history."""
RECENT = timedelta(days=30)
"""How far back changes are looked for when no note was ever made."""
OVERLAP = 100_000
"""Numbers of changes before the last noted one that are looked at again: what was written beside it may show later."""


def make_handovers(
    conn: Connection, marks: Marks, as_of: date, at: datetime, after: int | None = None
) -> list[Handover]:
    """Make and keep a note for every change of owner that has none yet; return them in the order of the changes.

    The last one of each member is written on the member, and goes to the CRM with it. A first owner is no change;
    members that have left get no note. With `after`, only changes of a higher number are looked at; without it, those
    since the last note, or of 30 days.
    """
    changes = _changes(conn, as_of, at, after)
    members = list({UUID(one.member_id) for one in changes})
    plans = plans_in_hand(conn, members, as_of)
    courses, met = _courses(conn, members, as_of), _engagements(conn, members)
    notes = [
        handover_note(
            one, plans.get(UUID(one.member_id), ()), courses[one.member_id], met.get(one.member_id, ()), as_of
        )
        for one in changes
    ]
    for note in notes:
        conn.execute(insert(handovers).values(_row(note, at)).on_conflict_do_nothing())
    _tell(conn, marks, notes, at)
    return notes


def _tell(conn: Connection, marks: Marks, notes: Sequence[Handover], at: datetime) -> None:
    told = {
        UUID(note.change.member_id): {
            "handover_note": plain(note),
            "handed_over_on": note.change.on,
            "handed_over_from": note.change.from_owner,
        }
        for note in notes
    }
    origin = Origin("success-vector", SOURCE, at, at)
    records.save_many(conn, "member", [(key, values, origin) for key, values in sorted(told.items())])
    marks.mark_push(conn, "member", set(told))


def newest_change(conn: Connection) -> int:
    """Return the number of the newest change in the history, 0 without any."""
    return conn.scalar(sa.select(sa.func.max(history.c.id))) or 0


def kept_handovers(
    conn: Connection, member: UUID | None = None, since: date | None = None
) -> list[tuple[Mapping[str, Any], str]]:
    """Return the notes that were kept, the newest change first: the note's parts, and its text as Markdown."""
    query = sa.select(handovers.c.note)
    if member is not None:
        query = query.where(handovers.c.member_id == member)
    if since is not None:
        query = query.where(handovers.c.changed_on >= since)
    rows = conn.scalars(query.order_by(handovers.c.changed_on.desc(), handovers.c.change_id.desc()))
    return [(note["parts"], note["markdown"]) for note in rows]


def _row(note: Handover, at: datetime) -> dict[str, Any]:
    change = note.change
    return {
        "member_id": UUID(change.member_id),
        "change_id": change.change,
        "changed_on": change.on,
        "from_owner": change.from_owner,
        "to_owner": change.to_owner,
        "note": {"parts": json.loads(json.dumps(asdict(note), default=str)), "markdown": markdown(note)},
        "made_at": at,
    }


def _changes(conn: Connection, as_of: date, at: datetime, after: int | None) -> list[OwnerChange]:
    """Return the changes of owner that have no note; across an empty owner, the last one before it counts."""
    member = TABLES["member"]
    noted = sa.exists().where(handovers.c.change_id == history.c.id)
    last = conn.scalar(sa.select(sa.func.max(handovers.c.change_id))) if after is None else after
    new = history.c.known_at >= at - RECENT if last is None else history.c.id > last - OVERLAP
    query = (
        sa.select(
            history.c.id,
            history.c.record_id,
            member.c.name,
            _owner_before().label("old_owner"),
            _text(history.c.new).label("new_owner"),
            history.c.happened_at,
        )
        .select_from(history.join(member, member.c.id == history.c.record_id))
        .where(history.c.entity == "member", history.c.field == "owner", history.c.new.is_not(None), new, ~noted)
        .where(current(as_of))
        .order_by(history.c.id)
    )
    zone = ZoneInfo(time_zone(conn))
    return [
        OwnerChange(
            row.id, str(row.record_id), row.name or "", row.old_owner, row.new_owner,
            row.happened_at.astimezone(zone).date(),
        )
        for row in conn.execute(query)
        if row.old_owner is not None and row.old_owner != row.new_owner
    ]  # fmt: skip


def _owner_before() -> sa.ScalarSelect[Any]:
    """Select who owned the member last before the change of the history at hand."""
    earlier = aliased(history)
    return (
        sa.select(_text(earlier.c.new))
        .where(
            earlier.c.entity == "member",
            earlier.c.record_id == history.c.record_id,
            earlier.c.field == "owner",
            earlier.c.id < history.c.id,
            earlier.c.new.is_not(None),
        )
        .order_by(earlier.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a JSON string's text."""
    return column.op("#>>")(sa.text("'{}'"))


def _courses(conn: Connection, members: Collection[UUID], as_of: date) -> dict[str, Course]:
    known = facts(conn, members, as_of)
    return {
        member.id: Course(standing.explanation, standing.intervention.next_step, standing.intervention.by)
        for member, standing in zip(known, standings(known, as_of), strict=True)
    }


def _engagements(conn: Connection, members: Sequence[UUID]) -> dict[str, list[Met]]:
    table = TABLES["engagement"]
    query = sa.select(table).where(
        among(table.c.member, members), table.c.deleted_at.is_(None), table.c.happened_on.is_not(None)
    )
    found: dict[str, list[Met]] = {}
    for row in conn.execute(query.order_by(table.c.happened_on, table.c.id)):
        one = Met(row.happened_on, row.subject or "an engagement", row.direction, row.channel)
        found.setdefault(str(row.member), []).append(one)
    return found
