"""What became of a batch of parcels, noted on their links; what follows is made due. A few statements for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from connectors.base import Outcome, WriteResult
from mappings.model import Duplicates
from plugin.store import dead_letters, due, links
from plugin.store.due import Due, Lane
from plugin.store.links import Link
from plugin.sync.backoff import again_at
from plugin.sync.kin import children_of
from plugin.sync.likeness import Alike
from plugin.sync.parcel import Parcel
from plugin.sync.system import System

SECOND = timedelta(seconds=1)
PATIENCE = 3
"""How often what was overtaken is tried a second later."""


class Noting:
    """Notes the results of one entity's parcels, in the caller's transaction."""

    def __init__(self, conn: sa.Connection, system: System, now: datetime, sent: Sequence[Parcel]) -> None:
        self.conn, self.system, self.now = conn, system, now
        entity = sent[0].link.entity
        records = [one.link.record_id for one in sent]
        known = links.by_record(conn, system.name, entity, records, for_update=True)
        self.links = {link.id: link for found in known.values() for link in found}
        self.changed: dict[int | None, Link] = {}
        self.finished: list[Due] = []
        self.entity = entity
        self.born: set[UUID] = set()
        self.alike: list[Alike] = []
        self.fetch: dict[tuple[str, Lane, str | None], list[str]] = {}

    def note(self, sent: Sequence[Parcel], results: Sequence[WriteResult]) -> None:
        """Store what came of each parcel."""
        act = {
            Outcome.WRITTEN: self._written,
            Outcome.CONFLICT: self._overtaken,
            Outcome.BUSY: self._busy,
            Outcome.GONE: self._overtaken,
            Outcome.DUPLICATE: self._duplicate,
            Outcome.ALIKE: self._alike,
            Outcome.NO_FIELD: self._rejected,
            Outcome.REJECTED: self._rejected,
            Outcome.UNKNOWN: self._unknown,
        }
        for one, result in zip(sent, results, strict=True):
            act[result.outcome](one, result)
        self._store()

    def not_sent(self, sent: Sequence[Parcel], why: str, seconds: float) -> None:
        """Nothing went out: take the notes back and try again later."""
        for one in sent:
            self._take_back(one, proven=False)
            due.postpone(self.conn, one.due, self.now + timedelta(seconds=seconds), why)
        self._store()

    def _store(self) -> None:
        links.update_many(self.conn, list(self.changed.values()))
        due.finish(self.conn, self.finished)
        for child, below in children_of(self.conn, self.entity, self.born).items() if self.born else ():
            due.hasten(self.conn, "push", self.system.name, child, [str(one) for one in below], self.now)
        for (object_name, lane, correlation), ids in self.fetch.items():
            due.mark(self.conn, "fetch", self.system.name, object_name, ids, lane, self.now, correlation)

    def _link(self, one: Parcel, **changes: Any) -> Link:
        """Change the link, on top of what it holds by now."""
        changed = replace(self.links[one.link.id], **changes)
        self.links[changed.id] = self.changed[changed.id] = changed
        return changed

    def _take_back(self, one: Parcel, *, proven: bool = True) -> None:
        """Nothing was written. Of a repeated write that only says so of the first one where that is `proven` too."""
        if one.repeats and not proven:
            self._link(one, push_ended_at=self.now)
        else:
            self._link(one, sent=None, sent_at=None, sent_guarded=False, push_ended_at=self.now)

    def _written(self, one: Parcel, result: WriteResult) -> None:
        changes: dict[str, Any] = {
            "push_ended_at": self.now,
            "sent_at": None,
            "written": {**one.link.written, **one.ours_alone},
        }
        if one.creates:
            changes |= {"external_id": result.id, "state": "active"}
            self.born.add(one.link.record_id)
        link = self._link(one, **changes)
        self.finished.append(one.due)
        if one.shared:
            self._read_back(one, link.external_id)

    def _overtaken(self, one: Parcel, _result: WriteResult) -> None:
        """Somebody was there first: read again, and let the merge say what is left to write."""
        self._take_back(one, proven=False)
        self._read_back(one, one.link.external_id)
        # Where the read can't be taken in, as below a parent that isn't ours, trying at once again goes on for ever.
        again = self.now + SECOND if one.due.attempts < PATIENCE else again_at(one.due.attempts, self.now)
        due.postpone(self.conn, one.due, again, "changed over there in the meantime")

    def _busy(self, one: Parcel, result: WriteResult) -> None:
        self._take_back(one, proven=False)
        due.postpone(self.conn, one.due, again_at(one.due.attempts, self.now), result.message or "busy")

    def _duplicate(self, one: Parcel, result: WriteResult) -> None:
        """Our own creation that we never heard of, or somebody else's record: reading it tells which."""
        if one.creates and result.duplicate_of:
            self._link(one, push_ended_at=self.now)
            self._read_back(one, result.duplicate_of)
            due.postpone(self.conn, one.due, again_at(one.due.attempts, self.now), result.message or "duplicate")
        else:
            self._rejected(one, result)

    def _alike(self, one: Parcel, result: WriteResult) -> None:
        """A duplicate rule of theirs stops it. Nothing was created, so a person may link it by hand."""
        self._take_back(one)
        if one.creates and one.link.id is not None:
            self.changed.pop(one.link.id, None)
            links.forget_creation(self.conn, one.link.id)
        source = self.system.mapping.source(one.write.object)
        if one.creates and source.duplicates is Duplicates.LINK and result.alike:
            self.alike.append(Alike(one, result.alike))
            due.postpone(self.conn, one.due, again_at(one.due.attempts, self.now), result.message or "duplicate")
            return
        known = " or ".join(result.alike) or "a record that it didn't name"
        fix = (
            f"A duplicate rule of {one.write.object} takes it for {known}. If it is that one, say so with "
            '`success-vector link`. If not, change the rule, or write duplicates = "allow". Then replay it.'
        )
        dead_letters.bury(self.conn, one.due, result.message, fix, result.code)

    def _rejected(self, one: Parcel, result: WriteResult) -> None:
        self._take_back(one)
        where = f" ({', '.join(result.fields)})" if result.fields else ""
        fix = f"{one.write.object} refused these values{where}. Put the record or the rule right, then replay it."
        dead_letters.bury(self.conn, one.due, result.message, fix, result.code)

    def _unknown(self, one: Parcel, result: WriteResult) -> None:
        """The line broke: what was sent stays noted until a read tells."""
        self._link(one, push_ended_at=self.now)
        self._read_back(one, one.link.external_id)
        due.postpone(self.conn, one.due, again_at(one.due.attempts, self.now), result.message or "unknown")

    def _read_back(self, one: Parcel, external_id: str | None) -> None:
        if external_id:
            self.fetch.setdefault((one.write.object, one.due.lane, one.due.correlation), []).append(external_id)
