"""One member's success vector as an arrow: where it points is the direction, how long it is the magnitude."""

from __future__ import annotations

from math import cos, pi, sin

from matplotlib.axes import Axes
from matplotlib.patches import Wedge

from plugin.charts.drawn import Drawn, figure, styled
from plugin.charts.style import GRID, INK, QUIET, STATUS_COLOURS, TINTS
from plugin.domain.words import status_name

LONGEST = 1.5
"""Magnitude at the edge: a longer arrow ends there. 1 is as much movement as the plan calls for."""
RINGS = (0.5, 1.0)


def arrow(name: str, status: str, direction: float | None, magnitude: float | None, score: float | None) -> Drawn:
    """Draw a vector in a half circle: to the right is toward the Desired Outcome, to the left away from it."""
    told = "no goal to score" if score is None else f"score {score:.0f}"
    title = f"{name}: {status_name(status)}, {told}"
    with styled():
        drawn = figure(4.6, 2.7)
        axes = drawn.add_subplot()
        axes.set_aspect("equal")
        axes.axis("off")
        axes.set(xlim=(-1.3, 1.3), ylim=(-0.34, 1.25))
        axes.add_patch(Wedge((0, 0), 1, 0, 90, color=TINTS["on_course"], zorder=0))
        axes.add_patch(Wedge((0, 0), 1, 90, 180, color=TINTS["off_course"], zorder=0))
        for ring in RINGS:
            edge = QUIET if ring == 1 else GRID
            axes.add_patch(Wedge((0, 0), ring / LONGEST, 0, 180, fill=False, edgecolor=edge, linewidth=1.2))
        axes.text(0, -0.25, "the ring: as much movement as the plan calls for", ha="center", va="center", fontsize=8)
        axes.plot([0, 0], [0, 1], color=QUIET, linewidth=0.8, linestyle=":")
        axes.text(0.62, -0.12, "toward", ha="center", va="center", fontsize=10)
        axes.text(-0.62, -0.12, "away", ha="center", va="center", fontsize=10)
        if direction is None or magnitude is None:
            nothing = "nothing has moved yet" if score is not None else "no goal yet"
            axes.text(0, 0.35, nothing, ha="center", va="center", fontsize=11, color=INK)
        else:
            _draw(axes, direction, magnitude, STATUS_COLOURS.get(status, INK))
        axes.text(0, 1.16, f"{status_name(status)}, {told}", ha="center", va="center", fontsize=12, fontweight="bold")
    return Drawn(drawn, title, f"{title}. {_words(direction, magnitude)}")


def _draw(axes: Axes, direction: float, magnitude: float, colour: str) -> None:
    angle = (1 - max(-1.0, min(1.0, direction))) * pi / 2
    length = max(min(magnitude / LONGEST, 1.0), 0.06)
    style = {"arrowstyle": "-|>,head_width=0.5,head_length=0.9", "color": colour, "linewidth": 5, "shrinkA": 0}
    tip = (length * cos(angle), length * sin(angle))
    axes.annotate("", xy=tip, xytext=(0, 0), arrowprops=style)
    axes.plot([0], [0], "o", color=INK, markersize=6)


def _words(direction: float | None, magnitude: float | None) -> str:
    if direction is None or magnitude is None:
        return "There is no arrow: no goal is scored, or nothing has moved yet."
    way = "toward" if direction > 0 else "away from" if direction < 0 else "neither toward nor away from"
    return f"The arrow points {way} the Desired Outcome, direction {direction:+.2f}, magnitude {magnitude:.2f}."
