"""The calibration curves that a back-test left: in the store, or in a report's file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from plugin.charts.reliability import Curve
from plugin.errors import UserError
from plugin.store import results

KIND = "calibration"


def kept_curves(conn: Connection, as_of: date) -> list[Curve]:
    """Return the curves of the last back-test of the own history up to a day, a curve a question."""
    found = results.newest(conn, KIND, as_of)
    return [_curve(one.subject, one.found["verdict"], one.found.get("calibration")) for one in found]


def read_curves(file: Path) -> list[Curve]:
    """Return the curves of a report.json that `backtest --report` wrote. Raises UserError for any other file."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return curves_in(told)
    except OSError as error:
        raise UserError(f"{file} can't be read: {error.strerror}. Name the report.json of a back-test.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{file} is no report of a back-test. Write one with: success-vector backtest --report FOLDER"
        ) from error


def curves_in(report: Mapping[str, Any]) -> list[Curve]:
    """Return the curves of a report as JSON. Raises KeyError or TypeError for anything else."""
    return [_curve(one["question"], one["verdict"]["verdict"], one["calibration"]) for one in report["backtests"]]


def _curve(question: str, verdict: str, calibration: Mapping[str, Any] | None) -> Curve:
    if calibration is None:
        return Curve(question, verdict, ())
    checked = calibration["checked"]
    slope = checked["slope"]
    told = "" if slope["value"] is None else f"{slope['value']:.2f} [{slope['low']:.2f}, {slope['high']:.2f}]"
    points = tuple((float(predicted), float(came)) for predicted, came in checked["curve"])
    return Curve(question, verdict, points, told)
