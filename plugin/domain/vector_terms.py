"""The signed terms behind a member's vector, as compact JSON for whoever asks how a figure came about.

Its shape is described in docs/success-vector.md. Screens read it, so a change of the shape is a new number.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Any

from plugin.domain.member import Member
from plugin.domain.outcome import DesiredOutcome
from plugin.domain.reasons import breached, milestone_of, reason
from plugin.domain.vector import SuccessVector, Term
from plugin.domain.words import cut, rounded

SHAPE = 1
LONGEST_TERMS = 4000
"""Characters (UTF-16 units) that the text may have: what a field for long texts must hold to be mapped to."""
LONGEST_NAME, LONGEST_WHY = 80, 160
DECIMALS = 6
"""Of values and weights. The figures beside them are rounded as the member's fields of the same name."""

Row = dict[str, Any]


def vector_terms(member: Member, vector: SuccessVector, as_of: date) -> str | None:
    """Return a member's figures and every signed term behind them as JSON text; None where there is no goal to score.

    The terms stand in order of size. Where they don't all fit, the smallest are left out; `left_out` says how many
    and what they add up to, so that terms and `left_out` always sum to `net`.
    """
    if vector.score is None:
        return None
    outcomes = {outcome.id: outcome for outcome in member.outcomes if outcome.scored_on(as_of)}
    rows = [_row(outcomes[term.outcome], term, as_of, len(outcomes) > 1) for term in vector.explanation]
    rows.sort(key=lambda row: -abs(row["value"]))
    # The longest head there can be: no term is shown and all are left out.
    room = LONGEST_TERMS - _length(_text(_document(vector, rows, 0))) - len(str(len(rows)))
    lengths = accumulate(_length(_text(row)) + 1 for row in rows)
    return _text(_document(vector, rows, sum(length <= room for length in lengths)))


def _document(vector: SuccessVector, rows: Sequence[Row], shown: int) -> Row:
    values = [row["value"] for row in rows]
    return {
        "shape": SHAPE,
        "score": rounded(vector.score, 1),
        "low": rounded(vector.score_low, 1),
        "direction": rounded(vector.direction, 4),
        "magnitude": rounded(vector.magnitude, 4),
        "pace": rounded(vector.pace, 4),
        "progress": rounded(vector.progress, 4),
        "toward": _total([value for value in values if value > 0]),
        "away": _total([-value for value in values if value < 0]),
        "net": _total(values),
        "terms": list(rows[:shown]),
        "left_out": {"count": len(rows) - shown, "value": _total(values[shown:])},
    }


def _row(outcome: DesiredOutcome, term: Term, as_of: date, several: bool) -> Row:
    because = reason(outcome, term, as_of)
    if term.milestone is None:
        what, kind = ", ".join(name for name, _ in breached(outcome, term.kind, as_of)), None
    else:
        milestone = milestone_of(outcome, term.milestone)
        what, kind = milestone.name, milestone.type
    return {
        "kind": term.kind,
        "what": cut(what, LONGEST_NAME),
        "type": kind,
        "goal": cut(outcome.name, LONGEST_NAME) if several else None,
        "weight": rounded(term.weight, DECIMALS),
        "value": rounded(term.value, DECIMALS),
        "ours": because.ours,
        "why": cut(because.words, LONGEST_WHY),
    }


def _total(values: Sequence[float]) -> float:
    return round(sum(values), DECIMALS) + 0.0


def _text(document: Row) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
