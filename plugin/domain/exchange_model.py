"""The shape of the exchange format's input; every value is checked where it stands."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from plugin.domain import accountability, milestone, outcome, requirement
from plugin.domain.entities import MILESTONE_TYPES, PARTIES


def _refuse(what: str, fix: str) -> NoReturn:
    raise PydanticCustomError("refused", "{what}. {fix}", {"what": what, "fix": fix})


def _shown(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)[:80]


def _meant(value: Any, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(value), list(known), 1, 0.5)
    return f"Did you mean {near[0]}? " if near else ""


def _day(value: Any) -> date:
    try:
        if isinstance(value, str) and len(value) == len("2026-01-31"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    _refuse(f"{_shown(value)} is not a date", "Write it as year-month-day, like 2026-01-31.")


def _one_of(words: Sequence[str]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in words:
            _refuse(f"{_shown(value)} is not known", f"{_meant(value, words)}It is one of {', '.join(words)}.")
        return value

    return AfterValidator(check)


def _positive(value: float) -> float:
    if value <= 0:
        _refuse(f"{value:g} is not positive", "Use a number above 0, or leave it out.")
    return value


def _each_once(rows: list[Any]) -> list[Any]:
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            _refuse(f"the id {_shown(row.id)} stands there twice", "Give each its own.")
        seen.add(row.id)
    return rows


Day = Annotated[date, BeforeValidator(_day)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[Number, AfterValidator(_positive)]
Credit = Annotated[Number, Field(ge=0, le=1)]
Id = Annotated[str, Field(strict=True, min_length=1)]
EachOnce = AfterValidator(_each_once)


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
                _refuse(f"{_shown(key)} is not a field", f"Did you mean {near[0]}?")
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
            _refuse(f"{value:g} equals the baseline", "A metric needs a target that differs from its baseline.")
        return value

    def fact(self) -> milestone.Metric:
        """Return the domain's value."""
        return milestone.Metric(self.baseline, self.target, tuple(row.fact() for row in self.readings))


class MilestoneIn(Row):
    """A milestone."""

    id: Id
    type: Annotated[str, Field(strict=True), _one_of(MILESTONE_TYPES)]
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
    state: Annotated[str, Field(strict=True), _one_of(requirement.ASSESSMENT_STATES)]

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
    party: Annotated[str, Field(strict=True), _one_of(PARTIES)]
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
            _milestone_there(row.milestone, f"{_shown(row.id)} is for the milestone", info)
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
        _refuse(f"{said} {_shown(name)}, which this outcome does not have", f"{_meant(name, ids)}Name one of its own.")


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
