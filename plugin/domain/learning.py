"""The learning loop: how late each milestone of a template is reached as a rule, and which day would have held.

Looks at the first promise of each milestone, whatever it was moved to later. Promises that are open still count for as
long as they were open, and so do those of goals that were closed: leaving them out would make every template look
better than it is (Kaplan-Meier; the interval is a bootstrap by member). Nothing is changed by it: a person decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from plugin.domain.dated import Floats
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.slip import CLOSED, OPEN, REACHED, Hazards, Spells, hazards

ENOUGH = 20
"""Promises reached from which something is said of a milestone."""
RESAMPLES = 400
LOW, HIGH = 5, 95
SEED = 17


@dataclass(frozen=True)
class Promise:
    """A milestone of a plan: promised for `planned` days after the start; `first` to `last` are days past due."""

    template: str
    milestone: str
    member: str
    planned: int
    first: int
    last: int
    ending: int


@dataclass(frozen=True)
class Learned:
    """What is known of a template's milestone. Days; `slip` is the median, positive late, None where half never reach.

    `verdict` is too_few, half_never, keep or move; `suggested` is a day for `move` only.
    """

    template: str
    milestone: str
    planned: int
    promises: int
    reached: int
    verdict: str
    slip: int | None = None
    low: int | None = None
    high: int | None = None
    suggested: int | None = None

    @property
    def why(self) -> str:
        """The verdict in words."""
        if self.verdict == "too_few":
            return f"too few to say: {self.reached} of {self.promises} reached, {ENOUGH} are needed"
        if self.verdict == "half_never":
            return "fewer than half reach it: look at the step, not at its day"
        late = (
            f"{abs(self.slip or 0)} days {'late' if (self.slip or 0) > 0 else 'early'}" if self.slip else "on its day"
        )
        until = f"{self.high:+d}" if self.high is not None else "more than was seen"
        said = f"half reach it {late} (90% interval {self.low:+d} to {until} days)"
        return said if self.verdict == "move" else f"{said}: the day can stay"


def promises(members: Iterable[Member], templates: Mapping[str, str], as_of: date) -> list[Promise]:
    """Return every first promise of plans that came from a template, known on a day; `templates` by outcome's id."""
    return [
        promise
        for member in members
        for outcome in member.outcomes
        if outcome.id in templates and outcome.starts_on <= as_of
        for promise in _promises(templates[outcome.id], member.id, outcome, as_of)
    ]


def learn(rows: Sequence[Promise], seed: int = SEED) -> list[Learned]:
    """Return what is known of each template's milestones, in order of template and planned day."""
    groups: dict[tuple[str, str], list[Promise]] = defaultdict(list)
    for row in rows:
        groups[row.template, row.milestone].append(row)
    found = [_learned(group, seed) for group in groups.values()]
    return sorted(found, key=lambda one: (one.template, one.planned, one.milestone))


def _promises(template: str, member: str, outcome: DesiredOutcome, as_of: date) -> Iterator[Promise]:
    for milestone in outcome.milestones:
        if outcome.carried_credit.get(milestone.id, 0.0) > 0:
            continue
        until, ending = _end(outcome, milestone, as_of)
        if until < outcome.starts_on:
            continue
        yield Promise(
            template=template,
            milestone=milestone.name,
            member=member,
            planned=(milestone.due_on - outcome.starts_on).days,
            first=(outcome.starts_on - milestone.due_on).days,
            last=(until - milestone.due_on).days,
            ending=ending,
        )


def _end(outcome: DesiredOutcome, milestone: Milestone, as_of: date) -> tuple[date, int]:
    until, ending = as_of, OPEN
    if outcome.closed_on is not None and outcome.closed_on <= until:
        until, ending = outcome.closed_on, CLOSED
    achieved = milestone.achieved_as_of(as_of)
    return (achieved, REACHED) if achieved is not None and achieved <= until else (until, ending)


def _learned(group: Sequence[Promise], seed: int) -> Learned:
    numbers = {member: number for number, member in enumerate(dict.fromkeys(one.member for one in group))}
    spells = Spells(
        *np.array([(numbers[one.member], one.first, one.last, one.ending) for one in group], np.int64).reshape(-1, 4).T
    )
    first = group[0]
    planned = Counter(one.planned for one in group).most_common(1)[0][0]
    known = Learned(first.template, first.milestone, planned, len(group), spells.reached, "too_few")
    if spells.reached < ENOUGH:
        return known
    median = _median(hazards(spells))
    if median is None:
        return Learned(first.template, first.milestone, planned, len(group), spells.reached, "half_never")
    low, high = _interval(spells, len(numbers), seed)
    holds = low <= 0 and (high is None or high >= 0)
    suggested = None if holds else max(planned + median, 1)
    verdict = "keep" if holds else "move"
    return Learned(
        first.template, first.milestone, planned, len(group), spells.reached, verdict, median, low, high, suggested
    )


def _median(found: Hazards) -> int | None:
    """Return the day past due by which half have reached it, or None if they never do."""
    open_: Floats = np.asarray(np.cumprod(1 - found.reached), np.float64)
    reached = np.nonzero(open_ <= 0.5 + 1e-12)[0]
    return int(reached[0]) + found.start if len(reached) else None


def _interval(spells: Spells, members: int, seed: int) -> tuple[int, int | None]:
    """Return the 90% interval of the median; above is None where half may never reach it."""
    chance = np.random.default_rng(seed)
    weights = chance.multinomial(members, np.full(members, 1 / members), size=RESAMPLES).astype(float)
    medians = sorted(
        float("inf") if (median := _median(hazards(spells, row))) is None else float(median) for row in weights
    )
    low, high = (medians[min(int(len(medians) * share / 100), len(medians) - 1)] for share in (LOW, HIGH))
    return int(low) if low != float("inf") else int(spells.last.max()), None if high == float("inf") else int(high)
