"""The calibration curve: what was predicted on test folds against what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from plugin.charts.drawn import Drawn, empty, figure, styled
from plugin.charts.style import GRID, OURS, QUIET

TITLE = "Calibration: what was predicted on test folds, and what came"
PER_ROW = 2
NARROWEST = 6.4
"""Inches that the title takes."""


@dataclass(frozen=True)
class Curve:
    """The answers to one question: points of (mean prediction of a tenth, share that came), and what may be said.

    `points` are empty where nothing could be tested; `slope` is the calibration slope with its interval, in words.
    """

    question: str
    verdict: str
    points: Sequence[tuple[float, float]]
    slope: str = ""


def calibration_curves(curves: Sequence[Curve]) -> Drawn:
    """Draw a panel a question; on the dotted line, what came is what was predicted."""
    tested = [one for one in curves if one.points]
    with styled():
        if not tested:
            drawn = figure(7.2, 3.2)
            axes = drawn.add_subplot()
            axes.set_title(TITLE)
            why = "No back-test could test a prediction yet: success-vector backtest says why."
            empty(axes, why)
            return Drawn(drawn, TITLE, f"There is nothing to show. {why}")
        columns = min(len(tested), PER_ROW)
        rows = -(-len(tested) // PER_ROW)
        drawn = figure(max(4.2 * columns, NARROWEST), 4.4 * rows + 0.4)
        drawn.suptitle(TITLE, fontweight="bold", fontsize=12)
        for place, one in enumerate(tested, 1):
            _panel(drawn.add_subplot(rows, columns, place), one)
    return Drawn(drawn, TITLE, " ".join(_words(one) for one in curves))


def _panel(axes: Axes, curve: Curve) -> None:
    predicted, came = zip(*curve.points, strict=True)
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1.2, linestyle=":", label="as predicted")
    axes.vlines(predicted, predicted, came, color=GRID, linewidth=3)
    axes.plot(predicted, came, "o-", color=OURS, linewidth=1.6, markersize=5, label="came")
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    axes.set_title(f"{curve.question[:1].upper()}{curve.question[1:]}:\n{curve.verdict}", fontsize=10)
    axes.set_xlabel("predicted, mean of each tenth")
    axes.set_ylabel("share that came")
    axes.grid(visible=True)
    axes.legend(loc="upper left")
    if curve.slope:
        axes.annotate(f"slope {curve.slope}", (0.97, 0.04), xycoords="axes fraction", ha="right", fontsize=9)


def _words(curve: Curve) -> str:
    if not curve.points:
        return f"{curve.question}: {curve.verdict}, nothing could be tested."
    said = ", ".join(f"{predicted:.0%} came {came:.0%}" for predicted, came in curve.points)
    return f"{curve.question}: {curve.verdict}; of the tenths predicted {said}."
