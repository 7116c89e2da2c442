"""What an engine does after a change, noted instead of done."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.engine import Connection


class Noted:
    """Remembers what was marked."""

    def __init__(self) -> None:
        self.scores: dict[str, set[UUID]] = {}
        self.pushes: dict[str, set[UUID]] = {}

    def mark_score(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        self.scores.setdefault(entity, set()).update(ids)

    def mark_push(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        self.pushes.setdefault(entity, set()).update(ids)
