"""From due rows to parcels: what of one entity is to be written, and where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from mappings.convert import ValueRefused
from mappings.model import Deletes, Source
from plugin.domain.entities import ENTITIES
from plugin.store import braked, dead_letters, due, links, records, unmatched
from plugin.store.due import Due
from plugin.store.links import Link
from plugin.sync import parcel
from plugin.sync.backoff import again_at
from plugin.sync.brakes import Brakes
from plugin.sync.noting import SECOND
from plugin.sync.parcel import Difference, Parcel
from plugin.sync.references import References, Unlinked
from plugin.sync.removing import EDITED_THERE
from plugin.sync.system import System

MOST_GUARDED = 25
"""Rows that one guarded call can hold; more than that go in bulk, within seconds of being read."""
BRAKED = "too many values would be overwritten in a day: a person has to release the brake"
PERHAPS = "it may be there already, under an id that waits to be linked: see `success-vector unmatched`"
UNHEARD = "it is deleted here, and was found over there only now"
Draft = tuple[Due, Source, Link, Difference]


@dataclass
class Packed:
    """One entity's due rows, sorted by what is to be done with them."""

    parcels: list[Parcel] = field(default_factory=list)
    finished: list[Due] = field(default_factory=list)


class Packing:
    """Packs one entity's due rows into parcels, in one transaction."""

    def __init__(
        self, conn: sa.Connection, system: System, entity: str, now: datetime, brakes: Brakes | None = None
    ) -> None:
        self.conn, self.system, self.entity, self.now, self.brakes = conn, system, entity, now, brakes

    def _load(self, rows: Sequence[Due], *, lock: bool) -> None:
        ids = [UUID(row.record_id) for row in rows]
        self.links = {
            record_id: next((one for one in found if one.state not in {"deleted", "unlinked"}), found[0])
            for record_id, found in links.by_record(self.conn, self.system.name, self.entity, ids, lock).items()
        }
        self.records = records.load(self.conn, self.entity, ids, lock)
        if self.entity == "member":
            for record_id, calculated in records.load_calculated(self.conn, ids).items():
                self.records[record_id] |= calculated
        self.perhaps_there = unmatched.candidates(self.conn, self.system.name, self.entity)
        self.references: dict[str, References] = {}
        for source in self.system.mapping.sources_of(self.entity):
            found = References(self.conn, self.system.name, source)
            found.find_ours(self.records.values())
            self.references[source.object] = found

    def contested(self, rows: Sequence[Due]) -> dict[str, list[str]]:
        """Return, by object, the ids of linked records with shared fields to write, or held fields to look at again."""
        self._load(rows, lock=False)
        found: dict[str, list[str]] = {}
        for record_id, link in self.links.items():
            if not self._mapped(link):
                continue
            unsure = link.sent or link.quarantined or self._shared_differs(record_id, link)
            if link.state == "active" and link.external_id and unsure:
                found.setdefault(link.object, []).append(link.external_id)
        return found

    def unheard(self, rows: Sequence[Due]) -> list[Link]:
        """Return the links of creations that were begun, and whose end we never heard."""
        return [link for link in self.links.values() if link.state == "creating" and self._mapped(link)]

    def _mapped(self, link: Link) -> bool:
        """Whether the mapping still has the object of a link; one that was taken out is left as it is."""
        return link.object in self.system.mapping.objects

    def _shared_differs(self, record_id: UUID, link: Link) -> bool:
        try:
            return bool(self._difference(self.system.mapping.source(link.object), link, record_id).shared)
        except (ValueRefused, Unlinked):
            return False

    def _difference(self, source: Source, link: Link, record_id: UUID) -> Difference:
        record = self.records[record_id]
        theirs = self.references[source.object].theirs(record)
        return parcel.difference(source, self.system.schemas[source.object], link, record, theirs)

    def pack(self, rows: Sequence[Due], unseen: Collection[str] = ()) -> Packed:
        """Return the parcels, with what they will write committed on their links by the caller.

        Records over there that are `unseen`, as no read of them could be compared with ours, are written guarded.
        """
        self._load(rows, lock=True)
        # Their edits stand in the way of a deletion no more where it was taken back, through another system say.
        alive = [str(key) for key, record in self.records.items() if record["deleted_at"] is None]
        dead_letters.forgive(self.conn, "push", self.system.name, self.entity, alive, EDITED_THERE)
        packed = Packed()
        rows = [row for row in rows if not self._may_be_there(row)]
        drafts = [draft for row in rows if (draft := self._draft(row, packed))]
        drafts = self._unbraked(rows, drafts)
        few = sum(bool(changed.shared) for _, _, link, changed in drafts if link.external_id) <= MOST_GUARDED
        parcels = [
            one
            for row, source, link, changed in drafts
            if (one := self._parcel(row, source, link, changed, guarded=few or link.external_id in unseen))
        ]
        packed.parcels = self._seal(sorted(parcels, key=self._parents))
        return packed

    def _parents(self, one: Parcel) -> tuple[str, ...]:
        """Rows of one parent stand together: a collection, or a batch of a job, locks their parent once."""
        needed = [name for name, field in ENTITIES[self.entity].references.items() if field.required]
        return tuple(str(self.records[one.link.record_id].get(name)) for name in needed)

    def _may_be_there(self, row: Due) -> bool:
        """Whether the record would be created though one over there, which waits to be linked, may be it."""
        if UUID(row.record_id) in self.links or UUID(row.record_id) not in self.perhaps_there:
            return False
        due.postpone(self.conn, row, again_at(row.attempts, self.now), PERHAPS)
        return True

    def _unbraked(self, rows: Sequence[Due], drafts: Sequence[Draft]) -> list[Draft]:
        """Return what may go: where too many values would be overwritten in a day, those wait for a person."""
        if self.brakes is None:
            return list(drafts)
        over = {link.record_id for _, _, link, changed in drafts if link.external_id and _overwrites(link, changed)}
        braked.clear(
            self.conn, self.system.name, "overwrite", self.entity, {UUID(row.record_id) for row in rows} - over
        )
        stopped = self.brakes.stopped(self.conn, self.system.name, "overwrite", self.entity, over, self.now)
        for row, _, link, _ in drafts:
            if link.record_id in stopped:
                due.postpone(self.conn, row, again_at(row.attempts, self.now), BRAKED)
        return [draft for draft in drafts if draft[2].record_id not in stopped]

    def _draft(self, row: Due, packed: Packed) -> Draft | None:
        record_id = UUID(row.record_id)
        source = self._source(record_id)
        if source is None:
            if self._still_to_go(record_id):
                due.postpone(self.conn, row, again_at(row.attempts, self.now), UNHEARD)
            else:
                packed.finished.append(row)
            return None
        link = self.links.get(record_id) or Link(
            self.system.name, source.object, None, self.entity, record_id, state="creating", how="created"
        )
        try:
            changed = self._difference(source, link, record_id)
        except ValueRefused as error:
            dead_letters.bury(self.conn, row, None, str(error), "VALUE_REFUSED")
            return None
        except Unlinked as error:
            self._wait_for(error, row)
            return None
        if link.sent and link.external_id and not (link.sent_guarded and link.sent_at and changed.shared == link.sent):
            due.postpone(self.conn, row, again_at(row.attempts, self.now), "what was written before has not landed yet")
            return None
        if not changed and link.external_id:
            packed.finished.append(row)
            return None
        return row, source, link, changed

    def _still_to_go(self, record_id: UUID) -> bool:
        """Whether the record, deleted here and to be deleted there as well, was found there only in this push."""
        link, record = self.links.get(record_id), self.records.get(record_id)
        if link is None or link.state != "active" or not self._mapped(link):
            return False
        pushes = self.system.mapping.source(link.object).deletes is Deletes.PUSH
        return pushes and record is not None and record["deleted_at"] is not None

    def _wait_for(self, missing: Unlinked, row: Due) -> None:
        if missing.gone:
            words = f"{missing}. Put it below another record, or undelete that one."
            dead_letters.bury(self.conn, row, None, words, "GONE")
        else:
            due.postpone(self.conn, row, again_at(row.attempts, self.now), str(missing))

    def _source(self, record_id: UUID) -> Source | None:
        """Return the source through which a record is written; None where there is nothing to write or nowhere."""
        record = self.records.get(record_id)
        if record is None or record["deleted_at"] is not None:
            return None
        link = self.links.get(record_id)
        if link:
            written = link.state in {"active", "creating"} and self._mapped(link)
            return self.system.mapping.source(link.object) if written else None
        return next((one for one in self.system.mapping.sources_of(self.entity) if one.creates), None)

    def _parcel(self, row: Due, source: Source, link: Link, changed: Difference, *, guarded: bool) -> Parcel | None:
        theirs = self.references[source.object].theirs(self.records[link.record_id])
        if link.external_id is None:
            return parcel.create(row, source, link, changed, theirs)
        if changed.shared and not _settled(link):
            due.postpone(self.conn, row, self.now + SECOND, "the record was changed this very second")
            return None
        return parcel.update(row, source, link, changed, theirs, link.modified_at if guarded else None)

    def _seal(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        """Note on every link what is about to be written, and return the parcels with those links."""
        noted = [parcel.sealed(one, self.now) for one in parcels]
        links.update_many(self.conn, [link for link in noted if link.id is not None])
        fresh = iter(links.insert_many(self.conn, [link for link in noted if link.id is None]))
        return [
            replace(one, link=link if link.id is not None else next(fresh))
            for one, link in zip(parcels, noted, strict=True)
        ]


def _overwrites(link: Link, changed: Difference) -> bool:
    """Whether a value is lost over there: an empty field that is filled is none."""
    return any(link.shadow.get(name) is not None for name in changed.shared)


def _settled(link: Link) -> bool:
    """Whether a later edit is sure to show in the stamp, which has whole seconds: the read was in a later one."""
    if link.read_at is None or link.modified_at is None:
        return False
    return link.read_at.replace(microsecond=0) > link.modified_at.replace(microsecond=0)
