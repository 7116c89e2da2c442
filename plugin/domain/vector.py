"""What comes out: the success vector of a member on a day, unrounded, with the terms that explain it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isnan

from plugin.domain.course import NO_GOAL, Course
from plugin.domain.dated import Floats, Ints
from plugin.domain.entities import STATUSES
from plugin.domain.outcome import MemberFacts
from plugin.domain.words import status_name

GAPS = (None, "pending", "open")


@dataclass(frozen=True)
class Term:
    """A signed part of toward minus away. `milestone` is None for terms of experience and conditions.

    `weight` is the milestone's share of the whole way, for people: `value` holds it already.
    """

    outcome: str
    milestone: str | None
    kind: str
    value: float
    weight: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class SuccessVector:
    """Direction and magnitude of a member's movement toward the Desired Outcome, as of a day.

    `direction` is in -1..1, `magnitude` in 0..3 and `pace` their product, in units of the movement called for;
    `progress` and `coverage` are shares, the scores 0..100. With status `no_goal`, for which `reason` says why, they
    are None, never 0. `success_gap` is None, pending or open. `last_raise` is the day on which evidence last raised a
    credit, else the start. The explanation sums to toward minus away.
    """

    id: str
    as_of: date
    status: str
    reason: str | None = None
    direction: float | None = None
    magnitude: float | None = None
    pace: float | None = None
    progress: float | None = None
    score: float | None = None
    score_low: float | None = None
    coverage: float | None = None
    stale: bool = False
    success_gap: str | None = None
    success_gap_since: date | None = None
    last_raise: date | None = None
    explanation: tuple[Term, ...] = ()

    @property
    def shortfall(self) -> str | None:
        """Why it is not a positive vector, or None if it is one; the goal's confirmation comes on top."""
        if self.status not in ("arrived", "on_course"):
            return f"the member is {status_name(self.status)}" if self.status != "no_goal" else "there is no goal yet"
        if self.success_gap == "open":
            return "the Success Gap is open"
        return "the facts are stale" if self.stale else None


def vectors_of(
    members: Sequence[MemberFacts], as_of: date, course: Course, since: Ints, explained: Sequence[Sequence[Term]]
) -> list[SuccessVector]:
    """Turn the columns of each member's course as of one day into success vectors, in the members' order."""
    rows = zip(
        course.status.tolist(),
        *map(_optional, (course.direction, course.magnitude, course.pace, course.progress)),
        *map(_optional, (course.score, course.score_low, course.coverage)),
        course.stale.tolist(),
        (GAPS[gap] for gap in course.gap.tolist()),
        map(_day, since.tolist()),
        map(_day, course.last_raise.tolist()),
        map(tuple, explained),
        strict=True,
    )
    return [
        SuccessVector(
            member.id, as_of, STATUSES[status], no_goal_reason(member, as_of) if status == NO_GOAL else None, *rest
        )
        for member, (status, *rest) in zip(members, rows, strict=True)
    ]


def no_goal_reason(member: MemberFacts, as_of: date) -> str:
    """Return why a member has no goal to score: no active outcome, or what the active ones lack."""
    active = [outcome for outcome in member.outcomes if outcome.active_on(as_of)]
    if not active:
        return "no active outcome"
    return "no milestones" if any(outcome.due_on for outcome in active) else "time frame missing"


def _optional(values: Floats) -> list[float | None]:
    return [None if isnan(value) else value for value in values.tolist()]


def _day(number: int) -> date | None:
    return date.fromordinal(number) if number else None
