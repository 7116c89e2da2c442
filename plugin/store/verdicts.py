"""What the last back-test allows to be said: whoever words a sentence about the future asks here first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from plugin.domain.calibration_verdict import ASKED, UNTESTED, Verdict
from plugin.store.schema import calibration_verdicts as table


@dataclass(frozen=True)
class Judged:
    """A verdict on a question, with the members of each end in the test folds, for one version of the definition."""

    verdict: Verdict
    good: int
    bad: int
    as_of: date
    definition_version: int


def save(conn: Connection, found: Mapping[str, Judged]) -> None:
    """Keep the verdicts by question, in place of older ones."""
    for question, judged in found.items():
        values: dict[str, Any] = {
            "verdict": judged.verdict.verdict,
            "reasons": list(judged.verdict.reasons),
            "good": judged.good,
            "bad": judged.bad,
            "as_of": judged.as_of,
            "definition_version": judged.definition_version,
            "judged_at": sa.func.now(),
        }
        statement = insert(table).values(question=question, **values)
        conn.execute(statement.on_conflict_do_update(index_elements=["question"], set_=values))


def judged(conn: Connection, definition_version: int) -> dict[str, Judged]:
    """Return the verdicts by question that were made for a version of the definition; those of others say nothing."""
    query = sa.select(table).where(table.c.definition_version == definition_version).order_by(table.c.question)
    return {
        row.question: Judged(
            Verdict(row.verdict, tuple(row.reasons)), row.good, row.bad, row.as_of, row.definition_version
        )
        for row in conn.execute(query)
    }


def told(conn: Connection, definition_version: int) -> list[dict[str, Any]]:
    """Return for each question of the own history what may be said: verdict, reasons, the day of the back-test."""
    known = judged(conn, definition_version)
    rows = [(name, known[name].verdict if name in known else UNTESTED) for name in ASKED]
    return [
        {
            "question": name,
            "verdict": verdict.verdict,
            "reasons": list(verdict.reasons),
            "as_of": known[name].as_of if name in known else None,
        }
        for name, verdict in rows
    ]
