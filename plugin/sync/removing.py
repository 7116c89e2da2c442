"""Deleting over there what was deleted here: read first, only what nobody changed since, and never past the brake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from connectors.base import Fetched, Outcome, Row, Write, WriteResult
from mappings.convert import ValueRefused
from mappings.model import Deletes, Source
from plugin.domain.entities import ENTITIES
from plugin.errors import SuccessVectorError
from plugin.store import dead_letters, due, links, records
from plugin.store.due import Due
from plugin.store.links import Link
from plugin.sync import tracing
from plugin.sync.aftermath import STALE
from plugin.sync.backoff import again_at
from plugin.sync.brakes import Brakes
from plugin.sync.kin import children_of
from plugin.sync.merge import MISSING
from plugin.sync.row import theirs_normal
from plugin.sync.system import System

BRAKED = "too many would be deleted there in a day: a person has to release the brake"
BELOW = "records below it are still there: they go first"
EDITED = (
    "{object} {id} was changed over there, and is deleted here. If it is to go, delete it there as well. If it is to "
    "stay, delete and undelete it there, which brings ours back."
)
EDITED_AS_IT_WENT = (
    "{object} {id} was changed over there at the moment in which it was deleted from here. It lies in the bin there. "
    "If it is to stay, undelete it there, which brings ours back. If not, drop this letter."
)
EDITED_THERE = "EDITED_THERE"
CLOCKS = timedelta(seconds=2)
log = structlog.get_logger(__name__)
Doomed = tuple[Due, Link]


@dataclass
class _Sorted:
    """What is to go, and what of the rows is settled already."""

    going: list[Doomed] = field(default_factory=list)
    finished: list[Due] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Removing:
    """Deletes in one system what was deleted here, where the mapping says `deletes = "push"`."""

    database: sa.Engine
    system: System
    clock: Callable[[], datetime]
    brakes: Brakes | None = None

    def run(self, rows: Sequence[Due]) -> list[Due]:
        """Delete over there what these rows tell, children before parents; return the rows that tell something else."""
        if all(source.deletes is Deletes.KEEP for source in self.system.mapping.sources):
            return list(rows)
        done: set[str] = set()
        for entity in reversed(list(ENTITIES)):
            with self.database.connect() as conn:
                doomed = self._doomed(conn, entity, [row for row in rows if row.object == entity])
            done |= {row.record_id for row, _ in doomed}
            for name in dict.fromkeys(link.object for _, link in doomed):
                self._remove(self.system.mapping.source(name), [one for one in doomed if one[1].object == name])
        return [row for row in rows if row.record_id not in done]

    def _doomed(self, conn: sa.Connection, entity: str, rows: Sequence[Due], *, lock: bool = False) -> list[Doomed]:
        """Return the rows of records that are deleted here, each with its link that is alive."""
        ids = [UUID(row.record_id) for row in rows]
        found = records.load(conn, entity, ids, lock)
        gone = {key for key, record in found.items() if record["deleted_at"] is not None}
        linked = links.by_record(conn, self.system.name, entity, gone, lock) if gone else {}
        return [
            (row, link)
            for row in rows
            for link in linked.get(UUID(row.record_id), [])
            if link.state == "active" and link.external_id and self._pushes(link.object)
        ]

    def _pushes(self, object_name: str) -> bool:
        named = object_name in self.system.mapping.objects
        return named and self.system.mapping.source(object_name).deletes is Deletes.PUSH

    def _remove(self, source: Source, doomed: Sequence[Doomed]) -> None:
        ids = sorted({link.external_id or "" for _, link in doomed})
        fetched = self.system.connector.fetch(source.object, self.system.readable(source), ids)
        with self.database.begin() as conn:
            rows = list({row.record_id: row for row, _ in doomed}.values())
            current = [
                one for one in self._doomed(conn, source.entity, rows, lock=True) if one[1].object == source.object
            ]
            sorted_out = self._sort(conn, source, current, fetched)
            going = self._unbraked(conn, source.entity, sorted_out.going)
            links.update_many(conn, sorted_out.links)
            due.finish(conn, sorted_out.finished)
        if not going:
            return
        results = self.system.connector.delete([Write(source.object, {}, link.external_id) for _, link in going])
        edited = self._edited_as_it_went(source, going)
        with self.database.begin() as conn:
            self._note(conn, source.entity, going, results, edited)

    def _edited_as_it_went(self, source: Source, going: Sequence[Doomed]) -> set[str]:
        """Return the records whose last values nobody had seen: no deletion can be guarded, but none goes unnoticed."""
        ids = sorted({link.external_id or "" for _, link in going})
        try:
            fetched = self.system.connector.fetch(source.object, self.system.readable(source), ids)
        except SuccessVectorError as error:
            words = "deleted over there; what the records held last can't be read"
            log.warning(words, system=self.system.name, object=source.object, records=len(ids), reason=str(error))
            return set()
        agreed = {link.external_id: link for _, link in going}
        return {row.id for row in fetched.rows if row.deleted and self._differs(source, row, agreed[row.id])}

    def _sort(self, conn: sa.Connection, source: Source, doomed: Sequence[Doomed], fetched: Fetched) -> _Sorted:
        found, now = _Sorted(), self.clock()
        there = {row.id: row for row in fetched.rows}
        known = records.load(conn, source.entity, [link.record_id for _, link in doomed])
        for one, link in doomed:
            row = there.get(link.external_id or "")
            if row is None or row.deleted:
                # Deleted on both sides is settled; out of sight proves nothing, and rests.
                rests = replace(link, state="deleted", stamp=row.stamp) if row else replace(link, state="suspended")
                found.links.append(rests)
                found.finished.append(one)
            elif _too_old(fetched, row, link):
                due.postpone(conn, one, again_at(one.attempts, now), STALE)
            elif self._edited(source, row, link, known[link.record_id], fetched):
                words = EDITED.format(object=source.object, id=row.id)
                dead_letters.bury(conn, one, None, words, EDITED_THERE)
            elif self._has_children(conn, source.entity, link.record_id):
                due.postpone(conn, one, again_at(one.attempts, now), BELOW)
            else:
                found.going.append((one, link))
        return found

    def _edited(self, source: Source, row: Row, link: Link, record: dict[str, Any], fetched: Fetched) -> bool:
        """Whether somebody changed it after the deletion here, or before and we never saw it."""
        if self._differs(source, row, link):
            return True
        drift = fetched.server_time - fetched.began_at
        modified = row.modified_at - drift
        ours = link.push_ended_at is not None and modified <= link.push_ended_at + CLOCKS
        return modified > record["deleted_at"] + CLOCKS and not ours

    def _differs(self, source: Source, row: Row, link: Link) -> bool:
        """Whether it holds a value that neither was agreed on nor is ours on its way."""
        try:
            theirs = theirs_normal(source, self.system.schemas[source.object], row, source.to_canonical(row.values))
        except ValueRefused:
            return True
        agreed = ({**link.shadow}, link.sent or {})
        return any(all(value != side.get(name, MISSING) for side in agreed) for name, value in theirs.items())

    def _has_children(self, conn: sa.Connection, entity: str, record_id: UUID) -> bool:
        """Whether a living record of ours hangs below it in that system: it would be deleted there as well."""
        for child, ids in children_of(conn, entity, [record_id]).items():
            linked = links.by_record(conn, self.system.name, child, ids)
            if any(link.state == "active" for each in linked.values() for link in each):
                return True
        return False

    def _unbraked(self, conn: sa.Connection, entity: str, going: Sequence[Doomed]) -> list[Doomed]:
        if self.brakes is None:
            return list(going)
        ids, now = {link.record_id for _, link in going}, self.clock()
        stopped = self.brakes.stopped(conn, self.system.name, "delete", entity, ids, now)
        for row, link in going:
            if link.record_id in stopped:
                due.postpone(conn, row, again_at(row.attempts, now), BRAKED)
        return [one for one in going if one[1].record_id not in stopped]

    def _note(
        self,
        conn: sa.Connection,
        entity: str,
        going: Sequence[Doomed],
        results: Sequence[WriteResult],
        edited: Collection[str],
    ) -> None:
        now = self.clock()
        held = links.by_record(conn, self.system.name, entity, [link.record_id for _, link in going], for_update=True)
        current = {link.id: link for each in held.values() for link in each}
        finished, changed = [], []
        for (row, link), result in zip(going, results, strict=True):
            if result.outcome in {Outcome.WRITTEN, Outcome.GONE}:
                changed.append(replace(current[link.id], state="deleted", push_ended_at=now))
                if result.outcome is Outcome.WRITTEN and link.external_id in edited:
                    words = EDITED_AS_IT_WENT.format(object=link.object, id=link.external_id)
                    dead_letters.bury(conn, row, None, words, EDITED_THERE)
                else:
                    finished.append(row)
                named = {"record": link.external_id, **tracing.named(row.correlation)}
                log.info("deleted over there", system=self.system.name, object=link.object, **named)
            elif result.outcome in {Outcome.BUSY, Outcome.UNKNOWN, Outcome.CONFLICT}:
                due.postpone(conn, row, again_at(row.attempts, now), result.message or result.outcome.value)
            else:
                fix = f"{link.object} {link.external_id} can't be deleted. Delete it there, or put right what stops it."
                dead_letters.bury(conn, row, result.message, fix, result.code)
        links.update_many(conn, changed)
        due.finish(conn, finished)


def _too_old(fetched: Fetched, row: Row, link: Link) -> bool:
    before_push = link.push_ended_at is not None and fetched.began_at < link.push_ended_at
    return before_push or (link.stamp is not None and row.stamp < link.stamp)
