"""`success-vector plans`: the plan templates there are, whom they fit, applying one, and what they teach."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from plugin import logs
from plugin.bootstrap import marks_of, now, open_services
from plugin.cli.member import the_member
from plugin.cli.opened import as_of_day, opened_store
from plugin.cli.opened import day as day_named
from plugin.cli.plan_change import change_command
from plugin.cli.plan_shown import as_json_plan, members_said, show_plan
from plugin.cli.printed import print_json
from plugin.domain.plan import PlanTemplate, lay_out
from plugin.errors import UserError
from plugin.plans.apply import Applied, without_outcome
from plugin.plans.apply import apply as apply_plan
from plugin.plans.joining import Chosen, fits
from plugin.plans.learn import learned
from plugin.plans.load import load, load_all
from plugin.settings import Settings
from plugin.store import migrate

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
SHOWN = 30
"""Members that the screen shows; `--json` has all of them."""


@click.group()
def plans() -> None:
    """Success plan templates: see them, apply one, change a member's, learn from them."""


plans.add_command(change_command)


@plans.command("list")
@AS_JSON
def list_(as_json: bool) -> None:
    """List the templates: those that come with the project, and your own."""
    templates = load_all(Settings.read().plans)
    if as_json:
        print_json([_listed(one) for one in templates])
        return
    table = Table("Template", "For whom", "Objective", "Days", "Milestones")
    for one in templates:
        table.add_row(one.key, one.persona, one.objective, str(one.days), str(len(one.milestones)))
    Console().print(table)


@plans.command()
@click.argument("template")
@click.option("--from", "starts_on", metavar="DATE", help="The day on which it would start; default: today.")
@AS_JSON
def show(template: str, starts_on: str | None, as_json: bool) -> None:
    """Show TEMPLATE (a name, or a TOML file) day by day, and warn where nothing is due for over 90 days."""
    loaded = load(template, Settings.read().plans)
    plan = lay_out(loaded, day_named("--from", starts_on) if starts_on else now().date())
    if as_json:
        print_json({**_listed(loaded), **as_json_plan(plan)})
    else:
        show_plan(Console(), plan)


@plans.command()
@AS_JSON
def fit(as_json: bool) -> None:
    """Say which template fits each member that has no open Desired Outcome, and why."""
    templates = load_all(Settings.read().plans)
    with opened_store() as conn:
        chosen = fits(conn, templates, list(without_outcome(conn, as_of_day(conn, None))))
    if as_json:
        print_json([_fitting(one) for one in chosen])
        return
    table = Table("Member", "Template", "Why", title=f"{members_said(len(chosen))} without an open Desired Outcome")
    for one in chosen[:SHOWN]:
        table.add_row(one.name, one.fit.template.key if one.fit.template else "-", one.fit.why)
    Console().print(table)
    if len(chosen) > SHOWN:
        click.echo(f"{len(chosen) - SHOWN} more: --json lists them all.")


@plans.command()
@click.argument("template", required=False)
@click.option("--member", metavar="NAME", help="The member, by name or id.")
@click.option("--all-without", is_flag=True, help="Every member that has no open Desired Outcome.")
@click.option("--fitting", is_flag=True, help="To each member the template that fits it, instead of TEMPLATE.")
@click.option("--baseline", metavar="TEXT", help="Where the member stands today, with --member.")
@click.option("--preview", is_flag=True, help="Show the plan with its dates and change nothing.")
@AS_JSON
def apply(
    template: str | None,
    member: str | None,
    all_without: bool,
    fitting: bool,
    baseline: str | None,
    preview: bool,
    as_json: bool,
) -> None:
    """Apply TEMPLATE (a name, or a TOML file), from today, to members without an open Desired Outcome.

    The goal is assumed until the member confirms it.
    """
    _check(template, member, all_without, fitting, baseline)
    settings = Settings.read()
    own = settings.plans
    templates = (load(template, own),) if template else load_all(own)
    logs.set_up(settings.log_level)
    services = open_services(settings)
    console = Console(quiet=as_json)
    try:
        migrate.upgrade(services.database)
        marks = marks_of(services.mappings)
        with services.database.begin() as conn:
            today = as_of_day(conn, None)
            free = without_outcome(conn, today, the_member(conn, member, today).id if member else None)
            groups = _groups(templates, fits(conn, templates, list(free)) if fitting else None, free)
            for one, chosen in groups:
                show_plan(console, lay_out(one, today), chosen)
            done = [] if preview else [
                apply_plan(conn, marks, one, chosen, today, now(), baseline) for one, chosen in groups if chosen
            ]  # fmt: skip
        services.wake()
    finally:
        services.close()
    if as_json:
        print_json(_applied(groups, done, today))
    for applied in done:
        _tell(console, applied)


