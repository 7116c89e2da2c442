"""Whether a field of the running mapping has to rest, because the org hasn't it any more or won't let us write it."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.base import FieldSchema, ObjectSchema
from mappings.field_map import FieldMap
from mappings.model import Source

MISSING = "there is no such field any more, or the integration user may not see it"
READ_ONLY = "it is read-only, or the integration user may not edit it"
FIX = "Restore the field, grant access to it, or change the mapping. It comes back by itself once it is there."


def why_it_rests(line: FieldMap, field: FieldSchema | None) -> str | None:
    """Return why this line can't do what it says, None where it can; one that is read-only is read all the same."""
    if field is None:
        return MISSING
    return READ_ONLY if line.outbound and not field.updateable else None


def resting(source: Source, schema: ObjectSchema) -> Iterator[tuple[str, FieldMap, str]]:
    """Yield our name, the line and the reason for each field of this source that has to rest."""
    for ours, line in source.fields.items():
        if why := why_it_rests(line, schema.fields.get(line.theirs)):
            yield ours, line, why
