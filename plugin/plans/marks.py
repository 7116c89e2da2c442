"""Making due what follows from a change, for commands that write to the store and leave the CRM to a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.engine import Connection

from mappings.model import Mapping
from plugin.store import due
from plugin.sync.kin import members_of


class StoreMarks:
    """Marks scores and writes as the engine does, without signing in anywhere."""

    def __init__(self, system: str, mapping: Mapping, clock: Callable[[], datetime]) -> None:
        self._system, self._mapping, self._clock = system, mapping, clock

    def mark_score(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        """Make the score of every member due that these records count for."""
        due.mark(
            conn, "score", "", "member", [str(one) for one in members_of(conn, entity, ids)], "sync", self._clock()
        )

    def mark_push(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        """Make these records due to be written, where the mapping writes their entity."""
        if any(source.writes for source in self._mapping.sources_of(entity)):
            due.mark(conn, "push", self._system, entity, [str(one) for one in ids], "sync", self._clock())
