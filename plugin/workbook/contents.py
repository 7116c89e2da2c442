"""What a member's sheet tells, from the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mappings.model import Direction
from mappings.model import Mapping as SystemMapping
from plugin.scoring.rows import stored, time_zone
from plugin.store.among import among
from plugin.store.records import load_calculated
from plugin.store.schema import TABLES

MOST_SNAPSHOTS = 24


@dataclass(frozen=True)
class Goal:
    """An open Desired Outcome with all that belongs to it; `assessed` is the last word on each requirement."""

    row: Any
    requirements: Sequence[Any]
    milestones: Sequence[Any]
    accountabilities: Sequence[Any]
    assessed: Mapping[UUID, tuple[date, str]]

    @property
    def labels(self) -> dict[UUID, str]:
        """What its milestones are called, no two alike."""
        return labels_of({one.id: one.name or f"{one.type} milestone" for one in self.milestones})


@dataclass(frozen=True)
class Profile:
    """A member with its open goals, its calculated fields, and its snapshots, oldest first."""

    id: UUID
    name: str
    segment: str | None
    owner: str | None
    goals: Sequence[Goal]
    calculated: Mapping[str, Any]
    snapshots: Sequence[Any]


def labels_of(names: Mapping[UUID, str]) -> dict[UUID, str]:
    """Return names that tell records apart: the second 'Audit' is 'Audit (2)'."""
    found: dict[UUID, str] = {}
    for one, name in names.items():
        label, number = name, 1
        taken = {other.casefold() for other in found.values()}
        while label.casefold() in taken:
            number += 1
            label = f"{name} ({number})"
        found[one] = label
    return found


def editable(mappings: Iterable[SystemMapping]) -> dict[str, frozenset[str]]:
    """Return by entity the fields that are written to a system; an edit of another one would never get there."""
    found: dict[str, frozenset[str]] = {}
    sources = [source for one in mappings for entity in TABLES for source in one.sources_of(entity)]
    for source in sources:
        references = source.references if source.direction is Direction.BOTH else ()
        found[source.entity] = found.get(source.entity, frozenset()) | {*source.shared, *references}
    return found


def profiles(conn: Connection, members: Collection[UUID], as_of: date) -> list[Profile]:
    """Return these members' profiles, in order of name."""
    rows = stored(conn, members, time_zone(conn))
    calculated, taken = load_calculated(conn, members), _snapshots(conn, members)
    assessed = {
        key: (last.read_on, last.state)
        for key, found in rows.readings.items()
        if key is not None and (last := next((one for one in reversed(found) if one.state and one.read_on), None))
    }
    listed = [
        Profile(
            id=row.id,
            name=row.name or "",
            segment=row.segment_name,
            owner=row.owner,
            goals=[
                Goal(
                    one,
                    sorted(rows.requirements.get(one.id, ()), key=lambda each: each.kind or ""),
                    sorted(rows.milestones.get(one.id, ()), key=lambda each: (each.due_on or date.max, each.id)),
                    sorted(rows.accountabilities.get(one.id, ()), key=lambda each: (each.due_on or date.max, each.id)),
                    assessed,
                )
                for one in rows.outcomes.get(row.id, ())
                if one.closed_on is None or one.closed_on > as_of
            ],
            calculated=calculated.get(row.id, {}),
            snapshots=taken.get(row.id, [])[-MOST_SNAPSHOTS:],
        )
        for row in rows.members.values()
    ]
    return sorted(listed, key=lambda one: (one.name.casefold(), one.id))


def _snapshots(conn: Connection, members: Collection[UUID]) -> dict[UUID, list[Any]]:
    table = TABLES["vector_snapshot"]
    query = sa.select(table).where(among(table.c.member, members), table.c.deleted_at.is_(None))
    found: dict[UUID, list[Any]] = {}
    for row in conn.execute(query.order_by(table.c.taken_on, table.c.id)):
        found.setdefault(row.member, []).append(row)
    return found
