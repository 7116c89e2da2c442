"""Making due what follows from a change, for commands that write to the store and leave the CRM to a worker."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from datetime import datetime
from uuid import UUID

from sqlalchemy.engine import Connection

from mappings.model import Mapping
from plugin.sync import marking


class StoreMarks:
    """Marks scores and writes as the engine does, without signing in anywhere."""

    def __init__(self, mappings: MappingOf[str, Mapping], clock: Callable[[], datetime]) -> None:
        """`mappings` are those of all systems, by the systems' names."""
        self._mappings, self._clock = mappings, clock

    def mark_score(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        """Make the score of every member due that these records count for."""
        marking.mark_score(conn, entity, ids, "sync", self._clock())

    def mark_push(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        """Make these records due to be written, in every system whose mapping writes their entity."""
        marking.mark_push(conn, self._mappings, entity, ids, "sync", self._clock())
