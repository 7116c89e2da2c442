"""What a duplicate rule over there takes a new record for: linked where its keys prove it, else left to a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
import structlog

from connectors.base import Fetched, Row
from mappings.convert import ValueRefused
from mappings.model import Source
from plugin.store import due, links, records, unmatched
from plugin.store.links import Link
from plugin.store.unmatched import Ambiguous
from plugin.sync import tracing
from plugin.sync.parcel import Parcel
from plugin.sync.system import System

log = structlog.get_logger(__name__)
Absorb = Callable[[sa.Connection, str, Fetched], Collection[str]]


@dataclass(frozen=True)
class Alike:
    """A creation that was refused, and the records over there that it is taken for."""

    parcel: Parcel
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Likeness:
    """Links refused creations of a source that says `duplicates = "link"`; one read an object."""

    database: sa.Engine
    system: System
    absorb: Absorb
    clock: Callable[[], datetime]

    def run(self, refused: Sequence[Alike]) -> None:
        """Link each record with the one that it is, or keep what it may be for a person."""
        for name in dict.fromkeys(one.parcel.write.object for one in refused):
            of_object = [one for one in refused if one.parcel.write.object == name]
            self._settle(self.system.mapping.source(name), of_object)

    def _settle(self, source: Source, refused: Sequence[Alike]) -> None:
        ids = sorted({each for one in refused for each in one.ids})
        fetched = self.system.connector.fetch(source.object, self.system.readable(source), ids)
        rows = {row.id: row for row in fetched.rows if not row.deleted}
        with self.database.begin() as conn:
            taken = links.by_external(conn, self.system.name, ids, for_update=True)
            wanted = [one.parcel.link.record_id for one in refused]
            ours = records.load(conn, source.entity, wanted, for_update=True)
            held = links.by_record(conn, self.system.name, source.entity, wanted, for_update=True)
            unsure: dict[str, Ambiguous] = {}
            proven: list[Row] = []
            for one in refused:
                record_id = one.parcel.link.record_id
                if record_id in held:
                    continue
                row, doubt = self._proof(source, one, rows, ours[record_id], taken)
                if row is None:
                    unsure |= {each: self._ambiguous(source, ours[record_id], record_id, doubt) for each in one.ids}
                    continue
                fresh = Link(self.system.name, source.object, row.id, source.entity, record_id, how="keys")
                taken[row.id] = links.insert(conn, fresh)
                proven.append(row)
                named = {"record": row.id, **tracing.named(one.parcel.due.correlation)}
                log.info("linked with its duplicate", system=self.system.name, object=source.object, **named)
            if proven:
                self.absorb(conn, source.object, replace(fetched, rows=tuple(proven), absent=()))
                again = [str(taken[row.id].record_id) for row in proven]
                due.hasten(conn, "push", self.system.name, source.entity, again, self.clock())
            unmatched.keep(conn, self.system.name, source.object, source.entity, unsure, self.clock())

    def _proof(
        self, source: Source, one: Alike, rows: dict[str, Row], ours: dict[str, object], taken: dict[str, Link]
    ) -> tuple[Row | None, str]:
        """Return the row that is surely the record; else None and why nobody can tell."""
        if len(one.ids) != 1:
            return None, f"a duplicate rule takes it for {len(one.ids)} records"
        row = rows.get(one.ids[0])
        if row is None or not source.matches(row.values):
            return None, "a duplicate rule takes it for a record that is out of sight, or that the mapping leaves out"
        if row.id in taken:
            return None, "a duplicate rule takes it for a record that is linked already"
        try:
            theirs = source.to_canonical(row.values).fields
        except ValueRefused as error:
            return None, str(error)
        unequal = [name for name in source.match if not _same(ours.get(name), theirs.get(name))]
        if unequal or not source.match:
            return None, f"a duplicate rule takes it for this one, and {', '.join(unequal) or 'no key'} differs"
        return row, ""

    def _ambiguous(self, source: Source, ours: dict[str, object], record_id: UUID, why: str) -> Ambiguous:
        return Ambiguous({name: str(ours.get(name)) for name in source.match}, (record_id,), why)


def _same(ours: object, theirs: object) -> bool:
    """Text is the same whatever its case and the space in it; what is empty proves nothing."""
    if ours is None or theirs is None:
        return False
    return " ".join(str(ours).split()).lower() == " ".join(str(theirs).split()).lower()
