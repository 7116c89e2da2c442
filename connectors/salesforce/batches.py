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


@dataclass(frozen=True)
class Batch:
    """The rows (by their place in the list of writes) of one sub-request; a guarded one has a single row.

    One that is `literal` goes as a request of its own: in a composite call its texts would be taken for references.
    """

    rows: tuple[int, ...]
    guarded: bool = False
    literal: bool = False

    def part(self, writes: Sequence[Write]) -> Part:
        """Return the sub-request that writes these rows."""
        first = writes[self.rows[0]]
        if self.guarded and first.unmodified_since is not None:
            return Part(
                "PATCH",
                f"sobjects/{first.object}/{first.id}",
                dict(first.values),
                {"If-Unmodified-Since": http_date(first.unmodified_since)},
            )
        records = [_record(writes[row]) for row in self.rows]
        return Part(
            "POST" if first.id is None else "PATCH", "composite/sobjects", {"allOrNone": False, "records": records}
        )


def _record(write: Write) -> dict[str, object]:
    record: dict[str, object] = {"attributes": {"type": write.object}}
    if write.id is not None:
        record["id"] = write.id
    return {**record, **write.values}


def plain_batches(writes: Sequence[Write], rows: Sequence[int]) -> Iterator[Batch]:
    """Yield collections of the unguarded rows, grouped by object in order of first appearance, so parents stay first.

    Rows to create and rows to update never share a collection: their methods differ. Nor do literal rows and others.
    """
    groups: dict[tuple[bool, bool], dict[str, list[int]]] = {}
    for row in rows:
        write = writes[row]
        if not is_guarded(write):
            group = groups.setdefault((write.id is not None, is_literal(write)), {})
            group.setdefault(write.object, []).append(row)
    for (_, literal), by_object in sorted(groups.items()):
        for chosen in _collections(writes, by_object):
            yield Batch(chosen, literal=literal)


def _collections(writes: Sequence[Write], by_object: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, ...]]:
    chosen: list[int] = []
    objects = 0
    for members in by_object.values():
        if objects == OBJECTS_PER_COLLECTION:
            yield tuple(chosen)
            chosen, objects = [], 0
        objects += 1
        for row in members:
            if len(chosen) == ROWS_PER_COLLECTION or _twice(writes, chosen, row):
                yield tuple(chosen)
                chosen, objects = [], 1
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


def split(batch: Batch) -> tuple[Batch, ...]:
    """Return the rows of a batch in five parts, the batches of one call."""
    size = -(-len(batch.rows) // COLLECTIONS_PER_CALL)
    starts = range(0, len(batch.rows), size)
    return tuple(replace(batch, rows=batch.rows[start : start + size]) for start in starts)
