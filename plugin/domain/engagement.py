"""What is known of the relationship: interactions, people who left, answers to surveys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

BILLING = "billing"


@dataclass(frozen=True)
class Engagement:
    """An interaction on a day; `contact_role` is the role of the person on the member's side, where it is known."""

    on: date
    contact_role: str | None = None


@dataclass(frozen=True)
class Departure:
    """A key contact left the member on a day; `who` names the person or the role."""

    on: date
    who: str


@dataclass(frozen=True)
class SurveyAnswer:
    """An answer to a survey on a day; `strong` when it says that the member would speak for us."""

    on: date
    strong: bool
