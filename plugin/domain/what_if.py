"""What one thing would change: the same member with the biggest setback put right today, scored again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from plugin.domain.member import Member
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.requirement import Assessment, Condition, ExperienceElement
from plugin.domain.success_vector import score
from plugin.domain.vector import SuccessVector, Term
from plugin.domain.words import quoted, status_name


def what_ifs(members: Sequence[Member], vectors: Sequence[SuccessVector], as_of: date) -> list[str]:
    """Return, for each member, a sentence on what the one biggest thing would change; empty where nothing would.

    It states what the rule gives for the changed facts. It is no prediction.
    """
    changes = [_put_right(member, vector, as_of) for member, vector in zip(members, vectors, strict=True)]
    tried = [member for member, _ in filter(None, changes)]
    scored = iter(score([member.facts for member in tried], as_of))
    return [
        _told(change[1], vector, next(scored)) if change is not None else ""
        for change, vector in zip(changes, vectors, strict=True)
    ]


def _put_right(member: Member, vector: SuccessVector, as_of: date) -> tuple[Member, str] | None:
    outcomes = {outcome.id: outcome for outcome in member.outcomes}
    term = min((term for term in vector.explanation if term.value < 0), key=lambda term: term.value, default=None)
    if term is None and vector.status == "grace":
        term = _due(member, as_of)
    if term is None:
        return None
    outcome = outcomes[term.outcome]
    changed, words = _achieved(outcome, term, as_of) if term.milestone else _met(outcome, term, as_of)
    return replace(member, outcomes=tuple((outcomes | {changed.id: changed}).values())), words


def _due(member: Member, as_of: date) -> Term:
    """Return the milestone that fell due first and is still open, as a term that costs nothing yet."""
    _, outcome, milestone = min(
        (milestone.due_as_of(as_of), outcome.id, milestone.id)
        for outcome in member.outcomes
        if outcome.scored_on(as_of)
        for milestone in outcome.milestones
        if milestone.achieved_as_of(as_of) is None
    )
    return Term(outcome, milestone, "overdue", 0.0)


def _achieved(outcome: DesiredOutcome, term: Term, as_of: date) -> tuple[DesiredOutcome, str]:
    name = next(row.name for row in outcome.milestones if row.id == term.milestone)
    rows = tuple(
        replace(row, achieved_on=as_of, reversed_on=None) if row.id == term.milestone else row
        for row in outcome.milestones
    )
    return replace(outcome, milestones=rows), f"if {quoted(name)} is achieved this week"


def _met(outcome: DesiredOutcome, term: Term, as_of: date) -> tuple[DesiredOutcome, str]:
    """Take everything of the term's kind as met: the breached ones are one thing to the member."""
    met = Assessment(as_of, "met")

    def again(row: ExperienceElement | Condition) -> tuple[Assessment, ...]:
        return (*row.assessments, met) if row.breached_since(as_of) else row.assessments

    if term.kind == "experience":
        elements = tuple(replace(row, assessments=again(row)) for row in outcome.experience)
        return replace(outcome, experience=elements), "if the way there is as agreed again"
    conditions = tuple(replace(row, assessments=again(row)) for row in outcome.conditions)
    return replace(outcome, conditions=conditions), "if the condition is met again"


def _told(words: str, before: SuccessVector, after: SuccessVector) -> str:
    if before.score is None or after.score is None:
        return ""
    was, becomes = round(before.score), round(after.score)
    if becomes <= was and after.status == before.status:
        return ""
    return f"{words}: {status_name(after.status)}, {was} to {becomes}"
