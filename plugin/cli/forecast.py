"""`success-vector forecast`: the expansion to count on in 30, 60 and 90 days, and freezing it as a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from plugin.cli.frozen import freeze
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.printed import print_json
from plugin.domain.exchange_values import nearest
from plugin.domain.forecast import MONTH, SEED, SPLITS, Declared, Forecast, Line
from plugin.domain.forecast import forecast as forecast_of
from plugin.domain.forecast_parts import HORIZONS, Part
from plugin.domain.member import Member
from plugin.domain.objectives import plan_of
from plugin.domain.shares import percent
from plugin.domain.take_rate import BANDS
from plugin.errors import UserError
from plugin.results import told
from plugin.scoring.portfolio import portfolio
from plugin.store import results

HEADINGS = {"total": "All", "month": "By month", "offer": "By offer", "segment": "By segment", "msm": "By MSM"}


@click.command("forecast")
@click.option("--as-of", "as_of", metavar="DATE", help="The day to forecast from; default: today.")
@click.option("--reach", type=click.FloatRange(0, 1), help="Declared share reached in time, until 30 were reached.")
@click.option("--take", multiple=True, metavar="OFFER=RATE", help="Declared take rate of an offer, by its name.")
@click.option(
    "--days", type=click.Choice([str(days) for days in HORIZONS]), default="90", help="What the screen splits."
)
@click.option("--freeze", "plan", metavar="PLAN.json", type=click.Path(path_type=Path), help="Keep it as the plan.")
@click.option("--seed", type=int, default=SEED, help="Seed of the simulated ranges.")
@click.option("--save", is_flag=True, help="Keep the result with its day and its reason.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every part.")
def forecast_command(
    as_of: str | None,
    reach: float | None,
    take: tuple[str, ...],
    days: str,
    plan: Path | None,
    seed: int,
    save: bool,
    as_json: bool,
) -> None:
    """Forecast expansion in 30, 60 and 90 days: P(reached) * take rate * value, with what is assumed marked."""
    with opened_store() as conn:
        day = as_of_day(conn, as_of)
        found = portfolio(conn, day)
        declared = Declared(reach, declared_rates(take, found.members))
        answer = forecast_of(found.members, day, found.owners, declared, seed=seed)
        if save:
            results.replace(conn, "forecast", day, told.of_forecast(answer))
    if plan is not None:
        freeze(plan_of(answer, int(days), day + timedelta(days=int(days))), plan)
    if as_json:
        print_json(_json(answer))
    else:
        _show(Console(), answer, int(days))


def declared_rates(words: Iterable[str], members: Iterable[Member]) -> dict[str, float]:
    """Return the declared rates by offer's id. Raises UserError for an offer that no plan has, or what is no rate."""
    offers = {
        one.offer.name.casefold(): one.offer
        for member in members
        for outcome in member.outcomes
        for one in outcome.milestones
        if one.offer is not None
    }
    rates = {}
    for word in words:
        name, _, text = word.rpartition("=")
        offer = offers.get(name.strip().casefold())
        if offer is None:
            known = [one.name for one in offers.values()]
            raise UserError(f"--take {word}: no milestone has the offer {name!r}. {nearest(name, known)}".strip())
        try:
            rate = float(text)
        except ValueError:
            rate = -1.0
        if not 0 <= rate <= 1:
            raise UserError(f"--take {word}: {text!r} is no rate. Write a number from 0 to 1, like {name}=0.4.")
        rates[offer.id] = rate
    return rates


def _json(answer: Forecast) -> dict[str, Any]:
    return {
        "as_of": answer.as_of.isoformat(),
        "lines": [
            {name: float(value) if isinstance(value, Decimal) else value for name, value in asdict(line).items()}
            for line in answer.lines
        ],
        "parts": [_part(answer, part) for part in answer.parts],
    }


def _part(answer: Forecast, part: Part) -> dict[str, Any]:
    low, high = part.rate.interval
    return {
        "member": part.member,
        "member_name": part.member_name,
        "milestone": part.milestone,
        "milestone_id": part.milestone_id,
        "due_on": part.due_on.isoformat(),
        "offer": part.offer_name,
        "segment": part.segment,
        "msm": part.msm,
        "course": BANDS[part.band],
        "value": float(part.value),
        "reached": {days: round(part.reached[answer.steps.within(days) - 1], 4) for days in HORIZONS},
        "take_rate": {"rate": round(part.rate.rate, 4), "low": round(low, 4), "high": round(high, 4)},
        "take_rate_from": {"takes": part.rate.takes, "offers": part.rate.offers},
        "mean": {days: float(sum(part.amounts[: answer.steps.within(days)])) for days in HORIZONS},
        "assumed": list(part.assumed),
    }


def _show(console: Console, answer: Forecast, days: int) -> None:
    title = f"Expansion to count on from {answer.as_of:%d %b %Y}, in money a year"
    table = _table(title, [(f"within {horizon} days", answer.total(horizon)) for horizon in HORIZONS])
    console.print(table)
    for split in (MONTH, *SPLITS):
        lines = answer.split(split, days)
        if lines:
            console.print(_table(f"{HEADINGS[split]}, within {days} days", [(line.name, line) for line in lines]))
    kinds = {name for part in answer.parts for name in part.assumed}
    if "reach" in kinds:
        console.print("Assumed: how many milestones are reached in time (fewer than 30 were reached so far).")
    if "rate" in kinds:
        console.print("Assumed: take rates of offers with fewer than 10 takes or 10 declines, or declared ones.")
    if not answer.parts:
        console.print("No open milestone of a member with a goal has an offer with a value.")


def _table(title: str, rows: Sequence[tuple[str, Line]]) -> Table:
    table = Table("", "Mean", "10 to 90%", "Milestones", "Assumed", title=title)
    for name, line in rows:
        share = percent(line.assumed / line.mean) if line.mean else "-"
        table.add_row(name, f"{line.mean:,.0f}", f"{line.low:,.0f} to {line.high:,.0f}", str(line.parts), share)
    return table
