"""Who refers to whom, by their ids and by ours, for one batch of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from mappings.model import Canonical, Reference, Source
from plugin.store import links


class References:
    """Looks up both sides' references with one query a side; a reference is found only if its link is active."""

    def __init__(self, conn: sa.Connection, system: str, source: Source) -> None:
        self._conn, self._system, self._source = conn, system, source
        self._record_of: dict[Reference, UUID] = {}
        self._theirs_of: dict[UUID, Reference] = {}
        self._once: dict[UUID, str] = {}
        self._gone: set[UUID] = set()

    def find_theirs(self, read: Iterable[Canonical]) -> None:
        """Look up the records of ours that these rows of theirs refer to."""
        wanted = {found[1] for each in read for candidates in each.candidates.values() for found in candidates}
        for link in links.by_external(self._conn, self._system, wanted).values():
            if link.state == "active" and link.external_id:
                self._record_of[link.object, link.external_id] = link.record_id

    def find_ours(self, kept: Iterable[Mapping[str, Any]]) -> None:
        """Look up what the records that these of ours refer to are over there."""
        wanted: dict[str, set[UUID]] = {}
        mapped = {object_name for targets in self._source.references.values() for object_name in targets.values()}
        for record in kept:
            for name in self._source.references:
                if record.get(name) is not None:
                    wanted.setdefault(self._source.definition.fields[name].refers_to or "", set()).add(record[name])
        for entity, ids in wanted.items():
            for record_id, found in links.by_record(self._conn, self._system, entity, ids).items():
                there = [one for one in found if one.state == "active" and one.object in mapped]
                live = [(one.object, one.external_id) for one in there if one.external_id]
                if live:
                    self._theirs_of[record_id] = live[0]
                self._once |= {one.record_id: one.external_id for one in found if one.external_id}
                if all(one.state == "deleted" for one in found):
                    self._gone.add(record_id)

    def resolve(self, canonical: Canonical) -> tuple[dict[str, UUID | None], Reference | None]:
        """Return the row's references as records of ours, and the first that we don't know, if there is one.

        Of several filled candidates (a Task's contact and account) the first one known counts.
        """
        resolved: dict[str, UUID | None] = {}
        for name, candidates in canonical.candidates.items():
            known = [self._record_of[one] for one in candidates if one in self._record_of]
            if candidates and not known:
                return {}, candidates[0]
            resolved[name] = known[0] if known else None
        return resolved, None

    def theirs(self, record: Mapping[str, Any]) -> dict[str, Reference | None]:
        """Return our record's references as theirs. Raises Unlinked where one isn't over there (yet)."""
        named: dict[str, Reference | None] = {}
        for name in self._source.references:
            target = record.get(name)
            if target is not None and target not in self._theirs_of:
                raise Unlinked(name, target, gone=target in self._gone)
            named[name] = self._theirs_of[target] if target is not None else None
        return named

    def comparable(self, record: Mapping[str, Any]) -> dict[str, str | None]:
        """Return our record's references by their ids, to compare; one that never was over there equals nothing."""
        named: dict[str, str | None] = {}
        for name in self._source.references:
            target = record.get(name)
            known = self._theirs_of.get(target) if target is not None else None
            once = self._once.get(target, f"not there: {target}") if target is not None else None
            named[name] = known[1] if known else once
        return named


class Unlinked(Exception):
    """A record refers to one that the other system doesn't have yet, or not any more if it is `gone`."""

    def __init__(self, name: str, record_id: UUID, *, gone: bool) -> None:
        self.name, self.record_id, self.gone = name, record_id, gone
        super().__init__(f"{name} {record_id} " + ("was deleted over there" if gone else "is not over there yet"))
