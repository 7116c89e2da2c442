"""The back-test's charts: how measures rank members, and how probabilities met what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from plugin.backtest.report import Report
from plugin.charts.drawn import Drawn, styled
from plugin.charts.drawn import figure as begun
from plugin.charts.saved import save
from plugin.charts.style import OURS, QUIET, THEIRS
from plugin.domain.calibration import Backtest
from plugin.domain.calibration_rows import VECTOR

AUC = "AUC of each measure within template, cohort and day, with 95% intervals"
RELIABILITY = "Reliability: what was predicted on test folds against what came"
PER_ROW = 2


def draw(report: Report, folder: Path, form: str = "svg") -> dict[str, str]:
    """Write the charts into a folder as SVG or PNG; return the files' names by what they show."""
    made = {}
    ranked = [found for found in report.backtests if found.rows]
    checked = [found for found in report.backtests if found.calibration is not None]
    for title, found, panel, name in ((AUC, ranked, _aucs, "auc"), (RELIABILITY, checked, _reliability, "reliability")):
        if found:
            file = folder / f"{name}.{form}"
            with styled():
                save(Drawn(_figure(found, panel), title, _words(title, found)), file)
            made[title] = file.name
    return made


def _words(title: str, found: Sequence[Backtest]) -> str:
    return f"{title}, for: {'; '.join(f'{one.question} ({one.verdict.verdict})' for one in found)}."


def _figure(found: Sequence[Backtest], panel: Callable[[Axes, Backtest], None]) -> Figure:
    columns = min(len(found), PER_ROW)
    rows = -(-len(found) // PER_ROW)
    figure = begun(5 * columns, 3.6 * rows)
    for place, one in enumerate(found, 1):
        axes = figure.add_subplot(rows, columns, place)
        panel(axes, one)
        axes.set_title(one.question, fontsize=10)
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
