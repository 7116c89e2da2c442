"""Links that people make and undo: which record of a system is which of ours. What conflicts is refused."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from mappings.model import Mapping, Source
from plugin.errors import UserError
from plugin.store import decisions, due, links, records, unmatched
from plugin.store.decisions import What
from plugin.store.links import Link
from plugin.store.records import Origin
from plugin.sync.kin import rebind
from plugin.sync.marking import mark_push, mark_score

THROUGH = "link"


@dataclass(frozen=True)
class Linking:
    """Makes and undoes links in the caller's transaction, for `who` and why, at `now`."""

    conn: sa.Connection
    mappings: MappingOf[str, Mapping]
    who: str
    because: str | None
    now: datetime

    def link(self, system: str, external_id: str, record_id: UUID, object_name: str | None = None) -> None:
        """Say that their record, which is linked with nothing, is that one of ours. It is read and merged next.

        Values that differ wait for a person; an empty one gives way. `object_name` is needed only where nothing tells.
        """
        held = self._held(system, external_id)
        if held and held.state != "unlinked":
            raise UserError(
                f"{external_id} is linked with {held.record_id} already. Use `success-vector relink` to move it."
            )
        source = self._source(system, external_id, object_name or (held.object if held else None))
        self._require_free(system, source.entity, record_id)
        self._make(system, external_id, source, record_id, held)
        self._keep("link", system, source.entity, record_id, external_id, None, {"record": str(record_id)})

    def unlink(self, system: str, external_id: str) -> None:
        """Keep their record and ours apart from now on: nothing is read, written or created because of either."""
        held = self._required(system, external_id)
        if held.state == "unlinked":
            raise UserError(f"{external_id} is unlinked already.")
        links.update(self.conn, self._apart(held))
        about = {"record": str(held.record_id), "state": held.state}
        self._keep("unlink", system, held.entity, held.record_id, external_id, about, None)

    def relink(self, system: str, external_id: str, record_id: UUID) -> bool:
        """Say that their record is another one of ours, and return whether the one it was is deleted now.

        It is, if no other system has it: what lies below it belongs to the other one then. Else it stays as it is, and
        is never created over there.
        """
        held = self._required(system, external_id)
        if held.record_id == record_id:
            raise UserError(f"{external_id} is linked with {record_id} already.")
        source = self._source(system, external_id, held.object)
        self._require_free(system, source.entity, record_id)
        before = held.record_id
        self._make(system, external_id, source, record_id, held)
        others = links.by_record(self.conn, None, source.entity, [before]).get(before, [])
        alone = all(one.state in {"deleted", "unlinked"} for one in others)
        if alone:
            self._absorbed_by(source.entity, before, record_id)
        else:
            links.insert(self.conn, Link(system, held.object, None, held.entity, before, state="unlinked", how="hand"))
        about = {"record": str(before)}
        self._keep("relink", system, source.entity, record_id, external_id, about, {"record": str(record_id)})
        return alone

    def as_new(self, system: str, external_id: str) -> None:
        """Say that their record, which waits to be matched, is none of ours: it becomes a new one when it is read."""
        waiting = {one.external_id: one for one in unmatched.waiting(self.conn, system)}
        if external_id not in waiting:
            raise UserError(f"{external_id} of {system} doesn't wait; `success-vector unmatched` lists what does.")
        one = waiting[external_id]
        source = self._source(system, external_id, one.object)
        origin = Origin(self.who, THROUGH, self.now, self.now)
        created = records.save(self.conn, one.entity, None, source.constants, origin)
        self._make(system, external_id, source, created, None)
        self._keep("link", system, one.entity, created, external_id, None, {"record": str(created), "new": True})

    def _make(self, system: str, external_id: str, source: Source, record_id: UUID, held: Link | None) -> None:
        blank = Link(system, source.object, external_id, source.entity, record_id, how="hand")
        if held:
            links.update(self.conn, replace(blank, id=held.id, push_ended_at=held.push_ended_at))
        else:
            links.insert(self.conn, blank)
        links.drop_barriers(self.conn, system, source.entity, record_id)
        unmatched.forget(self.conn, system, [external_id])
        due.mark(self.conn, "fetch", system, source.object, [external_id], "interactive", self.now)
        mark_score(self.conn, source.entity, {record_id}, "interactive", self.now)

    def _absorbed_by(self, entity: str, loser: UUID, winner: UUID) -> None:
        origin = Origin(self.who, THROUGH, self.now, self.now)
        for child, ids in rebind(self.conn, entity, loser, winner, origin).items():
            mark_push(self.conn, self.mappings, child, ids, "interactive", self.now)
            mark_score(self.conn, child, ids, "interactive", self.now)
        records.delete(self.conn, entity, loser, origin)

    def _apart(self, held: Link) -> Link:
        return replace(held, state="unlinked", sent=None, sent_at=None, quarantined={}, how="hand")

    def _held(self, system: str, external_id: str) -> Link | None:
        if system not in self.mappings:
            raise UserError(f"There is no system {system!r}; there is {' and '.join(sorted(self.mappings))}.")
        return links.by_external(self.conn, system, [external_id], for_update=True).get(external_id)

    def _required(self, system: str, external_id: str) -> Link:
        held = self._held(system, external_id)
        if held is None:
            raise UserError(f"{external_id} of {system} is linked with nothing. Give its 18-character id.")
        if held.sent is not None and held.sent_at is not None:
            raise UserError(f"{external_id} is just being written to. Try again in two minutes.")
        return held

    def _source(self, system: str, external_id: str, object_name: str | None) -> Source:
        mapping = self.mappings[system]
        waiting = {one.external_id: one.object for one in unmatched.waiting(self.conn, system)}
        name = object_name or waiting.get(external_id)
        if name is None:
            raise UserError(f"Say which object {external_id} is of: --object {' or '.join(mapping.objects)}.")
        if name not in mapping.objects:
            raise UserError(f"{system} has no object {name!r} in its mapping; it has {', '.join(mapping.objects)}.")
        return mapping.source(name)

    def _require_free(self, system: str, entity: str, record_id: UUID) -> None:
        record = records.load(self.conn, entity, [record_id], for_update=True).get(record_id)
        if record is None or record["deleted_at"] is not None:
            state = "was deleted" if record else "doesn't exist"
            raise UserError(f"The {entity} {record_id} {state}; nothing was linked.")
        for one in links.by_record(self.conn, system, entity, [record_id], for_update=True).get(record_id, []):
            if one.state not in {"deleted", "unlinked"}:
                there = one.external_id or "a record that is just being created"
                raise UserError(
                    f"The {entity} {record_id} is linked with {there} of {system} already. Unlink or relink that first."
                )

    def _keep(
        self,
        what: What,
        system: str,
        entity: str,
        record_id: UUID,
        external_id: str,
        before: dict[str, str] | None,
        after: MappingOf[str, object] | None,
    ) -> None:
        about = {"entity": entity, "record_id": record_id, "external_id": external_id}
        decisions.add(self.conn, what, system, self.who, self.because, self.now, before=before, after=after, **about)
