"""A member: the vector's facts with their names, and what flags and next steps look at beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plugin.domain.coverage import CoverageSegment
from plugin.domain.engagement import Departure, Engagement, SurveyAnswer
from plugin.domain.offer import AskResponse, OfferResponse
from plugin.domain.outcome import DesiredOutcome, MemberFacts


@dataclass(frozen=True)
class Member:
    """An organisation or person of the association. `outcomes` hold agreed accountabilities only."""

    id: str
    name: str = ""
    outcomes: tuple[DesiredOutcome, ...] = ()
    joined_on: date | None = None
    ended_on: date | None = None
    segment: CoverageSegment | None = None
    engagements: tuple[Engagement, ...] = ()
    departures: tuple[Departure, ...] = ()
    survey_answers: tuple[SurveyAnswer, ...] = ()
    offer_responses: tuple[OfferResponse, ...] = ()
    ask_responses: tuple[AskResponse, ...] = ()

    @property
    def facts(self) -> MemberFacts:
        """What the success vector looks at, and nothing else: no engagement, no answer, no dues."""
        return MemberFacts(self.id, self.outcomes)

    def left_by(self, day: date) -> bool:
        """Tell whether the membership had ended by `day`."""
        return self.ended_on is not None and self.ended_on <= day
