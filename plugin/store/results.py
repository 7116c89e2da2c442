"""Dated results, each with its reason: what was computed on a day stays as it was told then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.store.schema import results as table

KINDS = ("coverage", "forecast", "capacity", "engagement_mix", "growth", "calibration")
AT_ONCE = 5000


@dataclass(frozen=True)
class Result:
    """What was found of a subject (a member's id, or such as `msm: Ann`) as of a day, and why."""

    kind: str
    as_of: date
    subject: str
    reason: str
    found: Mapping[str, Any] = field(default_factory=dict)
    member: UUID | None = None
    computed_at: datetime | None = None


def replace(conn: Connection, kind: str, as_of: date, found: Iterable[Result]) -> int:
    """Keep the results of one kind and day in place of what was kept of them before; return how many there are."""
    conn.execute(sa.delete(table).where(table.c.kind == kind, table.c.as_of == as_of))
    return add(conn, found)


def add(conn: Connection, found: Iterable[Result]) -> int:
    """Keep results beside others, each in place of an older one of its kind, day and subject; return how many."""
    rows = [
        {
            "kind": one.kind, "as_of": one.as_of, "subject": one.subject, "member_id": one.member, "reason": one.reason,
            "found": dict(one.found),
        }
        for one in found
    ]  # fmt: skip
    statement = insert(table)
    new = {name: statement.excluded[name] for name in ("member_id", "reason", "found")}
    statement = statement.on_conflict_do_update(
        index_elements=["kind", "as_of", "subject"], set_={**new, "computed_at": sa.func.now()}
    )
    for begin in range(0, len(rows), AT_ONCE):
        conn.execute(statement, rows[begin : begin + AT_ONCE])
    return len(rows)


def kept(
    conn: Connection,
    kinds: Collection[str] = KINDS,
    as_of: date | None = None,
    member: UUID | None = None,
    since: date | None = None,
) -> list[Result]:
    """Return what was kept, by kind, day and subject.

    Without `as_of` and `since`: of each kind what was kept on its newest day.
    """
    query = sa.select(table).where(table.c.kind.in_(list(kinds)))
    if member is not None:
        query = query.where(table.c.member_id == member)
    if as_of is not None:
        query = query.where(table.c.as_of == as_of)
    elif since is not None:
        query = query.where(table.c.as_of >= since)
    else:
        query = query.where(table.c.as_of == _newest())
    rows = conn.execute(query.order_by(table.c.kind, table.c.as_of, table.c.subject))
    return [
        Result(row.kind, row.as_of, row.subject, row.reason, row.found, row.member_id, row.computed_at) for row in rows
    ]


def newest(conn: Connection, kind: str, until: date) -> list[Result]:
    """Return what was kept of a kind on its newest day up to `until`, by subject; nothing where nothing was."""
    last = sa.select(sa.func.max(table.c.as_of)).where(table.c.kind == kind, table.c.as_of <= until)
    day = conn.scalar(last)
    return kept(conn, [kind], day) if day else []


def _newest() -> sa.ScalarSelect[Any]:
    other = table.alias()
    return sa.select(sa.func.max(other.c.as_of)).where(other.c.kind == table.c.kind).scalar_subquery()


def kept_on(conn: Connection, as_of: date) -> bool:
    """Tell whether a day's results are kept already."""
    return bool(conn.scalar(sa.select(sa.exists().where(table.c.as_of == as_of, table.c.kind == "forecast"))))
