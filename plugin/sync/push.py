"""The push stage: read what may have changed, note what will be written, write it, note what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from connectors.base import Outcome, WriteResult
from plugin.domain.entities import ENTITIES
from plugin.errors import RetryLater
from plugin.store import due
from plugin.store.due import Due
from plugin.store.links import Link
from plugin.sync.brakes import Brakes
from plugin.sync.likeness import Absorb, Likeness
from plugin.sync.noting import Noting
from plugin.sync.packing import Packing
from plugin.sync.parcel import Parcel
from plugin.sync.points import Passing, Point
from plugin.sync.removing import Removing
from plugin.sync.resting import look_again
from plugin.sync.system import System


@dataclass(frozen=True)
class Push:
    """Pushes one system's due records; `absorb` takes in what is read on the way."""

    database: sa.Engine
    system: System
    absorb: Absorb
    clock: Callable[[], datetime]
    passing: Passing
    brakes: Brakes | None = None

    def run(self, rows: Sequence[Due]) -> None:
        """Push these rows, parents before children; what was deleted here goes first, children before parents."""
        rows = Removing(self.database, self.system, self.clock, self.brakes).run(rows)
        for entity in ENTITIES:
            of_entity = [row for row in rows if row.object == entity]
            if of_entity:
                self._push(entity, of_entity)

    def _push(self, entity: str, rows: Sequence[Due]) -> None:
        unseen = self._read_first(entity, rows)
        with self.database.begin() as conn:
            packed = Packing(conn, self.system, entity, self.clock(), self.brakes).pack(rows, unseen)
            due.finish(conn, packed.finished)
        self.passing(Point.SENT)
        for creating in (True, False):
            batch = [one for one in packed.parcels if one.creates is creating]
            if batch:
                self._write(batch, creating=creating)

    def _read_first(self, entity: str, rows: Sequence[Due]) -> set[str]:
        """Read the records whose shared fields differ, and those whose creation we never heard the end of.

        Returns the ids of those that could not be compared with ours: what they refer to is none of ours, say.
        """
        with self.database.connect() as conn:
            packing = Packing(conn, self.system, entity, self.clock())
            contested = packing.contested(rows)
            unheard = packing.unheard(rows)
        for object_name, ids in self._found(unheard).items():
            contested.setdefault(object_name, []).extend(ids)
        unseen: set[str] = set()
        for object_name, ids in contested.items():
            source = self.system.mapping.source(object_name)
            fetched = self.system.connector.fetch(object_name, self.system.readable(source), sorted(set(ids)))
            with self.database.begin() as conn:
                unseen |= set(ids).difference(self.absorb(conn, object_name, fetched))
        return unseen

    def _found(self, unheard: Sequence[Link]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for object_name in {link.object for link in unheard}:
            source = self.system.mapping.source(object_name)
            own_ids = [str(link.record_id) for link in unheard if link.object == object_name]
            there = self.system.connector.find(object_name, source.external_id or "", own_ids)
            found[object_name] = list(there.values())
        return found

    def _resting(self, batch: Sequence[Parcel], results: Sequence[WriteResult]) -> list[WriteResult]:
        """Where a field is gone, describe its object again: the rows are written without it in a moment."""
        named = {one.write.object for one, result in self._both(batch, results) if result.outcome is Outcome.NO_FIELD}
        if named:
            look_again(self.database, self.system, sorted(named), self.clock())
        return [
            replace(result, outcome=Outcome.BUSY)
            if result.outcome is Outcome.NO_FIELD and not self._writable(one)
            else result
            for one, result in self._both(batch, results)
        ]

    def _both(self, batch: Sequence[Parcel], results: Sequence[WriteResult]) -> list[tuple[Parcel, WriteResult]]:
        return list(zip(batch, results, strict=True))

    def _writable(self, one: Parcel) -> bool:
        """Whether the object has every field that was written, as it is described now."""
        known = self.system.schemas[one.write.object].fields
        found = [known.get(name) for name in one.write.values]
        return all(field and (field.createable if one.creates else field.updateable) for field in found)

    def _write(self, batch: Sequence[Parcel], *, creating: bool) -> None:
        call = self.system.connector.create if creating else self.system.connector.update
        try:
            results = call([one.write for one in batch])
        except RetryLater as error:
            with self.database.begin() as conn:
                Noting(conn, self.system, self.clock(), batch).not_sent(batch, str(error), error.seconds)
            raise
        self.passing(Point.CALLED)
        results = self._resting(batch, results)
        with self.database.begin() as conn:
            noting = Noting(conn, self.system, self.clock(), batch)
            noting.note(batch, results)
            self.passing(Point.NOTED)
        self.passing(Point.PUSHED)
        Likeness(self.database, self.system, self.absorb, self.clock).run(noting.alike)
