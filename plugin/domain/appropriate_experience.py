"""What is known of the Appropriate Experience that members need: the only attributes that coverage looks at.

None of them is money, and none may be read from a field about money: what a member pays is no part of how the member
wants or needs to get there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from plugin.domain.entities import ENTITIES, Kind

LIFECYCLE_STAGE = "lifecycle_stage"
STAGES = ("joining", "established", "renewing", "ended")
"""Where a member stands in the membership: joining for 90 days, renewing in the last 90 that are paid for."""
JOINING = RENEWING = timedelta(days=90)

Value = str | int


@dataclass(frozen=True)
class Attribute:
    """An attribute: one of `words`, or a number where it has none."""

    name: str
    words: tuple[str, ...] = ()


def _stored(*names: str) -> dict[str, Attribute]:
    fields = ENTITIES["member"].fields
    return {name: Attribute(name, fields[name].choices if fields[name].kind is Kind.CHOICE else ()) for name in names}


ATTRIBUTES: dict[str, Attribute] = {
    **_stored(
        "preferred_channel", "industry_experience", "staff", "operations_sophistication", "complexity", "risk", "kind"
    ),
    LIFECYCLE_STAGE: Attribute(LIFECYCLE_STAGE, STAGES),
}
"""By name: `industry_experience` in years, `staff` in people."""


@dataclass(frozen=True)
class Profile:
    """The attributes of one member that are known."""

    values: Mapping[str, Value]

    def __getitem__(self, attribute: str) -> Value | None:
        return self.values.get(attribute)


def profile_of(member: Mapping[str, Any], as_of: date) -> Profile:
    """Return the profile of a member, given its fields: whatever else they hold is not looked at."""
    known = {name: member.get(name) for name in ATTRIBUTES if name != LIFECYCLE_STAGE}
    stage = lifecycle_stage(member.get("joined_on"), member.get("paid_through"), member.get("ended_on"), as_of)
    return Profile({name: value for name, value in {**known, LIFECYCLE_STAGE: stage}.items() if value is not None})


def lifecycle_stage(joined_on: date | None, paid_through: date | None, ended_on: date | None, as_of: date) -> str:
    """Return which of `STAGES` a member is in; without dates it is established."""
    if ended_on is not None and ended_on <= as_of:
        return "ended"
    if joined_on is not None and as_of - joined_on < JOINING:
        return "joining"
    if paid_through is not None and paid_through - as_of <= RENEWING:
        return "renewing"
    return "established"
