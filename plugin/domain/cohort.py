"""Cohorts: members chosen by what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from plugin.domain.dues import MemberDues
from plugin.errors import UserError

CHOSEN_BY: dict[str, Callable[[MemberDues], str | None]] = {
    "joined": lambda member: member.joined_on.isoformat() if member.joined_on else None,
    "segment": lambda member: member.segment,
    "owner": lambda member: member.owner,
    "kind": lambda member: member.kind,
}
"""What members can be chosen by. `joined` is a day, and is asked for by the beginning: 2024 or 2024-06."""


@dataclass(frozen=True)
class Cohort:
    """Members for which all of `wanted` holds: pairs of a name of `CHOSEN_BY` and its value. None wanted: everybody."""

    wanted: tuple[tuple[str, str], ...] = ()

    def __contains__(self, member: MemberDues) -> bool:
        return all(_fits(name, value, CHOSEN_BY[name](member)) for name, value in self.wanted)

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.wanted) or "all members"

    def of(self, members: Iterable[MemberDues]) -> list[MemberDues]:
        """Return the members that belong to it."""
        return [member for member in members if member in self]


def cohort_of(words: Sequence[str]) -> Cohort:
    """Return the cohort that words like `segment=Inbound` and `joined=2024` name together. Raises UserError."""
    wanted = []
    for word in words:
        name, sign, value = (part.strip() for part in word.partition("="))
        if not sign or not value:
            raise UserError(f"The cohort {word!r} is not name=value: write it like joined=2024 or segment=Inbound.")
        if name not in CHOSEN_BY:
            close = get_close_matches(name, CHOSEN_BY, 1)
            known = f"Did you mean {close[0]}?" if close else f"Use one of {', '.join(CHOSEN_BY)}."
            raise UserError(f"A cohort can't be chosen by {name!r}. {known}")
        wanted.append((name, value))
    return Cohort(tuple(wanted))


def _fits(name: str, wanted: str, value: str | None) -> bool:
    if value is None:
        return False
    return value.startswith(wanted) if name == "joined" else value.casefold() == wanted.casefold()
