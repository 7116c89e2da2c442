"""Success milestones: dated steps from where the member is to the Desired Outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plugin.domain.offer import AdvocacyAsk, ExpansionOffer


@dataclass(frozen=True)
class Redating:
    """A new due date, agreed `on` a day; the first promise is kept beside it."""

    on: date
    due_on: date


@dataclass(frozen=True)
class Reading:
    """A value of a milestone's metric, read `on` a day; appended, never overwritten."""

    on: date
    value: float


@dataclass(frozen=True)
class Metric:
    """What a milestone is measured by: from `baseline` to `target`, which differ, in the metric's own unit."""

    baseline: float
    target: float
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Milestone:
    """A dated step. `type` is one of `MILESTONE_TYPES`, `due_on` the first promise; several reversals: the last.

    The vector reads the dates, the weight and the metric. `name`, `offer` and `ask` are for flags and sentences.
    """

    id: str
    type: str
    due_on: date
    redated: tuple[Redating, ...] = ()
    weight: float | None = None
    achieved_on: date | None = None
    reversed_on: date | None = None
    metric: Metric | None = None
    name: str = ""
    offer: ExpansionOffer | None = None
    ask: AdvocacyAsk | None = None

    def due_as_of(self, day: date) -> date:
        """Return the due date in force on `day`: that of the last re-dating on or before it, else the promise."""
        known = [redating for redating in self.redated if redating.on <= day]
        return max(reversed(known), key=lambda redating: redating.on).due_on if known else self.due_on

    def achieved_as_of(self, day: date) -> date | None:
        """Return the day of achievement when it was achieved by `day` and not reversed by then, else None."""
        if self.achieved_on is None or self.achieved_on > day:
            return None
        undone = self.reversed_on is not None and self.achieved_on <= self.reversed_on <= day
        return None if undone else self.achieved_on
