"""The expansion flag: which offer fits this member now, because of what the member reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.offer import ACCELERATOR, FRESH, ExpansionOffer, Rest, resting
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.vector import SuccessVector
from plugin.domain.words import on_date, quoted

AHEAD = timedelta(days=90)
"""An accelerator is offered from this long before its milestone is due."""
FIT_FOR_ACCELERATOR = ("arrived", "on_course", "grace", "holding", "drifting")


@dataclass(frozen=True)
class Expansion:
    """`flag` is one of `EXPANSION_FLAGS`; with an offer: its milestone's name, why, and since when."""

    flag: str
    reason: str = ""
    offer: ExpansionOffer | None = None
    milestone: str | None = None
    since: date | None = None


@dataclass(frozen=True)
class _Place:
    """An offer where it stands on the plan."""

    outcome: DesiredOutcome
    milestone: Milestone
    offer: ExpansionOffer
    rest: Rest | None


def expansion(member: Member, vector: SuccessVector, as_of: date) -> Expansion:
    """Return the flag: ready before accelerator before wait before teed up; none is a fine answer."""
    places = [] if member.left_by(as_of) else list(_places(member, as_of))
    reached = [(place, on) for place in places if (on := _reached(place, as_of)) is not None]
    reached.sort(key=lambda pair: pair[1], reverse=True)
    ahead = sorted(
        (place for place in places if place.milestone.achieved_as_of(as_of) is None),
        key=lambda place: place.milestone.due_as_of(as_of),
    )
    for place, on in reached:
        if _why_not(place, vector, as_of) is None:
            return _flagged("ready", place, f"{_name(place)} achieved on {on_date(on, as_of)}", _since(place, on))
    for place in ahead:
        if _accelerates(place, vector, as_of):
            due = place.milestone.due_as_of(as_of)
            reason = f"would speed up {_name(place)}, due {on_date(due, as_of)}"
            return _flagged("accelerator", place, reason, _since(place, max(due - AHEAD, place.outcome.starts_on)))
    for place, on in reached:
        return _flagged("wait", place, _why_not(place, vector, as_of) or "", on)
    for place in ahead:
        return _not_yet(place, vector, as_of)
    return Expansion("none")


def _places(member: Member, as_of: date) -> Iterator[_Place]:
    """Yield the active offers of scored outcomes; one that was taken is off the plan."""
    for outcome in member.outcomes:
        for milestone in outcome.milestones if outcome.scored_on(as_of) else ():
            offer = milestone.offer
            if offer is None or not offer.active:
                continue
            rest = resting((said for said in member.offer_responses if said.offer == offer.id), as_of)
            if rest is None or rest.until is not None:
                yield _Place(outcome, milestone, offer, rest)


def _reached(place: _Place, as_of: date) -> date | None:
    """Return the day of a timely achievement; an accelerator is for before its milestone only."""
    on = place.milestone.achieved_as_of(as_of)
    timely = on is not None and as_of - on <= FRESH and place.offer.kind != ACCELERATOR
    return on if timely else None


def _accelerates(place: _Place, vector: SuccessVector, as_of: date) -> bool:
    near = place.milestone.due_as_of(as_of) - AHEAD <= as_of
    fit = vector.status in FIT_FOR_ACCELERATOR and place.outcome.confirmed_by(as_of) and place.rest is None
    return place.offer.kind == ACCELERATOR and near and fit


def _why_not(place: _Place, vector: SuccessVector, as_of: date) -> str | None:
    """Return why the offer can't be shown now, or None if it can."""
    if not place.outcome.confirmed_by(as_of):
        return "the goal is assumed until the member confirms it"
    if place.rest is not None and place.rest.until is not None:
        return f"{place.rest.answer} on {on_date(place.rest.on, as_of)}, rests until {on_date(place.rest.until, as_of)}"
    return vector.shortfall


def _not_yet(place: _Place, vector: SuccessVector, as_of: date) -> Expansion:
    """Return teed up for an offer ahead on the plan, or wait where even that would come amiss."""
    if place.outcome.confirmed_by(as_of) and vector.status != "off_course":
        due = place.milestone.due_as_of(as_of)
        reason = f"not now; when {_name(place)} is reached, due {on_date(due, as_of)}"
        return _flagged("teed_up", place, reason, _since(place, place.outcome.starts_on))
    return _flagged("wait", place, _why_not(place, vector, as_of) or "", place.outcome.starts_on)


def _since(place: _Place, day: date) -> date:
    """Return the later of `day` and the goal's confirmation."""
    return max(day, place.outcome.confirmed_on or day)


def _flagged(flag: str, place: _Place, reason: str, since: date) -> Expansion:
    return Expansion(flag, reason, place.offer, place.milestone.name, since)


def _name(place: _Place) -> str:
    return quoted(place.milestone.name)
