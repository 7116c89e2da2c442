"""What one record of ours still has to tell the other system: the difference, and nothing but the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connectors.base import ObjectSchema, Scalar, Test, Write
from mappings.model import Direction, Duplicates, Reference, Source
from plugin.store.due import Due
from plugin.store.links import Link
from plugin.sync.holding import blocked
from plugin.sync.merge import MISSING, Value
from plugin.sync.normal import normal
from plugin.sync.row import ours_normal


@dataclass(frozen=True)
class Parcel:
    """One record to write: `shared` and `ours_alone` hold, by our names, the values it will have over there.

    It `repeats` a write of which nobody knows whether it landed.
    """

    due: Due
    link: Link
    write: Write
    shared: dict[str, Value]
    ours_alone: dict[str, Value]
    repeats: bool = False

    @property
    def creates(self) -> bool:
        """Whether the record isn't over there yet."""
        return self.write.id is None


@dataclass(frozen=True)
class Difference:
    """The fields that differ, by our names: those that people edit on both sides, and those that only we write."""

    shared: dict[str, Value]
    ours_alone: dict[str, Value]

    def __bool__(self) -> bool:
        return bool(self.shared or self.ours_alone)


def difference(
    source: Source,
    schema: ObjectSchema,
    link: Link,
    values: Mapping[str, Any],
    references: Mapping[str, Reference | None],
) -> Difference:
    """Return what of ours the other side doesn't have yet; quarantined fields and fields it hasn't are left out.

    `values` holds the record and its calculated fields. Raises ValueRefused for a value that can't be held there.
    """
    named = {name: found[1] if found else None for name, found in references.items()}
    ours = ours_normal(source, schema, values, named)
    left_alone = blocked(link.quarantined)
    shared: dict[str, Value] = {}
    alone: dict[str, Value] = {}
    for name, value in ours.items():
        direction = source.fields[name].direction if name in source.fields else source.direction
        if direction is Direction.IN or name in left_alone or not _writable(source, schema, link, name):
            continue
        if direction is Direction.BOTH and _differs(value, link.shadow.get(name, MISSING)):
            shared[name] = _fitting(source, schema, name, value)
        elif direction is Direction.OUT and _differs(value, link.written.get(name, MISSING)):
            alone[name] = _fitting(source, schema, name, value)
    return Difference(shared, alone)


def _writable(source: Source, schema: ObjectSchema, link: Link, name: str) -> bool:
    """Whether they let us write the field; one that was made read-only rests until it isn't any more."""
    if name not in source.fields:
        return True
    field = schema.fields[source.fields[name].theirs]
    return field.updateable if link.external_id else field.createable


def _fitting(source: Source, schema: ObjectSchema, name: str, value: Value) -> Value:
    return normal(value, schema.fields[source.fields[name].theirs]) if name in source.fields else value


def _differs(value: Value, known: object) -> bool:
    """What was never told needs no telling while it is empty."""
    return value is not None if known is MISSING else value != known


def update(
    due: Due,
    source: Source,
    link: Link,
    changed: Difference,
    references: Mapping[str, Reference | None],
    unmodified_since: datetime | None,
) -> Parcel:
    """Return the parcel that brings a record over there up to date."""
    body = _body(source, changed, references)
    guard = unmodified_since if changed.shared else None
    allow = source.duplicates is Duplicates.ALLOW
    # What only we write may take its time; what people edit is written within seconds of being read.
    write = Write(source.object, body, link.external_id, guard, patient=not changed.shared, allow_duplicates=allow)
    return Parcel(due, link, write, changed.shared, changed.ours_alone, repeats=link.sent is not None)


def create(
    due: Due,
    source: Source,
    link: Link,
    changed: Difference,
    references: Mapping[str, Reference | None],
) -> Parcel:
    """Return the parcel that creates a record over there, under our id."""
    body = _body(source, changed, references)
    body = {name: value for name, value in body.items() if value is not None}
    # What is created must pass the filter that it will be read through.
    for condition in source.where:
        if condition.test is Test.IS and "." not in condition.field and not isinstance(condition.value, tuple):
            body[condition.field] = condition.value
    if source.external_id:
        body[source.external_id] = str(link.record_id)
    write = Write(source.object, body, patient=True, allow_duplicates=source.duplicates is Duplicates.ALLOW)
    return Parcel(due, link, write, changed.shared, changed.ours_alone)


def _body(source: Source, changed: Difference, references: Mapping[str, Reference | None]) -> dict[str, Scalar]:
    """The normal values are written, so that the other side has nothing left to round and reads back what was sent."""
    told = {**changed.shared, **changed.ours_alone}
    named = {name: references[name] for name in told if name in source.references}
    return {source.fields[name].theirs: value for name, value in told.items() if name in source.fields} | (
        source.to_theirs({}, named)
    )


def sealed(parcel: Parcel, at: datetime) -> Link:
    """Return the parcel's link with what is about to be written noted on it."""
    return replace(
        parcel.link,
        sent=parcel.shared or None,
        sent_at=at if parcel.shared else None,
        sent_guarded=parcel.write.unmodified_since is not None,
    )
