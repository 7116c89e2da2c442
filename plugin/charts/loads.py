"""Capacity as bars: everybody's load, before and after rebalancing, against what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.ticker import PercentFormatter

from plugin.charts.drawn import Drawn, empty, figure, styled
from plugin.charts.style import LINES, QUIET
from plugin.domain.capacity import Capacity, Load, Msm

MOST = 25
"""People that are drawn, the fullest first."""


def capacity_bars(before: Capacity, after: Capacity | None = None, assumed: Msm | None = None) -> Drawn:
    """Draw the loads, and those after the moves if there are any; those of unknown hours are left out.

    `assumed` are the hours of everyone where nobody said them: the chart says so.
    """
    title = "Load of everybody who serves members"
    note = f", assumed: {assumed.usable:g} a month each" if assumed else ""
    known = [one for one in before.loads if one.load is not None]
    shown = known[:MOST]
    then = {one.name: one.load for one in after.loads} if after else {}
    with styled():
        drawn = figure(7.2, 1.6 + (0.5 if after else 0.36) * max(len(shown), 3))
        axes = drawn.add_subplot()
        axes.set_title(title)
        if not shown:
            empty(axes, "Nobody's hours are known.")
            return Drawn(drawn, title, "There is nothing to show: nobody's hours are known.")
        places = list(range(len(shown)))
        thick = 0.38 if after else 0.6
        shift = thick / 2 if after else 0.0
        axes.barh([place - shift for place in places], [one.load or 0.0 for one in shown], thick, color=LINES[1],
                  label="before" if after else "load")  # fmt: skip
        if after:
            axes.barh([place + shift for place in places], [then.get(one.name) or 0.0 for one in shown], thick,
                      color=LINES[0], hatch="//", edgecolor="white", label="after rebalancing")  # fmt: skip
        axes.axvline(1, color="#1f2933", linewidth=1.6, linestyle="--")
        axes.annotate("100%", (1, -0.75), xytext=(4, 0), textcoords="offset points", fontsize=9)
        axes.set_yticks(places, [f"{one.name} (pool)" if one.pool else one.name for one in shown])
        axes.set(ylim=(len(shown) - 0.4, -1.0), xlim=(0, max(1.15, 1.05 * max(one.load or 0.0 for one in shown))))
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.set_xlabel(f"hours that members call for / hours there are{note}")
        axes.grid(visible=True, axis="x")
        axes.tick_params(axis="y", length=0)
        if len(known) > MOST:
            axes.annotate(f"and {len(known) - MOST} more", (0, 0), xycoords="axes fraction", fontsize=8, color=QUIET)
        drawn.legend(loc="outside lower center", ncols=2)
    return Drawn(drawn, title, _words(shown, then, note))


def _words(shown: Sequence[Load], then: dict[str, float | None], note: str) -> str:
    said = [
        f"{one.name} {one.load:.0%}" + (f", {then[one.name]:.0%} after" if then.get(one.name) is not None else "")
        for one in shown
    ]
    return f"Load as a share of usable hours{note}: {'; '.join(said)}."
