"""The brakes: no run overwrites or deletes more than a set share of a system's records before a person has looked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from plugin.store import braked, decisions, due, links
from plugin.store.braked import Kind

WINDOW = timedelta(hours=24)
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Brakes:
    """The most that goes by itself in 24 hours: a share of an entity's linked records, and never less than `least`."""

    overwrite_share: float
    delete_share: float
    least: int

    def most(self, kind: Kind, linked: int) -> int:
        """Return how many of so many linked records may be overwritten, or deleted, in 24 hours."""
        return max(self.least, int(linked * (self.overwrite_share if kind == "overwrite" else self.delete_share)))

    def stopped(
        self, conn: sa.Connection, system: str, kind: Kind, entity: str, ids: Collection[UUID], now: datetime
    ) -> set[UUID]:
        """Return those of the records that must wait for a person, and count the others as done.

        While one record waits, every other that would be overwritten (or deleted) in that system waits with it.
        """
        if not ids:
            return set()
        since = now - WINDOW
        braked.forget(conn, system, since)
        fresh = set(ids) - braked.allowed(conn, system, kind, entity, ids, since)
        if not fresh:
            return set()
        counted = braked.done_since(conn, system, kind, entity, since) | fresh
        on = braked.is_on(conn, system, kind)
        most = self.most(kind, braked.linked(conn, system, entity))
        if not on and len(counted) <= most:
            braked.note(conn, system, kind, entity, fresh, "done", now)
            return set()
        braked.note(conn, system, kind, entity, fresh, "waiting", now)
        if not on:
            log.warning("the brake is on", system=system, kind=kind, entity=entity, would_be=len(counted), most=most)
        return fresh


def release(conn: sa.Connection, system: str, kind: Kind, who: str, because: str | None, now: datetime) -> int:
    """Let go what the brake holds back, as a person decided, and return how many records that are."""
    found = braked.release(conn, system, kind, now)
    for entity, ids in found.items():
        due.hasten(conn, "push", system, entity, [str(one) for one in ids], now)
        if kind == "overwrite":
            continue
        for each in links.by_record(conn, system, entity, ids).values():
            for link in each:
                due.hasten(conn, "fetch", system, link.object, [link.external_id or ""], now)
    number = sum(map(len, found.values()))
    if number:
        let_go = {entity: len(ids) for entity, ids in found.items()}
        decisions.add(conn, "release", system, who, because, now, before={"kind": kind}, after=let_go)
    return number
