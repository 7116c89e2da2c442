"""A member's calculated fields: rounded as they are written to other systems, and when they are worth writing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from plugin.domain.entities import ENTITIES
from plugin.domain.standing import Standing
from plugin.domain.success_vector import VERSION
from plugin.domain.words import cut, rounded

LONGEST_TEXT = 255
"""Characters that a line of text holds in the systems we write to."""
FIELDS = ENTITIES["member"].calculated
SIGNALS = (
    "vector_status",
    "stale",
    "success_gap",
    "expansion_flag",
    "expansion_offer_name",
    "advocacy_flag",
    "advocacy_ask",
    "intervention_flag",
    "next_milestone",
    "next_milestone_due",
    "definition_version",
)
"""What people and automations act on: the status, the flags and what a flag or the next date points at. A change of any
of these is written at once. Texts, dates and numbers beside them travel along, or within a week."""
SILENT = ("scored_as_of", "vector_terms")
"""What never causes a writing, not even after a week: it travels along with what does."""
STEP = 1.0
"""Points by which a score must move to be written for its own sake."""
WEEK = timedelta(days=7)


def calculated(standing: Standing) -> dict[str, Any]:
    """Return the value of every calculated field of the entity `member`, in its order."""
    vector, offer, ask = standing.vector, standing.expansion.offer, standing.advocacy.ask
    milestone = standing.next_milestone
    values: dict[str, Any] = {
        "vector_status": vector.status,
        "status_reason": vector.reason,
        "score": vector.score,
        "score_low": vector.score_low,
        "direction": vector.direction,
        "magnitude": vector.magnitude,
        "pace": vector.pace,
        "progress": vector.progress,
        "known_requirements": vector.coverage,
        "stale": vector.stale,
        "success_gap": vector.success_gap or "none",
        "success_gap_since": vector.success_gap_since,
        "next_milestone": milestone.name if milestone else None,
        "next_milestone_due": milestone.due_as_of(vector.as_of) if milestone else None,
        "expansion_flag": standing.expansion.flag,
        "expansion_offer_name": offer.name if offer else None,
        "expansion_value": offer.yearly_value if offer else None,
        "expansion_reason": standing.expansion.reason,
        "expansion_since": standing.expansion.since,
        "advocacy_flag": standing.advocacy.flag,
        "advocacy_ask": ask.name if ask else None,
        "advocacy_reason": standing.advocacy.reason,
        "intervention_flag": standing.intervention.flag,
        "intervention_reason": standing.intervention.reason,
        "next_step": standing.intervention.next_step,
        "next_step_by": standing.intervention.by,
        "explanation": standing.explanation,
        "vector_terms": standing.terms,
        "scored_as_of": vector.as_of,
        "definition_version": VERSION,
    }
    return {name: _written(name, values[name]) for name in FIELDS}


def worth_writing(before: Mapping[str, Any] | None, now: Mapping[str, Any], as_of: date) -> bool:
    """Tell whether `now` is to replace `before`, what was written last (None: nothing yet).

    It is when the status or a flag changes (see `SIGNALS`), the score moves by a point or more, or a week has passed
    since the last writing and something differs. The passing of days alone, and what is `SILENT`, never is.
    """
    if before is None or before.get("scored_as_of") is None:
        return True
    if any(before.get(name) != now[name] for name in SIGNALS):
        return True
    was, becomes = before.get("score"), now["score"]
    if (was is None) != (becomes is None):
        return True
    if was is not None and becomes is not None and round(abs(becomes - was), 6) >= STEP:
        return True
    return as_of - before["scored_as_of"] >= WEEK and _differs(before, now)


def _differs(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return any(before.get(name) != value for name, value in now.items() if name not in SILENT)


def _written(name: str, value: Any) -> Any:
    decimals = FIELDS[name].decimals
    if isinstance(value, float) and decimals is not None:
        return rounded(value, decimals)
    if isinstance(value, str):
        return (value if FIELDS[name].kind == "long_text" else cut(value, LONGEST_TEXT)) or None
    return value
