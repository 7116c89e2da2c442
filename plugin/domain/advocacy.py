"""The advocacy flag: what may be asked of this member now; small asks first, rising with success."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.offer import FRESH, AdvocacyAsk, resting
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.vector import SuccessVector
from plugin.domain.words import on_date, quoted


@dataclass(frozen=True)
class Advocacy:
    """`flag` is one of `ADVOCACY_FLAGS`, with the ask it is about and why."""

    flag: str
    reason: str = ""
    ask: AdvocacyAsk | None = None


@dataclass(frozen=True)
class _Place:
    """An ask where it stands on the plan, and the occasion for it, if there is one now."""

    outcome: DesiredOutcome
    milestone: Milestone
    ask: AdvocacyAsk
    occasion: str | None


def advocacy(member: Member, vector: SuccessVector, as_of: date) -> Advocacy:
    """Return the flag: ready before wait before teed up; the smallest ask first."""
    places = [] if member.left_by(as_of) else sorted(_places(member, as_of), key=lambda place: place.ask.level)
    timely = [place for place in places if place.occasion is not None]
    reasons = [(_why_not(place, member, vector, as_of), place) for place in timely]
    for reason, place in reasons:
        if reason is None:
            return Advocacy("ready", place.occasion or "", place.ask)
    for reason, place in reasons:
        return Advocacy("wait", reason or "", place.ask)
    for place in places:
        if place.milestone.achieved_as_of(as_of) is None:
            return _not_yet(place, vector, as_of)
    return Advocacy("none")


def _places(member: Member, as_of: date) -> Iterator[_Place]:
    """Yield the asks of scored outcomes that the member has not fulfilled."""
    fulfilled = {said.ask.name for said in member.ask_responses if said.answer == "taken" and said.on <= as_of}
    strong = [said.on for said in member.survey_answers if said.strong and said.on <= as_of <= said.on + FRESH]
    for outcome in member.outcomes:
        for milestone in outcome.milestones if outcome.scored_on(as_of) else ():
            ask, reached = milestone.ask, milestone.achieved_as_of(as_of)
            if ask is None or ask.name in fulfilled:
                continue
            occasion = f"strong survey answer on {on_date(max(strong), as_of)}" if strong else None
            if reached is not None and as_of - reached <= FRESH:
                occasion = f"{quoted(milestone.name)} achieved on {on_date(reached, as_of)}"
            yield _Place(outcome, milestone, ask, occasion)


def _why_not(place: _Place, member: Member, vector: SuccessVector, as_of: date) -> str | None:
    """Return why this can't be asked now, or None if it can."""
    answers = [said for said in member.ask_responses if said.on <= as_of]
    highest = max((said.ask.level for said in answers if said.answer == "taken"), default=0)
    rest = resting((said for said in answers if said.ask.name == place.ask.name), as_of)
    if not place.outcome.confirmed_by(as_of):
        return "the goal is assumed until the member confirms it"
    if place.ask.level > highest + 1:
        return "a smaller ask comes first"
    if rest is not None and rest.until is not None:
        return f"{rest.answer} on {on_date(rest.on, as_of)}, rests until {on_date(rest.until, as_of)}"
    return vector.shortfall


def _not_yet(place: _Place, vector: SuccessVector, as_of: date) -> Advocacy:
    if not place.outcome.confirmed_by(as_of):
        return Advocacy("wait", "the goal is assumed until the member confirms it", place.ask)
    if vector.status == "off_course":
        return Advocacy("wait", "the member is off course", place.ask)
    return Advocacy("teed_up", f"not now; when {quoted(place.milestone.name)} is reached", place.ask)
