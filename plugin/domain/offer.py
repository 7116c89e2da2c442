"""What may be offered to a member, or asked of one, when a milestone is reached, and how the member answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

ACCELERATOR = "accelerator"
FRESH = timedelta(days=90)
"""How long after an achievement or a strong answer an offer or ask is timely."""
REST = {"declined": timedelta(days=180), "shown": timedelta(days=30)}
"""How long an offer or ask rests after such an answer; one that was taken rests for good."""


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
    """What became of an offer (`offer` is its id) on a day: `answer` is taken, declined or shown.

    `value` is what was taken, in money a year, where that is known and not simply the offer's value.
    """

    offer: str
    answer: str
    on: date
    value: Decimal | None = None


@dataclass(frozen=True)
class AskResponse:
    """What became of an ask on a day: `answer` is taken (fulfilled), declined or shown."""

    ask: AdvocacyAsk
    answer: str
    on: date


@dataclass(frozen=True)
class Rest:
    """Why an offer or ask is not to be made now, and the day from which it may be again (None: never)."""

    answer: str
    on: date
    until: date | None


def resting(responses: Iterable[OfferResponse | AskResponse], as_of: date) -> Rest | None:
    """Return the answer, of these up to a day, that keeps an offer or ask back the longest; None if none does."""
    rests = [
        Rest(response.answer, response.on, response.on + REST[response.answer] if response.answer in REST else None)
        for response in responses
        if response.on <= as_of
    ]
    holding = [rest for rest in rests if rest.until is None or rest.until >= as_of]
    return max(holding, key=lambda rest: rest.until or date.max, default=None)
