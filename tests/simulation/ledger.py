"""Who wrote what, when, and on top of what: so that a lost edit can be told from a superseded one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from mappings.model import Policy

OURS = "ours"


class Before(NamedTuple):
    """An edit that another replaced, as the so-manyth of its field's; `heard` tells whether the service knew of it."""

    edit: Edit
    turn: int
    heard: bool


class Claim(NamedTuple):
    """That somebody wrote a value on a side, or settled that it is to stand: as the so-manyth edit of its record."""

    side: str
    at: datetime
    turn: int


class Withdrawal(NamedTuple):
    """That somebody gave up an edit by writing again what stood before it, or what another side holds.

    `heard` tells whether the service knew of the edit on their side.
    """

    edit: Edit
    claim: Claim
    heard: bool


@dataclass(eq=False)
class Edit:
    """One value that somebody gave a field: on which `side`, and the edits they saw and replaced.

    `took_back` tells of the edits that somebody withdrew by writing this value again, `replaced_at` the turn at which
    somebody last wrote another over it. One that was `overrun` came between our read and an unguarded write of ours.
    """

    side: str
    value: Any
    at: datetime
    before: list[Before] = field(default_factory=list)
    after: list[Edit] = field(default_factory=list)
    joined: bool = False
    withdrawn: bool = False
    overrun: bool = False
    again: list[Claim] = field(default_factory=list)
    """Where and when somebody wrote the value once more, or settled that it is to stand."""
    took_back: list[Withdrawal] = field(default_factory=list)
    replaced_at: int = -1

    def past(self) -> set[Edit]:
        """This edit and all that it rests on."""
        return set(self.rests_on())

    def rests_on(self, *, unheard: bool = False) -> dict[Edit, int]:
        """All of its past, each with the turn at which it was replaced; `unheard`, only before the service knew of it.

        A value that is written again rests on what it replaces then. What was written over it earlier doesn't.
        """
        reached, open_ends = {self: sys.maxsize}, [self]
        while open_ends:
            one = open_ends.pop()
            for each in one.before:
                if reached.get(each.edit, 0) < each.turn < reached[one] and not (unheard and each.heard):
                    reached[each.edit] = each.turn
                    open_ends.append(each.edit)
        return reached

    def is_known_over(self, other: Edit) -> bool:
        """Whether it rests on the other, which stood there as the service knew, and which nobody went back to since."""
        reached = self.rests_on()
        return any(
            each.edit is other and each.heard and each.turn < turn and not other.claims(each.turn)
            for one, turn in reached.items()
            for each in one.before
        )

    def claims(self, since: int = -1) -> list[Claim]:
        """Who wrote it, and who wrote it again, later than a turn."""
        return [claim for claim in (Claim(self.side, self.at, 0), *self.again) if claim.turn > since]

    def __str__(self) -> str:
        return f"{self.value!r} ({self.side}, {self.at:%H:%M:%S.%f})"


@dataclass(eq=False)
class Thing:
    """One record, wherever it lives: born on one `side`."""

    entity: str
    side: str
    family: int = 0
    deleted_here: datetime | None = None
    undeleted_there: datetime | None = None
    fields: dict[str, list[Edit]] = field(default_factory=dict)
    turns: int = 0

    def edit(self, name: str, side: str, value: Any, at: datetime, seen: Any, *, heard: bool = True) -> None:
        """Note that somebody who saw one value wrote another; writing what another side holds joins the two.

        `heard` tells whether the service knew by then that the value which they saw stood on their side.
        """
        self.turns += 1
        edits = self.fields.setdefault(name, [])
        known = self.find(name, value)
        replaced = self.find(name, seen)
        if known is replaced and known is not None:
            return
        known_elsewhere = known is not None and known.side != side
        if known is None:
            known = Edit(side, value, at)
            edits.append(known)
        else:
            claim = Claim(side, at, self.turns)
            known.again.append(claim)
            if replaced is not None:
                replaced.withdrawn = True
                known.took_back.append(Withdrawal(replaced, claim, heard))
        known.joined |= known_elsewhere
        if replaced is not None:
            replaced.replaced_at = self.turns
        if replaced is not None and known not in replaced.past():
            known.before.append(Before(replaced, self.turns, heard))
            replaced.after.append(known)

    def settle(self, name: str, value: Any, at: datetime, both: tuple[Any, Any]) -> None:
        """Note that somebody on our side who saw both sides' values decided which is to stand, or for a third one."""
        for seen in both:
            if seen != value:
                self.edit(name, OURS, value, at, seen)

    def was_joined(self, name: str, value: Any) -> bool:
        """Whether a value, or one that it rests on, was written more than once: it may be so on two sides."""
        known = self.find(name, value)
        return known is not None and any(one.again for one in known.past())

    def find(self, name: str, value: Any) -> Edit | None:
        """The edit that wrote that value: every edit's value is its own."""
        return next((one for one in self.fields.get(name, ()) if one.value == value), None)


