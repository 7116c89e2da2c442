"""What follows from a read, in the transaction that merged it: what rests, waits, is read again or is due elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from plugin.store import dead_letters, due, links, parking, unmatched
from plugin.store.due import Due, Lane
from plugin.sync import marking, tracing
from plugin.sync.absorbed import Absorbed
from plugin.sync.backoff import again_at
from plugin.sync.kin import children_of
from plugin.sync.system import System
from plugin.sync.tracing import Told

STALE = "the read was older than our last write"
BRAKED = "too many were deleted in a day: a person has to release the brake"
PARKED_FOR = timedelta(minutes=5)
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Aftermath:
    """Settles one object's read: what came of it (`absorbed`), and the notifications (`told`) that it goes back to."""

    conn: sa.Connection
    system: System
    object_name: str
    absorbed: Absorbed
    told: Told
    lane: Lane
    now: datetime

    def settle(self, rows: Sequence[Due], seen: Collection[str], absent: Sequence[str]) -> None:
        """Finish, postpone or bury the `rows` that were read for; park and report what can't be placed yet.

        `seen` are the ids of theirs that were read, `absent` those that were asked for and not found.
        """
        self._suspend(absent)
        parking.wake(self.conn, self.system.name, self.absorbed.linked, self.now)
        self._park()
        unmatched.forget(self.conn, self.system.name, set(seen) - set(self.absorbed.unmatched))
        self._answer(rows)
        entity = self.system.mapping.source(self.object_name).entity
        unmatched.keep(self.conn, self.system.name, self.object_name, entity, self.absorbed.unmatched, self.now)

    def mark(self, busy: Collection[UUID]) -> None:
        """Make due what this system has to be told; not the records of the object's own entity that are `busy`."""
        entity = self.system.mapping.source(self.object_name).entity
        conn, name, told = self.conn, self.system.name, marking.texts(self.told.ours)
        for of, ids in self.absorbed.push.items():
            news = [str(one) for one in ids if of != entity or one not in busy]
            due.mark(conn, "push", name, of, news, self.lane, self.now, told)
        reminded = _texts(self.absorbed.remind.difference(busy))
        due.remind(conn, "push", name, entity, reminded, self.lane, self.now, told)
        dead_letters.forgive(conn, "push", name, entity, _texts(self.absorbed.taken))
        for child, below in children_of(conn, entity, self.absorbed.born).items() if self.absorbed.born else ():
            due.hasten(conn, "push", name, child, _texts(below), self.now)

    def _answer(self, rows: Sequence[Due]) -> None:
        """Finish what was read; read again what came too early; bury what can't be held, or make it due for that."""
        absorbed, told = self.absorbed, self.told
        asked = {(self.object_name, row.record_id): row for row in rows}
        again = {key: (STALE, cause) for key, cause in absorbed.reread.items()}
        again |= {key: (BRAKED, key[1]) for key in absorbed.braked}
        for key, (why, cause) in sorted(again.items()):
            if key in asked:
                row = asked.pop(key)
                due.postpone(self.conn, row, again_at(row.attempts, self.now), why)
            else:
                self._read(*key, self.lane, again_at(0, self.now), told.there.get(cause))
        for record_id, words in absorbed.refused.items():
            self._say("record refused", record_id)
            if (self.object_name, record_id) in asked:
                row = asked.pop((self.object_name, record_id))
                dead_letters.bury(self.conn, row, None, words, "REFUSED_HERE")
            else:
                self._read(self.object_name, record_id, self.lane, self.now, told.there.get(record_id))
        for record_id in absorbed.unmatched:
            self._say("a record fits several", record_id)
        due.finish(self.conn, [row for row in asked.values() if row.record_id not in absorbed.parked])

    def _read(self, object_name: str, record_id: str, lane: Lane, at: datetime, told: str | None) -> None:
        due.mark(self.conn, "fetch", self.system.name, object_name, [record_id], lane, at, told)

    def _suspend(self, absent: Sequence[str]) -> None:
        """Absence proves nothing: the link rests, and nothing is deleted."""
        for record_id, link in links.by_external(self.conn, self.system.name, absent, for_update=True).items():
            if link.state == "active":
                links.update(self.conn, replace(link, state="suspended"))
                self._say("record out of sight, link suspended", record_id)

    def _park(self) -> None:
        parked = self.absorbed.parked
        waiting = {record_id: parent_id for record_id, (_, parent_id) in parked.items()}
        until = self.now + PARKED_FOR
        parking.park(self.conn, self.system.name, self.object_name, waiting, until, told=self.told.there)
        children = {parent: child for child, parent in parked.items()}
        for (parent, parent_id), child in sorted(children.items()):
            if parent_id not in self.absorbed.linked:
                self._read(parent, parent_id, "sync", self.now, self.told.there.get(child))

    def _say(self, what: str, record_id: str) -> None:
        named = tracing.named(self.told.there.get(record_id))
        log.warning(what, system=self.system.name, object=self.object_name, record=record_id, **named)


def _texts(ids: Collection[UUID]) -> list[str]:
    return [str(one) for one in ids]
