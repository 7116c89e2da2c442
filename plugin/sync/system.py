"""A connected system, as the engine sees it."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from connectors.base import Connector, ObjectSchema
from mappings.model import Mapping, Source


@dataclass(frozen=True)
class System:
    """One CRM or AMS: how to reach it, how its fields map, and how it describes its objects to us."""

    name: str
    connector: Connector
    mapping: Mapping
    schemas: MappingOf[str, ObjectSchema]

    def readable(self, source: Source) -> tuple[str, ...]:
        """Return the fields to ask for: those of the mapping that the org has and lets us read."""
        known = self.schemas[source.object].fields
        return tuple(name for name in source.read_fields if name in known)

    @property
    def read_sources(self) -> tuple[Source, ...]:
        """The sources that records come in from, parents before children."""
        return tuple(source for source in self.mapping.sources if source.reads)
