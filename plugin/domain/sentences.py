"""The explanation for the record page: where the member stands, why, and what one thing would change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from plugin.domain.member import Member
from plugin.domain.reasons import advances, setbacks
from plugin.domain.vector import SuccessVector
from plugin.domain.what_if import what_ifs
from plugin.domain.words import joined, on_date, quoted, sentence, status_name

MOST_REASONS = 2
LONG_QUIET = 90
"""Days without a raised credit from which the sentence says since when nothing has moved."""


def explanations(members: Sequence[Member], vectors: Sequence[SuccessVector], as_of: date) -> list[str]:
    """Return for each member at most two reasons, ours first where we are late, and what one thing would change."""
    changes = what_ifs(members, vectors, as_of)
    return [
        f"{sentence(standing(member, vector, as_of))} {sentence(change)}".strip()
        for member, vector, change in zip(members, vectors, changes, strict=True)
    ]


def standing(member: Member, vector: SuccessVector, as_of: date) -> str:
    """Return where a member stands and why, without a full stop: "off course: 'Audit' late since 12 Oct"."""
    if vector.status == "no_goal":
        return f"no goal yet: {vector.reason}"
    back, ahead = setbacks(member, vector, as_of), advances(member, vector, as_of)
    ordered = [*ahead[:1], *back] if vector.status in ("on_course", "arrived") else [*back, *ahead]
    chosen = [reason.words for reason in ordered[:MOST_REASONS]]
    if not back and len(chosen) < MOST_REASONS and vector.status not in ("on_course", "arrived"):
        chosen = [*_nothing_moved(member, vector, as_of), *chosen][:MOST_REASONS]
    return ": ".join(part for part in (status_name(vector.status), joined(chosen)) if part)


def _nothing_moved(member: Member, vector: SuccessVector, as_of: date) -> list[str]:
    """Say why a score that nothing moved may have fallen."""
    waiting = [
        (milestone.due_as_of(as_of), milestone.name)
        for outcome in member.outcomes
        if outcome.scored_on(as_of)
        for milestone in outcome.milestones
        if milestone.achieved_as_of(as_of) is None and milestone.due_as_of(as_of) <= as_of
    ]
    if vector.status == "grace" and waiting:
        due, name = min(waiting)
        return [f"{quoted(name)} was due on {on_date(due, as_of)}"]
    if vector.last_raise is None:
        return []
    quiet = (as_of - vector.last_raise).days > LONG_QUIET
    since = f"nothing has moved since {on_date(vector.last_raise, as_of)}" if quiet else "nothing has moved yet"
    return [since, "nothing was due"] if not waiting else [since]
