"""What the last back-test allows to be said, for commands that show where members stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from plugin.backtest.questions import QUESTIONS
from plugin.domain.calibration_verdict import UNTESTED
from plugin.domain.success_vector import VERSION
from plugin.store import verdicts


def said(conn: Connection) -> dict[str, dict[str, Any]]:
    """Return verdict, reasons and the day of the back-test by question; without one it is descriptive only."""
    judged = verdicts.judged(conn, VERSION)
    found: dict[str, dict[str, Any]] = {}
    for question in QUESTIONS:
        one = judged.get(question.name)
        verdict = one.verdict if one else UNTESTED
        found[question.name] = {
            "verdict": verdict.verdict,
            "reasons": list(verdict.reasons),
            "as_of": one.as_of if one else None,
        }
    return found


def sentences(calibration: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a sentence a question: "Renewal: descriptive only. It was never back-tested."."""
    return [
        f"{name.capitalize()}: {told['verdict']}. {' '.join(told['reasons'])}" for name, told in calibration.items()
    ]
