"""Joint Accountability: who does what by when for a milestone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

OURS = "us_behind_the_scenes"


@dataclass(frozen=True)
class Accountability:
    """One action for `milestone` (its id), owed by `party` (one of `PARTIES`) on `due_on`; `name` says what."""

    id: str
    milestone: str
    party: str
    due_on: date
    done_on: date | None = None
    name: str = ""

    def open_on(self, day: date) -> bool:
        """Tell whether it was not done on or before `day`."""
        return self.done_on is None or self.done_on > day
