"""Success plan templates: a Desired Outcome for a kind of member, laid out from the day on which it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

LONGEST_QUIET = 90
"""Days in which nothing is due that a plan may have without a warning."""


@dataclass(frozen=True)
class PlannedMilestone:
    """A milestone due `day` days after the start. `offer` names an expansion offer, `ask` something to ask for."""

    name: str
    type: str
    day: int
    weight: float | None = None
    offer: str | None = None
    ask: str | None = None
    ask_level: int | None = None
    inside_offering: bool = True
    evidence: str | None = None


@dataclass(frozen=True)
class PlannedRequirement:
    """A condition of the result, or an element of the Appropriate Experience (`kind` experience)."""

    kind: str
    description: str
    essential: bool = True


@dataclass(frozen=True)
class PlannedAction:
    """A joint accountability of `party`, due `day` days after the start, for the milestone of that name."""

    name: str
    party: str
    day: int
    milestone: str
    consequence: str = ""


@dataclass(frozen=True)
class PlanTemplate:
    """A plan for a `persona`: what such a member usually wants within `days`, and the steps that lead there.

    It fits the `personas` (keys), `kinds` of member and coverage `segments` (names or models) that it lists, all where
    it lists none; and the kinds in `when_unknown` where nobody knows the persona.
    """

    key: str
    name: str
    persona: str
    objective: str
    days: int
    milestones: tuple[PlannedMilestone, ...]
    baseline: str = ""
    requirements: tuple[PlannedRequirement, ...] = ()
    accountabilities: tuple[PlannedAction, ...] = ()
    personas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    when_unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Something of a plan that is due on a day: a milestone or an accountability."""

    due_on: date
    what: PlannedMilestone | PlannedAction


@dataclass(frozen=True)
class DatedPlan:
    """A template laid out from a day: `steps` in order of their dates, the time frame, and what to be warned of."""

    template: PlanTemplate
    starts_on: date
    due_on: date
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]

    @property
    def milestones(self) -> tuple[tuple[date, PlannedMilestone], ...]:
        """The milestones with their due dates, in order."""
        return tuple((step.due_on, step.what) for step in self.steps if isinstance(step.what, PlannedMilestone))

    @property
    def accountabilities(self) -> tuple[tuple[date, PlannedAction], ...]:
        """The accountabilities with their due dates, in order."""
        return tuple((step.due_on, step.what) for step in self.steps if isinstance(step.what, PlannedAction))


def lay_out(template: PlanTemplate, starts_on: date) -> DatedPlan:
    """Return the plan with its dates. What falls on one day stays in the template's order, milestones first."""
    planned: tuple[PlannedMilestone | PlannedAction, ...] = (*template.milestones, *template.accountabilities)
    steps = tuple(
        Step(starts_on + timedelta(days=one.day), one) for one in sorted(planned, key=lambda planned: planned.day)
    )
    due_on = starts_on + timedelta(days=template.days)
    return DatedPlan(template, starts_on, due_on, steps, _quiet(steps, starts_on, due_on))


def _quiet(steps: tuple[Step, ...], starts_on: date, due_on: date) -> tuple[str, ...]:
    days = [starts_on, *(step.due_on for step in steps), due_on]
    return tuple(
        f"Nothing is due for {(after - before).days} days, from {before:%d %b %Y} to {after:%d %b %Y}: "
        "put a milestone or an agreed action in between."
        for before, after in pairwise(days)
        if (after - before).days > LONGEST_QUIET
    )
