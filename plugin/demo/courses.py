"""How made-up members fare on the way to their goal: which milestones they achieved, and when.

The shares are chosen so that the portfolio looks like one: a third on course, a fifth drifting, an eighth off course.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from plugin.demo.destinations import Destination

WINDOW = 90
"""Days over which the success vector looks for movement."""
GRACE = 7


@dataclass(frozen=True)
class Course:
    """A goal that began `elapsed` days ago: per milestone the day after the start on which it was achieved, or None.

    `reversed` is the place and day of an achievement that was undone, `breached` that a requirement is breached, and
    `dated` False makes it a wish without a time frame.
    """

    elapsed: int
    achieved: tuple[int | None, ...]
    reversed: tuple[int, int] | None = None
    breached: bool = False
    dated: bool = True


def due_days(destination: Destination, days: int) -> list[int]:
    """Return on which day after the start each milestone is due."""
    return [round(step.at * days) for step in destination.steps]


def on_course(chance: Random, destination: Destination, days: int) -> Course:
    """All that was due is achieved, the last of it lately."""
    due = due_days(destination, days)
    last = chance.randrange(len(due) - 1)
    elapsed = due[last] + chance.randint(4, min(40, due[last + 1] - due[last] - 9))
    return Course(elapsed, _kept(chance, due, last + 1, elapsed))


def drifting(chance: Random, destination: Destination, days: int) -> Course:
    """One milestone was achieved lately, the next one is late."""
    due, weights = due_days(destination, days), destination.weights()
    late = chance.randrange(1, len(due) - 1)
    # Late by less than would outweigh what was achieved: else the member would be off course.
    most = GRACE + int(0.7 * WINDOW * weights[late - 1] / weights[late])
    elapsed = due[late] + chance.randint(13, max(14, min(55, most, due[late + 1] - due[late] - 9)))
    achieved = list(_kept(chance, due, late, elapsed))
    achieved[late - 1] = max(due[late - 1] - 5, elapsed - chance.randint(15, 80))
    return Course(elapsed, tuple(achieved))


def off_course(chance: Random, destination: Destination, days: int) -> Course:
    """Milestones are long overdue and nothing moves; sometimes what was achieved was undone, or a promise broken."""
    due = due_days(destination, days)
    missed = chance.randrange(1, len(due) - 1)
    elapsed = due[missed] + chance.randint(35, 80)
    achieved = _kept(chance, due, missed - 1, min(elapsed - WINDOW - 2, due[missed]))
    undone = None
    first = achieved[0]
    if first is not None and chance.random() < 0.2:
        undone = (0, elapsed - chance.randint(10, 60))
    return Course(elapsed, achieved, undone, breached=chance.random() < 0.35)


def grace(chance: Random, destination: Destination, days: int) -> Course:
    """Something fell due in the last few days and may still come in time."""
    due = due_days(destination, days)
    late = chance.randrange(1, len(due) - 1)
    elapsed = due[late] + chance.randint(1, GRACE - 1)
    return Course(elapsed, _kept(chance, due, late, elapsed))


def holding(chance: Random, destination: Destination, days: int) -> Course:
    """It has just begun: nothing moved, nothing is due."""
    due = due_days(destination, days)
    return Course(chance.randint(2, due[0] - 2), (None,) * len(due))


def arrived(chance: Random, destination: Destination, days: int) -> Course:
    """Everything is achieved."""
    due = due_days(destination, days)
    elapsed = due[-1] + chance.randint(2, 30)
    return Course(elapsed, _kept(chance, due, len(due), elapsed))


def success_gap(chance: Random, destination: Destination, days: int) -> Course:
    """All steps are done and the time frame is over, but the goal itself is not reached."""
    due = due_days(destination, days)
    elapsed = days + chance.randint(8, 50)
    return Course(elapsed, _kept(chance, due, len(due) - 1, elapsed))


def wish(chance: Random, destination: Destination, days: int) -> Course:
    """A goal without a time frame."""
    return Course(chance.randint(5, days // 2), (None,) * len(destination.steps), dated=False)


def _kept(chance: Random, due: list[int], count: int, latest: int) -> tuple[int | None, ...]:
    """Return the first `count` milestones achieved about when they were due, none after the day `latest`."""
    days = [max(1, min(day + chance.randint(-9, 4), latest)) for day in due[: max(count, 0)]]
    return (*days, *(None for _ in due[len(days) :]))


STORIES: dict[Callable[[Random, Destination, int], Course], float] = {
    on_course: 0.41,
    drifting: 0.235,
    off_course: 0.12,
    grace: 0.055,
    holding: 0.065,
    arrived: 0.05,
    success_gap: 0.04,
    wish: 0.025,
}
"""The share of each among members that have a Desired Outcome."""
