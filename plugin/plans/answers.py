"""What members answered about themselves: kept with its day, and the persona that follows written to the member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.engine import Connection

from plugin.domain.persona import Answers, Persona, Questionnaire, persona_of
from plugin.plans.marking import Marks
from plugin.store import history, records
from plugin.store.members import current
from plugin.store.records import Origin
from plugin.store.schema import TABLES, persona_answers

OURS = "persona answers"
"""Source of the personas that follow from answers: what has another source, a person decided."""


@dataclass(frozen=True)
class Answered:
    """The persona that the answers say, and a person's other decision, which stays in force."""

    persona: Persona
    kept: str | None = None


@dataclass(frozen=True)
class Known:
    """A current member's persona in force, the latest answers with their day and reason, and what we write about."""

    member: UUID
    name: str
    persona: str | None
    topics: str | None
    answered_on: date | None
    answers: Mapping[str, Any] | None
    why: str | None


def record_answers(
    conn: Connection,
    marks: Marks,
    questionnaire: Questionnaire,
    member: UUID,
    answers: Answers,
    on: date,
    who: str,
    at: datetime,
) -> Answered:
    """Keep a member's answers of a day, and write the persona and the topics to the member, unless a person decided."""
    found = persona_of(questionnaire, answers)
    key = found.kind.key if found.kind else None
    conn.execute(
        persona_answers.insert().values(
            member_id=member, answered_on=on, answers=dict(answers), persona=key, why=found.why, who=who, known_at=at
        )
    )
    now = records.load(conn, "member", [member], for_update=True)[member]
    decided = history.last_changes(conn, "member", [member]).get(member, {})
    wanted: dict[str, Any] = {"persona": key, "communication_segments": "; ".join(found.topics) or None}
    changed = {
        name: value
        for name, value in wanted.items()
        if now[name] != value and (now[name] is None or decided[name].source == OURS)
    }
    if changed:
        records.save(conn, "member", member, changed, Origin(who, OURS, at, at))
        marks.mark_push(conn, "member", {member})
    kept = now["persona"] if "persona" not in changed and now["persona"] != key else None
    return Answered(found, kept)


def known_personas(conn: Connection, as_of: date) -> list[Known]:
    """Return every current member with its persona and its latest answers up to a day, in order of name."""
    member = TABLES["member"]
    latest = (
        sa.select(persona_answers)
        .where(persona_answers.c.answered_on <= as_of)
        .ext(distinct_on(persona_answers.c.member_id))
        .order_by(persona_answers.c.member_id, persona_answers.c.answered_on.desc(), persona_answers.c.id.desc())
        .subquery()
    )
    query = (
        sa.select(
            member.c.id, member.c.name, member.c.persona, member.c.communication_segments,
            latest.c.answered_on, latest.c.answers, latest.c.why,
        )
        .select_from(member.outerjoin(latest, latest.c.member_id == member.c.id))
        .where(current(as_of))
        .order_by(member.c.name, member.c.id)
    )  # fmt: skip
    return [
        Known(row.id, row.name or "", row.persona, row.communication_segments, row.answered_on, row.answers, row.why)
        for row in conn.execute(query)
    ]
