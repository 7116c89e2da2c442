"""The exchange format: members' dated facts as JSON in, success vectors as JSON out.

What can't be right is refused whole, each fault named by member, field and value. Numbers are rounded only here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from plugin.domain.exchange_model import MembersIn
from plugin.domain.outcome import MemberFacts
from plugin.domain.success_vector import VERSION
from plugin.domain.vector import SuccessVector
from plugin.domain.words import rounded
from plugin.errors import Problem, Problems, UserError

HEADING = "Nothing was scored, because some of the input can't be right:"
SHAPE = 'Write it as {"members": [{"id": "...", "outcomes": [...]}]}.'


def read_members(text: str, source: str = "the input") -> list[MemberFacts]:
    """Return the members that `text` holds; `source` says in errors what it is.

    Raises UserError when it is not JSON of this format, and Problems with every fault at once.
    """
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{source} is not JSON ({error}). {SHAPE}") from error
    if not isinstance(read, dict) or not isinstance(read.get("members"), list):
        raise UserError(f"{source} holds no list of members. {SHAPE}")
    try:
        return [member.fact() for member in MembersIn.model_validate(read).members]
    except ValidationError as error:
        faults: list[Any] = error.errors(include_url=False)
        raise Problems(HEADING, [_problem(read["members"], fault) for fault in faults]) from error


def write_vectors(vectors: Sequence[SuccessVector], as_of: date) -> dict[str, Any]:
    """Return the exchange format's answer, its numbers rounded for people."""
    return {"version": VERSION, "as_of": as_of.isoformat(), "members": [_written(vector) for vector in vectors]}


def _written(vector: SuccessVector) -> dict[str, Any]:
    return {
        "id": vector.id,
        "status": vector.status,
        "reason": vector.reason,
        **{name: rounded(getattr(vector, name), 4) for name in ("direction", "magnitude", "pace", "progress")},
        **{name: rounded(getattr(vector, name), 1) for name in ("score", "score_low")},
        "coverage": rounded(vector.coverage, 4),
        "stale": vector.stale,
        "success_gap": vector.success_gap,
        "explanation": [
            {"outcome": term.outcome, "milestone": term.milestone, "kind": term.kind, "value": rounded(term.value, 4)}
            for term in vector.explanation
        ],
    }


def _problem(members: Sequence[Any], fault: Mapping[str, Any]) -> Problem:
    """Name a fault by its member, field and value."""
    place = fault["loc"][1:]
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place[1:]).lstrip(".")
    where = ", ".join(filter(None, (_who(members, place), field)))
    if fault["type"] == "refused":
        return Problem(where, fault["ctx"]["what"], fault["ctx"]["fix"])
    if fault["type"] == "missing":
        return Problem(where, "it is missing", "Give it a value.")
    value = json.dumps(fault["input"], default=str, ensure_ascii=False)[:80]
    return Problem(where, f"{value} can't stand here", f"{fault['msg']}.")


def _who(members: Sequence[Any], place: Sequence[Any]) -> str:
    if not place:
        return "members"
    member = members[place[0]]
    name = member.get("id") if isinstance(member, dict) else None
    return f"member {name}" if name and isinstance(name, str) else f"member number {place[0] + 1}"
