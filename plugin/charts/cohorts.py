"""Milestone cohorts: what share of a template's milestones is reached within so many days of the plan's start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import PercentFormatter

from plugin.charts.drawn import Drawn, empty, figure, styled
from plugin.charts.style import DASHES, LINES

STEP = 10
FEWEST = 5
"""A line ends where fewer plans than this are so old."""


@dataclass(frozen=True)
class Cohort:
    """A template's milestones: `observed` days of the plan so far, `reached` after so many days, NaN for not yet."""

    name: str
    plan: Sequence[int]
    observed: Sequence[float]
    reached: Sequence[float]

    def shares(self) -> tuple[list[int], list[float]]:
        """Return days and the share reached within them, of the milestones of plans that are at least so old."""
        plan, observed, reached = np.array(self.plan), np.array(self.observed, float), np.array(self.reached, float)
        days, shares = [], []
        for day in range(0, int(observed.max(initial=0)) + 1, STEP):
            old = observed >= day
            if len(np.unique(plan[old])) < FEWEST:
                break
            days.append(day)
            shares.append(float((reached[old] <= day).mean()))
        return days, shares


def milestone_cohorts(cohorts: Sequence[Cohort]) -> Drawn:
    """Draw a line a template."""
    title = "Milestones reached, by days since the plan began"
    lines = [(one, *one.shares()) for one in cohorts]
    lines = [line for line in lines if len(line[1]) > 1]
    with styled():
        drawn = figure(7.2, 4.4)
        axes = drawn.add_subplot()
        axes.set_title(title)
        if not lines:
            empty(axes, f"No template has {FEWEST} plans that have run for {STEP} days.")
            return Drawn(drawn, title, "There is nothing to show: too few plans have run long enough.")
        for place, (one, days, shares) in enumerate(lines):
            plans = len(set(one.plan))
            axes.plot(
                days, shares, color=LINES[place % len(LINES)], linestyle=DASHES[place % len(DASHES)], linewidth=2.2,
                label=f"{one.name} ({plans} plans)",
            )  # fmt: skip
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.set(ylim=(0, 1), xlim=(0, None))
        axes.set_xlabel("days since the plan began, of plans that are so old already")
        axes.set_ylabel("share of milestones reached")
        axes.grid(visible=True)
        drawn.legend(loc="outside lower center", ncols=2)
    said = "; ".join(f"{one.name}: {shares[-1]:.0%} within {days[-1]} days" for one, days, shares in lines)
    return Drawn(drawn, title, f"Share of milestones reached by days since the plan began. {said}.")
