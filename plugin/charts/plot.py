"""The portfolio at a glance: every member's direction by its magnitude. Nothing in it is sized by money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from plugin.charts.drawn import Drawn, empty, figure, styled
from plugin.charts.style import LINES, MARKS, QUIET
from plugin.domain.entities import STATUSES
from plugin.domain.words import status_name

COLOURS = dict(zip(("on_course", "off_course", "arrived", "holding", "grace", "drifting", "no_goal"), (
    LINES[2], LINES[1], LINES[0], QUIET, LINES[4], LINES[3], LINES[6]), strict=True))  # fmt: skip
HIGHEST = 3.0
CROWD = 5
"""So many members at one place are counted beside it."""
MANY = 2_000
"""Above so many members the marks get smaller and lighter, so that crowds show."""


@dataclass(frozen=True)
class Point:
    """A member's place: its status, direction (-1 to 1) and magnitude (0 to 3)."""

    status: str
    direction: float
    magnitude: float


def portfolio_plot(points: Sequence[Point]) -> Drawn:
    """Draw where members stand; right is toward their Desired Outcome, up is more movement than others."""
    title = "Where members stand: direction and magnitude"
    count = Counter(point.status for point in points)
    with styled():
        drawn = figure(7.2, 5.2)
        axes = drawn.add_subplot()
        axes.set_title(title)
        if not points:
            empty(axes, "No member has a goal that moved yet.")
            return Drawn(drawn, title, "There is nothing to show: no member has a goal that moved yet.")
        size, clear = (46.0, 0.75) if len(points) <= MANY else (10.0, 0.35)
        for status in STATUSES:
            mine = [point for point in points if point.status == status]
            if mine:
                axes.scatter(
                    [point.direction for point in mine], [min(point.magnitude, HIGHEST) for point in mine],
                    s=size, alpha=clear, color=COLOURS[status], marker=MARKS[status], linewidths=0.4,
                    edgecolors="white", label=f"{status_name(status)} ({len(mine)})",
                )  # fmt: skip
        axes.axvline(0, color=QUIET, linewidth=1)
        axes.axhline(1, color=QUIET, linewidth=1, linestyle=":")
        _crowds(axes, points)
        axes.set(xlim=(-1.12, 1.16), ylim=(0, None))
        axes.set_xlabel("away from  \N{LEFTWARDS ARROW}  direction  \N{RIGHTWARDS ARROW}  toward the Desired Outcome")
        axes.set_ylabel("magnitude (1 = what the plan calls for)")
        axes.grid(visible=True)
        drawn.legend(loc="outside lower center", ncols=4)
    said = ", ".join(f"{count[status]} {status_name(status)}" for status in STATUSES if count[status])
    return Drawn(drawn, title, f"{len(points)} members by direction (across) and magnitude (up): {said}.")


def _crowds(axes: Axes, points: Sequence[Point]) -> None:
    """Write beside a place how many members share it: their marks lie on top of each other."""
    places = Counter((round(point.direction, 1), round(min(point.magnitude, HIGHEST), 1)) for point in points)
    for place, count in sorted(places.items()):
        if count >= CROWD:
            axes.annotate(f"{count}", place, xytext=(8, -3), textcoords="offset points", fontsize=9, fontweight="bold")
