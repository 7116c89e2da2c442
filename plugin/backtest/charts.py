"""The back-test's charts: how measures rank members, and how probabilities met what came."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from plugin.backtest.report import Report, as_json
from plugin.charts.drawn import Drawn, figure, styled
from plugin.charts.kept import curves_in
from plugin.charts.reliability import TITLE, calibration_curves
from plugin.charts.saved import save
from plugin.charts.style import OURS, QUIET, THEIRS
from plugin.domain.calibration import Backtest
from plugin.domain.calibration_rows import VECTOR

AUC = "AUC of each measure within template, cohort and day, with 95% intervals"
PER_ROW = 2
WIDTH = 7.8
KEY = (
    Line2D([], [], color=OURS, marker="o", linewidth=2, label="of the success vector"),
    Line2D([], [], color=THEIRS, marker="o", linewidth=2, label="baselines"),
    Line2D([], [], color=QUIET, marker="|", markersize=10, linewidth=0, label="pooled"),
    Line2D([], [], color=QUIET, linewidth=1, linestyle=":", label="chance"),
)


def draw(report: Report, folder: Path, form: str = "svg") -> dict[str, str]:
    """Write the charts into a folder as SVG or PNG; return the files' names by what they show."""
    made = {}
    ranked = [found for found in report.backtests if found.rows]
    if ranked:
        made[AUC] = _written(_ranks(ranked), folder, f"auc.{form}")
    if any(found.calibration for found in report.backtests):
        made[TITLE] = _written(calibration_curves(curves_in(as_json(report))), folder, f"reliability.{form}")
    return made


def _written(drawn: Drawn, folder: Path, name: str) -> str:
    save(drawn, folder / name)
    return name


def _ranks(found: Sequence[Backtest]) -> Drawn:
    columns = min(len(found), PER_ROW)
    rows = -(-len(found) // PER_ROW)
    with styled():
        drawn = figure(max(5.4 * columns, WIDTH), 3.8 * rows + 0.8)
        drawn.suptitle(AUC, fontweight="bold", fontsize=12)
        ends = [end for one in found for ranking in one.rankings for end in (ranking.within, ranking.pooled)]
        shown = (min([0.5, *(one.low for one in ends)]) - 0.02, max(one.high for one in ends) + 0.02)
        for place, one in enumerate(found, 1):
            axes = drawn.add_subplot(rows, columns, place, xlim=shown)
            _aucs(axes, one)
            axes.set_title(f"{one.question[:1].upper()}{one.question[1:]}", fontsize=10)
        drawn.legend(handles=KEY, loc="outside lower center", ncols=len(KEY))
    return Drawn(drawn, AUC, f"{AUC}, for: {'; '.join(f'{one.question} ({one.verdict.verdict})' for one in found)}.")


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
    axes.set_xlabel("AUC, with its 95% interval", fontsize=8)
    axes.grid(visible=True, axis="x")
