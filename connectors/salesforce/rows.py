"""Records as Salesforce's JSON holds them, turned into our rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Row, Stamp
from connectors.salesforce.describe import Described
from connectors.salesforce.forms import full_id, moment

_SYSTEM = (
    "Id",
    "SystemModstamp",
    "LastModifiedDate",
    "LastModifiedById",
    "CreatedDate",
    "IsDeleted",
    "MasterRecordId",
)


def readable(described: Described, fields: Sequence[str]) -> list[str]:
    """Return those of the fields that we may read; one that we may not would make the whole read fail."""
    return [name for name in dict.fromkeys(fields) if described.has(name)]


def with_system(described: Described, fields: Sequence[str]) -> list[str]:
    """Return the readable fields and those that a row needs besides."""
    return readable(described, [*_SYSTEM, *fields])


def row(described: Described, fields: Sequence[str], record: Mapping[str, Any]) -> Row:
    """Return one record as a row; `values` holds those of `fields` that it has."""
    stamp = moment(record["SystemModstamp"])
    modified, created = record.get("LastModifiedDate"), record.get("CreatedDate")
    return Row(
        object=described.schema.name,
        id=full_id(record["Id"]) or record["Id"],
        values={name: record[name] for name in fields if name in record},
        stamp=stamp,
        modified_at=moment(modified) if modified else stamp,
        modified_by=record.get("LastModifiedById"),
        created_at=moment(created) if created else None,
        deleted=bool(record.get("IsDeleted")),
        merged_into=record.get("MasterRecordId"),
    )


def stamp(fields: Sequence[str], record: Mapping[str, Any]) -> Stamp:
    """Return one record's id and stamp, with those of the fields that it has."""
    return Stamp(
        full_id(record["Id"]) or record["Id"],
        moment(record["SystemModstamp"]),
        bool(record.get("IsDeleted")),
        {name: record[name] for name in fields if name in record},
    )
