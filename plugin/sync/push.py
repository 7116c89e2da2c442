"""The push stage: read what may have changed, note what will be written, write it, note what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from connectors.base import Fetched, Outcome, WriteResult
from mappings.convert import ValueRefused
from mappings.model import Source
from plugin.domain.entities import ENTITIES
from plugin.errors import RetryLater
from plugin.store import due, links, records
from plugin.store.due import Due
from plugin.store.links import Link
from plugin.sync import parcel
from plugin.sync.backoff import again_at
from plugin.sync.parcel import Difference, Parcel
from plugin.sync.points import Passing, Point
from plugin.sync.references import References, Unlinked
from plugin.sync.system import System

MOST_GUARDED = 25
"""Rows that one guarded call can hold; more than that go in bulk, within seconds of being read."""
SECOND = timedelta(seconds=1)

Absorb = Callable[[sa.Connection, str, Fetched], None]


@dataclass
class Packed:
    """One entity's due rows, sorted by what is to be done with them."""

    parcels: list[Parcel] = field(default_factory=list)
    finished: list[Due] = field(default_factory=list)


@dataclass(frozen=True)
class Push:
    """Pushes one system's due records; `absorb` takes in what is read on the way."""

    database: sa.Engine
    system: System
    absorb: Absorb
    clock: Callable[[], datetime]
    passing: Passing

    def run(self, rows: Sequence[Due]) -> None:
        """Push these rows, parents before children."""
        for entity in ENTITIES:
            of_entity = [row for row in rows if row.object == entity]
            if of_entity:
                self._push(entity, of_entity)

    def _push(self, entity: str, rows: Sequence[Due]) -> None:
        self._read_first(entity, rows)
        with self.database.begin() as conn:
            packed = _Packing(conn, self.system, entity, self.clock()).pack(rows)
            due.finish(conn, packed.finished)
        self.passing(Point.SENT)
        for creating in (True, False):
            batch = [one for one in packed.parcels if one.creates is creating]
            if batch:
                self._write(batch, creating=creating)

    def _read_first(self, entity: str, rows: Sequence[Due]) -> None:
        """Read the records whose shared fields differ, and those whose creation we never heard the end of."""
        with self.database.connect() as conn:
            packing = _Packing(conn, self.system, entity, self.clock())
            contested = packing.contested(rows)
            unheard = packing.unheard(rows)
        for object_name, ids in self._found(unheard).items():
            contested.setdefault(object_name, []).extend(ids)
        for object_name, ids in contested.items():
            source = self.system.mapping.source(object_name)
            fetched = self.system.connector.fetch(object_name, self.system.readable(source), sorted(set(ids)))
            with self.database.begin() as conn:
                self.absorb(conn, object_name, fetched)

    def _found(self, unheard: Sequence[Link]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for object_name in {link.object for link in unheard}:
            source = self.system.mapping.source(object_name)
            own_ids = [str(link.record_id) for link in unheard if link.object == object_name]
            there = self.system.connector.find(object_name, source.external_id or "", own_ids)
            found[object_name] = list(there.values())
        return found

    def _write(self, batch: Sequence[Parcel], *, creating: bool) -> None:
        call = self.system.connector.create if creating else self.system.connector.update
        try:
            results = call([one.write for one in batch])
        except RetryLater as error:
            with self.database.begin() as conn:
                for one in batch:
                    _Noting(conn, self.system, self.clock(), one).not_sent(str(error), error.seconds)
            raise
        self.passing(Point.CALLED)
        with self.database.begin() as conn:
            for one, result in zip(batch, results, strict=True):
                _Noting(conn, self.system, self.clock(), one).note(result)
            self.passing(Point.NOTED)
        self.passing(Point.PUSHED)


class _Packing:
    """Packs one entity's due rows into parcels, in one transaction."""

    def __init__(self, conn: sa.Connection, system: System, entity: str, now: datetime) -> None:
        self.conn, self.system, self.entity, self.now = conn, system, entity, now

    def _load(self, rows: Sequence[Due], *, lock: bool) -> None:
        ids = [UUID(row.record_id) for row in rows]
        self.links = {
            record_id: next((one for one in found if one.state != "deleted"), found[0])
            for record_id, found in links.by_record(self.conn, self.system.name, self.entity, ids, lock).items()
        }
        self.records = records.load(self.conn, self.entity, ids, lock)
        if self.entity == "member":
            for record_id, calculated in records.load_calculated(self.conn, ids).items():
                self.records[record_id] |= calculated
        self.references: dict[str, References] = {}
        for source in self.system.mapping.sources_of(self.entity):
            found = References(self.conn, self.system.name, source)
            found.find_ours(self.records.values())
            self.references[source.object] = found

    def contested(self, rows: Sequence[Due]) -> dict[str, list[str]]:
        """Return, by object, the ids of linked records with shared fields to write."""
        self._load(rows, lock=False)
        found: dict[str, list[str]] = {}
        for record_id, link in self.links.items():
            if link.state == "active" and link.external_id and (link.sent or self._shared_differs(record_id, link)):
                found.setdefault(link.object, []).append(link.external_id)
        return found

    def unheard(self, rows: Sequence[Due]) -> list[Link]:
        """Return the links of creations that were begun, and whose end we never heard."""
        return [link for link in self.links.values() if link.state == "creating"]

    def _shared_differs(self, record_id: UUID, link: Link) -> bool:
        try:
            return bool(self._difference(self.system.mapping.source(link.object), link, record_id).shared)
        except (ValueRefused, Unlinked):
            return False

    def _difference(self, source: Source, link: Link, record_id: UUID) -> Difference:
        record = self.records[record_id]
        theirs = self.references[source.object].theirs(record)
        return parcel.difference(source, self.system.schemas[source.object], link, record, theirs)

    def pack(self, rows: Sequence[Due]) -> Packed:
        """Return the parcels, with what they will write committed on their links by the caller."""
        self._load(rows, lock=True)
        packed = Packed()
        drafts = [draft for row in rows if (draft := self._draft(row, packed))]
        guarded = sum(bool(changed.shared) for _, _, link, changed in drafts if link.external_id) <= MOST_GUARDED
        for row, source, link, changed in drafts:
            self._seal(row, source, link, changed, packed, guarded=guarded)
        return packed

    def _draft(self, row: Due, packed: Packed) -> tuple[Due, Source, Link, Difference] | None:
        record_id = UUID(row.record_id)
        source = self._source(record_id)
        if source is None:
            packed.finished.append(row)
            return None
        link = self.links.get(record_id) or Link(
            self.system.name, source.object, None, self.entity, record_id, state="creating"
        )
        if link.sent and link.external_id:
            due.postpone(self.conn, row, again_at(row.attempts, self.now), "what was written before has not landed yet")
            return None
        try:
            changed = self._difference(source, link, record_id)
        except ValueRefused as error:
            due.bury(self.conn, row, None, str(error), "VALUE_REFUSED")
            return None
        except Unlinked as error:
            due.postpone(self.conn, row, again_at(row.attempts, self.now), str(error))
            return None
        if not changed and link.external_id:
            packed.finished.append(row)
            return None
        return row, source, link, changed

    def _source(self, record_id: UUID) -> Source | None:
        """Return the source through which a record is written; None where there is nothing to write or nowhere."""
        record = self.records.get(record_id)
        if record is None or record["deleted_at"] is not None:
            return None
        link = self.links.get(record_id)
        if link:
            return self.system.mapping.source(link.object) if link.state in {"active", "creating"} else None
        return next((one for one in self.system.mapping.sources_of(self.entity) if one.creates), None)

    def _seal(
        self, row: Due, source: Source, link: Link, changed: Difference, packed: Packed, *, guarded: bool
    ) -> None:
        theirs = self.references[source.object].theirs(self.records[link.record_id])
        if link.external_id is None:
            one = parcel.create(row, source, link, changed, theirs)
        else:
            if changed.shared and not _settled(link):
                due.postpone(self.conn, row, self.now + SECOND, "the record was changed this very second")
                return
            since = link.modified_at if guarded else None
            one = parcel.update(row, source, link, changed, theirs, since)
        noted = parcel.sealed(one, self.now)
        if noted.id is None:
            noted = links.insert(self.conn, noted)
        else:
            links.update(self.conn, noted)
        packed.parcels.append(replace(one, link=noted))


def _settled(link: Link) -> bool:
    """Whether a later edit is sure to show in the stamp, which has whole seconds: the read was in a later one."""
    if link.read_at is None or link.modified_at is None:
        return False
    return link.read_at.replace(microsecond=0) > link.modified_at.replace(microsecond=0)


class _Noting:
    """Notes what became of one parcel."""

    def __init__(self, conn: sa.Connection, system: System, now: datetime, sent: Parcel) -> None:
        self.conn, self.system, self.now, self.sent = conn, system, now, sent

    def note(self, result: WriteResult) -> None:
        """Store the result, and make due what follows from it."""
        act = {
            Outcome.WRITTEN: self._written,
            Outcome.CONFLICT: self._conflict,
            Outcome.BUSY: self._busy,
            Outcome.GONE: self._conflict,
            Outcome.DUPLICATE: self._duplicate,
            Outcome.REJECTED: self._rejected,
            Outcome.UNKNOWN: self._unknown,
        }[result.outcome]
        act(result)

    def not_sent(self, why: str, seconds: float) -> None:
        """Nothing went out: take the note back and try again later."""
        self._take_back()
        due.postpone(self.conn, self.sent.due, self.now + timedelta(seconds=seconds), why)

    def _link(self, **changes: Any) -> Link:
        """Store the link with these changes, on top of what it holds by now."""
        known = links.by_record(
            self.conn, self.system.name, self.sent.link.entity, [self.sent.link.record_id], for_update=True
        )[self.sent.link.record_id]
        current = next(one for one in known if one.id == self.sent.link.id)
        changed = replace(current, **changes)
        links.update(self.conn, changed)
        return changed

    def _take_back(self) -> None:
        self._link(sent=None, sent_at=None, sent_guarded=False, push_ended_at=self.now)

    def _written(self, result: WriteResult) -> None:
        changes: dict[str, Any] = {"push_ended_at": self.now, "written": self._told()}
        if self.sent.creates:
            changes |= {"external_id": result.id, "state": "active"}
        link = self._link(**changes)
        due.finish(self.conn, [self.sent.due])
        if self.sent.shared:
            self._fetch(link.external_id)

    def _told(self) -> dict[str, Any]:
        return {**self.sent.link.written, **self.sent.ours_alone}

    def _conflict(self, _result: WriteResult) -> None:
        """Somebody was there first: read again, and let the merge say what is left to write."""
        self._take_back()
        self._fetch(self.sent.link.external_id)
        due.postpone(self.conn, self.sent.due, self.now + SECOND, "changed over there in the meantime")

    def _busy(self, result: WriteResult) -> None:
        self._take_back()
        due.postpone(self.conn, self.sent.due, again_at(self.sent.due.attempts, self.now), result.message or "busy")

    def _duplicate(self, result: WriteResult) -> None:
        """Our own creation that we never heard of, or somebody else's record: reading it tells which."""
        if self.sent.creates and result.duplicate_of:
            self._link(push_ended_at=self.now)
            self._fetch(result.duplicate_of)
            due.postpone(self.conn, self.sent.due, again_at(self.sent.due.attempts, self.now), result.message or "")
        else:
            self._rejected(result)

    def _rejected(self, result: WriteResult) -> None:
        self._take_back()
        where = f" ({', '.join(result.fields)})" if result.fields else ""
        fix = f"{self.sent.write.object} refused these values{where}. Put the record or the rule right, then replay it."
        due.bury(self.conn, self.sent.due, result.message, fix, result.code)

    def _unknown(self, result: WriteResult) -> None:
        """The line broke: what was sent stays noted until a read tells."""
        self._link(push_ended_at=self.now)
        if self.sent.link.external_id:
            self._fetch(self.sent.link.external_id)
        due.postpone(self.conn, self.sent.due, again_at(self.sent.due.attempts, self.now), result.message or "unknown")

    def _fetch(self, external_id: str | None) -> None:
        if external_id:
            due.mark(
                self.conn,
                "fetch",
                self.system.name,
                self.sent.write.object,
                [external_id],
                lane=self.sent.due.lane,
                due_at=self.now,
                correlation=self.sent.due.correlation,
            )
