"""The purchases of CDNOW's customers as members with dated milestones, to see whether the vector foretells another.

Whoever bought first in early 1997 is a member from that day, with one plan: a repeat purchase each quarter for six
quarters. The k-th repeat purchase reaches the k-th milestone, on its day. Nobody agreed on such a plan with anybody, so
this is a control more than a use. The good end is a purchase within 90 days of the day that is looked at.

Source: the CDNOW data set that Fader and Hardie published; each line a customer, a day, a number of discs, an amount.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from plugin.backtest.files import text_of
from plugin.backtest.vectors import vector_columns
from plugin.domain.calibration_rows import Observations, measures_of, numbered
from plugin.domain.columns import columns_of
from plugin.domain.dated import Floats, day_numbers
from plugin.domain.milestone import Milestone
from plugin.domain.outcome import DesiredOutcome, MemberFacts
from plugin.errors import UserError

DAYS = (date(1997, 3, 31), date(1997, 6, 30), date(1997, 9, 30), date(1997, 12, 31), date(1998, 3, 31))
"""The ends of quarters with 90 days of data after them."""
AHEAD = timedelta(days=90)
QUARTER = timedelta(days=90)
QUARTERS = 6


@dataclass(frozen=True)
class Customer:
    """Days with a purchase, in order, and what was spent on each."""

    id: str
    days: tuple[date, ...]
    spent: tuple[float, ...]


def read_cdnow(file: Path) -> list[Customer]:
    """Return the customers of the file, packed or not. Raises UserError for a line of another form."""
    spent: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for number, line in enumerate(text_of(file), 1):
        words = line.split()
        if not words or (number == 1 and not words[0].isdigit()):
            continue
        try:
            customer, on, _, amount = words
            spent[customer][datetime.strptime(on, "%Y%m%d").date()] += float(amount)  # noqa: DTZ007 - a day only
        except ValueError:
            raise UserError(
                f"{file}, line {number}: {line.strip()!r} is no purchase. A line is a customer, a day as 19970131, a "
                "number of discs and an amount."
            ) from None
    return [
        Customer(customer, tuple(sorted(days)), tuple(days[day] for day in sorted(days)))
        for customer, days in sorted(spent.items())
    ]


def observations(customers: Sequence[Customer]) -> Observations:
    """Return every customer at the end of each quarter, and whether they bought again within 90 days."""
    there = [(n, day) for day in DAYS for n, one in enumerate(customers) if one.days[0] < day]
    people = [customers[n] for n, _ in there]
    days = [day for _, day in there]
    as_of = day_numbers(days)
    vector = vector_columns(columns_of([_member(one) for one in customers]), np.array([n for n, _ in there]), as_of)
    known = [bisect_right(one.days, day) for one, day in zip(people, days, strict=True)]
    cohort, cohorts = numbered([f"{one.days[0]:%Y-%m}" for one in people])
    return Observations(
        member=numbered([one.id for one in people])[0],
        template=np.zeros(len(people), np.int64),
        cohort=cohort,
        as_of=as_of,
        recorded_by=day_numbers([one.days[count - 1] for one, count in zip(people, known, strict=True)]),
        answered_by=as_of + AHEAD.days,
        measures=measures_of(vector | _counted(people, days, known)),
        label=np.array(
            [
                count < len(one.days) and one.days[count] <= day + AHEAD
                for one, day, count in zip(people, days, known, strict=True)
            ],
            np.float64,
        ),
        templates=("a repeat purchase each quarter",),
        cohorts=cohorts,
    )


def _member(one: Customer) -> MemberFacts:
    start, repeats = one.days[0], one.days[1:]
    milestones = tuple(
        Milestone(
            str(quarter + 1),
            "operational",
            start + QUARTER * (quarter + 1),
            achieved_on=repeats[quarter] if quarter < len(repeats) else None,
        )
        for quarter in range(QUARTERS)
    )
    goal = DesiredOutcome("comes back", start, start + QUARTER * QUARTERS, milestones=milestones)
    return MemberFacts(one.id, (goal,))


def _counted(people: Sequence[Customer], days: Sequence[date], known: Sequence[int]) -> dict[str, Floats]:
    """Return days since the first purchase, purchases, days since the last (negative) and the mean amount."""
    rows = list(zip(people, days, known, strict=True))
    return {
        "tenure": np.array([(day - one.days[0]).days for one, day, _ in rows], np.float64),
        "engagement_count": np.array(known, np.float64),
        "recency": np.array([(one.days[count - 1] - day).days for one, day, count in rows], np.float64),
        "mean_result": np.array([sum(one.spent[:count]) / count for one, _, count in rows], np.float64),
    }
