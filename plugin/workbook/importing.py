"""Bringing an edited workbook home: through the merge that a change from the CRM goes through, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from openpyxl.workbook import Workbook
from sqlalchemy.engine import Connection

from mappings.model import Mapping as SystemMapping
from mappings.model import Policy
from plugin.domain.entities import ENTITIES
from plugin.errors import Problem, Problems
from plugin.plans.marking import Marks
from plugin.store import records
from plugin.store.records import Origin
from plugin.sync.held import as_json
from plugin.sync.merge import MISSING, Sides, Verdict, three_way
from plugin.sync.proposed import Proposal, propose
from plugin.workbook.contents import editable
from plugin.workbook.exported import read_exported
from plugin.workbook.named import Named
from plugin.workbook.reading import Edit, Found, edits_of, values_of

SOURCE = "workbook"
"""Source of what an import changed, in the history."""
HEADING = "Nothing was imported, because some cells can't be right:"
ORDER = ("desired_outcome", "requirement", "milestone", "accountability", "member")


@dataclass(frozen=True)
class Change:
    """One cell's outcome: where, of which record, and the values, as JSON holds them."""

    place: str
    entity: str
    record: UUID
    field: str
    before: Any
    after: Any


@dataclass
class Imported:
    """What an import did: fields changed, records created, conflicts held for review, cells refused, rows gone."""

    changed: list[Change] = field(default_factory=list)
    created: list[tuple[str, UUID, str]] = field(default_factory=list)
    held: list[Change] = field(default_factory=list)
    refused: tuple[Problem, ...] = ()
    removed: list[tuple[str, UUID]] = field(default_factory=list)


Values = Mapping[str, tuple[Edit, Any]]


def import_book(
    conn: Connection,
    marks: Marks,
    mappings: Iterable[SystemMapping],
    book: Workbook,
    who: str,
    at: datetime,
    *,
    partial: bool = False,
) -> Imported:
    """Merge what was edited into the store and mark what follows; return what was done.

    Base is the exported value, theirs the cell, ours what the store holds now. Where both changed, the cell waits for
    a person. Raises Problems naming every cell that can't be right, unless `partial`: then the others are imported.
    """
    exported = read_exported(book)
    found = edits_of(book, exported)
    named = Named.of(conn, found, exported)
    by_record: dict[tuple[str, UUID], dict[str, tuple[Edit, Any]]] = {}
    for edit, value in values_of(found, named.known):
        by_record.setdefault((edit.entity, edit.record), {})[edit.name] = (edit, value)
    importing = _Import(conn, marks, editable(mappings), found, named, Origin(who, SOURCE, at, at), partial)
    ready = importing.checked(by_record)
    if found.refused and not partial:
        raise Problems(HEADING, found.refused)
    importing.run(ready)
    done = importing.done
    done.refused, done.removed = tuple(found.refused), found.removed
    return done


@dataclass
class _Import:
    conn: Connection
    marks: Marks
    editable: Mapping[str, Collection[str]]
    found: Found
    named: Named
    origin: Origin
    partial: bool
    done: Imported = field(default_factory=Imported)

    def checked(self, by_record: Mapping[tuple[str, UUID], Values]) -> dict[tuple[str, UUID], Values]:
        """Return the records that can be written, in the order of writing; refuse what can't by its place."""
        ready = {}
        refused = {problem.where for problem in self.found.refused}
        spoilt = {edit.record for edit in self.found.edits if edit.new and edit.place in refused}
        for (entity, record), values in sorted(by_record.items(), key=lambda one: ORDER.index(one[0][0])):
            problems = list(self._problems(entity, record, values))
            self.found.refused.extend(problems)
            if not problems and record not in spoilt:
                ready[entity, record] = values
        return ready

    def run(self, ready: Mapping[tuple[str, UUID], Values]) -> None:
        """Write the records, hold what is in conflict, and mark what follows."""
        touched: dict[str, set[UUID]] = {}
        for (entity, record), values in ready.items():
            ours = self.named.stored(entity, record)
            if ours is None:
                self._create(entity, record, values)
            elif not self._merge(entity, record, values, ours):
                continue
            touched.setdefault(entity, set()).add(record)
        for entity, ids in touched.items():
            self.marks.mark_push(self.conn, entity, ids)
            self.marks.mark_score(self.conn, entity, ids)

    def _problems(self, entity: str, record: UUID, values: Values) -> Collection[Problem]:
        stored, places = self.named.stored(entity, record), [edit.place for edit, _ in values.values()]
        new = any(edit.new for edit, _ in values.values())
        if (stored is None and not new) or (stored is not None and stored["deleted_at"] is not None):
            return [Problem(places[0], "the record was deleted since the export", "Leave its row as it was.")]
        closed = [
            Problem(edit.place, f"{name} isn't written to the CRM by the mapping", "Change it there.")
            for name, (edit, _) in values.items()
            if name not in self.editable.get(entity, ())
        ]
        return closed or (self._lacking(entity, record, values) if stored is None else [])

    def _lacking(self, entity: str, record: UUID, values: Values) -> list[Problem]:
        place = self.found.places[record]
        if self.named.goal_of(record) is None:
            return [Problem(place, "the goal it belongs to was deleted or closed", "Leave the row empty.")]
        lacking = [
            one.name
            for one in ENTITIES[entity].shared.values()
            if one.required and not one.refers_to and values.get(one.name, (None, None))[1] is None
        ]
        what = f"a new {entity.replace('_', ' ')} lacks its {' and '.join(lacking)}"
        return [Problem(place, what, "Choose it from the list, or empty the row.")] if lacking else []

    def _create(self, entity: str, record: UUID, values: Values) -> None:
        fields = {name: value for name, (_, value) in values.items() if value is not None}
        if entity == "milestone" and "due_on" in fields:
            fields["first_due_on"] = fields["due_on"]
        goal = self.named.goal_of(record)
        records.insert_as(self.conn, entity, record, {**fields, "desired_outcome": goal}, self.origin)
        self.done.created.append((entity, record, self.found.places[record]))

    def _merge(self, entity: str, record: UUID, values: Values, ours: Mapping[str, Any]) -> bool:
        """Merge the edited fields of a record that is there; return whether it was changed."""
        taken = {}
        for name, (edit, value) in values.items():
            now, theirs = _held(ours[name]), _held(value)
            was = MISSING if edit.new else _held(edit.was)
            merged = three_way(Sides(theirs=theirs, ours=now, shadow=was), Policy.LATEST)
            change = Change(edit.place, entity, record, name, now, theirs)
            if merged.verdict is Verdict.TAKE:
                taken[name] = value
                self.done.changed.append(change)
            elif merged.verdict is Verdict.HOLD and merged.why is not None:
                self.done.held.append(change)
                proposal = Proposal(entity, record, name, theirs, now, edit.place, merged.why)
                propose(self.conn, proposal, self.origin.who, self.origin.known_at)
        if taken:
            records.save(self.conn, entity, record, taken, self.origin)
        return bool(taken)


def _held(value: Any) -> Any:
    """Return a value as JSON holds it; empty text is no value."""
    return None if value == "" else as_json(value)
