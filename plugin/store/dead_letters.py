"""Dead letters: the records that a stage gave up on, and what a person does about them.

A letter stays while its record is tried again, and goes when a stage finishes that record (`due.finish`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.store import decisions
from plugin.store.among import among
from plugin.store.due import KEY, Due, Lane, Stage, forget, mark, of_object, remove
from plugin.store.schema import dead_letters, due


@dataclass(frozen=True)
class DeadLetter:
    """A record that a stage gave up on, in the system's words and in ours; `count` times so far."""

    id: int
    stage: Stage
    system: str
    object: str
    record_id: str
    code: str | None
    their_words: str | None
    our_words: str
    count: int
    first_at: datetime
    last_at: datetime
    correlation: str | None


def bury(conn: Connection, row: Due, their_words: str | None, our_words: str, code: str | None) -> bool:
    """Make a dead letter of the row, and return whether it went: a row that was marked since gets another chance."""
    if not remove(conn, row):
        return False
    key = {name: getattr(row, name) for name in KEY}
    words = {"code": code, "their_words": their_words, "our_words": our_words, "correlation": row.correlation}
    statement = insert(dead_letters).values(**key, **words)
    again = {**words, "count": dead_letters.c["count"] + 1, "last_at": sa.func.now()}
    conn.execute(statement.on_conflict_do_update(index_elements=list(KEY), set_=again))
    return True


def newest(conn: Connection, limit: int = 100) -> list[DeadLetter]:
    """Return the dead letters, the newest first."""
    ordered = sa.select(dead_letters).order_by(dead_letters.c.last_at.desc(), dead_letters.c.id.desc())
    return [DeadLetter(**row._mapping) for row in conn.execute(ordered.limit(limit))]


def ripe(
    conn: Connection, system: str, now: datetime, first: timedelta, longest: timedelta, but: Collection[str] = ()
) -> list[int]:
    """Return the ids of a system's dead letters whose last try is long enough ago, and that aren't due again already.

    That is `first` after one try and twice as long after each further one, at most `longest`. Those with one of the
    codes in `but` are never among them.
    """
    doubled = sa.func.power(2.0, sa.func.least(dead_letters.c["count"] - 1, 20))
    seconds = sa.func.least(longest.total_seconds(), first.total_seconds() * doubled)
    waited = sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds, type_=sa.Interval())
    is_due = sa.exists().where(*(due.c[name] == dead_letters.c[name] for name in KEY))
    found = sa.select(dead_letters.c.id).where(
        dead_letters.c.system == system,
        sa.func.coalesce(dead_letters.c.code, "").not_in(list(but)),
        dead_letters.c.last_at + waited <= now,
        ~is_due,
    )
    return list(conn.scalars(found.order_by(dead_letters.c.id)))


def revive(conn: Connection, ids: Collection[int], lane: Lane = "sync", due_at: datetime | None = None) -> int:
    """Make the records of those dead letters due again and return how many. The letters stay until one succeeds."""
    found: dict[tuple[Stage, str, str], dict[str, str]] = {}
    for row in conn.execute(sa.select(dead_letters).where(among(dead_letters.c.id, ids))):
        found.setdefault((row.stage, row.system, row.object), {})[row.record_id] = row.correlation
    for (stage, system, object_name), told in sorted(found.items()):
        mark(conn, stage, system, object_name, told, lane=lane, due_at=due_at, correlation=told)
    return sum(len(told) for told in found.values())


def drop(conn: Connection, letter: int, who: str, because: str, now: datetime) -> DeadLetter | None:
    """Take a dead letter away, and what is due of its record; return it, None if there is none of that id.

    Who did so, when and why is kept as a decision.
    """
    taken = conn.execute(sa.delete(dead_letters).where(dead_letters.c.id == letter).returning(dead_letters)).first()
    if taken is None:
        return None
    dropped = DeadLetter(**taken._mapping)
    forget(conn, dropped.stage, dropped.system, dropped.object, dropped.record_id)
    about = {"external_id": dropped.record_id, "after": {"code": dropped.code}}
    decisions.add(conn, "dropped", dropped.system, who, because, now, **about)
    return dropped


def forgive(
    conn: Connection, stage: Stage, system: str, object: str, ids: Collection[str], code: str | None = None
) -> None:
    """Take the dead letters of records away that have nothing left to tell; with a `code`, only those that have it."""
    if ids:
        theirs = among(dead_letters.c.record_id, ids)
        of_code = [dead_letters.c.code == code] if code else []
        conn.execute(sa.delete(dead_letters).where(*of_object(dead_letters, stage, system, object), theirs, *of_code))


def counts(conn: Connection) -> dict[tuple[Stage, str], int]:
    """Return how many dead letters there are by (stage, system)."""
    key = (dead_letters.c.stage, dead_letters.c.system)
    rows = conn.execute(sa.select(*key, sa.func.count()).group_by(*key))
    return {(stage, system): number for stage, system, number in rows}
