"""A CRM that misbehaves on request: late replicas, broken lines, refusals, clocks that are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from connectors.base import (
    Condition,
    Cursor,
    Fetched,
    FieldSchema,
    Outcome,
    Page,
    Row,
    Scalar,
    Stamps,
    Write,
    WriteResult,
)
from mappings.convert import ValueRefused
from plugin.sync.normal import normal
from tests.fakes.crm import FakeCrm, Stored, found_by

US = "005US"
Cut = Literal["before", "between", "after"]


@dataclass(frozen=True)
class Weather:
    """What the next call meets: a line that is cut before or after the writes landed, a row that is busy."""

    cut: Cut | None = None
    busy: float = 0.0
    lag: float = 0.0


CLEAR = Weather()


@dataclass
class Version:
    """A record as it was from a moment of true time on; `modified_at` is when a person or we last changed it."""

    since: datetime
    stored: Stored
    modified_at: datetime


@dataclass
class RestlessCrm(FakeCrm):
    """`meets` tells each call its weather and may raise; `leaves` runs before its answer arrives, and may raise.

    Its clock is `skew` off from ours, and it stamps whole seconds. Texts are trimmed, empty ones are null, numbers are
    rounded, by whomever they are written. What the service writes that holds the word "forbidden", it refuses.
    """

    skew: timedelta = timedelta()
    meets: Callable[[str, Sequence[Write]], Weather] = lambda _kind, _writes: CLEAR
    leaves: Callable[[str, Sequence[Write]], None] = lambda _kind, _writes: None
    versions: dict[tuple[str, str], list[Version]] = field(default_factory=dict)
    idle_writes: list[Write] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    landing: Callable[[str, Write], None] = lambda _kind, _write: None
    landed: Callable[[Write, str], None] = lambda _write, _id: None
    read_at: dict[str, datetime] = field(default_factory=dict)
    """As of when a record was last read, by true time."""
    born: int = 0
    purged: dict[tuple[str, str], datetime] = field(default_factory=dict)
    locked: Callable[[int, float], Sequence[bool]] = lambda number, _chance: [False] * number

    # What people over there do

    def put(self, object_name: str, record_id: str, **values: Scalar) -> None:
        held = self.records.setdefault(object_name, {}).get(record_id)
        now = self._stamp(object_name, record_id)
        kept = {**(held.values if held else {}), **self._tidy(object_name, values)}
        self.records[object_name][record_id] = Stored(kept, now)
        self._keep(object_name, record_id, now)

    def is_taken(self, object_name: str, record_id: str) -> bool:
        """Whether a living record has this one's id of ours: Salesforce undeletes no second one of a unique value."""
        own_id = self.records[object_name][record_id].values.get("Success_Vector_Id__c")
        others = (self.records[object_name][key] for key in self.alive(object_name) if key != record_id)
        return own_id is not None and any(one.values.get("Success_Vector_Id__c") == own_id for one in others)

    def remove(self, object_name: str, record_id: str, merged_into: str | None = None) -> None:
        now = self._stamp(object_name, record_id)
        held = self.records[object_name][record_id]
        held.deleted, held.merged_into, held.stamp, held.modified_by = True, merged_into, now, "005PERSON"
        self._keep(object_name, record_id, now)

    def purge(self, object_name: str, record_id: str) -> None:
        self.purged[object_name, record_id] = self.clock()
        super().purge(object_name, record_id)

    def move_silently(self, object_name: str, record_id: str, **values: Scalar) -> None:
        """Point a record elsewhere as a merge does: without a new stamp."""
        self.records[object_name][record_id].values |= values
        self._keep(object_name, record_id, self._modified_at(object_name, record_id))

    def touch(self, object_name: str, record_id: str) -> None:
        """The system itself touches a record: its stamp moves, and nobody modified it."""
        modified_at = self._modified_at(object_name, record_id)
        self.records[object_name][record_id].stamp = self._stamp(object_name, record_id)
        self._keep(object_name, record_id, modified_at)

    def alive(self, object_name: str) -> list[str]:
        """The ids of the records that are not deleted."""
        return [key for key, one in self.records.get(object_name, {}).items() if not one.deleted]

    def lives(self, object_name: str, record_id: str) -> bool:
        """Whether that record is there, and not in the bin."""
        held = self.records.get(object_name, {}).get(record_id)
        return held is not None and not held.deleted

    def schema_of(self, object_name: str) -> dict[str, FieldSchema]:
        """The fields of an object."""
        if object_name not in self._schemas:
            self._schemas[object_name] = dict(self._schema(object_name).fields)
        return self._schemas[object_name]

    def __post_init__(self) -> None:
        self._schemas: dict[str, dict[str, FieldSchema]] = {}

    def _schema(self, name: str):  # type: ignore[no-untyped-def]
        schema = super()._schema(name)
        fields = {
            key: FieldSchema(one.name, one.label, one.type, scale=2 if one.type == "number" else one.scale)
            if not one.external_id
            else one
            for key, one in schema.fields.items()
        }
        return type(schema)(name, name, fields, createable=True, updateable=True)

    # What the engine calls

    def fetch(self, object_name: str, fields: Sequence[str], ids: Sequence[str]) -> Fetched:
        self.calls.append("fetch")
        began_at = self.clock()
        weather = self.meets("fetch", ())
        self.clock.forward(0.1)
        seen = {one: version for one in ids if (version := self._as_of(object_name, one, weather.lag))}
        self.read_at |= dict.fromkeys(seen, self.clock() - timedelta(seconds=weather.lag))
        rows = tuple(self._row_of(object_name, one, version, fields) for one, version in seen.items())
        self.clock.forward(0.05)
        server_time = self._second()
        self.leaves("fetch", ())
        return Fetched(rows, tuple(one for one in ids if one not in seen), began_at, server_time)

    def changed(
        self, object_name: str, fields: Sequence[str], since: Cursor | None, where: Sequence[Condition] = ()
    ) -> Iterator[Page]:
        self.calls.append("changed")
        began_at = self.clock()
        weather = self.meets("changed", ())
        self.clock.forward(0.1)
        rows = [
            self._row_of(object_name, one, version, fields)
            for one in self.records.get(object_name, {})
            if (version := self._as_of(object_name, one, weather.lag))
        ]
        source = self.mapping.source(object_name)
        rows = [row for row in rows if since is None or (row.stamp, row.id) > (since.stamp, since.id)]
        rows = sorted(
            (row for row in rows if not where or source.matches(row.values)), key=lambda row: (row.stamp, row.id)
        )
        self.clock.forward(0.05)
        server_time = self._second()
        cursor = Cursor(rows[-1].stamp, rows[-1].id) if rows else since or Cursor(server_time)
        self.leaves("changed", ())
        yield Page(tuple(rows), cursor, began_at, server_time, len(rows))

    def stamps(self, object_name: str, fields: Sequence[str], after: str, where: Sequence[Condition] = ()) -> Stamps:
        self.calls.append("stamps")
        weather = self.meets("stamps", ())
        self.clock.forward(0.1)
        source = self.mapping.source(object_name)
        names = (*fields, *(condition.field for condition in where))
        rows = [
            self._row_of(object_name, one, version, names)
            for one in sorted(self.records.get(object_name, {}))
            if one > after and (version := self._as_of(object_name, one, weather.lag))
        ]
        self.leaves("stamps", ())
        return self._page([row for row in rows if not where or source.matches(row.values)], after)

    def deleted(self, object_name: str) -> Mapping[str, datetime]:
        self.calls.append("deleted")
        self.meets("deleted", ())
        held = self.records.get(object_name, {})
        log = self.log.get(object_name, {}) | {key: one.stamp for key, one in held.items() if one.deleted}
        self.leaves("deleted", ())
        return log

    def find(self, object_name, field_name, values):  # type: ignore[no-untyped-def]
        self.meets("find", ())
        held = self.records.get(object_name, {})
        return found_by({key: one for key, one in held.items() if key not in self.hidden}, field_name, values)

    def _write(self, kind: str, writes: Sequence[Write], act: Callable[[Write], WriteResult]) -> list[WriteResult]:
        self.calls.append(kind)
        weather = self.meets(kind, writes)
        self.clock.forward(0.1)
        broken = [WriteResult(Outcome.UNKNOWN, one.id, None, "the line broke") for one in writes]
        if weather.cut == "before":
            return broken
        self.written += writes
        if weather.cut == "between":
            # Some rows landed, one after another, before the line broke.
            for one in writes[: len(writes) // 2]:
                act(one)
            return broken
        results = [
            WriteResult(Outcome.BUSY, one.id, "UNABLE_TO_LOCK_ROW", "row is locked") if busy else act(one)
            for one, busy in zip(writes, self.locked(len(writes), weather.busy), strict=True)
        ]
        self.clock.forward(0.1)
        self.leaves(kind, writes)
        return broken if weather.cut == "after" else results

    def _create(self, write: Write) -> WriteResult:
        if refusal := self._refusal(write):
            return refusal
        key = self.mapping.source(write.object).external_id or ""
        held = self.records.setdefault(write.object, {})
        for record_id, one in held.items():
            if one.values.get(key) == write.values.get(key) and not one.deleted:
                return WriteResult(Outcome.DUPLICATE, None, "DUPLICATE_VALUE", "duplicate", duplicate_of=record_id)
        self.born += 1
        record_id = f"b0{self.born:013d}AAA"
        now = self._second()
        held[record_id] = Stored(self._tidy(write.object, write.values), now, US)
        self._keep(write.object, record_id, now)
        self.landed(write, record_id)
        return WriteResult(Outcome.WRITTEN, record_id)

    def _update(self, write: Write) -> WriteResult:
        record_id = write.id or ""
        if refusal := self._absence(write):
            return refusal
        held = self.records[write.object][record_id]
        if write.unmodified_since is not None and self._modified_at(write.object, record_id) > write.unmodified_since:
            return WriteResult(Outcome.CONFLICT, record_id, "ENTITY_MODIFIED", "modified")
        if refusal := self._refusal(write):
            return refusal
        self.landing("update", write)
        new = self._tidy(write.object, write.values)
        changed = self.versions[write.object, record_id][-1].since
        unread = changed > self.read_at.get(record_id, changed)
        if not unread and all(held.values.get(name) == value for name, value in new.items()):
            self.idle_writes.append(write)
        now = self._stamp(write.object, record_id)
        held.values |= new
        held.stamp, held.modified_by = now, US
        self._keep(write.object, record_id, now)
        self.landed(write, record_id)
        return WriteResult(Outcome.WRITTEN, record_id)

    def _delete(self, write: Write) -> WriteResult:
        record_id = write.id or ""
        if refusal := self._absence(write):
            return refusal
        held = self.records[write.object][record_id]
        if self._has_children(write.object, record_id):
            return WriteResult(Outcome.REJECTED, record_id, "DELETE_FAILED", "records below it are in its way")
        self.landing("delete", write)
        now = self._stamp(write.object, record_id)
        held.deleted, held.stamp, held.modified_by = True, now, US
        self._keep(write.object, record_id, now)
        self.landed(write, record_id)
        return WriteResult(Outcome.WRITTEN, record_id)

    def _absence(self, write: Write) -> WriteResult | None:
        record_id = write.id or ""
        held = self.records[write.object].get(record_id)
        if held is None or record_id in self.hidden:
            return WriteResult(Outcome.REJECTED, record_id, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if held.deleted:
            return WriteResult(Outcome.GONE, record_id, "ENTITY_IS_DELETED", "entity is deleted")
        return None

    def _has_children(self, object_name: str, record_id: str) -> bool:
        for source in self.mapping.sources:
            names = [theirs for each in source.references.values() for theirs, of in each.items() if of == object_name]
            for one in self.records.get(source.object, {}).values():
                if not one.deleted and any(one.values.get(name) == record_id for name in names):
                    return True
        return False

    def _refusal(self, write: Write) -> WriteResult | None:
        if any(isinstance(value, str) and "forbidden" in value for value in write.values.values()):
            self.refused.add(write.id or "")
            return WriteResult(Outcome.REJECTED, write.id, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "that word is refused")
        for targets in self.mapping.source(write.object).references.values():
            for theirs, object_name in targets.items():
                target = write.values.get(theirs)
                if target and not self.lives(object_name, str(target)):
                    return WriteResult(Outcome.REJECTED, write.id, "ENTITY_IS_DELETED", "the parent is deleted")
        return None

    def _tidy(self, object_name: str, values) -> dict[str, Scalar]:  # type: ignore[no-untyped-def]
        schema = self.schema_of(object_name)
        try:
            return {name: normal(value, schema[name]) if name in schema else value for name, value in values.items()}
        except ValueRefused as error:
            raise AssertionError(f"the simulation writes what no field holds: {error}") from error

    def _keep(self, object_name: str, record_id: str, modified_at: datetime) -> None:
        held = self.records[object_name][record_id]
        stored = replace(held, values=dict(held.values))
        self.versions.setdefault((object_name, record_id), []).append(Version(self.clock(), stored, modified_at))

    def _as_of(self, object_name: str, record_id: str, lag: float) -> Version | None:
        moment = self.clock() - timedelta(seconds=lag)
        gone_at = self.purged.get((object_name, record_id))
        if record_id in self.hidden or (gone_at and gone_at <= moment):
            return None
        known = self.versions.get((object_name, record_id), [])
        return next((one for one in reversed(known) if not lag or one.since <= moment), None)

    def _modified_at(self, object_name: str, record_id: str) -> datetime:
        return self.versions[object_name, record_id][-1].modified_at

    def _row_of(self, object_name: str, record_id: str, version: Version, fields: Sequence[str]) -> Row:
        held = version.stored
        return Row(
            object_name,
            record_id,
            {name: held.values.get(name) for name in fields},
            held.stamp,
            version.modified_at,
            held.modified_by,
            deleted=held.deleted,
            merged_into=held.merged_into,
        )

    def _second(self) -> datetime:
        return (self.clock() + self.skew).replace(microsecond=0)

    def _stamp(self, object_name: str, record_id: str) -> datetime:
        """The time of a change: a record's stamps never run back."""
        held = self.records.get(object_name, {}).get(record_id)
        return max(self._second(), held.stamp) if held else self._second()
