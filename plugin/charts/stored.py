"""Charts of what the store holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import nan
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.charts.cohorts import Cohort, milestone_cohorts
from plugin.charts.drawn import Drawn
from plugin.charts.fan import forecast_fan
from plugin.charts.kept import kept_curves
from plugin.charts.loads import capacity_bars
from plugin.charts.plot import Point, portfolio_plot
from plugin.charts.reliability import Curve, calibration_curves
from plugin.coverage.team import ASSUMED
from plugin.coverage.work import work
from plugin.domain.capacity import Team
from plugin.domain.forecast import forecast
from plugin.domain.rebalance import rebalance
from plugin.scoring.portfolio import portfolio
from plugin.store.members import current_members
from plugin.store.records import load_calculated
from plugin.store.schema import TABLES


@dataclass(frozen=True)
class Asked:
    """The day to look at, who serves members (None: everybody's hours are assumed), and a back-test's curves.

    Without `curves` those that the store kept last are drawn.
    """

    as_of: date
    team: Team | None = None
    curves: Sequence[Curve] | None = None


def drawn(conn: Connection, name: str, asked: Asked) -> Drawn:
    """Return the chart of that name. Raises KeyError."""
    return CHARTS[name](conn, asked)


def _portfolio(conn: Connection, asked: Asked) -> Drawn:
    rows = load_calculated(conn, list(current_members(conn, asked.as_of))).values()
    return portfolio_plot(
        [
            Point(row["vector_status"], row["direction"], row["magnitude"])
            for row in rows
            if row["direction"] is not None and row["magnitude"] is not None
        ]
    )


def _cohorts(conn: Connection, asked: Asked) -> Drawn:
    as_of = asked.as_of
    found: dict[str, list[tuple[int, float, float]]] = {}
    plans: dict[Any, int] = {}
    for row in conn.execute(_milestones(as_of)):
        until = min(filter(None, (row.closed_on, as_of)))
        undone = row.reversed_on is not None and row.achieved_on is not None and row.reversed_on >= row.achieved_on
        reached = nan if row.achieved_on is None or undone else float((row.achieved_on - row.starts_on).days)
        plan = plans.setdefault(row.desired_outcome, len(plans))
        found.setdefault(row.template, []).append((plan, float((until - row.starts_on).days), max(reached, 0.0)))
    cohorts = [Cohort(name.replace("_", " "), *zip(*rows, strict=True)) for name, rows in sorted(found.items())]
    return milestone_cohorts(cohorts)


def _milestones(as_of: date) -> sa.Select[Any]:
    goal, step = TABLES["desired_outcome"], TABLES["milestone"]
    columns = (goal.c.template, goal.c.starts_on, goal.c.closed_on, step.c.desired_outcome, step.c.achieved_on)
    return (
        sa.select(*columns, step.c.reversed_on)
        .select_from(step.join(goal, goal.c.id == step.c.desired_outcome))
        .where(
            goal.c.deleted_at.is_(None),
            step.c.deleted_at.is_(None),
            goal.c.template.is_not(None),
            goal.c.starts_on <= as_of,
        )
        .order_by(goal.c.template, goal.c.id, step.c.id)
    )


def _forecast(conn: Connection, asked: Asked) -> Drawn:
    found = portfolio(conn, asked.as_of)
    return forecast_fan(forecast(found.members, asked.as_of, found.owners))


def _capacity(conn: Connection, asked: Asked) -> Drawn:
    found = work(conn, asked.as_of, asked.team, ASSUMED)
    evened = rebalance(found.served, found.team)
    assumed = ASSUMED if asked.team is None else None
    return capacity_bars(evened.before, evened.after if evened.moves else None, assumed)


def _calibration(conn: Connection, asked: Asked) -> Drawn:
    return calibration_curves(kept_curves(conn, asked.as_of) if asked.curves is None else asked.curves)


CHARTS: Mapping[str, Callable[[Connection, Asked], Drawn]] = {
    "portfolio": _portfolio,
    "cohorts": _cohorts,
    "forecast": _forecast,
    "capacity": _capacity,
    "calibration": _calibration,
}
