"""Forgetting a member: every row that tells of it, wherever it lies.

What stays is one line that says that something was erased, when, by whom and why; it holds no value of the member's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.errors import UserError
from plugin.store.among import among
from plugin.store.decisions import add as add_decision
from plugin.store.family import family
from plugin.store.schema import (
    TABLES,
    braked,
    dead_letters,
    decisions,
    due,
    handovers,
    history,
    links,
    member_calculated,
    persona_answers,
    results,
    unmatched,
)


def still_linked(conn: Connection, member_id: UUID) -> list[str]:
    """Return the ids that the member has in systems where it still is."""
    here = sa.select(links.c.external_id).where(
        links.c.entity == "member", links.c.record_id == member_id, links.c.state.in_(("creating", "active"))
    )
    return [external_id or "" for external_id in conn.execute(here).scalars()]


def erase(conn: Connection, member_id: UUID, who: str, because: str, now: datetime) -> dict[str, int]:
    """Remove everything about a member; return how many rows went, by table.

    Raises UserError while a system still has it: its next change there would bring it back.
    """
    linked = still_linked(conn, member_id)
    if linked:
        raise UserError(
            f"The member is still in the CRM ({', '.join(linked)}), and its next change there would bring it back. "
            "Delete it there first; once a poll or `success-vector sync` has seen that, erase it here."
        )
    mine = family(conn, member_id)
    ids = [record_id for records in mine.values() for record_id in records]
    names = [*_known_outside(conn, ids), *map(str, ids)]
    conn.execute(sa.text("SET LOCAL success_vector.erasing = 'on'"))
    gone = _beside(conn, ids, names)
    for entity, records in reversed(mine.items()):
        gone[entity] = _removed(conn, TABLES[entity].c.id, records)
    conn.execute(sa.text("SET LOCAL success_vector.erasing = 'off'"))
    add_decision(conn, "erased", "", who, because, now, entity="member", record_id=member_id)
    return {table: count for table, count in gone.items() if count}


def _known_outside(conn: Connection, ids: Sequence[UUID]) -> list[str]:
    """Return the ids under which other systems know these records."""
    known = sa.select(links.c.external_id).where(among(links.c.record_id, ids), links.c.external_id.is_not(None))
    return list(conn.execute(known).scalars())


def _beside(conn: Connection, ids: Sequence[UUID], names: Sequence[str]) -> dict[str, int]:
    """Remove what is kept beside the records, by their ids or by the names that they have as text."""
    by_id = (history.c.record_id, decisions.c.record_id, braked.c.record_id, links.c.record_id)
    by_member = (member_calculated.c.member_id, persona_answers.c.member_id, handovers.c.member_id, results.c.member_id)
    by_name = (due.c.record_id, dead_letters.c.record_id, unmatched.c.external_id, decisions.c.external_id)
    gone = Counter[str]()
    for columns, known in (((*by_id, *by_member), ids), (by_name, names)):
        for column in columns:
            gone[column.table.name] += _removed(conn, column, known)
    # What may be the member holds its keys; the system that has the record tells of it again.
    may_be = sa.delete(unmatched).where(unmatched.c.candidates.overlap(list(ids)))
    gone["unmatched"] += conn.execute(may_be).rowcount
    return gone


def _removed(conn: Connection, column: sa.Column[Any], values: Sequence[UUID] | Sequence[str]) -> int:
    return conn.execute(sa.delete(column.table).where(among(column, values))).rowcount
