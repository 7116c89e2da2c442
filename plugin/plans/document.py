"""A plan template as its TOML file is written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from mappings.toml_file import Table
from plugin.domain.plan import PlannedAction, PlannedMilestone, PlannedRequirement, PlanTemplate

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
"""Text that a field of 255 characters holds, in every system."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
"""Text that a record's name holds."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Day = Annotated[int, Field(strict=True, ge=0)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
"""A name for programs: small letters, digits, underscores."""
MemberKind = Literal["organisation", "person"]


class MilestoneTable(Table):
    """One `[[milestone]]`."""

    name: Name
    type: Literal["functional", "operational", "opportune", "strategic"]
    day: Day
    weight: Annotated[float, Field(gt=0)] | None = None
    offer: Line | None = None
    ask: Line | None = None
    ask_level: Annotated[int, Field(strict=True, ge=1)] | None = None
    inside_offering: StrictBool = True
    evidence: Line | None = None


class RequirementTable(Table):
    """One `[[requirement]]`."""

    kind: Literal["condition", "experience"]
    description: Text
    essential: StrictBool = True


class AccountabilityTable(Table):
    """One `[[accountability]]`."""

    name: Name
    party: Literal["member_outside", "member_inside", "together", "us_behind_the_scenes"]
    day: Day
    milestone: Name
    consequence: Text


class Document(Table):
    """The whole file."""

    name: Name
    persona: Text
    objective: Text
    baseline: str = ""
    days: Annotated[int, Field(strict=True, ge=1)]
    personas: tuple[Key, ...] = ()
    kinds: tuple[MemberKind, ...] = ()
    segments: tuple[Name, ...] = ()
    when_unknown: tuple[MemberKind, ...] = ()
    milestone: tuple[MilestoneTable, ...] = ()
    requirement: tuple[RequirementTable, ...] = ()
    accountability: tuple[AccountabilityTable, ...] = ()

    def template(self, key: str) -> PlanTemplate:
        """Return the domain's template."""
        return PlanTemplate(
            key=key,
            name=self.name,
            persona=self.persona,
            objective=self.objective,
            baseline=self.baseline,
            days=self.days,
            personas=self.personas,
            kinds=self.kinds,
            segments=self.segments,
            when_unknown=self.when_unknown,
            milestones=tuple(PlannedMilestone(**one.model_dump()) for one in self.milestone),
            requirements=tuple(PlannedRequirement(**one.model_dump()) for one in self.requirement),
            accountabilities=tuple(PlannedAction(**one.model_dump()) for one in self.accountability),
        )
