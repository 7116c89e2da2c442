"""Charts of what the store holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from math import nan
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from plugin.charts.cohorts import Cohort, milestone_cohorts
from plugin.charts.drawn import Drawn
from plugin.charts.fan import forecast_fan
from plugin.charts.loads import capacity_bars
from plugin.charts.plot import Point, portfolio_plot
from plugin.coverage.work import work
from plugin.domain.capacity import Msm
from plugin.domain.forecast import forecast
from plugin.domain.rebalance import rebalance
from plugin.plans.find import current_members
from plugin.scoring.portfolio import portfolio
from plugin.store.records import load_calculated
from plugin.store.schema import TABLES

ASSUMED = Msm("", 120.0, 0.25)
"""Hours a month of everyone, and the share of them that members don't get: `success-vector capacity` takes others."""


def drawn(conn: Connection, name: str, as_of: date) -> Drawn:
    """Return the chart of that name. Raises KeyError."""
    return CHARTS[name](conn, as_of)


def _portfolio(conn: Connection, as_of: date) -> Drawn:
    rows = load_calculated(conn, list(current_members(conn, as_of))).values()
    return portfolio_plot(
        [
            Point(row["vector_status"], row["direction"], row["magnitude"])
            for row in rows
            if row["direction"] is not None and row["magnitude"] is not None
        ]
    )


def _cohorts(conn: Connection, as_of: date) -> Drawn:
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


def _forecast(conn: Connection, as_of: date) -> Drawn:
    found = portfolio(conn, as_of)
    return forecast_fan(forecast(found.members, as_of, found.owners))


def _capacity(conn: Connection, as_of: date) -> Drawn:
    found = work(conn, as_of, None, ASSUMED)
    evened = rebalance(found.served, found.team)
    return capacity_bars(evened.before, evened.after if evened.moves else None)


CHARTS: Mapping[str, Callable[[Connection, date], Drawn]] = {
    "portfolio": _portfolio,
    "cohorts": _cohorts,
    "forecast": _forecast,
    "capacity": _capacity,
}
