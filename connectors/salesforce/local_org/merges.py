"""Merging records as SOAP's merge() does: the losers go, what belonged to them belongs to the one that stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from connectors.salesforce.local_org import dml, rows
from connectors.salesforce.local_org.deletes import children_of, modified, stamp, sum_up
from connectors.salesforce.local_org.derived import derive
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.hooks import Change
from connectors.salesforce.local_org.ids import normal_id
from connectors.salesforce.local_org.person_fields import BEHIND, FLAG
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.sharing import seen
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.work import Work

MERGEABLE = frozenset({"Account", "Contact", "Lead"})
MOST_LOSERS = 2


@dataclass
class MergeResult:
    """What became of one merge: the ids of who stayed, who went, and of the records that the user sees moved."""

    id: str
    merged: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    error: OrgError | None = None


def merge(
    work: Work, object_name: str, master_id: str, loser_ids: Sequence[str], values: Mapping[str, Any] | None = None
) -> MergeResult:
    """Merge one or two records into another of the same object, and write `values` to it as an update does.

    Only that update runs flows and validation rules. The losers are marked deleted with their `MasterRecordId`; their
    children get the new parent and a new SystemModstamp, and nobody is told. All of it, or nothing.
    Source: the SOAP API guide's merge(), and Apex's notes on triggers and merge statements.
    """
    result = MergeResult(normal_id(master_id) or master_id)
    try:
        with work.savepoint():
            _merge(work, object_name, result, [normal_id(each) or each for each in loser_ids], values or {})
    except OrgError as error:
        return MergeResult(result.id, error=error)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
        words = f"unable to obtain exclusive access to this record or {1 + len(loser_ids)} records"
        named = ",".join([result.id, *loser_ids])
        return MergeResult(result.id, error=OrgError("UNABLE_TO_LOCK_ROW", f"{words}: {named}"))
    return result


def _merge(work: Work, object_name: str, result: MergeResult, losers: Sequence[str], values: Mapping[str, Any]) -> None:
    definition = dml.object_named(work, object_name)
    _check(work, definition, result.id, losers)
    _take_over(work, definition, result, result.id, losers)
    (saved,) = dml.update(work, definition.name, [(result.id, values)])
    if saved.error is not None:
        raise saved.error
    result.merged = list(losers)


def _take_over(work: Work, definition: ObjectDef, result: MergeResult, master: str, losers: Sequence[str]) -> None:
    """Give the losers' children to the master, and delete the losers; of people the contacts behind them likewise."""
    behind: dict[str, str] = {}
    if BEHIND.lower() in definition.fields:
        known = rows.read(work, definition, [master, *losers])
        behind = {each: row[BEHIND.lower()] for each, row in known.items() if row[BEHIND.lower()]}
    if behind:
        contacts = [behind[each] for each in losers]
        _take_over(work, work.schema.objects["contact"], result, behind[master], contacts)
    for child, lookup in children_of(work, definition):
        if lookup.name not in ("MasterRecordId", BEHIND):
            result.moved += _move(work, child, lookup, master, losers)
    stamp(work, definition, losers, {"isdeleted": True, "masterrecordid": master, **modified(work)})


def _check(work: Work, definition: ObjectDef, master: str, losers: Sequence[str]) -> None:
    """Refuse a merge of what can't be merged, or that the user may not make; all its records are locked."""
    if definition.name not in MERGEABLE:
        raise OrgError("INVALID_TYPE_FOR_OPERATION", f"entity type {definition.name} does not support merge")
    if not 1 <= len(losers) <= MOST_LOSERS or len({master, *losers}) != 1 + len(losers):
        words = f"1 to {MOST_LOSERS} records, none of them twice, can be merged into another, not {len(losers)}"
        raise OrgError("INVALID_INPUT", words)
    everyone = [master, *losers]
    known = rows.read(work, definition, everyone, lock=True)
    visible = seen(work, definition, everyone)
    for each in everyone:
        if each not in known or each not in visible:
            raise OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if known[each]["isdeleted"]:
            raise OrgError("ENTITY_IS_DELETED", "entity is deleted")
    if len({bool(row.get(FLAG.lower())) for row in known.values()}) > 1:
        raise OrgError("INVALID_INPUT", "a person account can be merged with person accounts only")
    if not (work.access.can(definition, "edit") and work.access.can(definition, "delete")):
        raise OrgError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")


def _move(work: Work, child: ObjectDef, lookup: FieldDef, master: str, losers: Sequence[str]) -> list[str]:
    """Let the losers' children of one relationship belong to the master, which is never its own parent."""
    name = lookup.name.lower()
    statement = sql.SQL("SELECT id FROM {} WHERE {} = ANY(%s) AND NOT isdeleted AND id <> ALL(%s) ORDER BY id")
    found = work.conn.execute(
        statement.format(table(child.name), sql.Identifier(name)), (list(losers), list(losers))
    ).fetchall()
    known = rows.read(work, child, [record_id for (record_id,) in found], lock=True)
    changes = [
        Change(child, row, {**row, name: None if row["id"] == master else master, "systemmodstamp": work.now})
        for row in known.values()
    ]
    derive(work, changes)
    rows.write(work, child, [(change.old or {}, change.new) for change in changes])
    sum_up(work, child, list(known))
    return sorted(seen(work, child, known) - {master}) if lookup.createable else []
