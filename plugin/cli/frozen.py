"""Plans frozen to a file: written once, and read to be held against what came."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plugin.domain.objectives import Objective, Plan
from plugin.errors import UserError

PLACES = 4


class OfferTable(BaseModel):
    """What is planned of one offer."""

    model_config = ConfigDict(extra="forbid")

    id: str
    name: str
    reached: Decimal = Field(ge=0)
    takes: Decimal = Field(ge=0)
    amount: Decimal = Field(ge=0)


class PlanDocument(BaseModel):
    """A frozen plan as its file is written; numbers are text, so that no cent is lost."""

    model_config = ConfigDict(extra="forbid")

    made_on: date
    ends_on: date
    offers: tuple[OfferTable, ...]


def freeze(plan: Plan, path: Path) -> None:
    """Write a plan to a new file. Raises UserError where there is one already: a plan is never changed."""
    offers = tuple(
        OfferTable(id=offer, name=plan.names[offer], reached=_places(one.reached), takes=_places(one.takes),
                   amount=one.amount)
        for offer, one in plan.offers.items()
    )  # fmt: skip
    document = PlanDocument(made_on=plan.starts_on, ends_on=plan.ends_on, offers=offers)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(document.model_dump_json(indent=2) + "\n")
    except FileExistsError as error:
        raise UserError(f"{path} is there already, and a frozen plan is never changed. Name a new file.") from error
    except OSError as error:
        raise UserError(f"{path} can't be written: {error.strerror}. Name a file in a folder that can.") from error


def thaw(path: Path) -> Plan:
    """Return the plan in a file. Raises UserError where it can't be read."""
    try:
        document = PlanDocument.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}. `forecast --freeze` writes a plan.") from error
    except (ValueError, ValidationError) as error:
        raise UserError(f"{path} is no frozen plan. `success-vector forecast --freeze` writes one.") from error
    offers = {one.id: Objective(Fraction(one.reached), Fraction(one.takes), one.amount) for one in document.offers}
    return Plan(document.made_on, document.ends_on, offers, {one.id: one.name for one in document.offers})


def _places(count: Fraction) -> Decimal:
    return Decimal(round(count * 10**PLACES)).scaleb(-PLACES)
