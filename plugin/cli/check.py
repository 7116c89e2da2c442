"""`success-vector check`."""

from __future__ import annotations

import click
from rich.console import Console

from plugin.bootstrap import Services, check_system, open_services
from plugin.cli.printed import print_json
from plugin.cli.systems import chosen, each, for_one_or_all
from plugin.errors import Problem, UserError
from plugin.screens import show_problems
from plugin.settings import Settings
from plugin.store import migrate

MISFIT = "The mapping does not fit the org: put the errors right, then check again."


@click.command()
@for_one_or_all
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def check(only: str | None, as_json: bool) -> None:
    """Hold the mapping against the org as it is now, and report every problem at once."""
    services = open_services(Settings.read())
    found: dict[str, tuple[Problem, ...]] = {}
    try:
        migrate.upgrade(services.database)
        names = chosen(services.systems, only)
        each(names, lambda name: _check(services, name, found, quiet=as_json, alone=len(names) == 1))
    finally:
        services.close()
        if as_json and found:
            told = [{"system": name, **problem.__dict__} for name, problems in found.items() for problem in problems]
            print_json(told)


def _check(services: Services, name: str, found: dict[str, tuple[Problem, ...]], *, quiet: bool, alone: bool) -> None:
    found[name] = check_system(services, with_flows=True, name=name).problems
    console = Console(soft_wrap=True, quiet=quiet)
    if not alone:
        console.print(f"{name}:", highlight=False)
    show_problems(console, found[name])
    if any(problem.severity == "error" for problem in found[name]):
        raise UserError(MISFIT)
