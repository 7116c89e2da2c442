"""What a Desired Outcome is judged by beside its milestones: conditions of the result, elements of the way there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ASSESSMENT_STATES = ("met", "breached")


@dataclass(frozen=True)
class Assessment:
    """A dated judgement: `state` is met or breached; appended, never overwritten."""

    on: date
    state: str


@dataclass(frozen=True)
class Requirement:
    """What conditions and experience elements share. With no assessment yet it is unknown, which is not breached."""

    id: str
    assessments: tuple[Assessment, ...] = ()
    name: str = ""

    def breached_since(self, day: date) -> date | None:
        """Return the day from which it has been breached without a break up to `day`, or None if it isn't."""
        since = None
        for assessment in sorted((a for a in self.assessments if a.on <= day), key=lambda a: a.on):
            if assessment.state == "met":
                since = None
            elif since is None:
                since = assessment.on
        return since


@dataclass(frozen=True)
class Condition(Requirement):
    """A quality of the result; while an `essential` one is breached the goal itself counts as not reached."""

    essential: bool = True


@dataclass(frozen=True)
class ExperienceElement(Requirement):
    """A part of the Appropriate Experience: how the member wants or needs to get there."""