@plans.command()
@click.option("--as-of", "as_of", metavar="DATE", help="The day to look at; default: today.")
@AS_JSON
def learn(as_of: str | None, as_json: bool) -> None:
    """Say how late each template's milestones are reached as a rule, and which day would have held; change nothing."""
    with opened_store() as conn:
        found = learned(conn, as_of_day(conn, as_of))
    if as_json:
        rows = [{**vars(one), "why": one.why} for one in found]
        print_json(rows)
        return
    if not found:
        click.echo("No plan came from a template yet: there is nothing to learn from.")
        return
    table = Table("Template", "Milestone", "Day", "Reached", "What is known", "Suggested day")
    for one in found:
        suggested = str(one.suggested) if one.suggested is not None else "-"
        counts = f"{one.reached} of {one.promises}"
        table.add_row(one.template, one.milestone, str(one.planned), counts, one.why, suggested)
    Console().print(table)
    click.echo("Nothing is changed by this: put the days that convince you into your own template.")


def _check(template: str | None, member: str | None, all_without: bool, fitting: bool, baseline: str | None) -> None:
    if bool(member) == all_without:
        raise UserError("Say whom the plan is for: --member NAME, or --all-without for everybody without a goal.")
    if bool(template) == fitting:
        raise UserError("Say which plan: name a TEMPLATE, or --fitting for the one that fits each member.")
    if baseline and not member:
        raise UserError("--baseline says where one member stands: give it with --member NAME.")


def _groups(
    templates: tuple[PlanTemplate, ...], fitting: list[Chosen] | None, free: Mapping[UUID, str]
) -> list[tuple[PlanTemplate, dict[UUID, str]]]:
    """Return who gets which template; without `fitting` everybody gets the one there is."""
    if fitting is None:
        return [(templates[0], dict(free))]
    groups = [(one, {row.member: row.name for row in fitting if row.fit.template == one}) for one in templates]
    return [(one, chosen) for one, chosen in groups if chosen]


def _tell(console: Console, applied: Applied) -> None:
    for name in applied.unknown_offers:
        console.print(f"There is no expansion offer {name!r}: its milestone stands without one.", highlight=False)
    console.print(f"Applied to {members_said(len(applied.members))}; a worker scores them and writes to the CRM.")


def _applied(
    groups: list[tuple[PlanTemplate, dict[UUID, str]]], done: list[Applied], today: date
) -> list[dict[str, Any]]:
    given = {one.plan.template.key: one for one in done}
    return [
        {
            "template": one.key,
            "members": [{"id": str(key), "name": name} for key, name in chosen.items()],
            "applied": [str(key) for key in given[one.key].members] if one.key in given else [],
            "unknown_offers": list(given[one.key].unknown_offers) if one.key in given else [],
            **as_json_plan(lay_out(one, today)),
        }
        for one, chosen in groups
    ]


def _listed(one: PlanTemplate) -> dict[str, Any]:
    return {
        "template": one.key,
        "name": one.name,
        "for_whom": one.persona,
        "objective": one.objective,
        "days": one.days,
        "personas": list(one.personas),
        "kinds": list(one.kinds),
        "segments": list(one.segments),
        "milestones": len(one.milestones),
    }


def _fitting(one: Chosen) -> dict[str, Any]:
    key = one.fit.template.key if one.fit.template else None
    return {"id": str(one.member), "name": one.name, "template": key, "why": one.fit.why}
