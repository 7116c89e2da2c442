"""What every connector offers the engine, and the values that pass between them.

A connector speaks in the other system's own object names, field names and ids; `mappings` translates. Its vendor's
exceptions never leave it: it raises the recovery-classed errors of `plugin.errors`, and reports what was wrong with a
single row in that row's `WriteResult`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

Scalar = str | int | float | bool | None
"""A value as the other system's JSON holds it; dates and datetimes as ISO 8601 text."""


@dataclass(frozen=True)
class OrgIdentity:
    """Whom we talk to: `org_id` is pinned at the first sync; `time_zone` is an IANA name."""

    org_id: str
    name: str
    time_zone: str
    is_sandbox: bool
    user_id: str
    username: str


@dataclass(frozen=True)
class FieldSchema:
    """One field as the other system describes it, for the user we are signed in as.

    `type` is one of: text, long_text, number, integer, boolean, date, datetime, choice, multi_choice, reference, id,
    other. `scale` is the number of decimals, `max_length` in characters.
    """

    name: str
    label: str
    type: str
    createable: bool = True
    updateable: bool = True
    required_on_create: bool = False
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    choices: tuple[str, ...] = ()
    choices_restricted: bool = False
    references: tuple[str, ...] = ()
    formula: bool = False
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False


@dataclass(frozen=True)
class ObjectSchema:
    """One object as the other system describes it; `fields` by name."""

    name: str
    label: str
    fields: Mapping[str, FieldSchema]
    createable: bool
    updateable: bool
    deletable: bool = False


@dataclass(frozen=True)
class Row:
    """One record as it was read.

    `values` holds the fields that were asked for and that the user may read. `stamp` is the system's own modification
    stamp (SystemModstamp), `modified_at`/`modified_by` when and by whom a person or process last changed it.
    """

    object: str
    id: str
    values: Mapping[str, Scalar]
    stamp: datetime
    modified_at: datetime
    modified_by: str | None = None
    created_at: datetime | None = None
    deleted: bool = False
    merged_into: str | None = None


@dataclass(frozen=True)
class Fetched:
    """The answer to a read by ids: `rows` (deleted ones, with proof, are among them) and the ids that were `absent`.

    `began_at` is our clock just before the first call, `server_time` the other side's. Absence proves nothing.
    """

    rows: tuple[Row, ...]
    absent: tuple[str, ...]
    began_at: datetime
    server_time: datetime


@dataclass(frozen=True, order=True)
class Cursor:
    """Where a poll stands: the last (stamp, id) that was seen."""

    stamp: datetime
    id: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a poll, in (stamp, id) order. `cursor` is where the next poll starts; `total` is None if unknown."""

    rows: tuple[Row, ...]
    cursor: Cursor
    began_at: datetime
    server_time: datetime
    total: int | None = None


@dataclass(frozen=True)
class Stamp:
    """That a record is there, or `deleted` with proof, and its modification stamp; `values` as far as asked for."""

    id: str
    stamp: datetime
    deleted: bool = False
    values: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Stamps:
    """One page of stamps, in the order of the ids (byte by byte).

    `total` counts all that come after where the page began, and is None where that isn't known; `more` says whether
    there may be a further page.
    """

    stamps: tuple[Stamp, ...]
    more: bool
    total: int | None = None


class Test(StrEnum):
    """How a condition compares."""

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    NOT_NULL = "not_null"


@dataclass(frozen=True)
class Condition:
    """One part of a filter; all parts of a filter hold together. `field` may be a path (`Account.Is_Member__c`)."""

    field: str
    test: Test
    value: Scalar | tuple[Scalar, ...] = None


@dataclass(frozen=True)
class Write:
    """One row to create (no `id`) or update, by the other system's field names.

    `unmodified_since` guards the row: if it was modified later, nothing is written and the result is `conflict`.
    `patient` says that nobody else writes these values, so a job that takes minutes may write them.
    `allow_duplicates` lets it be saved though a duplicate rule of theirs finds rows that look like it.
    """

    object: str
    values: Mapping[str, Scalar]
    id: str | None = None
    unmodified_since: datetime | None = None
    patient: bool = False
    allow_duplicates: bool = False


class Outcome(StrEnum):
    """What became of one written row."""

    WRITTEN = "written"
    CONFLICT = "conflict"
    """The guard held: the row was modified in the meantime. Read it again."""
    BUSY = "busy"
    """A lock or a limit of the moment; the same write may go through later."""
    GONE = "gone"
    """The row is deleted: proof, not absence."""
    DUPLICATE = "duplicate"
    """A unique value exists already: `duplicate_of` names the row when the system does."""
    ALIKE = "alike"
    """A duplicate rule of theirs refuses the row: it looks like other rows, which `alike` names as far as told."""
    NO_FIELD = "no_field"
    """A field of the row isn't there any more, or may not be written: describe the object again."""
    REJECTED = "rejected"
    """The system refuses these values, and would again."""
    UNKNOWN = "unknown"
    """The connection broke: it may have been written. Read it back."""


@dataclass(frozen=True)
class WriteResult:
    """What became of one row, in the order of the batch. `code` and `message` are the system's own words."""

    outcome: Outcome
    id: str | None = None
    code: str | None = None
    message: str | None = None
    fields: tuple[str, ...] = ()
    duplicate_of: str | None = None
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Usage:
    """API calls: `used` of `limit` in the system's own window, and `calls` that this connector object made itself.

    `sizes` are the rows of an object that one call may write, by object, where fewer than usual are borne.
    """

    used: int | None
    limit: int | None
    calls: int
    by_kind: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)


class Connector(Protocol):
    """A system that members live in."""

    system: str

    def identity(self) -> OrgIdentity:
        """Return whom we are signed in to."""

    def describe(self, objects: Sequence[str]) -> Mapping[str, ObjectSchema]:
        """Return the schema of each object that exists and that we may see; a missing one is not in the answer."""

    def fetch(self, object_name: str, fields: Sequence[str], ids: Sequence[str]) -> Fetched:
        """Read records by id, as few calls as possible."""

    def changed(
        self, object_name: str, fields: Sequence[str], since: Cursor | None, where: Sequence[Condition] = ()
    ) -> Iterator[Page]:
        """Yield what was modified after `since` (everything for None), deleted records included, by keyset."""

    def stamps(self, object_name: str, fields: Sequence[str], after: str, where: Sequence[Condition] = ()) -> Stamps:
        """Return the next page of ids and stamps, deleted records included, of ids after that one; one call."""

    def deleted(self, object_name: str) -> Mapping[str, datetime]:
        """Return id -> when, of the deletions that the system still remembers; empty where it remembers none."""

    def count(self, object_name: str, where: Sequence[Condition] = ()) -> int:
        """Return how many records there are."""

    def find(self, object_name: str, field_name: str, values: Sequence[str]) -> Mapping[str, str]:
        """Return value -> id for the records whose (unique) field holds one of the values.

        A deleted record that the system still knows is told where none that is alive holds the value.
        """

    def create(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Create rows of any mix of objects, parents first as given; per-row results in order."""

    def update(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Update rows by id; guarded rows one by one, the others in bulk; per-row results in order."""

    def delete(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Delete rows by id, whatever values the writes hold; one that is deleted already is `gone`."""

    def usage(self) -> Usage:
        """Return the API calls used, from the system's own answers."""
