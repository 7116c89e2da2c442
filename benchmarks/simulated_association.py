"""A simulated association whose truth is known: how late its milestones are reached, and who takes which offer.

Members join over three years; each has a plan with milestones, some with an offer. Whether one is reached, how late,
and whether the offer is then taken is drawn from rates of this association that nobody tells the forecast. As our rules
have it, nothing is offered to who is off course.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from plugin.domain.coverage import CoverageSegment
from plugin.domain.entities import MILESTONE_TYPES
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.offer import ExpansionOffer, OfferResponse
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.success_vector import score

TODAY = date(2026, 6, 1)
OFFERS = tuple(
    ExpansionOffer(f"o{number}", f"Offer {number}", "upsell", Decimal(value))
    for number, value in enumerate((600, 900, 1500, 2400))
)
SEGMENTS = tuple(map(CoverageSegment, ("Inbound", "Asynchronous", "Synchronous")))


@dataclass(frozen=True)
class Simulated:
    """The members by what is known on the day, and the money a year that is really taken within each horizon."""

    members: list[Member]
    taken: dict[int, float]


@dataclass(frozen=True)
class _Truth:
    """The association's own rates: take rates by offer, how late milestones are reached, how many never are."""

    take: np.ndarray
    late: float
    spread: float
    never: float
    lapse: float


def simulate(size: int, seed: int, horizons: tuple[int, ...] = (30, 60, 90)) -> Simulated:
    """Return an association of so many members; the same seed gives the same."""
    chance = np.random.default_rng([seed, size])
    truth = _Truth(
        take=chance.beta(6, 6, len(OFFERS)),
        late=chance.uniform(-5, 25),
        spread=chance.uniform(12, 35),
        never=chance.uniform(0.1, 0.3),
        lapse=chance.uniform(0.02, 0.08),
    )
    members, future = [], []
    for number in range(size):
        member, takes = _member(chance, truth, f"M{number}")
        members.append(member)
        future += takes
    vectors = score([member.facts for member in members], TODAY)
    off = {vector.id for vector in vectors if vector.status == "off_course"}
    future = [(ahead, value) for key, ahead, value in future if key not in off]
    return Simulated(members, {days: sum(value for ahead, value in future if ahead <= days) for days in horizons})


def _member(chance: np.random.Generator, truth: _Truth, key: str) -> tuple[Member, list[tuple[str, int, float]]]:
    start = TODAY - timedelta(days=int(chance.integers(1, 3 * 365)))
    length, diligence = int(chance.integers(300, 700)), chance.normal(0, 12)
    lapsed = start + timedelta(days=int(chance.integers(60, 900))) if chance.random() < truth.lapse * 3 else None
    answers, future, milestones = [], [], []
    offered = chance.permutation([*OFFERS, None, None])
    for place, kind in enumerate((*MILESTONE_TYPES[:3], MILESTONE_TYPES[0], MILESTONE_TYPES[3])):
        due = start + timedelta(days=length * (place + 1) // 5)
        offer = offered[place]
        slip = truth.late + diligence + chance.normal(0, truth.spread)
        reached = max(start + timedelta(days=1), due + timedelta(days=round(slip)))
        comes = chance.random() >= truth.never and (lapsed is None or reached < lapsed)
        milestones.append(
            Milestone(f"{key}-{place}", kind, due, achieved_on=reached if comes else None, name=kind, offer=offer)
        )
        takes = chance.random() < (truth.take[OFFERS.index(offer)] if offer else 0)
        if offer is None or not comes:
            continue
        if reached <= TODAY:
            answers.append(OfferResponse(offer.id, "taken" if takes else "declined", reached))
        elif takes:
            future.append((key, (reached - TODAY).days, float(offer.yearly_value or 0)))
    known = tuple(
        replace(one, achieved_on=one.achieved_on if one.achieved_on and one.achieved_on <= TODAY else None)
        for one in milestones
    )
    closed = lapsed if lapsed and lapsed <= TODAY else None
    outcome = DesiredOutcome(
        f"{key}-o", start, start + timedelta(days=length), closed, milestones=known, confirmed_on=start
    )
    segment = SEGMENTS[int(chance.integers(len(SEGMENTS)))]
    return Member(key, key, (outcome,), segment=segment, offer_responses=tuple(answers), ended_on=closed), future
