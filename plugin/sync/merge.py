"""Three-way merge of one field: what we last agreed on, what they hold, what we hold. Pure.

All values are in the other side's normal form (`plugin.sync.normal`), so that "equal" means equal over there. The rules
are those of docs/architecture.md, "The path of one change".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from mappings.model import Policy

Value = str | int | float | bool | None


class _Missing:
    """Stands for "never agreed" and "nothing under way": other than null, which is a value."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


class Verdict(StrEnum):
    """What is to be done with one field."""

    AGREED = "agreed"
    TAKE = "take"
    """Theirs becomes ours."""
    PUSH = "push"
    """Ours is to be written over there."""
    HOLD = "hold"
    """A person decides: neither side is changed."""
    WAIT = "wait"
    """What we wrote may still be on its way: read again."""


class Why(StrEnum):
    """Why a field waits for a person."""

    POLICY = "policy"
    """Both sides changed it, and the mapping leaves it to a person."""
    UNDECIDED = "undecided"
    """Both sides changed it, and nobody can tell who was later."""
    UNSURE = "unsure"
    """Nobody can tell what became of a write of ours."""
    FIRST_CONTACT = "first contact"
    """Both sides held a value when they met, and not the same."""
    FLIP_FLOP = "flip-flop"
    """It returned to a value that we replaced twice, with no person's edit between."""
    MOVED = "moved"
    """It was settled, and their value changed before it was told to them."""


STUCK = (Why.UNSURE, Why.FLIP_FLOP, Why.MOVED)
"""Whatever is read later, these wait for a person until both sides agree."""


@dataclass(frozen=True)
class Sides:
    """One field as both sides have it.

    `shadow` is the value last agreed on, `sent` what a push that is still open was to write; `landed` says that
    the answer told so. A field that is `stuck` stays with a person until both sides agree, and why: nobody could tell
    what became of a push, say. A copy that lags may answer with a state from `perhaps_before` a write that landed.
    `settled` says that a person has decided, and that they haven't been told yet.
    `ours_changed_at` is when our value was set, `theirs_changed_at` when their record last changed, `shadow_seen_at`
    when the shadow surely still stood over there; all three by the other side's clock.
    """

    theirs: Value
    ours: Value
    shadow: Value | _Missing = MISSING
    sent: Value | _Missing = MISSING
    landed: bool = False
    perhaps_before: bool = False
    stuck: Why | None = None
    settled: bool = False
    stamp_moved: bool = True
    ours_changed_at: datetime | None = None
    theirs_changed_at: datetime | None = None
    shadow_seen_at: datetime | None = None


@dataclass(frozen=True)
class Merged:
    """The verdict on one field, the shadow that follows from it, and `why` a person has to decide, if one has."""

    verdict: Verdict
    shadow: Value | _Missing
    why: Why | None = None


def three_way(sides: Sides, policy: Policy) -> Merged:
    """Return what is to be done with a field, and its new shadow.

    A value we were sending counts as agreed once it is read back. Until then the old shadow with an unmoved stamp
    means that it has not landed. With a moved stamp nobody can tell whether ours never landed or was taken back, nor
    whether a third value was written over ours or beside it: where it matters, a person decides.
    """
    if sides.stuck and sides.theirs != sides.ours:
        return Merged(Verdict.HOLD, sides.shadow, sides.stuck)
    merged = _merged(sides, policy)
    if sides.settled and merged.verdict is Verdict.TAKE:
        return Merged(Verdict.HOLD, sides.shadow, Why.MOVED)
    return merged


def _merged(sides: Sides, policy: Policy) -> Merged:
    if not isinstance(sides.sent, _Missing):
        return _while_sending(sides, policy)
    if isinstance(sides.shadow, _Missing):
        return _first_contact(sides)
    return _settled(sides, sides.shadow, policy)


def _while_sending(sides: Sides, policy: Policy) -> Merged:
    if sides.theirs == sides.sent:
        return _settled(sides, sides.theirs, policy)
    # Also where it is what we hold again: what we sent would come in as an edit of theirs once it shows.
    if sides.theirs == sides.shadow and (sides.perhaps_before if sides.landed else not sides.stamp_moved):
        return Merged(Verdict.WAIT, sides.shadow)
    if sides.theirs == sides.ours:
        return Merged(Verdict.AGREED, sides.theirs)
    return _after_landing(sides, policy)


def _after_landing(sides: Sides, policy: Policy) -> Merged:
    if sides.landed and not isinstance(sides.sent, _Missing):
        return _settled(sides, sides.sent, policy)
    if sides.theirs == sides.shadow:
        return Merged(Verdict.HOLD, sides.shadow, Why.UNSURE)
    if policy is Policy.OURS:
        return Merged(Verdict.HOLD, sides.shadow, Why.UNSURE)
    merged = _both_changed(sides, sides.shadow, policy)
    if merged.verdict is Verdict.HOLD and sides.ours == sides.shadow:
        # With what was sent forgotten, it would look as if only they had changed it.
        return Merged(Verdict.HOLD, sides.shadow, Why.UNSURE)
    return merged


def _settled(sides: Sides, base: Value, policy: Policy) -> Merged:
    if sides.theirs == sides.ours:
        return Merged(Verdict.AGREED, sides.theirs)
    if sides.theirs == base:
        return Merged(Verdict.PUSH, base)
    if sides.ours == base:
        return Merged(Verdict.TAKE, sides.theirs)
    return _both_changed(sides, base, policy)


def _first_contact(sides: Sides) -> Merged:
    if sides.theirs == sides.ours:
        return Merged(Verdict.AGREED, sides.theirs)
    if sides.ours is None:
        return Merged(Verdict.TAKE, sides.theirs)
    if sides.theirs is None:
        return Merged(Verdict.PUSH, None)
    return Merged(Verdict.HOLD, MISSING, Why.FIRST_CONTACT)


def _both_changed(sides: Sides, base: Value | _Missing, policy: Policy) -> Merged:
    why = Why.POLICY if policy is Policy.REVIEW else Why.UNDECIDED
    if policy is Policy.LATEST:
        policy = _latest(sides)
    if policy is Policy.THEIRS:
        return Merged(Verdict.TAKE, sides.theirs)
    if policy is Policy.OURS:
        return Merged(Verdict.PUSH, sides.theirs)
    return Merged(Verdict.HOLD, base, why)


def _latest(sides: Sides) -> Policy:
    """Return who was certainly later; systems know only when a record changed, so often nobody can tell."""
    ours, theirs, seen = sides.ours_changed_at, sides.theirs_changed_at, sides.shadow_seen_at
    if ours and theirs and ours > theirs:
        return Policy.OURS
    if ours and seen and ours < seen:
        return Policy.THEIRS
    return Policy.REVIEW
