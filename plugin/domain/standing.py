"""Everything that is said of a member on a day: the vector, the flags, the sentence and the next milestone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from plugin.domain.advocacy import Advocacy, advocacy
from plugin.domain.expansion import Expansion, expansion
from plugin.domain.intervention import Intervention, intervention, long_drifting
from plugin.domain.member import Member
from plugin.domain.milestone import Milestone
from plugin.domain.sentences import explanations
from plugin.domain.success_vector import score
from plugin.domain.vector import SuccessVector
from plugin.domain.vector_terms import vector_terms


@dataclass(frozen=True)
class Standing:
    """A member's results as of a day."""

    vector: SuccessVector
    expansion: Expansion
    advocacy: Advocacy
    intervention: Intervention
    explanation: str
    next_milestone: Milestone | None
    terms: str | None = None


def standings(members: Sequence[Member], as_of: date) -> list[Standing]:
    """Return where each member stands as of a day."""
    vectors = score([member.facts for member in members], as_of)
    drifting = long_drifting(members, vectors, as_of)
    sentences = explanations(members, vectors, as_of)
    return [
        Standing(
            vector,
            expansion(member, vector, as_of),
            advocacy(member, vector, as_of),
            intervention(member, vector, as_of, drifting),
            sentence,
            next_milestone(member, as_of),
            vector_terms(member, vector, as_of),
        )
        for member, vector, sentence in zip(members, vectors, sentences, strict=True)
    ]


def next_milestone(member: Member, as_of: date) -> Milestone | None:
    """Return the milestone not yet achieved that is due first, an overdue one included; None without any."""
    open_ = [
        milestone
        for outcome in member.outcomes
        if outcome.scored_on(as_of)
        for milestone in outcome.milestones
        if milestone.achieved_as_of(as_of) is None
    ]
    return min(open_, key=lambda milestone: milestone.due_as_of(as_of), default=None)
