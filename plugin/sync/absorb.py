"""What was read becomes ours: rows of one object merged into canonical records, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from connectors.base import Fetched, Row
from mappings.convert import ValueRefused
from mappings.model import Canonical, Orphans
from plugin.store import braked, links, records
from plugin.store.links import Link
from plugin.store.records import Origin
from plugin.sync.absorbed import Absorbed
from plugin.sync.agreeing import Agreeing
from plugin.sync.brakes import Brakes
from plugin.sync.flips import flip_flops
from plugin.sync.kin import children_of
from plugin.sync.leaving import Leaving
from plugin.sync.matching import Unknown, match
from plugin.sync.merge import Why
from plugin.sync.references import References
from plugin.sync.row import RowMerge, theirs_normal
from plugin.sync.system import System

UNTOLD = {"suspended", "creating"}


@dataclass
class Met:
    """One row of theirs that is a record of ours, both as they were compared; `values` is what the row says."""

    row: Row
    link: Link
    values: dict[str, Any]
    merged: RowMerge


class Absorption:
    """One object's rows on their way into the store; their links and records are locked in id order."""

    def __init__(
        self,
        conn: sa.Connection,
        system: System,
        object_name: str,
        fetched: Fetched,
        now: datetime,
        *,
        first: bool,
        brakes: Brakes | None = None,
    ) -> None:
        self.conn, self.system, self.fetched, self.now, self.first = conn, system, fetched, now, first
        self.source = system.mapping.source(object_name)
        self.schema = system.schemas[object_name]
        self.entity = self.source.entity
        self.brakes = brakes
        self.result = Absorbed()

    def run(self, rows: Sequence[Row]) -> Absorbed:
        """Merge the rows and return what came of it. A row that the database refuses is refused alone."""
        try:
            with self.conn.begin_nested():
                return self._merge(rows)
        except OperationalError:
            raise
        except DBAPIError as error:
            self.result = Absorbed()
            if len(rows) == 1:
                return Absorbed(refused={rows[0].id: str(error.orig).strip()})
        middle = len(rows) // 2
        whole = self.run(rows[:middle])
        self.result = Absorbed()
        whole.add(self.run(rows[middle:]))
        return whole

    def _merge(self, rows: Sequence[Row]) -> Absorbed:
        self.links = links.by_external(self.conn, self.system.name, [row.id for row in rows], for_update=True)
        self.new: list[tuple[Row, dict[str, Any], dict[str, Any]]] = []
        self.met: list[Met] = []
        self.left: list[tuple[Row, Link, Origin]] = []
        self.returned: dict[UUID, Row] = {}
        self.relinked: list[Link] = []
        read = [(row, self._canonical(row)) for row in rows]
        self.links |= self._born_here(rows)
        self.references = References(self.conn, self.system.name, self.source)
        self.references.find_theirs([canonical for _, canonical in read if canonical])
        self._match(read)
        bound = {link.record_id for link in self.links.values()}
        self.ours = records.load(self.conn, self.entity, bound, for_update=True)
        self.references.find_ours(self.ours.values())
        self.agreeing = Agreeing(self.conn, self.source, self.schema, self.fetched, self.now)
        stopped = self._stopped(rows)
        for row, canonical in read:
            if row.id in stopped:
                self.result.braked.add((row.object, row.id))
            elif row.id not in self.result.refused and row.id not in self.result.unmatched:
                self._row(row, canonical)
        self._store()
        self.result.known |= {link.record_id: row_id for row_id, link in self.links.items()}
        return self.result

    def _canonical(self, row: Row) -> Canonical | None:
        if row.deleted or not self.source.matches(row.values):
            return None
        try:
            return self.source.to_canonical(row.values)
        except ValueRefused as error:
            self.result.refused[row.id] = str(error)
            return None

    def _born_here(self, rows: Sequence[Row]) -> dict[str, Link]:
        """Return, by their id, the links of records whose creation over there we never heard the end of."""
        wanted: dict[UUID, str] = {}
        for row in rows:
            own_id = row.values.get(self.source.external_id) if self.source.external_id else None
            if own_id and row.id not in self.links:
                with suppress(ValueError):
                    wanted[UUID(str(own_id))] = row.id
        found = links.by_record(self.conn, self.system.name, self.entity, wanted, for_update=True)
        return {
            wanted[record_id]: link for record_id, each in found.items() for link in each if link.state == "creating"
        }

    def _match(self, read: Sequence[tuple[Row, Canonical | None]]) -> None:
        """Link what is a record of ours already, though we never met it there; what may be several waits."""
        unknown = [
            Unknown(row, canonical)
            for row, canonical in read
            if canonical and row.id not in self.links and not self.references.resolve(canonical)[1]
        ]
        found = match(self.conn, self.system.name, self.source, unknown)
        self.links |= found.links
        self.result.unmatched |= found.ambiguous
        for link in found.links.values():
            self.result.linked.append(link.external_id or "")
            self.result.born.add(link.record_id)

    def _stopped(self, rows: Sequence[Row]) -> set[str]:
        """Return the rows that say of too many records at once that they were deleted."""
        if self.brakes is None:
            return set()
        known = {row.id: link.record_id for row in rows if (link := self._leaving(row))}
        alive = {link.record_id for link in self.links.values()} - set(known.values())
        braked.clear(self.conn, self.system.name, "delete", self.entity, alive)
        stopped = self.brakes.stopped(self.conn, self.system.name, "delete", self.entity, known.values(), self.now)
        return {row_id for row_id, record_id in known.items() if record_id in stopped}

    def _leaving(self, row: Row) -> Link | None:
        link = self.links.get(row.id)
        if not row.deleted or link is None or link.state in {"deleted", "unlinked"} or self._too_old(row, link):
            return None
        return link

    def _row(self, row: Row, canonical: Canonical | None) -> None:
        link = self.links.get(row.id)
        if link and link.state == "unlinked":
            return
        if link and self._too_old(row, link):
            self.result.reread[row.object, row.id] = row.id
        elif row.deleted:
            if link and link.state != "deleted":
                self.left.append((row, link, self._origin(row)))
        elif link and self.agreeing.perhaps_not_undeleted(row, link):
            self.result.reread[row.object, row.id] = row.id
        elif canonical is None:
            if link and link.state != "suspended":
                self._rest(row, link)
        else:
            try:
                self._alive(row, canonical, link)
            except ValueRefused as error:
                self.result.refused[row.id] = str(error)

    def _rest(self, row: Row, link: Link) -> None:
        """It is there, and can't be synced now: the link rests. If they had deleted it, it is deleted no longer."""
        if link.state == "deleted":
            self.returned[link.record_id] = row
            self.result.taken.add(link.record_id)
        self.relinked.append(replace(link, external_id=row.id, state="suspended"))
        self.result.note_saved(self.entity, link.record_id)

    def _too_old(self, row: Row, link: Link) -> bool:
        """A read counts if it began after our last push ended, and shows no earlier state than we have seen."""
        before_push = link.push_ended_at is not None and self.fetched.began_at < link.push_ended_at
        return before_push or (link.stamp is not None and row.stamp < link.stamp)

    def _alive(self, row: Row, canonical: Canonical, link: Link | None) -> None:
        references, missing = self.references.resolve(canonical)
        if missing:
            if self.source.orphans is Orphans.PARK:
                self.result.parked[row.id] = missing
            if link and link.state in {"deleted", "creating"}:
                self._rest(row, link)
            return
        if link is None and self.source.orphans is Orphans.IGNORE and self._nobodys(references):
            return
        theirs = theirs_normal(self.source, self.schema, row, canonical)
        values = canonical.fields | references
        if link is None:
            self.new.append((row, values, theirs))
            return
        ours = self.ours[link.record_id]
        merged = self.agreeing.compare(row, theirs, ours, self.references.comparable(ours), link)
        if link.state == "deleted":
            self.returned[link.record_id] = row
        self.met.append(Met(row, link, values, merged))
        self.result.met.add(row.id)

    def _nobodys(self, references: Mapping[str, UUID | None]) -> bool:
        """Whether a parent that the record can't do without isn't even named: a gift of no member of ours."""
        needed = self.source.definition.fields
        return any(record_id is None and needed[name].required for name, record_id in references.items())

    def _meet(self) -> list[tuple[UUID, dict[str, Any], Origin]]:
        """Settle what was compared, and return what becomes ours of it."""
        taking = {one.link.record_id: {name: one.values[name] for name in one.merged.taken} for one in self.met}
        flipping = flip_flops(self.conn, self.system.name, self.source, taking)
        changed = []
        for one in self.met:
            merged, link = one.merged, one.link
            if names := flipping.get(link.record_id):
                merged = merged.holding(names, Why.FLIP_FLOP, link.shadow)
            taken = {name: one.values[name] for name in merged.taken}
            if taken:
                changed.append((link.record_id, taken, self._origin(one.row)))
                self._note_taken(link)
            if taken or link.state == "deleted":
                self.result.note_saved(self.entity, link.record_id)
            if link.state in UNTOLD and self.ours[link.record_id]["deleted_at"] is not None:
                # It was deleted here while it rested, or before we heard of its creation: they haven't been told.
                self.result.note_push(self.entity, [link.record_id])
            self.relinked.append(self.agreeing.settle(one.row, link, merged, self.result))
        return changed

    def _note_taken(self, link: Link) -> None:
        """A dead letter has nothing left to tell, but that a record is deleted here and wanted there."""
        if link.state == "deleted" or self.ours[link.record_id]["deleted_at"] is None:
            self.result.taken.add(link.record_id)

    def _come_and_go(self) -> None:
        """Delete what they deleted, and take back what they took out of the bin."""
        self.relinked += Leaving(self.conn, self.system.name, self.entity, self.ours, self.result).gone(self.left)
        if self.returned:
            back = [(record_id, self._origin(row)) for record_id, row in self.returned.items()]
            records.undelete_many(self.conn, self.entity, back)
            for entity, below in children_of(self.conn, self.entity, self.returned).items():
                for record_id, above in below.items():
                    self.result.note_push(entity, [record_id], self.returned[above].id)

    def _store(self) -> None:
        self._come_and_go()
        if changed := self._meet():
            records.save_many(self.conn, self.entity, changed)
        ids = records.save_many(
            self.conn, self.entity, [(None, values, self._origin(row)) for row, values, _ in self.new]
        )
        fresh = []
        for (row, _, theirs), record_id in zip(self.new, ids, strict=True):
            self.result.note_saved(self.entity, record_id)
            self.result.linked.append(row.id)
            self.result.known[record_id] = row.id
            fresh.append(self.agreeing.first_link(self.system.name, row, theirs, record_id))
        links.insert_many(self.conn, fresh)
        links.update_many(self.conn, self.relinked)

    def _origin(self, row: Row) -> Origin:
        """What a first sync brings is known since their last modification, and labelled so: who set it is not."""
        if self.first:
            return Origin(f"{row.modified_by or ''} (first sync)", self.system.name, row.modified_at, row.modified_at)
        return Origin(row.modified_by or "", self.system.name, row.modified_at, self.now)
