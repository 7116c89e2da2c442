"""The back-test's charts: how measures rank members, and how probabilities met what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from plugin.backtest.report import Report
from plugin.domain.calibration import Backtest
from plugin.domain.calibration_rows import VECTOR

OURS, THEIRS, QUIET = "#0b5cab", "#6b6b6b", "#b0b0b0"
PER_ROW = 2


def draw(report: Report, folder: Path, form: str = "svg") -> dict[str, str]:
    """Write the charts into a folder as SVG or PNG; return the files' names by what they show."""
    made = {}
    ranked = [found for found in report.backtests if found.rows]
    if ranked:
        made["AUC of each measure within template, cohort and day, with 95% intervals"] = _save(
            _figure(ranked, _aucs), folder / f"auc.{form}"
        )
    checked = [found for found in report.backtests if found.calibration is not None]
    if checked:
        made["Reliability: what was predicted on test folds against what came"] = _save(
            _figure(checked, _reliability), folder / f"reliability.{form}"
        )
    return made


def _figure(found: Sequence[Backtest], panel: Callable[[Axes, Backtest], None]) -> Figure:
    columns = min(len(found), PER_ROW)
    rows = -(-len(found) // PER_ROW)
    figure = Figure(figsize=(5 * columns, 3.6 * rows), layout="constrained")
    for place, one in enumerate(found, 1):
        axes = figure.add_subplot(rows, columns, place)
        panel(axes, one)
        axes.set_title(one.question, fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def _aucs(axes: Axes, found: Backtest) -> None:
    """Draw a line a measure, the best on top: the dot is its AUC, the bar the interval, the tick the pooled AUC."""
    ranked = sorted(found.rankings, key=lambda ranking: ranking.within.value)
    for height, ranking in enumerate(ranked):
        colour = OURS if ranking.measure in VECTOR else THEIRS
        axes.plot([ranking.within.low, ranking.within.high], [height, height], color=colour, linewidth=2)
        axes.plot([ranking.within.value], [height], "o", color=colour)
        axes.plot([ranking.pooled.value], [height], "|", color=QUIET, markersize=10)
    axes.set_yticks(range(len(ranked)), [ranking.measure.replace("_", " ") for ranking in ranked], fontsize=8)
    axes.axvline(0.5, color=QUIET, linewidth=1, linestyle=":")
    axes.set_xlabel("AUC within (dot), pooled (tick)", fontsize=8)


def _reliability(axes: Axes, found: Backtest) -> None:
    if found.calibration is None:
        return
    predicted, came = zip(*found.calibration.checked.curve, strict=True)
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle=":")
    axes.plot(predicted, came, "o-", color=OURS, linewidth=1.5, markersize=4)
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.set_xlabel(f"predicted ({found.verdict.verdict})", fontsize=8)
    axes.set_ylabel("came", fontsize=8)


def _save(figure: Figure, file: Path) -> str:
    """Write a figure, the same bytes for the same figure."""
    with mpl.rc_context({"svg.hashsalt": "success-vector", "svg.fonttype": "path"}):
        figure.savefig(file, dpi=110, metadata={"Date": None} if file.suffix == ".svg" else None)
    return file.name
