"""What stands beside a member's plan: whom we met, who left, what was answered to surveys, offers and asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from plugin.domain.engagement import Departure, Engagement, SurveyAnswer
from plugin.domain.offer import AdvocacyAsk, AskResponse, OfferResponse
from plugin.scoring.rows import Stored

SOMEBODY = "a key contact"


def engagements(rows: Stored, member: UUID) -> tuple[Engagement, ...]:
    """Return the days on which we met the member, and in which role they were there."""
    return tuple(Engagement(row.happened_on, row.contact_role) for row in rows.engagements.get(member, ()))


def departures(rows: Stored, member: UUID) -> tuple[Departure, ...]:
    """Return the key contacts that left, by name or role."""
    return tuple(Departure(row.happened_on, row.who or SOMEBODY) for row in _context(rows, member, "key_contact_left"))


def survey_answers(rows: Stored, member: UUID) -> tuple[SurveyAnswer, ...]:
    """Return the answers to surveys; one that nobody called strong isn't."""
    return tuple(SurveyAnswer(row.happened_on, bool(row.strong)) for row in _context(rows, member, "survey_answer"))


def _context(rows: Stored, member: UUID, kind: str) -> Iterator[Any]:
    return (row for row in rows.context.get(member, ()) if row.kind == kind and row.happened_on)


def offer_responses(rows: Stored, member: UUID) -> tuple[OfferResponse, ...]:
    """Return what became of offers; one by a name that no offer has or had is left out.

    Of two offers with the same name the one on the member's plan is meant.
    """
    responses = [row for row in rows.responses.get(member, ()) if row.offer]
    if not responses:
        return ()
    planned = {one.expansion_offer for one in _milestones(rows, member)}
    named = rows.offer_names | _folded((row.name, key) for key, row in rows.offers.items() if key in planned)
    return tuple(
        OfferResponse(str(named[row.offer.casefold()]), answer, on, row.yearly_value if answer == "taken" else None)
        for row in responses
        if row.offer.casefold() in named
        for answer, on in _answers(row)
    )


def ask_responses(rows: Stored, member: UUID) -> tuple[AskResponse, ...]:
    """Return what became of asks; a level that nobody told is that of the milestone with the same ask, else 1."""
    responses = [row for row in rows.responses.get(member, ()) if row.ask]
    levels = {one.advocacy_ask: one.advocacy_level for one in _milestones(rows, member) if responses}
    return tuple(
        AskResponse(AdvocacyAsk(row.ask, row.ask_level or levels.get(row.ask) or 1), answer, on)
        for row in responses
        for answer, on in _answers(row)
    )


def _answers(row: Any) -> Iterator[tuple[str, Any]]:
    """Yield what became of it with the day; an answer of an unknown day counts from when it was shown."""
    if row.shown_on:
        yield "shown", row.shown_on
    answered = row.answered_on or row.shown_on
    if row.answer and answered:
        yield row.answer, answered


def _milestones(rows: Stored, member: UUID) -> Iterator[Any]:
    return (one for outcome in rows.outcomes.get(member, ()) for one in rows.milestones.get(outcome.id, ()))


def _folded(names: Iterable[tuple[str | None, UUID]]) -> dict[str, UUID]:
    return {name.casefold(): key for name, key in names if name}