@dataclass
class Braking:
    """What a brake has to count: which things lost a value over there, or were deleted, and how many were let go."""

    done: dict[tuple[str, str, str], set[Thing]] = field(default_factory=dict)
    let_go: dict[tuple[str, str], int] = field(default_factory=dict)

    def count(self, system: str, kind: str, entity: str, thing: Thing) -> None:
        """Note that something was overwritten or deleted."""
        self.done.setdefault((system, kind, entity), set()).add(thing)

    def released(self, system: str, kind: str, number: int) -> None:
        """Note that a person let so many records go."""
        self.let_go[system, kind] = self.let_go.get((system, kind), 0) + number


def lost(edits: list[Edit], final: Edit, policy: Policy, several_systems: bool) -> Iterator[str]:
    """Yield every edit that neither survived nor gave way to a later one or to one that the policy prefers."""
    past, stood = final.past(), _stood(final)
    for one in edits:
        if one.after or one.withdrawn or one.overrun or one in past:
            continue
        replaced, unheard = one.rests_on(), one.rests_on(unheard=True)
        rivals = [other for other in stood - {one} if other in unheard or one not in other.past()]
        # What two sides wrote is agreed on once the service knows. One who replaces it before changes the one side's.
        claims = [
            claim for other in rivals for claim in other.claims(-1 if other in unheard else replaced.get(other, -1))
        ]
        if not any(_beats(claim, one, policy, several_systems) for claim in claims):
            yield f"{one} was lost: {final} stands, by the policy {policy}"


def lost_withdrawals(edits: list[Edit], final: Edit, policy: Policy, several_systems: bool) -> Iterator[str]:
    """Yield every value that somebody went back to, and that gave way to what it had no reason to give way to.

    One reason is an edit that had won over the value before, and that never met what was withdrawn.
    """
    past = final.past()
    for one in edits:
        if one is final or one.overrun:
            continue
        for back in one.took_back:
            if _asks_for_nothing(one, back, final):
                continue
            seen = back.edit.past()
            rivals = [each for other in _stood(final) - {one} for each in other.claims(0 if other in seen else -1)]
            claims = [back.claim] if back.edit in past else one.claims()
            if not any(_beats(rival, each, policy, several_systems) for rival in rivals for each in claims):
                words = f"{back.edit} was taken back for {one.value!r} ({back.claim.side}, {back.claim.at:%H:%M:%S.%f})"
                yield f"{words}, and it was lost: {final} stands, by the policy {policy}"


def _asks_for_nothing(one: Edit, back: Withdrawal, final: Edit) -> bool:
    """Whether it was replaced since, or the service never knew of what it withdrew, or what stands was made over it.

    Over it: over the value itself and not over what was withdrawn, be it that it was made again, and later, over such.
    """
    later = [other.edit for other in final.took_back if other.claim.turn > back.claim.turn]
    made_over_it = any(
        one in each.past() and (back.edit not in each.past() or back.edit in one.past()) for each in (final, *later)
    )
    elsewhere = any(other.edit is one and other.claim.side != back.claim.side for other in final.took_back)
    return back.claim.turn < one.replaced_at or not back.heard or made_over_it or elsewhere


def _stood(final: Edit) -> set[Edit]:
    """What stands, what it rests on, and what had won before and was withdrawn: not what that had won over."""
    past = final.past()
    return past | {back.edit for each in past for back in each.took_back}


def _beats(claim: Claim, loser: Edit | Claim, policy: Policy, several_systems: bool) -> bool:
    side, at, _ = claim
    if side == loser.side:
        return False
    if several_systems and OURS not in {side, loser.side} and policy is not Policy.LATEST:
        return policy is not Policy.REVIEW
    if policy is Policy.THEIRS:
        return side != OURS
    if policy is Policy.OURS:
        return side == OURS
    return policy is Policy.LATEST and at > loser.at
