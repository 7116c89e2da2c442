"""`success-vector check`."""

from __future__ import annotations

import json

import click
from rich.console import Console

from plugin.bootstrap import check_system, open_services
from plugin.errors import UserError
from plugin.screens import show_problems
from plugin.settings import Settings
from plugin.store import migrate


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def check(as_json: bool) -> None:
    """Hold the mapping against the org as it is now, and report every problem at once."""
    services = open_services(Settings.read())
    try:
        migrate.upgrade(services.database)
        problems = check_system(services, with_flows=True).problems
    finally:
        services.close()
    if as_json:
        click.echo(json.dumps([problem.__dict__ for problem in problems], indent=2))
    else:
        show_problems(Console(soft_wrap=True), problems)
    if any(problem.severity == "error" for problem in problems):
        raise UserError("The mapping does not fit the org: put the errors right, then check again.")
