"""What follows from a change of ours."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from sqlalchemy.engine import Connection


class Marks(Protocol):
    """What follows from a change: the engine, or marks in the store that a worker finds."""

    def mark_score(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        """Make scores due."""

    def mark_push(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        """Make writes due."""
