"""Personas: who a member is, from what it answered; decides its plan template and what we write to it about.

The questions are those of the membership experience: who they are, how they found us, what attracted them, what
interests them, which benefits they would value. A persona never touches the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plugin.domain.words import quoted

CLEAR = 3
"""Points from which a persona is named; with fewer the answers say too little."""


@dataclass(frozen=True)
class Option:
    """An answer to choose: points for personas by key, and topics that we may then write about."""

    key: str
    text: str
    points: Mapping[str, int] = field(default_factory=dict)
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question with its options; `most` is how many may be chosen."""

    key: str
    text: str
    options: tuple[Option, ...]
    most: int = 1


@dataclass(frozen=True)
class PersonaKind:
    """A persona that a member may have, and the topics that we write to such members about."""

    key: str
    name: str
    description: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    """The personas there are, in the order that decides between equals, and what is asked."""

    personas: tuple[PersonaKind, ...]
    questions: tuple[Question, ...]


Answers = Mapping[str, tuple[str, ...]]
"""The options chosen (keys), by question."""


@dataclass(frozen=True)
class Persona:
    """What the answers say: the persona, or None where they say too little, why, and the topics to write about.

    `points` are by persona, the most first; `unanswered` are questions' keys.
    """

    kind: PersonaKind | None
    why: str
    points: Mapping[str, int]
    topics: tuple[str, ...]
    unanswered: tuple[str, ...]


def persona_of(questionnaire: Questionnaire, answers: Answers) -> Persona:
    """Return the persona that has the most points; between equals the one listed first."""
    chosen = [
        (question, option)
        for question in questionnaire.questions
        for option in question.options
        if option.key in answers.get(question.key, ())
    ]
    points = {kind.key: sum(option.points.get(kind.key, 0) for _, option in chosen) for kind in questionnaire.personas}
    ordered = sorted(questionnaire.personas, key=lambda kind: -points[kind.key])
    first = ordered[0] if ordered and points[ordered[0].key] >= CLEAR else None
    own = first.topics if first else ()
    return Persona(
        kind=first,
        why=_why(first, ordered, points, chosen),
        points={kind.key: points[kind.key] for kind in ordered if points[kind.key]},
        topics=tuple(dict.fromkeys((*own, *(topic for _, option in chosen for topic in option.topics)))),
        unanswered=tuple(one.key for one in questionnaire.questions if not answers.get(one.key)),
    )


def _why(
    first: PersonaKind | None,
    ordered: list[PersonaKind],
    points: Mapping[str, int],
    chosen: list[tuple[Question, Option]],
) -> str:
    """Return the answers that speak for it, the strongest first, and how far behind the next one is."""
    if first is None:
        most = points[ordered[0].key] if ordered else 0
        return f"too little to say: the most points are {most}, and {CLEAR} are needed"
    speaking = sorted((one for one in chosen if one[1].points.get(first.key, 0) > 0), key=lambda one: -_for(one, first))
    said = ", ".join(f"{quoted(option.text)} ({option.points[first.key]})" for _, option in speaking)
    second = next((kind for kind in ordered[1:] if points[kind.key] > 0), None)
    behind = f"; next {second.name} with {points[second.key]}" if second else ""
    return f"{first.name} with {points[first.key]} points: {said}{behind}"


def _for(one: tuple[Question, Option], kind: PersonaKind) -> int:
    return one[1].points.get(kind.key, 0)
