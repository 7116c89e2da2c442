"""`success-vector objectives`: a frozen plan held against what came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from plugin.cli.frozen import thaw
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.domain.objectives import Objective, Plan, Variance, actual_of, together, variance
from plugin.scoring.portfolio import portfolio


@click.command("objectives")
@click.argument("file", metavar="PLAN.json", type=click.Path(path_type=Path))
@click.option("--as-of", "as_of", metavar="DATE", help="The day to look at; default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def objectives_command(file: Path, as_of: str | None, as_json: bool) -> None:
    """Hold the plan in PLAN.json (from `forecast --freeze`) against what came: short by reach, take and value."""
    plan = thaw(file)
    with opened_store() as conn:
        day = as_of_day(conn, as_of)
        actual = actual_of(portfolio(conn, day).members, plan)
    nothing = together([])
    split = {
        plan.names.get(offer, offer): variance(plan.offers.get(offer, nothing), actual.get(offer, nothing))
        for offer in dict.fromkeys((*plan.offers, *actual))
    }
    total = variance(plan.total, together(actual.values()))
    over = day >= plan.ends_on
    if as_json:
        answer = {"made_on": plan.starts_on.isoformat(), "ends_on": plan.ends_on.isoformat(), "over": over}
        offers = {name: _json(one) for name, one in split.items()}
        print_json({**answer, "total": _json(total), "offers": offers})
    else:
        _show(Console(), plan, split, total, over=over)


def _json(one: Variance) -> dict[str, Any]:
    terms = {"short": one.short, "reach": one.reach, "take": one.take, "value": one.value}
    counts = {"planned": _counts(one.planned), "actual": _counts(one.actual)}
    return {**counts, **{name: float(amount) for name, amount in terms.items()}}


def _counts(one: Objective) -> dict[str, float]:
    return {"reached": round(float(one.reached), 4), "takes": round(float(one.takes), 4), "amount": float(one.amount)}


def _show(console: Console, plan: Plan, split: dict[str, Variance], total: Variance, *, over: bool) -> None:
    title = f"Plan of {plan.starts_on:%d %b %Y} up to {plan.ends_on:%d %b %Y}"
    table = Table("Offer", "Planned", "Came", "Short by", "of reach", "of take", "of value", title=title)
    for name, one in [*split.items(), ("All", total)]:
        terms = (one.planned.amount, one.actual.amount, one.short, one.reach, one.take, one.value)
        table.add_row(name, *(f"{amount:,.0f}" for amount in terms), style="bold" if one is total else None)
    console.print(table)
    console.print(
        "Reach: milestones were not reached. Take: they were, and the offer was not taken. Value: it was, for less."
    )
    if not over:
        console.print(f"The period runs until {plan.ends_on:%d %b %Y}: this is what came so far.", style="yellow")
