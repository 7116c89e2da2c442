"""`success-vector growth`: net and gross revenue retention and logo churn from the dues history."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from fractions import Fraction
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from plugin.cli.opened import day, opened_store
from plugin.cli.printed import print_json
from plugin.domain.cohort import Cohort, cohort_of
from plugin.domain.growth import MOVEMENTS, Growth, growth
from plugin.domain.shares import percent
from plugin.results import told
from plugin.scoring.dues import dues_history
from plugin.store import results

SHOWN = 20
"""Movements that the screen shows; `--json` has all of them."""


@click.command("growth")
@click.option("--from", "opens", metavar="DATE", required=True, help="The day whose dues are the start.")
@click.option("--to", "closes", metavar="DATE", required=True, help="The day on which they are looked at again.")
@click.option(
    "--cohort", multiple=True, metavar="NAME=VALUE",
    help="Only such members: joined=2024, segment=Inbound, owner=..., kind=person. May be given several times.",
)  # fmt: skip
@click.option("--grace-days", type=click.IntRange(0), default=0, help="How long a lapsed period goes on counting.")
@click.option("--save", is_flag=True, help="Keep the result with its day and its reason.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every movement.")
def growth_command(
    opens: str, closes: str, cohort: tuple[str, ...], grace_days: int, save: bool, as_json: bool
) -> None:
    """Show how the dues of the members of one day have developed by another: NRR, GRR and logo churn."""
    chosen, days = cohort_of(cohort), (day("--from", opens), day("--to", closes))
    with opened_store() as conn:
        history = dues_history(conn)
        found = growth(chosen.of(history.members), *days, timedelta(days=grace_days))
        if save:
            results.add(conn, [told.of_growth(found, str(chosen))])
    if as_json:
        print_json(_json(found, chosen, history.left_out))
    else:
        _show(Console(), found, chosen, history.left_out)


def _json(found: Growth, chosen: Cohort, left_out: int) -> dict[str, Any]:
    movements = [
        asdict(one) | {"before": float(one.before), "after": float(one.after), "on": one.on.isoformat()}
        for one in found.movements
    ]
    return {
        "from": found.opens.isoformat(),
        "to": found.closes.isoformat(),
        "cohort": dict(chosen.wanted),
        "members": {"start": found.members, "lost": found.lost, "new": found.joined},
        "start": float(found.start),
        **{kind: float(found.total(kind)) for kind in MOVEMENTS},
        "end": float(found.end),
        "nrr": _rounded(found.net),
        "grr": _rounded(found.gross),
        "revenue_churn": _rounded(found.revenue_churn),
        "logo_churn": _rounded(found.logo_churn),
        "rows_left_out": left_out,
        "movements": movements,
    }


def _rounded(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share), 6)


def _show(console: Console, found: Growth, chosen: Cohort, left_out: int) -> None:
    title = f"Dues a year of {chosen}, {found.opens:%d %b %Y} to {found.closes:%d %b %Y}"
    table = Table("", "Members", "Dues a year", title=title)
    count = {kind: sum(one.kind == kind for one in found.movements) for kind in MOVEMENTS}
    table.add_row("Start", str(found.members), f"{found.start:,.2f}")
    for kind, sign in (("expansion", "+"), ("contraction", "-"), ("churned", "-")):
        table.add_row(kind.capitalize(), str(count[kind]), f"{sign}{found.total(kind):,.2f}")
    table.add_row("End", str(found.members - found.lost), f"{found.end:,.2f}", style="bold")
    table.add_row("New members, in no rate", str(found.joined), f"+{found.total('new'):,.2f}", style="dim")
    console.print(table)
    console.print(
        f"NRR {percent(found.net, 1)}, GRR {percent(found.gross, 1)}, revenue churn "
        f"{percent(found.revenue_churn, 1)}, logo churn {percent(found.logo_churn, 1)}.",
        highlight=False,
    )
    if found.movements:
        console.print(_movements(found))
    if len(found.movements) > SHOWN:
        console.print(f"{len(found.movements) - SHOWN} more movements: --json lists them all.", highlight=False)
    if left_out:
        console.print(
            f"{left_out} dues rows are left out: they lack a member, an amount, or days that run forward.",
            style="yellow", highlight=False,
        )  # fmt: skip
    if not found.start:
        console.print("Nothing was paid on the first day: there is no dues history for it, so no rate.", style="yellow")


def _movements(found: Growth) -> Table:
    table = Table("Member", "What", "Before", "After", "Since", title="Movements")
    for one in found.movements[:SHOWN]:
        table.add_row(one.name or one.member, one.kind, f"{one.before:,.2f}", f"{one.after:,.2f}", f"{one.on:%d %b %Y}")
    return table
