"""The shape of the exchange format's input; every value is checked where it stands."""

from __future__ import annotations

import difflib
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from plugin.domain import accountability, milestone, outcome, requirement
from plugin.domain.entities import MILESTONE_TYPES, PARTIES
from plugin.domain.exchange_values import Credit, Day, EachOnce, Id, Number, Positive, nearest, one_of, refuse, shown


class Row(BaseModel):
    """What all rows share: other keys are left alone, unless one looks like a slip of the pen."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _misspelt(cls, value: Any) -> Any:
        absent = [name for name in cls.model_fields if isinstance(value, dict) and name not in value]
        for key in value if isinstance(value, dict) else ():
            near = difflib.get_close_matches(key, absent, 1, 0.8) if key not in cls.model_fields else []
            if near:
                refuse(f"{shown(key)} is not a field", f"Did you mean {near[0]}?")
        return value


class RedatingIn(Row):
    """A re-dating."""

    on: Day
    due_on: Day

    def fact(self) -> milestone.Redating:
        """Return the domain's value."""
        return milestone.Redating(self.on, self.due_on)


class ReadingIn(Row):
    """A reading of a metric."""

    on: Day
    value: Number

    def fact(self) -> milestone.Reading:
        """Return the domain's value."""
        return milestone.Reading(self.on, self.value)


class MetricIn(Row):
    """A metric; its target differs from its baseline."""

    baseline: Number
    target: Number
    readings: list[ReadingIn] = []

    @field_validator("target")
    @classmethod
    def _leads_somewhere(cls, value: float, info: ValidationInfo) -> float:
        if value == info.data.get("baseline"):
            refuse(f"{value:g} equals the baseline", "A metric needs a target that differs from its baseline.")
        return value

    def fact(self) -> milestone.Metric:
        """Return the domain's value."""
        return milestone.Metric(self.baseline, self.target, tuple(row.fact() for row in self.readings))


class MilestoneIn(Row):
    """A milestone."""

    id: Id
    type: Annotated[str, Field(strict=True), one_of(MILESTONE_TYPES)]
    due_on: Day
    redated: list[RedatingIn] = []
    weight: Positive | None = None
    achieved_on: Day | None = None
    reversed_on: Day | None = None
    metric: MetricIn | None = None

    def fact(self) -> milestone.Milestone:
        """Return the domain's value."""
        return milestone.Milestone(
            id=self.id,
            type=self.type,
            due_on=self.due_on,
            redated=tuple(row.fact() for row in self.redated),
            weight=self.weight,
            achieved_on=self.achieved_on,
            reversed_on=self.reversed_on,
            metric=self.metric.fact() if self.metric else None,
        )


class AssessmentIn(Row):
    """An assessment."""

    on: Day
    state: Annotated[str, Field(strict=True), one_of(requirement.ASSESSMENT_STATES)]

    def fact(self) -> requirement.Assessment:
        """Return the domain's value."""
        return requirement.Assessment(self.on, self.state)


class ElementIn(Row):
    """An experience element."""

    id: Id
    assessments: list[AssessmentIn] = []

    def fact(self) -> requirement.ExperienceElement:
        """Return the domain's value."""
        return requirement.ExperienceElement(self.id, tuple(row.fact() for row in self.assessments))


class ConditionIn(Row):
    """A condition."""

    id: Id
    essential: Annotated[bool, Field(strict=True)] = True
    assessments: list[AssessmentIn] = []

    def fact(self) -> requirement.Condition:
        """Return the domain's value."""
        assessments = tuple(row.fact() for row in self.assessments)
        return requirement.Condition(self.id, assessments, essential=self.essential)


class AccountabilityIn(Row):
    """An accountability of a milestone."""

    id: Id
    milestone: Id
    party: Annotated[str, Field(strict=True), one_of(PARTIES)]
    due_on: Day
    done_on: Day | None = None

    def fact(self) -> accountability.Accountability:
        """Return the domain's value."""
        return accountability.Accountability(self.id, self.milestone, self.party, self.due_on, self.done_on)


class OutcomeIn(Row):
    """A version of a Desired Outcome."""

    id: Id
    starts_on: Day
    due_on: Day | None = None
    closed_on: Day | None = None
    priority: Positive = 1.0
    milestones: Annotated[list[MilestoneIn], EachOnce] = []
    conditions: Annotated[list[ConditionIn], EachOnce] = []
    experience: Annotated[list[ElementIn], EachOnce] = []
    accountabilities: Annotated[list[AccountabilityIn], EachOnce] = []
    carried_credit: dict[str, Credit] = {}

    @field_validator("accountabilities")
    @classmethod
    def _of_a_milestone(cls, rows: list[AccountabilityIn], info: ValidationInfo) -> list[AccountabilityIn]:
        for row in rows:
            _milestone_there(row.milestone, f"{shown(row.id)} is for the milestone", info)
        return rows

    @field_validator("carried_credit")
    @classmethod
    def _for_a_milestone(cls, credits: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        for name in credits:
            _milestone_there(name, "credit is given for the milestone", info)
        return credits

    def fact(self) -> outcome.DesiredOutcome:
        """Return the domain's value."""
        return outcome.DesiredOutcome(
            id=self.id,
            starts_on=self.starts_on,
            due_on=self.due_on,
            closed_on=self.closed_on,
            priority=self.priority,
            milestones=tuple(row.fact() for row in self.milestones),
            conditions=tuple(row.fact() for row in self.conditions),
            experience=tuple(row.fact() for row in self.experience),
            accountabilities=tuple(row.fact() for row in self.accountabilities),
            carried_credit=self.carried_credit,
        )


def _milestone_there(name: str, said: str, info: ValidationInfo) -> None:
    listed = info.data.get("milestones")
    ids = [row.id for row in listed or ()]
    if listed is not None and name not in ids:
        refuse(f"{said} {shown(name)}, which this outcome does not have", f"{nearest(name, ids)}Name one of its own.")


class MemberIn(Row):
    """A member."""

    id: Id
    outcomes: Annotated[list[OutcomeIn], EachOnce] = []

    def fact(self) -> outcome.MemberFacts:
        """Return the domain's value."""
        return outcome.MemberFacts(self.id, tuple(row.fact() for row in self.outcomes))


class MembersIn(Row):
    """The whole input."""

    members: Annotated[list[MemberIn], EachOnce]
