"""Members' coverage in the store: what the rules look at, what people decided, and writing what the rules give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.domain.appropriate_experience import profile_of
from plugin.domain.coverage_rules import Coverage, CoverageRule, Override, cover
from plugin.plans.marking import Marks
from plugin.store import history, records
from plugin.store.members import current
from plugin.store.records import Origin
from plugin.store.schema import TABLES

OURS = "coverage rules"
"""Source of the segments that the rules gave: what has another source, a person decided."""


@dataclass(frozen=True)
class Covered:
    """The coverage of every current member, and the segments that rules name and the association doesn't have."""

    members: tuple[Coverage, ...]
    unknown_segments: tuple[str, ...]


def coverage(conn: Connection, rules: Sequence[CoverageRule], as_of: date) -> Covered:
    """Return every current member's coverage as of a day, in order of name.

    A segment that the rules did not give is a person's decision, and `coverage_reason` its reason.
    """
    segments = _segments(conn)
    names = {key: name for name, key in segments.items()}
    rows = [dict(row) for row in conn.execute(_members(as_of)).mappings()]
    ours = _ours(conn, [row["id"] for row in rows if row["coverage_segment"]])
    asked = [(str(row["id"]), row["name"] or "", profile_of(row, as_of), _override(row, names, ours)) for row in rows]
    unknown = dict.fromkeys(rule.segment for rule in rules if rule.segment.casefold() not in _folded(segments))
    return Covered(tuple(cover(rules, asked)), tuple(unknown))


def assign_segments(conn: Connection, marks: Marks, covered: Covered, at: datetime) -> list[UUID]:
    """Write the rules' segment and why to the members for which no person decided; return those that changed.

    A person may have decided since the rules were asked: that is looked at once more, with the members locked.
    """
    by_name = _segments(conn)
    segments, names = _folded(by_name), {key: name for name, key in by_name.items()}
    wanted: dict[UUID, dict[str, Any]] = {}
    for one in covered.members:
        segment = segments.get((one.assignment.segment or "").casefold())
        if one.override is None and segment is not None:
            wanted[UUID(one.member)] = {"coverage_segment": segment, "coverage_reason": one.why}
    now = records.load(conn, "member", wanted, for_update=True)
    ours = _ours(conn, [key for key, row in now.items() if row["coverage_segment"]])
    changed = [
        key
        for key, values in wanted.items()
        if _override(now[key], names, ours) is None and any(now[key][name] != new for name, new in values.items())
    ]
    origin = Origin(who="success-vector", source=OURS, happened_at=at, known_at=at)
    records.save_many(conn, "member", [(key, wanted[key], origin) for key in changed])
    marks.mark_push(conn, "member", set(changed))
    marks.mark_score(conn, "member", set(changed))
    return changed


def _override(row: Mapping[str, Any], names: Mapping[UUID, str], ours: Mapping[UUID, set[str]]) -> Override | None:
    """Return the person's decision; a reason that the rules gave before is none of theirs."""
    segment, by_rules = names.get(row["coverage_segment"]), ours.get(row["id"], set())
    if segment is None or "coverage_segment" in by_rules:
        return None
    return Override(segment, "" if "coverage_reason" in by_rules else row["coverage_reason"] or "")


def _ours(conn: Connection, members: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Return the fields of each member that the rules wrote last."""
    changes = history.last_changes(conn, "member", members)
    return {key: {name for name, last in fields.items() if last.source == OURS} for key, fields in changes.items()}


def _segments(conn: Connection) -> dict[str, UUID]:
    table = TABLES["coverage_segment"]
    rows = conn.execute(sa.select(table.c.name, table.c.id).where(table.c.deleted_at.is_(None)).order_by(table.c.id))
    return {row.name: row.id for row in rows if row.name}


def _folded(segments: Mapping[str, UUID]) -> dict[str, UUID]:
    return {name.casefold(): key for name, key in segments.items()}


def _members(as_of: date) -> sa.Select[Any]:
    member = TABLES["member"]
    return sa.select(member).where(current(as_of)).order_by(member.c.name, member.c.id)
