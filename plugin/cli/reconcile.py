"""`success-vector reconcile`: what no notification and no poll could tell."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.console import Console

from plugin import logs, screens
from plugin.bootstrap import Services, check_system, engine_of, open_services
from plugin.cli.printed import print_json
from plugin.cli.systems import chosen, each, for_one_or_all
from plugin.settings import Settings
from plugin.store import migrate
from plugin.store.walks import Walk


@click.command()
@for_one_or_all
@click.option("--object", "objects", multiple=True, metavar="NAME", help="This object only; several are allowed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reconcile(only: str | None, objects: tuple[str, ...], as_json: bool) -> None:
    """Hold every record's id and stamp against ours, read what differs, and report it; a worker does so each night."""
    settings = Settings.read()
    logs.set_up(settings.log_level)
    services = open_services(settings)
    found: dict[str, list[Walk]] = {}
    try:
        migrate.upgrade(services.database)
        each(chosen(services.systems, only), lambda name: _compare(services, name, objects, found, quiet=as_json))
    finally:
        services.close()
        if as_json and found:
            told = [{"system": name, **asdict(walk)} for name, walks in found.items() for walk in walks]
            print_json(told)


def _compare(
    services: Services, name: str, objects: tuple[str, ...], found: dict[str, list[Walk]], *, quiet: bool
) -> None:
    engine = engine_of(services, check_system(services, name=name).require())
    found[name] = screens.reconcile(engine, name, Console(stderr=quiet), objects)
    engine.drain(name)
    console = Console(quiet=quiet)
    if len(services.systems) > 1:
        console.print(f"{name}:", highlight=False)
    screens.show_found(console, found[name])
