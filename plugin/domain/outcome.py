"""The Desired Outcome: what the member wants to achieve, by when, how well and in which way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from plugin.domain.accountability import Accountability
from plugin.domain.milestone import Milestone
from plugin.domain.requirement import Condition, ExperienceElement


@dataclass(frozen=True)
class DesiredOutcome:
    """One version of a Desired Outcome. Without `due_on`, its time frame, it is a wish and is not scored.

    `carried_credit` (milestone id to 0..1) is what was agreed to carry over from an earlier version. A goal is
    assumed until the member confirms it (`confirmed_on`).
    """

    id: str
    starts_on: date
    due_on: date | None = None
    closed_on: date | None = None
    priority: float = 1.0
    milestones: tuple[Milestone, ...] = ()
    conditions: tuple[Condition, ...] = ()
    experience: tuple[ExperienceElement, ...] = ()
    accountabilities: tuple[Accountability, ...] = ()
    carried_credit: Mapping[str, float] = field(default_factory=dict)
    name: str = ""
    confirmed_on: date | None = None

    def active_on(self, day: date) -> bool:
        """Tell whether it had started and was not closed on or before `day`."""
        return self.starts_on <= day and (self.closed_on is None or self.closed_on > day)

    def scored_on(self, day: date) -> bool:
        """Tell whether it is active on `day` and has a time frame and a milestone."""
        return self.active_on(day) and self.due_on is not None and bool(self.milestones)

    def confirmed_by(self, day: date) -> bool:
        """Tell whether the member had confirmed the goal by `day`."""
        return self.confirmed_on is not None and self.confirmed_on <= day


@dataclass(frozen=True)
class MemberFacts:
    """All that the success vector looks at: a member's Desired Outcomes and the dated facts within them."""

    id: str
    outcomes: tuple[DesiredOutcome, ...] = ()
