"""What the fields of a new record are when nobody says anything else."""

from __future__ import annotations

from typing import Any

from connectors.salesforce.local_org.hooks import Row
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.values import stored


def defaults_of(definition: ObjectDef) -> Row:
    """Return what the fields of a new record are when nobody says anything else."""
    return {
        name: default_of(field)
        for name, field in definition.fields.items()
        if field.type != "AutoNumber" and not field.calculated
    }


def default_of(field: FieldDef) -> Any:
    """Return a field's default as stored: plain values only; a default that is a formula isn't modelled."""
    if field.default is None:
        return False if field.type == "Checkbox" else None
    return stored(field, field.default.strip("\"'"))
