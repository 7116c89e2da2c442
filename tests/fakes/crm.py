"""A CRM in memory that behaves as the engine may rely on, with the means to misbehave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from connectors.base import (
    Condition,
    Cursor,
    Fetched,
    FieldSchema,
    ObjectSchema,
    OrgIdentity,
    Outcome,
    Page,
    Row,
    Scalar,
    Stamp,
    Stamps,
    Usage,
    Write,
    WriteResult,
)
from mappings.model import Mapping as FieldMapping
from plugin.domain.entities import Kind

TYPES = {
    Kind.TEXT: "text",
    Kind.LONG_TEXT: "long_text",
    Kind.DATE: "date",
    Kind.DATETIME: "datetime",
    Kind.NUMBER: "number",
    Kind.MONEY: "number",
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.CHOICE: "choice",
    Kind.REFERENCE: "reference",
}


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Stored:
    """One record over there."""

    values: dict[str, Scalar]
    stamp: datetime
    modified_by: str = "005PERSON"
    deleted: bool = False
    merged_into: str | None = None


@dataclass
class FakeCrm:
    """Holds records by object and id; `between` runs before a write lands, `answers` may replace a write's result."""

    mapping: FieldMapping
    clock: Clock
    system: str = "salesforce"
    org_id: str = "00D000000000001AAA"
    records: dict[str, dict[str, Stored]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    between: Callable[[Sequence[Write]], None] | None = None
    lost_answers: int = 0
    hidden: set[str] = field(default_factory=set)
    written: list[Write] = field(default_factory=list)
    log: dict[str, dict[str, datetime]] = field(default_factory=dict)
    page: int = 2000
    lost: set[str] = field(default_factory=set)
    read_only: set[str] = field(default_factory=set)

    # What people over there do

    def put(self, object_name: str, record_id: str, **values: Scalar) -> None:
        """A person creates or edits a record."""
        held = self.records.setdefault(object_name, {}).get(record_id)
        self.records[object_name][record_id] = Stored({**(held.values if held else {}), **values}, self._second())

    def remove(self, object_name: str, record_id: str, merged_into: str | None = None) -> None:
        """A person deletes a record, or merges it into another."""
        held = self.records[object_name][record_id]
        held.deleted, held.merged_into, held.stamp = True, merged_into, self._second()

    def purge(self, object_name: str, record_id: str) -> None:
        """A record is deleted for good: no read shows it any more, and only the log of deletions knows of it."""
        del self.records[object_name][record_id]
        self.log.setdefault(object_name, {})[record_id] = self._second()

    def value(self, object_name: str, record_id: str, name: str) -> Scalar:
        """Return what a person sees there."""
        return self.records[object_name][record_id].values.get(name)

    # What the engine calls

    def identity(self) -> OrgIdentity:
        return OrgIdentity(self.org_id, "Sample Association", "UTC", True, "005US", "us@example.org")

    def describe(self, objects: Sequence[str]) -> Mapping[str, ObjectSchema]:
        return {name: self._schema(name) for name in objects}

    def fetch(self, object_name: str, fields: Sequence[str], ids: Sequence[str]) -> Fetched:
        self.calls.append("fetch")
        held = self.records.get(object_name, {})
        seen = [one for one in ids if one in held and one not in self.hidden]
        rows = tuple(self._row(object_name, one, fields) for one in seen)
        return Fetched(rows, tuple(set(ids) - set(seen)), self.clock(), self.clock())

    def changed(
        self, object_name: str, fields: Sequence[str], since: Cursor | None, where: Sequence[Condition] = ()
    ) -> Iterator[Page]:
        self.calls.append("changed")
        held = self.records.get(object_name, {})
        rows = sorted(
            (
                row
                for one in held
                if one not in self.hidden and (row := self._matching(object_name, one, fields, where))
            ),
            key=lambda row: (row.stamp, row.id),
        )
        rows = [row for row in rows if since is None or (row.stamp, row.id) > (since.stamp, since.id)]
        cursor = Cursor(rows[-1].stamp, rows[-1].id) if rows else since or Cursor(self.clock() - timedelta(days=1))
        yield Page(tuple(rows), cursor, self.clock(), self.clock(), len(rows))

    def stamps(self, object_name: str, fields: Sequence[str], after: str, where: Sequence[Condition] = ()) -> Stamps:
        self.calls.append("stamps")
        held = self.records.get(object_name, {})
        seen = [one for one in sorted(held) if one > after and one not in self.hidden]
        rows = [row for one in seen if (row := self._matching(object_name, one, fields, where))]
        return self._page(rows, after)

    def _matching(
        self, object_name: str, record_id: str, fields: Sequence[str], where: Sequence[Condition]
    ) -> Row | None:
        names = (*fields, *(condition.field for condition in where))
        found = self._row(object_name, record_id, names)
        return found if replace(self.mapping.source(object_name), where=tuple(where)).matches(found.values) else None

    def _page(self, rows: Sequence[Row], after: str) -> Stamps:
        found = tuple(Stamp(row.id, row.stamp, row.deleted, row.values) for row in rows[: self.page])
        return Stamps(found, len(rows) > self.page, None if after else len(rows))

    def deleted(self, object_name: str) -> Mapping[str, datetime]:
        self.calls.append("deleted")
        return dict(self.log.get(object_name, {}))

    def count(self, object_name: str, where: Sequence[Condition] = ()) -> int:
        return len(self.records.get(object_name, {}))

    def find(self, object_name: str, field_name: str, values: Sequence[str]) -> Mapping[str, str]:
        self.calls.append("find")
        held = self.records.get(object_name, {})
        return found_by(held, field_name, values)

    def create(self, writes: Sequence[Write]) -> list[WriteResult]:
        return self._write("create", writes, self._create)

    def update(self, writes: Sequence[Write]) -> list[WriteResult]:
        return self._write("update", writes, self._update)

    def delete(self, writes: Sequence[Write]) -> list[WriteResult]:
        return self._write("delete", writes, self._delete)

    def usage(self) -> Usage:
        return Usage(len(self.calls), 100_000, len(self.calls))

    def _write(self, kind: str, writes: Sequence[Write], act: Callable[[Write], WriteResult]) -> list[WriteResult]:
        self.calls.append(kind)
        if self.between:
            between, self.between = self.between, None
            between(writes)
        self.written += writes
        results = [self._no_field(one) or act(one) for one in writes]
        if self.lost_answers:
            self.lost_answers -= 1
            return [WriteResult(Outcome.UNKNOWN, one.id, None, "the line broke") for one in writes]
        return results

    def _no_field(self, write: Write) -> WriteResult | None:
        if gone := sorted((self.lost | self.read_only) & set(write.values)):
            words = f"No such column '{gone[0]}' on sobject of type {write.object}"
            return WriteResult(Outcome.NO_FIELD, write.id, "INVALID_FIELD", words)
        return None

    def _create(self, write: Write) -> WriteResult:
        key = self.mapping.source(write.object).external_id
        held = self.records.setdefault(write.object, {})
        for record_id, one in held.items():
            if key and one.values.get(key) == write.values.get(key):
                return WriteResult(Outcome.DUPLICATE, None, "DUPLICATE_VALUE", "duplicate", duplicate_of=record_id)
        record_id = f"a{len(self.calls):04d}{len(held):010d}AAA"
        held[record_id] = Stored(dict(write.values), self._second(), "005US")
        return WriteResult(Outcome.WRITTEN, record_id)

    def _delete(self, write: Write) -> WriteResult:
        held = self.records[write.object][write.id or ""]
        if held.deleted:
            return WriteResult(Outcome.GONE, write.id, "ENTITY_IS_DELETED", "entity is deleted")
        held.deleted, held.stamp, held.modified_by = True, self._second(), "005US"
        return WriteResult(Outcome.WRITTEN, write.id)

    def _update(self, write: Write) -> WriteResult:
        held = self.records[write.object][write.id or ""]
        if held.deleted:
            return WriteResult(Outcome.GONE, write.id, "ENTITY_IS_DELETED", "entity is deleted")
        if write.unmodified_since is not None and held.stamp > write.unmodified_since:
            return WriteResult(Outcome.CONFLICT, write.id, "ENTITY_MODIFIED", "modified")
        held.values |= write.values
        held.stamp, held.modified_by = self._second(), "005US"
        return WriteResult(Outcome.WRITTEN, write.id)

    def _second(self) -> datetime:
        return self.clock().replace(microsecond=0)

    def _row(self, object_name: str, record_id: str, fields: Sequence[str]) -> Row:
        held = self.records[object_name][record_id]
        values = {name: held.values.get(name) for name in fields if name not in self.lost}
        return Row(
            object_name,
            record_id,
            values,
            held.stamp,
            held.stamp,
            held.modified_by,
            deleted=held.deleted,
            merged_into=held.merged_into,
        )

    def _schema(self, name: str) -> ObjectSchema:
        source = self.mapping.source(name)
        fields = {
            line.theirs: FieldSchema(line.theirs, line.theirs, TYPES[line.ours.kind], scale=line.ours.decimals)
            for line in source.fields.values()
        }
        for targets in source.references.values():
            fields |= {theirs: FieldSchema(theirs, theirs, "reference") for theirs in targets}
        for condition in source.where:
            fields[condition.field] = FieldSchema(condition.field, condition.field, "boolean")
        if source.external_id:
            fields[source.external_id] = FieldSchema(source.external_id, "Id", "text", external_id=True, unique=True)
        fields = {key: one for key, one in fields.items() if key not in self.lost}
        fixed = {key: replace(fields[key], createable=False, updateable=False) for key in self.read_only & set(fields)}
        return ObjectSchema(name, name, fields | fixed, createable=True, updateable=True, deletable=True)


def found_by(held: Mapping[str, Stored], field_name: str, values: Sequence[str]) -> dict[str, str]:
    """Return value -> id, of deleted records only where none that is alive holds the value."""
    alive_last = sorted(held.items(), key=lambda item: not item[1].deleted)
    return {str(one.values[field_name]): key for key, one in alive_last if one.values.get(field_name) in values}
