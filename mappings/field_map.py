"""One field of ours and the field of theirs that holds it."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import UTC, tzinfo

from connectors.base import Scalar
from mappings.convert import Value, ValueRefused, plain, typed
from mappings.document import Direction, Policy
from mappings.transforms import Transform
from plugin.domain.entities import Field, Kind


@dataclass(frozen=True)
class FieldMap:
    """One field of ours and the field of theirs that holds it; `values` is ours -> theirs, the first being written."""

    ours: Field
    theirs: str
    direction: Direction
    policy: Policy
    values: MappingOf[str, tuple[str, ...]] | None = None
    transform: Transform | None = None

    @property
    def inbound(self) -> bool:
        """Whether it is read."""
        return self.direction is not Direction.OUT

    @property
    def outbound(self) -> bool:
        """Whether it is written."""
        return self.direction is not Direction.IN

    def to_ours(self, value: Scalar, zone: tzinfo = UTC) -> Value:
        """Return their value as ours. Raises ValueRefused."""
        if value is None or value == "":
            return None
        if self.transform:
            try:
                value = self.transform.inward(value, zone)
            except ValueError as error:
                raise ValueRefused(self.theirs, value, str(error)) from error
        ours = typed(value, self.ours.kind, self.theirs)
        return self._choice_of(ours) if self.ours.kind is Kind.CHOICE and isinstance(ours, str) else ours

    def to_theirs(self, value: object) -> Scalar:
        """Return our value as theirs, ready for JSON. Raises ValueRefused."""
        result = plain(value, self.ours.kind, self.ours.name, self.ours.decimals)
        if self.ours.kind is Kind.CHOICE and isinstance(result, str):
            if result not in self.ours.choices:
                raise ValueRefused(self.ours.name, value, ", ".join(self.ours.choices))
            # Only a map that is never written may lack a choice; our own word then stands for it.
            return (self.values or {}).get(result, (result,))[0]
        if self.transform and self.transform.outward and result is not None:
            return self.transform.outward(result)
        return result

    def _choice_of(self, spelling: str) -> str:
        sought = spelling.strip().casefold()
        spellings = self.values or {choice: (choice,) for choice in self.ours.choices}
        for ours, theirs in spellings.items():
            if sought in {each.strip().casefold() for each in theirs}:
                return ours
        raise ValueRefused(self.theirs, spelling, ", ".join(each for theirs in spellings.values() for each in theirs))
