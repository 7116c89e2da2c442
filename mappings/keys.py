"""The fields by which records of several systems are matched, and why some can't be."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.document import Direction, SourceTable
from mappings.reports import Finding, nearest
from plugin.domain.entities import Entity, Kind

KINDS = (Kind.TEXT, Kind.DATE, Kind.INTEGER)
"""The kinds of field that another system can hold word for word."""


def keys_that_tell_nothing(table: SourceTable, entity: Entity) -> Iterator[Finding]:
    """Yield each key of `match` that isn't a field which is read from this object, of a kind that can be compared."""
    read = [
        name
        for name, line in table.fields.items()
        if name in entity.shared and (line.direction or table.direction) is not Direction.OUT
    ]
    fix = f"Use {nearest('', [name for name in read if entity.shared[name].kind in KINDS])}."
    for ours in table.match or ():
        if ours not in entity.shared:
            yield "match", f"{entity.name} has no {ours!r}", fix
        elif ours not in read:
            yield "match", f"{ours} is never read from {table.object}, so nothing can be matched by it", fix
        elif entity.shared[ours].kind not in KINDS:
            yield "match", f"{ours} is a {entity.shared[ours].kind.value}, which tells nobody apart", fix
