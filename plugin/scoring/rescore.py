"""Rescore members: write what is worth writing, and keep a snapshot where the course changes or a month ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.calculated import calculated, worth_writing
from plugin.domain.standing import standings
from plugin.scoring.facts import facts
from plugin.store.among import among
from plugin.store.records import Origin, load_calculated, save_calculated, save_many
from plugin.store.schema import TABLES

SNAPSHOT_FIELDS = ("score", "score_low", "direction", "magnitude", "pace", "progress", "definition_version")

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Rescored:
    """The `members` whose calculated fields changed enough to be written, and the `snapshots` that were saved."""

    members: list[UUID]
    snapshots: list[UUID]


def rescore(conn: Connection, member_ids: Collection[UUID], as_of: date, zone: str | None = None) -> Rescored:
    """Score these members as of a day and save what is worth writing; return what that was.

    What is saved is what was last worth writing, so that small moves add up until they are.
    """
    members = facts(conn, member_ids, as_of, zone)
    now = {
        UUID(member.id): calculated(standing)
        for member, standing in zip(members, standings(members, as_of), strict=True)
    }
    before = load_calculated(conn, now)
    worth = {key: fields for key, fields in now.items() if worth_writing(before.get(key), fields, as_of)}
    save_calculated(conn, worth)
    return Rescored(list(worth), _snapshots(conn, before, now, as_of))


def _snapshots(conn: Connection, before: Mapping[UUID, Fields], now: Mapping[UUID, Fields], as_of: date) -> list[UUID]:
    """Save one snapshot a member and day at most; a second change of status on a day replaces the first."""
    month_ends = (as_of + timedelta(days=1)).month != as_of.month
    wanted = {key: fields for key, fields in now.items() if month_ends or _turned(before.get(key), fields)}
    if not wanted:
        return []
    table = TABLES["vector_snapshot"]
    taken = {
        row.member: row
        for row in conn.execute(
            sa.select(table).where(
                table.c.taken_on == as_of, among(table.c.member, wanted), table.c.deleted_at.is_(None)
            )
        )
    }
    at = conn.execute(sa.select(sa.func.now())).scalar_one()
    origin = Origin(who="success-vector", source="score", happened_at=at, known_at=at)
    rows: list[tuple[UUID | None, Fields, Origin]] = []
    for key, fields in wanted.items():
        values = {name: fields[name] for name in SNAPSHOT_FIELDS}
        values |= {"member": key, "taken_on": as_of, "status": fields["vector_status"]}
        same = taken.get(key)
        if same is None:
            rows.append((None, values, origin))
        elif any(getattr(same, name) != value for name, value in values.items()):
            rows.append((same.id, values, origin))
    return save_many(conn, "vector_snapshot", rows)


def _turned(before: Fields | None, now: Fields) -> bool:
    """Tell whether the status changed; that there never was a goal is no change."""
    was = before["vector_status"] if before else "no_goal"
    return bool(now["vector_status"] != was)
