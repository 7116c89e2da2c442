"""What was read becomes ours: rows of one object merged into canonical records, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from plugin.store import history, links, records, systems
from plugin.store.links import Link
from plugin.store.records import Origin
from plugin.sync.kin import children_of, rebind
from plugin.sync.merge import Verdict
from plugin.sync.references import References
from plugin.sync.row import Agreement, Changed, RowMerge, merge_row, ours_normal, theirs_normal
from plugin.sync.system import System

LANDING = timedelta(minutes=2)
"""Longer than any call of ours lasts: what has not landed by then is lost, and is written again."""
SECOND = timedelta(seconds=1)


@dataclass
class Absorbed:
    """What came of a read: what changed here, and what is due because of it.

    `push` has news for the other side; to `remind` of is what differs though nothing changed since it was last looked
    at. `taken` are the records that took something of theirs, if only its end; `born` are those that we created over
    there and that are linked now.
    """

    saved: dict[str, set[UUID]] = field(default_factory=dict)
    linked: list[str] = field(default_factory=list)
    push: dict[str, set[UUID]] = field(default_factory=dict)
    remind: set[UUID] = field(default_factory=set)
    taken: set[UUID] = field(default_factory=set)
    born: set[UUID] = field(default_factory=set)
    reread: set[Reference] = field(default_factory=set)
    parked: dict[str, Reference] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def note_saved(self, entity: str, record_id: UUID) -> None:
        """Remember that a record of ours was changed."""
        self.saved.setdefault(entity, set()).add(record_id)

    def note_push(self, entity: str, ids: Iterable[UUID]) -> None:
        """Remember that records of ours have something to tell."""
        self.push.setdefault(entity, set()).update(ids)

    def add(self, other: Absorbed) -> None:
        """Take in what came of another part of the same read."""
        for entity, ids in other.saved.items():
            self.saved.setdefault(entity, set()).update(ids)
        self.linked += other.linked
        for entity, ids in other.push.items():
            self.note_push(entity, ids)
        self.remind |= other.remind
        self.taken |= other.taken
        self.born |= other.born
        self.reread |= other.reread
        self.parked |= other.parked
        self.refused |= other.refused


class Absorption:
    """One object's rows on their way into the store; their links and records are locked in id order."""

    def __init__(
        self, conn: sa.Connection, system: System, object_name: str, fetched: Fetched, now: datetime, *, first: bool
    ) -> None:
        self.conn, self.system, self.fetched, self.now, self.first = conn, system, fetched, now, first
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
        self.links |= self._born_here(rows)
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

    def _row(self, row: Row, canonical: Canonical | None) -> None:
        link = self.links.get(row.id)
        if link and self._too_old(row, link):
            self.result.reread.add((row.object, row.id))
        elif row.deleted:
            self._gone(row, link)
        elif canonical is None:
            if link and link.state in {"active", "creating"}:
                self.relinked.append(replace(link, external_id=row.id, state="suspended", sent=None))
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
        seen = replace(link, external_id=row.id, stamp=row.stamp, modified_at=row.modified_at, sent=None)
        self.relinked.append(replace(seen, state="deleted"))
        self.result.taken.add(link.record_id)
        self.result.note_saved(self.entity, link.record_id)
        if row.merged_into:
            self.result.reread.add((row.object, row.merged_into))
            self._rebind(row, link, row.merged_into)
        for entity, ids in children_of(self.conn, self.entity, [link.record_id]).items():
            below = links.by_record(self.conn, self.system.name, entity, ids)
            self.result.reread |= {
                (one.object, one.external_id) for each in below.values() for one in each if one.external_id
            }

    def _rebind(self, row: Row, link: Link, merged_into: str) -> None:
        """What we hold below the record that was merged away belongs to the one that is left."""
        winner = links.by_external(self.conn, self.system.name, [merged_into]).get(merged_into)
        if winner is None or winner.entity != self.entity:
            return
        moved = rebind(self.conn, self.entity, link.record_id, winner.record_id, self._origin(row))
        for entity, ids in moved.items():
            self.result.note_push(entity, ids)
            for one in ids:
                self.result.note_saved(entity, one)

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
            for entity, ids in children_of(self.conn, self.entity, [link.record_id]).items():
                self.result.note_push(entity, ids)
        merged = self._against_ours(row, theirs, link)
        taken = {name: (canonical.fields | references)[name] for name in merged.taken}
        if taken:
            self.changed.append((link.record_id, taken, self._origin(row)))
            self.result.taken.add(link.record_id)
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
        # The call lasted from `began_at` to before `now`, and their clocks tell whole seconds.
        doubt = self.now - self.fetched.began_at + 2 * SECOND
        drift = self.fetched.server_time + SECOND - self.fetched.began_at
        unsure = frozenset(name for name, why in link.quarantined.items() if why.get("unsure"))
        agreed = Agreement(
            link.shadow, link.sent, link.stamp, link.read_at, _seen_at(link), doubt, unsure, link.sent_at is None
        )

        def ours_changed_at(name: str) -> Changed | None:
            last = history.last_changes(self.conn, self.entity, [link.record_id]).get(link.record_id, {}).get(name)
            if last is None:
                return None
            elsewhere = systems.get(self.conn, last.source) is not None
            return Changed((last.known_at if elsewhere else last.happened_at) + drift, exact=not elsewhere)

        return merge_row(self.source, row, theirs, held, agreed, ours_changed_at)

    def _settle(self, row: Row, link: Link, merged: RowMerge) -> None:
        waiting = merged.any(Verdict.WAIT) and not self._lost(link)
        settled = replace(
            link,
            external_id=row.id,
            state="active",
            shadow=merged.shadow,
            sent=link.sent if waiting else None,
            stamp=row.stamp,
            modified_at=row.modified_at,
            read_at=self._read_at(),
            quarantined=self._quarantined(link, merged),
        )
        self.relinked.append(settled)
        if waiting:
            self.result.reread.add((row.object, row.id))
        if link.state != "active":
            self.result.linked.append(row.id)
        if link.state == "creating":
            self.result.born.add(link.record_id)
        if merged.any(Verdict.PUSH) or (merged.any(Verdict.WAIT) and not waiting):
            if _agreement(settled) == _agreement(link):
                self.result.remind.add(link.record_id)
            else:
                self.result.note_push(self.entity, [link.record_id])

    def _lost(self, link: Link) -> bool:
        return link.sent_at is not None and self.now - link.sent_at > LANDING

    def _read_at(self) -> datetime:
        """The earliest moment, by their clock, that the read can show: its answer names the latest."""
        return self.fetched.server_time - (self.now - self.fetched.began_at)

    def _quarantined(self, link: Link, merged: RowMerge) -> dict[str, Any]:
        kept = {name: why for name, why in link.quarantined.items() if why.get("reason") != "review"}
        for name in merged.held:
            first = {"since": self.now.isoformat(), "seen": link.read_at.isoformat() if link.read_at else None}
            known = link.quarantined.get(name, first)
            both = {"theirs": merged.theirs[name], "ours": merged.ours.get(name), "unsure": name in merged.unsure}
            kept[name] = {**known, "reason": "review", **both}
        return kept

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
            read_at=self._read_at(),
        )

    def _origin(self, row: Row) -> Origin:
        """What a first sync brings is known since their last modification, and labelled so: who set it is not."""
        if self.first:
            return Origin(f"{row.modified_by or ''} (first sync)", self.system.name, row.modified_at, row.modified_at)
        return Origin(row.modified_by or "", self.system.name, row.modified_at, self.now)


def _agreement(link: Link) -> tuple[object, ...]:
    """What a push goes by: where it is unchanged, there is no news for one."""
    return link.state, link.shadow, link.sent, link.quarantined


def _seen_at(link: Link) -> dict[str, datetime | None]:
    """Return when the fields that are held last showed what was agreed on."""
    seen = {name: why.get("seen") for name, why in link.quarantined.items() if why.get("reason") == "review"}
    return {name: datetime.fromisoformat(moment) if moment else None for name, moment in seen.items()}
