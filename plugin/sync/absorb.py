"""What was read becomes ours: rows of one object merged into canonical records, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from connectors.base import Fetched, Row
from mappings.convert import ValueRefused
from mappings.model import Canonical, Orphans, Reference
from plugin.store import history, links, records
from plugin.store.links import Link
from plugin.store.records import Origin
from plugin.sync.kin import children_of
from plugin.sync.merge import Verdict
from plugin.sync.references import References
from plugin.sync.row import Agreement, RowMerge, merge_row, ours_normal, theirs_normal
from plugin.sync.system import System

LANDING = timedelta(minutes=2)
"""Longer than any call of ours lasts: what has not landed by then is lost, and is written again."""


@dataclass
class Absorbed:
    """What came of a read: what changed here, and what is due because of it."""

    saved: dict[str, set[UUID]] = field(default_factory=dict)
    linked: list[str] = field(default_factory=list)
    push: set[UUID] = field(default_factory=set)
    reread: set[Reference] = field(default_factory=set)
    parked: dict[str, Reference] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def note_saved(self, entity: str, record_id: UUID) -> None:
        """Remember that a record of ours was changed."""
        self.saved.setdefault(entity, set()).add(record_id)

    def add(self, other: Absorbed) -> None:
        """Take in what came of another part of the same read."""
        for entity, ids in other.saved.items():
            self.saved.setdefault(entity, set()).update(ids)
        self.linked += other.linked
        self.push |= other.push
        self.reread |= other.reread
        self.parked |= other.parked
        self.refused |= other.refused


class Absorption:
    """One object's rows on their way into the store; their links and records are locked in id order."""

    def __init__(self, conn: sa.Connection, system: System, object_name: str, fetched: Fetched, now: datetime) -> None:
        self.conn, self.system, self.fetched, self.now = conn, system, fetched, now
        self.source = system.mapping.source(object_name)
        self.schema = system.schemas[object_name]
        self.entity = self.source.entity
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
        self.changed: list[tuple[UUID, dict[str, Any], Origin]] = []
        self.relinked: list[Link] = []
        read = [(row, self._canonical(row)) for row in rows]
        self.links |= self._born_here(read)
        bound = {link.record_id for link in self.links.values()}
        self.ours = records.load(self.conn, self.entity, bound, for_update=True)
        self.references = References(self.conn, self.system.name, self.source)
        self.references.find_theirs([canonical for _, canonical in read if canonical])
        self.references.find_ours(self.ours.values())
        for row, canonical in read:
            if row.id not in self.result.refused:
                self._row(row, canonical)
        self._store()
        return self.result

    def _canonical(self, row: Row) -> Canonical | None:
        if row.deleted or not self.source.matches(row.values):
            return None
        try:
            return self.source.to_canonical(row.values)
        except ValueRefused as error:
            self.result.refused[row.id] = str(error)
            return None

    def _born_here(self, read: Sequence[tuple[Row, Canonical | None]]) -> dict[str, Link]:
        """Return, by their id, the links of records whose creation over there we never heard the end of."""
        wanted: dict[UUID, str] = {}
        for row, canonical in read:
            if canonical and canonical.own_id and row.id not in self.links:
                with suppress(ValueError):
                    wanted[UUID(canonical.own_id)] = row.id
        found = links.by_record(self.conn, self.system.name, self.entity, wanted, for_update=True)
        return {
            wanted[record_id]: link for record_id, each in found.items() for link in each if link.state == "creating"
        }

    def _row(self, row: Row, canonical: Canonical | None) -> None:
        link = self.links.get(row.id)
        if link and self._too_old(row, link):
            self.result.reread.add((row.object, row.id))
        elif row.deleted:
            self._gone(row, link)
        elif canonical is None:
            if link and link.state == "active":
                self.relinked.append(replace(link, state="suspended"))
                self.result.note_saved(self.entity, link.record_id)
        else:
            self._alive(row, canonical, link)

    def _too_old(self, row: Row, link: Link) -> bool:
        """A read counts if it began after our last push ended, and shows no earlier state than we have seen."""
        before_push = link.push_ended_at is not None and self.fetched.began_at < link.push_ended_at
        return before_push or (link.stamp is not None and row.stamp < link.stamp)

    def _gone(self, row: Row, link: Link | None) -> None:
        if link is None or link.state == "deleted":
            return
        records.delete(self.conn, self.entity, link.record_id, self._origin(row))
        self.relinked.append(replace(link, state="deleted", stamp=row.stamp, modified_at=row.modified_at, sent=None))
        self.result.note_saved(self.entity, link.record_id)
        if row.merged_into:
            self.result.reread.add((row.object, row.merged_into))
        for entity, ids in children_of(self.conn, self.entity, [link.record_id]).items():
            below = links.by_record(self.conn, self.system.name, entity, ids)
            self.result.reread |= {
                (one.object, one.external_id) for each in below.values() for one in each if one.external_id
            }

    def _alive(self, row: Row, canonical: Canonical, link: Link | None) -> None:
        references, missing = self.references.resolve(canonical)
        if missing:
            if self.source.orphans is Orphans.PARK:
                self.result.parked[row.id] = missing
            return
        if link is None and self.source.orphans is Orphans.IGNORE and self._nobodys(references):
            return
        theirs = theirs_normal(self.source, self.schema, row, canonical)
        if link is None:
            self.new.append((row, canonical.fields | references, theirs))
            return
        if link.state == "deleted":
            records.undelete(self.conn, self.entity, link.record_id, self._origin(row))
        merged = self._against_ours(row, theirs, link)
        taken = {name: (canonical.fields | references)[name] for name in merged.taken}
        if taken:
            self.changed.append((link.record_id, taken, self._origin(row)))
        if taken or link.state == "deleted":
            self.result.note_saved(self.entity, link.record_id)
        self._settle(row, link, merged)

    def _nobodys(self, references: Mapping[str, UUID | None]) -> bool:
        """Whether a parent that the record can't do without isn't even named: a gift of no member of ours."""
        needed = self.source.definition.fields
        return any(record_id is None and needed[name].required for name, record_id in references.items())

    def _against_ours(self, row: Row, theirs: dict[str, Any], link: Link) -> RowMerge:
        ours = self.ours[link.record_id]
        held = ours_normal(self.source, self.schema, ours, self.references.comparable(ours))
        agreed = Agreement(link.shadow, link.sent, link.stamp, link.read_at)
        drift = self.fetched.server_time - self.fetched.began_at

        def ours_changed_at(name: str) -> datetime | None:
            last = history.last_changes(self.conn, self.entity, [link.record_id]).get(link.record_id, {}).get(name)
            return last.happened_at + drift if last else None

        return merge_row(self.source, row, theirs, held, agreed, ours_changed_at)

    def _settle(self, row: Row, link: Link, merged: RowMerge) -> None:
        waiting = merged.any(Verdict.WAIT) and not self._lost(link)
        quarantined = {name: why for name, why in link.quarantined.items() if why.get("reason") != "review"}
        for name in merged.held:
            quarantined[name] = link.quarantined.get(name) or {
                "reason": "review",
                "theirs": merged.theirs[name],
                "since": self.now.isoformat(),
            }
        self.relinked.append(
            replace(
                link,
                external_id=row.id,
                state="active",
                shadow=merged.shadow,
                sent=link.sent if waiting else None,
                stamp=row.stamp,
                modified_at=row.modified_at,
                read_at=self.fetched.server_time,
                quarantined=quarantined,
            )
        )
        if waiting:
            self.result.reread.add((row.object, row.id))
        if link.external_id is None:
            self.result.linked.append(row.id)
        if merged.any(Verdict.PUSH) or (merged.any(Verdict.WAIT) and not waiting):
            self.result.push.add(link.record_id)

    def _lost(self, link: Link) -> bool:
        """Whether a write that hasn't landed may be repeated: its guard refuses the later of the two, or time is up."""
        return link.sent_guarded or link.sent_at is None or self.now - link.sent_at > LANDING

    def _store(self) -> None:
        if self.changed:
            records.save_many(self.conn, self.entity, self.changed)
        ids = records.save_many(
            self.conn, self.entity, [(None, values, self._origin(row)) for row, values, _ in self.new]
        )
        fresh = []
        for (row, _, theirs), record_id in zip(self.new, ids, strict=True):
            self.result.note_saved(self.entity, record_id)
            self.result.linked.append(row.id)
            fresh.append(self._first_link(row, theirs, record_id))
        links.insert_many(self.conn, fresh)
        links.update_many(self.conn, self.relinked)

    def _first_link(self, row: Row, theirs: dict[str, Any], record_id: UUID) -> Link:
        return Link(
            system=self.system.name,
            object=row.object,
            external_id=row.id,
            entity=self.entity,
            record_id=record_id,
            shadow=theirs,
            stamp=row.stamp,
            modified_at=row.modified_at,
            read_at=self.fetched.server_time,
        )

    def _origin(self, row: Row) -> Origin:
        return Origin(row.modified_by or "", self.system.name, row.modified_at, self.now)
