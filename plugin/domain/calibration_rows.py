"""What a back-test looks at: members on past days, what was known of them then, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from plugin.domain.dated import Bools, Floats, Ints
from plugin.errors import UserError

VECTOR = ("pace", "direction", "score")
"""What of the success vector is put to the test; the calibrated model sees these three and nothing else of it."""
BASELINES = (
    "base_rate",
    "tenure",
    "engagement_count",
    "recency",
    "progress",
    "overdue_count",
    "mean_result",
)
"""What the vector has to beat. Each is turned so that more is better: `recency` and `overdue_count` are negative."""
BASE_RATE = "base_rate"
MEASURES = (*VECTOR, *BASELINES[1:])
"""What is measured of each member on each day; the base rate is taken from the training labels."""


@dataclass(frozen=True)
class Observations:
    """A row a member and day. All columns are equally long.

    `member`, `template` and `cohort` are numbers from 0 with names in `templates` and `cohorts`. `as_of` is the day
    looked at, `recorded_by` the day by which the newest fact behind the row had been recorded, `answered_by` the day
    from which the label stands, whichever it is; all are day numbers. `measures` has a column for each of `MEASURES`.
    `label` is 1 for the good end.
    """

    member: Ints
    template: Ints
    cohort: Ints
    as_of: Ints
    recorded_by: Ints
    answered_by: Ints
    measures: Mapping[str, Floats]
    label: Floats
    templates: tuple[str, ...] = ("all",)
    cohorts: tuple[str, ...] = ("all",)

    def __len__(self) -> int:
        return len(self.label)

    @property
    def group(self) -> Ints:
        """A number for each template, cohort and day: only rows of one are compared within it."""
        keys = np.stack((self.template, self.cohort, self.as_of), axis=1)
        groups: Ints = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
        return groups

    def where(self, wanted: Bools) -> Observations:
        """Return the rows for which `wanted` is true."""
        return replace(
            self,
            member=self.member[wanted],
            template=self.template[wanted],
            cohort=self.cohort[wanted],
            as_of=self.as_of[wanted],
            recorded_by=self.recorded_by[wanted],
            answered_by=self.answered_by[wanted],
            measures={name: column[wanted] for name, column in self.measures.items()},
            label=self.label[wanted],
        )


def refuse_hindsight(rows: Observations) -> None:
    """Raise UserError if a row rests on a fact recorded after its day, or its label stood before the day was over."""
    late = np.flatnonzero(rows.recorded_by > rows.as_of)
    if len(late):
        row = late[0]
        raise UserError(
            f"{len(late)} of {len(rows)} rows of the back-test rest on facts recorded after the day that they look at: "
            f"the first looks at {_day(rows.as_of[row])} with facts recorded by {_day(rows.recorded_by[row])}. That is "
            "hindsight, and nothing is computed from it. Read the facts as they were known on the day."
        )
    early = np.flatnonzero(rows.answered_by <= rows.as_of)
    if len(early):
        row = early[0]
        raise UserError(
            f"{len(early)} of {len(rows)} rows of the back-test have an answer that stood on the day they look at: the "
            f"first looks at {_day(rows.as_of[row])}, answered by {_day(rows.answered_by[row])}. Ask about later days."
        )


def numbered(names: Sequence[str]) -> tuple[Ints, tuple[str, ...]]:
    """Return the number of each name, and the names in order."""
    known, numbers = np.unique(np.asarray(names, dtype=np.str_), return_inverse=True)
    return numbers.astype(np.int64).reshape(-1), tuple(str(name) for name in known)


def measures_of(columns: Mapping[str, NDArray[np.float64]]) -> dict[str, Floats]:
    """Return the columns of `MEASURES` in their order, with 0 where a member has none. Raises KeyError if one lacks."""
    return {name: np.nan_to_num(columns[name].astype(np.float64)) for name in MEASURES}


def _day(number: int) -> str:
    return date.fromordinal(int(number)).isoformat()
