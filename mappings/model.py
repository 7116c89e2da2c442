"""A mapping as the engine uses it: which of their objects and fields hold which of ours."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from functools import cached_property

from connectors.base import Condition, ObjectSchema, Scalar, Test
from mappings.convert import Value, ValueRefused
from mappings.document import Deletes, Direction, Duplicates, Orphans, Policy
from mappings.field_map import FieldMap
from plugin.domain.entities import ENTITIES, Entity

__all__ = [
    "Canonical",
    "Deletes",
    "Direction",
    "Duplicates",
    "FieldMap",
    "Mapping",
    "Orphans",
    "Policy",
    "Reference",
    "Source",
]

Reference = tuple[str, str]
"""A record of theirs: (object, id)."""


@dataclass(frozen=True)
class Canonical:
    """What a record of theirs says in our terms.

    `references` holds the record that counts; `candidates` every filled one, in the mapping's order, for sources that
    are only read (a Task may name a contact and an account). `own_id` is our id as they keep it.
    """

    fields: dict[str, Value]
    references: dict[str, Reference | None]
    candidates: dict[str, tuple[Reference, ...]] = field(default_factory=dict)
    own_id: str | None = None


@dataclass(frozen=True)
class Source:
    """One object of theirs that holds one entity of ours. `fields` and `references` go by our names.

    `match` names the fields of ours that together tell whether a record that we never met there is ours already.
    """

    entity: str
    object: str
    fields: MappingOf[str, FieldMap]
    references: MappingOf[str, MappingOf[str, str]]
    external_id: str | None = None
    where: tuple[Condition, ...] = ()
    optional: frozenset[str] = frozenset()
    constants: MappingOf[str, Value] = field(default_factory=dict)
    orphans: Orphans = Orphans.PARK
    deletes: Deletes = Deletes.KEEP
    duplicates: Duplicates = Duplicates.REFUSE
    direction: Direction = Direction.BOTH
    policy: Policy = Policy.LATEST
    match: tuple[str, ...] = ()
    zone: tzinfo = UTC

    @property
    def definition(self) -> Entity:
        """The canonical entity."""
        return ENTITIES[self.entity]

    @cached_property
    def inbound(self) -> dict[str, FieldMap]:
        """The fields that are read."""
        return {ours: line for ours, line in self.fields.items() if line.inbound}

    @cached_property
    def outbound(self) -> dict[str, FieldMap]:
        """The fields that are written, calculated ones among them."""
        return {ours: line for ours, line in self.fields.items() if line.outbound}

    @cached_property
    def shared(self) -> dict[str, FieldMap]:
        """The fields that are read and written."""
        return {ours: line for ours, line in self.fields.items() if line.direction is Direction.BOTH}

    @cached_property
    def calculated(self) -> dict[str, FieldMap]:
        """The fields that only we write: results."""
        return {ours: line for ours, line in self.fields.items() if line.ours.calculated}

    @property
    def reads(self) -> bool:
        """Whether anything is read from this object."""
        return self.direction is not Direction.OUT

    @property
    def writes(self) -> bool:
        """Whether anything is written to this object."""
        return bool(self.outbound) or (bool(self.references) and self.direction is not Direction.IN)

    @property
    def creates(self) -> bool:
        """Whether records born here can be created there: an external id, and all that we require is written."""
        if self.external_id is None or not self.writes:
            return False
        required = (one for one in self.definition.fields.values() if one.required)
        return all(self._written(one.name) for one in required)

    def _written(self, ours: str) -> bool:
        if ours in self.references:
            return self.direction is not Direction.IN
        return ours in self.outbound

    @cached_property
    def read_fields(self) -> tuple[str, ...]:
        """Their fields that a read has to ask for, each once; a path into another object is not among them."""
        names = [line.theirs for line in self.inbound.values()]
        if self.reads:
            names += [theirs for targets in self.references.values() for theirs in targets]
        names += [condition.field for condition in self.where if "." not in condition.field]
        names += [self.external_id] if self.external_id else []
        return tuple(dict.fromkeys(names))

    def matches(self, values: MappingOf[str, Scalar]) -> bool:
        """Return whether a record passes the filter; conditions on another object are left to the other side."""
        return all(
            _holds(condition, values.get(condition.field)) for condition in self.where if "." not in condition.field
        )

    def to_canonical(self, values: MappingOf[str, Scalar]) -> Canonical:
        """Return what the record says, constants included; a field that wasn't read is left out, not emptied.

        Raises ValueRefused for a value that ours can't hold.
        """
        fields: dict[str, Value] = dict(self.constants)
        for ours, line in self.inbound.items():
            if line.theirs in values:
                fields[ours] = line.to_ours(values[line.theirs], self.zone)
        candidates = {
            ours: self._filled(targets, values)
            for ours, targets in self.references.items()
            if self.reads and all(theirs in values for theirs in targets)
        }
        references = {ours: filled[0] if filled else None for ours, filled in candidates.items()}
        own_id = values.get(self.external_id) if self.external_id else None
        return Canonical(fields, references, candidates, str(own_id) if own_id else None)

    def _filled(self, targets: MappingOf[str, str], values: MappingOf[str, Scalar]) -> tuple[Reference, ...]:
        filled = tuple((name, str(values[theirs])) for theirs, name in targets.items() if values[theirs])
        if len(filled) > 1 and self.direction is Direction.BOTH:
            held = {theirs: values[theirs] for theirs in targets}
            raise ValueRefused(" and ".join(targets), held, "exactly one of them filled")
        return filled

    def to_theirs(
        self, values: MappingOf[str, Value], references: MappingOf[str, Reference | None] | None = None
    ) -> dict[str, Scalar]:
        """Return the given fields and references by their names, ready for JSON.

        Raises ValueRefused for a field that is never written and for a value that can't be carried over.
        """
        result: dict[str, Scalar] = {}
        outbound = self.outbound
        for ours, value in values.items():
            if ours not in outbound:
                raise ValueRefused(ours, value, f"only fields that {self.object} takes: {', '.join(outbound)}")
            result[outbound[ours].theirs] = outbound[ours].to_theirs(value)
        for ours, reference in (references or {}).items():
            result.update(self._reference_to_theirs(ours, reference))
        return result

    def _reference_to_theirs(self, ours: str, reference: Reference | None) -> dict[str, Scalar]:
        targets = self.references.get(ours, {}) if self.direction is not Direction.IN else {}
        if not targets or (reference is not None and reference[0] not in targets.values()):
            allowed = (
                f"a record of {' or '.join(targets.values())}" if targets else f"nothing: {self.object} is read only"
            )
            raise ValueRefused(ours, reference, allowed)
        return {
            theirs: reference[1] if reference and reference[0] == name else None for theirs, name in targets.items()
        }

    def within(self, schema: ObjectSchema | None, zone: tzinfo | None = None) -> Source:
        """Return the source as this org can hold it: optional conditions on fields it lacks left out, its zone set."""
        known = schema.fields if schema else {}
        where = tuple(one for one in self.where if one.field not in self.optional or one.field in known)
        return replace(self, where=where, zone=zone or self.zone)


def _holds(condition: Condition, value: Scalar) -> bool:
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if condition.test is Test.NOT_NULL:
        return value is not None and value != ""
    found = any(_alike(value, each) for each in wanted)
    return not found if condition.test is Test.IS_NOT else found


def _alike(left: Scalar, right: Scalar) -> bool:
    """Text compares as their queries do: whatever its case. A flag that was never set is not set."""
    if isinstance(right, bool):
        return bool(left) is right
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    return left == right


@dataclass(frozen=True)
class Mapping:
    """A whole mapping. `sources` stand parents before children, and one object is the source of one entity."""

    system: str
    sources: tuple[Source, ...]
    origin: str = ""

    @property
    def objects(self) -> tuple[str, ...]:
        """Their objects, in order."""
        return tuple(source.object for source in self.sources)

    def source(self, object_name: str) -> Source:
        """Return the source for that object. Raises KeyError where it isn't mapped."""
        for source in self.sources:
            if source.object == object_name:
                return source
        raise KeyError(f"{self.origin or self.system} maps no object {object_name}; it maps {', '.join(self.objects)}")

    def sources_of(self, entity: str) -> tuple[Source, ...]:
        """Return the sources of that entity; empty where nothing holds it."""
        return tuple(source for source in self.sources if source.entity == entity)

    def within(self, schemas: MappingOf[str, ObjectSchema], zone: tzinfo | None = None) -> Mapping:
        """Return the mapping as this org can hold it; see Source.within. Do so before reading anything."""
        return replace(self, sources=tuple(one.within(schemas.get(one.object), zone) for one in self.sources))
