"""A record as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.salesforce.local_org.calculated import fill
from connectors.salesforce.local_org.errors import no_such_column
from connectors.salesforce.local_org.hooks import Row
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.values import shown_in
from connectors.salesforce.local_org.work import Work


def readable_fields(at: Work, definition: ObjectDef, wanted: Sequence[str] | None) -> list[FieldDef]:
    """Return the fields of these names, or all; one that isn't there, or that the user may not see, is refused."""
    if wanted is None:
        return [field for field in definition.fields.values() if at.access.readable(definition, field)]
    fields = []
    for name in wanted:
        field = definition.field(name.strip())
        if field is None or not at.access.readable(definition, field):
            raise no_such_column(name, definition.name)
        fields.append(field)
    return fields


def shown_record(
    at: Work, definition: ObjectDef, row: Row, wanted: Sequence[str] | None, version: str
) -> dict[str, Any]:
    """Return a record with its attributes, and Id whether asked for or not; what is worked out is in its row."""
    told: dict[str, Any] = {
        "attributes": {
            "type": definition.name,
            "url": f"/services/data/v{version}/sobjects/{definition.name}/{row['id']}",
        }
    }
    for field in readable_fields(at, definition, wanted):
        told[field.name] = shown_in(field, row[field.name.lower()])
    told.setdefault("Id", row["id"])
    return told


def whole_record(
    at: Work, definition: ObjectDef, row: Row, wanted: Sequence[str] | None, version: str
) -> dict[str, Any]:
    """Return a record as it is shown, with the values that are worked out from others."""
    fill(at, definition, [row], readable_fields(at, definition, wanted))
    return shown_record(at, definition, row, wanted, version)
