"""Duplicate rules: records that look like others are refused, unless their sender says that he knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import sql

from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.hooks import Change, Row
from connectors.salesforce.local_org.schema import ObjectDef
from connectors.salesforce.local_org.storage import table
from connectors.salesforce.local_org.work import Work

OFF, ALERT, BLOCK = "off", "alert", "block"
WORDS = "Use one of these records?"
MATCHED: dict[str, tuple[tuple[str, ...], ...]] = {
    "Account": (("name",),),
    "Contact": (("email",), ("firstname", "lastname")),
    "Lead": (("email",), ("firstname", "lastname")),
}
"""The fields that are alike in duplicates: all of one group, whatever their case. Salesforce's own rules are fuzzy."""
Key = tuple[str, ...]


def check(work: Work, definition: ObjectDef, changes: Sequence[Change]) -> None:
    """Refuse the changes that make a record look like one that is stored; those of one request aren't compared, nor
    what the org does by itself.
    """
    switched = work.org.settings.duplicate_rules
    if switched == OFF or work.access.everything or (switched == ALERT and work.allow_duplicates):
        return
    for names in MATCHED.get(definition.name, ()):
        keys = {id(change): _key(change.new, names) for change in changes if _moved(change, names)}
        known = _stored(work, definition, names, sorted({key for key in keys.values() if key}))
        for change in changes:
            others = [each for each in known.get(keys.get(id(change)) or (), []) if each != change.new["id"]]
            if others and change.error is None:
                change.error = _error(work, definition, others)


def _moved(change: Change, names: Sequence[str]) -> bool:
    return change.error is None and any(change.changed(name) for name in names)


def _key(row: Row, names: Sequence[str]) -> Key | None:
    values = [row.get(name) for name in names]
    return tuple(str(value).lower() for value in values) if all(values) else None


def _stored(work: Work, definition: ObjectDef, names: Sequence[str], keys: Sequence[Key]) -> dict[Key, list[str]]:
    """Return the ids of living records by what they are matched by, for these keys."""
    if not keys:
        return {}
    columns = [sql.SQL("lower({})").format(sql.Identifier(name)) for name in names]
    tests = [sql.SQL("{} = ANY(%s)").format(column) for column in columns]
    statement = sql.SQL("SELECT id, {} FROM {} WHERE NOT isdeleted AND {} ORDER BY id").format(
        sql.SQL(", ").join(columns), table(definition.name), sql.SQL(" AND ").join(tests)
    )
    bound = [[key[at] for key in keys] for at in range(len(names))]
    found: dict[Key, list[str]] = {}
    for record_id, *values in work.conn.execute(statement, bound).fetchall():
        found.setdefault(tuple(values), []).append(record_id)
    return found


def _error(work: Work, definition: ObjectDef, others: Sequence[str]) -> OrgError:
    """Return the refusal; `duplicateResut` is spelled so in Salesforce's answers, too."""
    name = definition.name
    matched: list[dict[str, Any]] = [
        {
            "additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0,
            "record": {
                "attributes": {"type": name, "url": f"/services/data/v66.0/sobjects/{name}/{each}"}, "Id": each,
            },
        }
        for each in others
    ]  # fmt: skip
    result = {
        "entityType": name, "errors": [], "matchEngine": "ExactMatchEngine", "matchRecords": matched,
        "rule": f"Standard_{name}_Match_Rule", "size": len(matched), "success": True,
    }  # fmt: skip
    told = {
        "allowSave": work.org.settings.duplicate_rules == ALERT, "duplicateRule": f"Standard_{name}_Duplicate_Rule",
        "duplicateRuleEntityType": name, "errorMessage": WORDS, "matchResults": [result],
    }  # fmt: skip
    return OrgError("DUPLICATES_DETECTED", WORDS, more={"duplicateResut": told})
