"""A connected system, as the engine sees it."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from connectors.base import Connector, ObjectSchema
from mappings.model import Mapping, Source


@dataclass(frozen=True)
class System:
    """One CRM or AMS: how to reach it, how its fields map, and how it describes its objects to us.

    `schemas` is what we know of the objects so far; `learn` brings it up to date, for all that hold this system.
    """

    name: str
    connector: Connector
    mapping: Mapping
    schemas: MappingOf[str, ObjectSchema]

    def __post_init__(self) -> None:
        object.__setattr__(self, "schemas", dict(self.schemas))

    def learn(self, fresh: MappingOf[str, ObjectSchema]) -> None:
        """Take over how these objects are described now; those that aren't among them stay as they were."""
        if isinstance(self.schemas, dict):
            self.schemas.update(fresh)

    def readable(self, source: Source) -> tuple[str, ...]:
        """Return the fields to ask for: those of the mapping that the org has and lets us read."""
        known = self.schemas[source.object].fields
        return tuple(name for name in source.read_fields if name in known)

    @property
    def read_sources(self) -> tuple[Source, ...]:
        """The sources that records come in from, parents before children."""
        return tuple(source for source in self.mapping.sources if source.reads)
