"""What the last back-test allows to be said, for commands that show where members stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from plugin.domain.success_vector import VERSION
from plugin.store import verdicts


def said(conn: Connection) -> list[dict[str, Any]]:
    """Return verdict, reasons and the day of the back-test of each question; without one it is descriptive only."""
    return verdicts.told(conn, VERSION)


def sentences(calibration: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a sentence a question: "Renewal: descriptive only. It was never back-tested."."""
    return [f"{one['question'].capitalize()}: {one['verdict']}. {' '.join(one['reasons'])}" for one in calibration]
