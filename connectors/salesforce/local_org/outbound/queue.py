"""The notifications that wait to be sent: rows in the org's database, so that a restart loses none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.salesforce.local_org.ids import record_id
from connectors.salesforce.local_org.work import Connection, Work

TABLES = """
CREATE SEQUENCE IF NOT EXISTS org_meta.notification_ids;
CREATE TABLE IF NOT EXISTS org_meta.notifications (
    id text PRIMARY KEY, number bigint NOT NULL, message text NOT NULL, record text NOT NULL,
    queued_at timestamptz NOT NULL, attempts integer NOT NULL DEFAULT 0, due_at timestamptz NOT NULL, error text);
CREATE INDEX IF NOT EXISTS notifications_due ON org_meta.notifications (due_at, number);
"""


@dataclass(frozen=True)
class Notification:
    """One notification: of which message (its lower-case full name), about which record."""

    id: str
    message: str
    record: str
    attempts: int
    queued_at: datetime


def enqueue(work: Work, sends: Sequence[tuple[str, str]]) -> None:
    """Queue notifications, given as message name and record id, in the transaction of the change that fires them."""
    if not sends:
        return
    numbers = work.conn.execute(
        "SELECT nextval('org_meta.notification_ids') FROM generate_series(1, %s)", (len(sends),)
    ).fetchall()
    rows = [
        (record_id("04l", number), number, name.lower(), record)
        for (number,), (name, record) in zip(numbers, sends, strict=True)
    ]
    with work.conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO org_meta.notifications (id, number, message, record, queued_at, due_at)"
            " VALUES (%s, %s, %s, %s, clock_timestamp(), clock_timestamp())",
            rows,
        )


def take(conn: Connection, now: datetime, most: int) -> list[Notification]:
    """Return up to `most` due notifications of one message, oldest first."""
    first = conn.execute(
        "SELECT message FROM org_meta.notifications WHERE due_at <= %s ORDER BY number LIMIT 1", (now,)
    ).fetchone()
    if first is None:
        return []
    rows = conn.execute(
        "SELECT id, message, record, attempts, queued_at FROM org_meta.notifications"
        " WHERE due_at <= %s AND message = %s ORDER BY number LIMIT %s",
        (now, first[0], most),
    ).fetchall()
    return [Notification(*row) for row in rows]


def drop(conn: Connection, ids: Sequence[str]) -> None:
    """Forget notifications: they were acknowledged, or are lost."""
    conn.execute("DELETE FROM org_meta.notifications WHERE id = ANY(%s)", (list(ids),))


def postpone(conn: Connection, ids: Sequence[str], due_at: datetime, error: str) -> None:
    """Have notifications sent again later."""
    conn.execute(
        "UPDATE org_meta.notifications SET attempts = attempts + 1, due_at = %s, error = %s WHERE id = ANY(%s)",
        (due_at, error[:1000], list(ids)),
    )


def delay(conn: Connection, ids: Sequence[str], due_at: datetime) -> None:
    """Have notifications sent later, without counting an attempt."""
    conn.execute("UPDATE org_meta.notifications SET due_at = %s WHERE id = ANY(%s)", (due_at, list(ids)))


def next_due(conn: Connection) -> datetime | None:
    """Return when the next notification is due, None when none waits."""
    row = conn.execute("SELECT min(due_at) FROM org_meta.notifications").fetchone()
    return row[0] if row else None


def pending(conn: Connection) -> int:
    """Return how many notifications wait."""
    row = conn.execute("SELECT count(*) FROM org_meta.notifications").fetchone()
    return row[0] if row else 0
