"""One member's own plan in full: the goal in its words, the steps, and what each side said it would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plugin.domain.accountability import OURS


@dataclass(frozen=True)
class OwnStep:
    """A milestone of the member's; `offer` and `ask` are what is teed up for it."""

    name: str
    type: str
    due_on: date
    achieved_on: date | None = None
    offer: str | None = None
    ask: str | None = None

    def reached_by(self, day: date) -> bool:
        """Tell whether it was achieved by a day."""
        return self.achieved_on is not None and self.achieved_on <= day


@dataclass(frozen=True)
class OwnAction:
    """What a party (one of `PARTIES`) does for a milestone; a proposal until it is agreed."""

    name: str
    party: str
    due_on: date
    milestone: str = ""
    done_on: date | None = None
    agreed_on: date | None = None
    consequence: str = ""

    @property
    def ours(self) -> bool:
        """Whether it is on us."""
        return self.party == OURS

    def done_by(self, day: date) -> bool:
        """Tell whether it was done by a day."""
        return self.done_on is not None and self.done_on <= day


@dataclass(frozen=True)
class MemberPlan:
    """A member's goal and the way there. `owner` is who looks after the member; `confirmed_on` None: assumed."""

    member_id: str
    member: str
    name: str
    objective: str
    starts_on: date
    due_on: date
    baseline: str = ""
    owner: str | None = None
    segment: str | None = None
    confirmed_on: date | None = None
    conditions: tuple[str, ...] = ()
    experience: tuple[str, ...] = ()
    steps: tuple[OwnStep, ...] = ()
    actions: tuple[OwnAction, ...] = ()

    def confirmed_by(self, day: date) -> bool:
        """Tell whether the member had confirmed the goal by a day."""
        return self.confirmed_on is not None and self.confirmed_on <= day

    def open_steps(self, day: date) -> list[OwnStep]:
        """Return what was not reached by a day, the next due first."""
        return sorted((one for one in self.steps if not one.reached_by(day)), key=lambda one: (one.due_on, one.name))

    def open_actions(self, day: date) -> list[OwnAction]:
        """Return what was not done by a day, ours first on a day, the next due first."""
        return sorted(
            (one for one in self.actions if not one.done_by(day)), key=lambda one: (one.due_on, not one.ours, one.name)
        )
