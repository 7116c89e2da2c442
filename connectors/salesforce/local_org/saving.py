"""The saving of one chunk: hooks, checks, the write, more hooks; again without the rows that a late hook refuses."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from connectors.salesforce.local_org import duplicates, person_accounts, rows
from connectors.salesforce.local_org.checks import check
from connectors.salesforce.local_org.derived import derive
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.hooks import Change, Row
from connectors.salesforce.local_org.permissions import PERMISSION_ROWS
from connectors.salesforce.local_org.person_fields import enabled
from connectors.salesforce.local_org.rollups import refresh
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.work import Work

ATTEMPTS = 5


class _Refused(Exception):
    """An after-save hook refused a row: what the chunk wrote has to go."""


def save(work: Work, definition: ObjectDef, changes: Sequence[Change], touched: Row | None = None) -> None:
    """Write the changes that hold; each other one gets its `error`. `touched` is what an update sets on every row.

    For an update, `change.new` holds only what the client named; it is completed from the row as it is once locked.
    """
    given = [dict(change.new) for change in changes]
    for _ in range(ATTEMPTS):
        live = [change for change in changes if change.error is None]
        if not live:
            return
        try:
            with work.savepoint():
                return _save_once(work, definition, live, touched)
        except (_Refused, psycopg.errors.UniqueViolation):
            for change, values in zip(changes, given, strict=True):
                change.new = dict(values)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            _all(live, OrgError("UNABLE_TO_LOCK_ROW", _lock_words(_held(definition, live))))
            return
    _all(
        [change for change in changes if change.error is None], OrgError("UNKNOWN_EXCEPTION", "The save never settled")
    )


def _save_once(work: Work, definition: ObjectDef, live: list[Change], touched: Row | None) -> None:
    if touched is not None:
        _complete(work, definition, live, touched)
    for early in work.org.hooks.before_save:
        early(work, live)
        live = [change for change in live if change.error is None]
    people = definition.name == "Account" and enabled(work.schema)
    if people:
        person_accounts.prepare(work, live)
    derive(work, live)
    check(work, definition, live)
    duplicates.check(work, definition, live)
    live = [change for change in live if change.error is None]
    if touched is None:
        rows.insert(work, definition, [change.new for change in live])
    else:
        rows.write(work, definition, [(change.old or {}, change.new) for change in live])
    if people:
        person_accounts.follow(work, live)
    _sum_up(work, definition, live)
    if definition.name in PERMISSION_ROWS:
        work.after_commit.append(work.org.forget_access)
    for late in work.org.hooks.after_save:
        late(work, live)
    if any(change.error for change in live):
        raise _Refused


def _sum_up(work: Work, definition: ObjectDef, live: Sequence[Change]) -> None:
    """Bring the masters' summaries up to date; a master that is refused refuses its details."""
    refused = refresh(work, definition, [row for change in live for row in (change.old, change.new) if row], save)
    for change in live:
        named = (error for record_id, error in refused.items() if record_id in change.new.values())
        change.error = change.error or next(named, None)


def _complete(work: Work, definition: ObjectDef, live: Sequence[Change], touched: Row) -> None:
    """Lock the rows and lay the new values over them."""
    locked = rows.read(work, definition, [change.new["id"] for change in live], lock=True)
    for change in live:
        change.old = locked[change.new["id"]]
        change.new = {**change.old, **change.new, **touched}
        if change.old["isdeleted"]:
            change.error = OrgError("ENTITY_IS_DELETED", "entity is deleted")


def _all(changes: Sequence[Change], error: OrgError) -> None:
    for change in changes:
        change.error = error


def _held(definition: ObjectDef, live: Sequence[Change]) -> list[str]:
    """Return the ids of the records that somebody else may hold: those that are changed, of new details the masters."""
    masters = [name for name, field in definition.fields.items() if field.type == "MasterDetail"]
    held = {str(change.new["id"]) for change in live if not change.created}
    return sorted(held | {str(change.new[name]) for change in live if change.created for name in masters})


def _lock_words(ids: list[str]) -> str:
    return f"unable to obtain exclusive access to this record or {len(ids)} records: {','.join(ids)}"
