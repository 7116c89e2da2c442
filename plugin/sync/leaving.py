"""What the other system proves to be deleted, or merged into another record, and what was below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from connectors.base import Row
from plugin.store import links, records
from plugin.store.links import Link
from plugin.store.records import Origin
from plugin.sync.absorbed import Absorbed
from plugin.sync.kin import children_of, rebind


@dataclass(frozen=True)
class Leaving:
    """Puts tombstones on one entity's records, and notes in `result` what is due because of it.

    `ours` are the records as they were loaded and locked before.
    """

    conn: sa.Connection
    system: str
    entity: str
    ours: Mapping[UUID, Mapping[str, Any]]
    result: Absorbed

    def gone(self, left: Sequence[tuple[Row, Link, Origin]]) -> list[Link]:
        """Delete our records of these rows, and return their links as they are then."""
        if not left:
            return []
        # Before what hung below a merged record is bound to the other: it may have changed in the merge.
        self._read_below({link.record_id: row.id for row, link, _ in left})
        self._delete(left)
        for row, link, origin in left:
            self.result.taken.add(link.record_id)
            self.result.note_saved(self.entity, link.record_id)
            if row.merged_into:
                self.result.reread[row.object, row.merged_into] = row.id
                self._rebind(link, row, row.merged_into, origin)
        return [replace(link, external_id=row.id, stamp=row.stamp, state="deleted") for row, link, _ in left]

    def _delete(self, left: Sequence[tuple[Row, Link, Origin]]) -> None:
        """Delete those that aren't deleted yet: a deletion keeps its time, by which later edits elsewhere are told."""
        alive = [
            (link.record_id, origin) for _, link, origin in left if self.ours[link.record_id]["deleted_at"] is None
        ]
        if alive:
            records.delete_many(self.conn, self.entity, alive)

    def _read_below(self, gone: Mapping[UUID, str]) -> None:
        """Have everything read again that hangs below these records; `gone` are their rows."""
        for entity, below in children_of(self.conn, self.entity, gone).items():
            linked = links.by_record(self.conn, self.system, entity, below)
            self.result.reread |= {
                (one.object, one.external_id): gone[below[record_id]]
                for record_id, each in linked.items()
                for one in each
                if one.external_id and one.state != "unlinked"
            }

    def _rebind(self, link: Link, row: Row, merged_into: str, origin: Origin) -> None:
        """What we hold below the record that was merged away belongs to the one that is left."""
        winner = links.by_external(self.conn, self.system, [merged_into]).get(merged_into)
        if winner is None or winner.entity != self.entity:
            return
        moved = rebind(self.conn, self.entity, link.record_id, winner.record_id, origin)
        for entity, ids in moved.items():
            self.result.note_push(entity, ids, row.id)
            for one in ids:
                self.result.note_saved(entity, one)
