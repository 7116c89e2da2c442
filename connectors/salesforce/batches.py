"""How rows are cut into the sub-requests of composite calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.base import Write
from connectors.salesforce.composite import Part
from connectors.salesforce.forms import http_date
from connectors.salesforce.limits import (
    COLLECTIONS_PER_CALL,
    OBJECTS_PER_COLLECTION,
    PARTS_PER_CALL,
    ROWS_PER_COLLECTION,
)
from connectors.salesforce.sizes import Sizes

SAVE_DUPLICATES = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
"""Lets a row be saved that an alerting duplicate rule would refuse; a blocking rule heeds it not."""


@dataclass(frozen=True)
class Batch:
    """The rows (by their place in the list of writes) of one sub-request; a guarded one has a single row.

    One that is `literal` goes as a request of its own: in a composite call its texts would be taken for references.
    One that `removes` deletes its rows.
    """

    rows: tuple[int, ...]
    guarded: bool = False
    literal: bool = False
    removes: bool = False

    def part(self, writes: Sequence[Write]) -> Part:
        """Return the sub-request that writes these rows."""
        first = writes[self.rows[0]]
        if self.removes:
            ids = ",".join(str(writes[row].id) for row in self.rows)
            return Part("DELETE", f"composite/sobjects?ids={ids}&allOrNone=false")
        headers = SAVE_DUPLICATES if first.allow_duplicates else None
        if self.guarded and first.unmodified_since is not None:
            guard = {"If-Unmodified-Since": http_date(first.unmodified_since)}
            return single(first, {**guard, **(headers or {})})
        records = [_record(writes[row]) for row in self.rows]
        body = {"allOrNone": False, "records": records}
        return Part("POST" if first.id is None else "PATCH", "composite/sobjects", body, headers)


def single(write: Write, headers: Mapping[str, str] | None = None) -> Part:
    """Return the sub-request that writes one row by itself."""
    if write.id is None:
        return Part("POST", f"sobjects/{write.object}", dict(write.values), headers)
    return Part("PATCH", f"sobjects/{write.object}/{write.id}", dict(write.values), headers)


def _record(write: Write) -> dict[str, object]:
    record: dict[str, object] = {"attributes": {"type": write.object}}
    if write.id is not None:
        record["id"] = write.id
    return {**record, **write.values}


def plain_batches(writes: Sequence[Write], rows: Sequence[int], sizes: Sizes) -> Iterator[Batch]:
    """Yield collections of the unguarded rows, grouped by object in order of first appearance, so parents stay first.

    Rows to create and rows to update never share a collection: their methods differ. Nor do literal rows and others, or
    rows that may be duplicates and others. No collection is larger than what its objects have borne.
    """
    groups: dict[tuple[bool, bool, bool], dict[str, list[int]]] = {}
    for row in rows:
        write = writes[row]
        if not is_guarded(write):
            key = (write.id is not None, is_literal(write), write.allow_duplicates)
            groups.setdefault(key, {}).setdefault(write.object, []).append(row)
    for (_, literal, _), by_object in sorted(groups.items()):
        for chosen in _collections(writes, by_object, sizes):
            yield Batch(chosen, literal=literal)


def removing_batches(writes: Sequence[Write], rows: Sequence[int], sizes: Sizes) -> Iterator[Batch]:
    """Yield collections of rows to delete, in the order given."""
    by_object: dict[str, list[int]] = {}
    for row in rows:
        by_object.setdefault(writes[row].object, []).append(row)
    for chosen in _collections(writes, by_object, sizes):
        yield Batch(chosen, removes=True)


def _collections(
    writes: Sequence[Write], by_object: Mapping[str, Sequence[int]], sizes: Sizes
) -> Iterator[tuple[int, ...]]:
    chosen: list[int] = []
    objects, most = 0, ROWS_PER_COLLECTION
    for name, members in by_object.items():
        size = sizes.of(name)
        if chosen and (objects == OBJECTS_PER_COLLECTION or len(chosen) >= size):
            yield tuple(chosen)
            chosen, objects, most = [], 0, ROWS_PER_COLLECTION
        objects += 1
        most = min(most, size)
        for row in members:
            if len(chosen) >= most or _twice(writes, chosen, row):
                yield tuple(chosen)
                chosen, objects, most = [], 1, size
            chosen.append(row)
    if chosen:
        yield tuple(chosen)


def _twice(writes: Sequence[Write], batch: Sequence[int], row: int) -> bool:
    """Whether the record is in the collection already: Salesforce refuses to change one twice in the same."""
    return writes[row].id is not None and any(writes[other].id == writes[row].id for other in batch)


def guarded_batches(writes: Sequence[Write], rows: Sequence[int]) -> Iterator[Batch]:
    """Yield a batch for each guarded row."""
    return (Batch((row,), guarded=True, literal=is_literal(writes[row])) for row in rows if is_guarded(writes[row]))


def is_guarded(write: Write) -> bool:
    """Return whether the row is only to be written if nobody modified it."""
    return write.id is not None and write.unmodified_since is not None


def is_literal(write: Write) -> bool:
    """Return whether a text of the row holds what a composite call would take for a reference, such as @{x.id}."""
    return any(isinstance(value, str) and "@{" in value for value in write.values.values())


def in_calls(batches: Sequence[Batch]) -> Iterator[tuple[Batch, ...]]:
    """Yield the batches of each call: at most 25, of which five collections; a literal one has its call to itself."""
    call: list[Batch] = []
    for batch in batches:
        if batch.literal:
            yield (batch,)
            continue
        collections = sum(not each.guarded for each in call)
        if len(call) == PARTS_PER_CALL or (not batch.guarded and collections == COLLECTIONS_PER_CALL):
            yield tuple(call)
            call = []
        call.append(batch)
    if call:
        yield tuple(call)


def halves(batch: Batch) -> tuple[Batch, Batch]:
    """Return the rows of a batch in two parts."""
    middle = len(batch.rows) // 2
    return replace(batch, rows=batch.rows[:middle]), replace(batch, rows=batch.rows[middle:])


def split(batch: Batch) -> tuple[Batch, ...]:
    """Return the rows of a batch in five parts, the batches of one call."""
    size = -(-len(batch.rows) // COLLECTIONS_PER_CALL)
    starts = range(0, len(batch.rows), size)
    return tuple(replace(batch, rows=batch.rows[start : start + size]) for start in starts)
