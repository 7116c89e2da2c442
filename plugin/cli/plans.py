"""`success-vector plans`: the plan templates there are, and applying one."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from plugin import logs
from plugin.bootstrap import check_system, engine_of, now, open_services
from plugin.domain.plan import DatedPlan, PlannedAction, lay_out
from plugin.errors import UserError
from plugin.plans.apply import Applied, without_outcome
from plugin.plans.apply import apply as apply_plan
from plugin.plans.load import load, shipped
from plugin.settings import Settings
from plugin.store import migrate

PARTIES = {
    "member_outside": "the member, on their own",
    "member_inside": "the member, with our offering",
    "together": "together",
    "us_behind_the_scenes": "we, behind the scenes",
}


@click.group()
def plans() -> None:
    """Success plan templates: see them, apply one."""


@plans.command("list")
def list_() -> None:
    """List the templates that come with the project."""
    table = Table("Template", "For whom", "Objective", "Days", "Milestones")
    for name in shipped():
        template = load(name)
        counts = (str(template.days), str(len(template.milestones)))
        table.add_row(name, template.persona, template.objective, *counts)
    Console().print(table)


@plans.command()
@click.argument("template")
@click.option("--member", metavar="NAME", help="The member, by name.")
@click.option("--all-without", is_flag=True, help="Every member that has no open Desired Outcome.")
@click.option("--preview", is_flag=True, help="Show the plan with its dates and change nothing.")
def apply(template: str, member: str | None, all_without: bool, preview: bool) -> None:
    """Apply TEMPLATE (a name, or a TOML file), from today, to members without an open Desired Outcome.

    The goal is assumed until the member confirms it.
    """
    if bool(member) == all_without:
        raise UserError("Say whom the plan is for: --member NAME, or --all-without for everybody without a goal.")
    plan, console = load(template), Console()
    settings = Settings.read()
    logs.set_up(settings.log_level)
    services = open_services(settings)
    try:
        migrate.upgrade(services.database)
        engine = engine_of(services, check_system(services).require())
        with services.database.begin() as conn:
            today = engine.today(conn)
            chosen = without_outcome(conn, today, member)
            _show(console, lay_out(plan, today), chosen)
            if preview or not chosen:
                return
            applied = apply_plan(conn, engine, plan, chosen, today, now())
        services.wake()
    finally:
        services.close()
    _tell(console, applied)


def _show(console: Console, plan: DatedPlan, chosen: Mapping[UUID, str]) -> None:
    """Print the plan day by day, what to be warned of, and whom it is for."""
    table = Table("Due", "What", "By whom", title=f"{plan.template.name}, by {plan.due_on:%d %b %Y}")
    for step in plan.steps:
        action = isinstance(step.what, PlannedAction)
        by = PARTIES[step.what.party] if isinstance(step.what, PlannedAction) else f"{step.what.type} milestone"
        table.add_row(f"{step.due_on:%d %b %Y}", step.what.name, by, style=None if action else "bold")
    console.print(table)
    for warning in plan.warnings:
        console.print(f"Warning: {warning}", style="yellow", highlight=False)
    names = list(chosen.values())
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    said = f"For {_members(len(names))} without an open Desired Outcome: {', '.join(names[:5])}{more}."
    console.print(
        said if names else "No such member is without an open Desired Outcome.", markup=False, highlight=False
    )


def _tell(console: Console, applied: Applied) -> None:
    for name in applied.unknown_offers:
        console.print(f"There is no expansion offer {name!r}: its milestone stands without one.", highlight=False)
    console.print(f"Applied to {_members(len(applied.members))}; a worker scores them and writes to the CRM.")


def _members(count: int) -> str:
    return "1 member" if count == 1 else f"{count} members"
