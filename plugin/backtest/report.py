"""What a back-test found, as one value, as JSON, and the audit that looks for hindsight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from math import isfinite
from typing import Any

import numpy as np

from plugin.domain.calibration import Backtest
from plugin.domain.calibration_auc import auc
from plugin.domain.calibration_rows import MEASURES, Observations
from plugin.domain.dated import Floats
from plugin.domain.success_vector import VERSION
from plugin.store.results import Result

DIGITS = 4


@dataclass(frozen=True)
class Audit:
    """What hindsight would have changed: `differing` of `rows` look otherwise with facts that were recorded later.

    The AUCs are those of the score within template, cohort and day, as it was known and as it looks today.
    """

    rows: int
    differing: int
    as_known: float
    with_hindsight: float


@dataclass(frozen=True)
class Report:
    """A back-test of one source. `about` are paragraphs that say what was looked at, `audits` are by question."""

    title: str
    about: tuple[str, ...]
    backtests: tuple[Backtest, ...]
    seed: int
    draws: int
    audits: Mapping[str, Audit] = field(default_factory=dict)
    version: int = VERSION


def audit(rows: Observations, hindsight: Mapping[str, Floats]) -> Audit:
    """Return how the same rows look with everything that is recorded by now."""
    known = np.column_stack([rows.measures[name] for name in MEASURES])
    late = np.column_stack([hindsight[name] for name in MEASURES])
    group = rows.group
    return Audit(
        rows=len(rows),
        differing=int((~np.isclose(known, late)).any(axis=1).sum()),
        as_known=auc(rows.label, rows.measures["score"], group),
        with_hindsight=auc(rows.label, hindsight["score"], group),
    )


def as_json(report: Report) -> dict[str, Any]:
    """Return the report for other programs: days as text, what could not be computed as null, four decimals."""
    told = asdict(report)
    for found in told["backtests"]:
        found["origins"] = [date.fromordinal(day).isoformat() for day in found["origins"]]
    plain: dict[str, Any] = _plain(told)
    return plain


def as_results(report: Report, as_of: date) -> Iterator[Result]:
    """Yield what is kept of each question: the verdict with its reasons, and how probabilities met what came."""
    for one, found in zip(report.backtests, as_json(report)["backtests"], strict=True):
        kept = {"verdict": one.verdict.verdict, "rows": one.rows, "good": one.good, "tested": one.tested}
        yield Result("calibration", as_of, one.question, str(one.verdict), kept | {"calibration": found["calibration"]})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return round(value, DIGITS) if isfinite(value) else None
    return value
