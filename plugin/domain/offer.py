"""What may be offered to a member, or asked of one, when a milestone is reached, and how the member answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ACCELERATOR = "accelerator"


@dataclass(frozen=True)
class ExpansionOffer:
    """An offer of one of `OFFER_KINDS`, with its value a year in the association's currency."""

    id: str
    name: str
    kind: str | None = None
    yearly_value: Decimal | None = None
    active: bool = True


@dataclass(frozen=True)
class AdvocacyAsk:
    """Something to ask of a happy member; the `level` rises from 1, the smallest ask."""

    name: str
    level: int = 1


@dataclass(frozen=True)
class OfferResponse:
    """What became of an offer (`offer` is its id) on a day: `answer` is taken, declined or shown."""

    offer: str
    answer: str
    on: date
