"""`success-vector reconcile`: what no notification and no poll could tell."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.console import Console

from plugin import logs, screens
from plugin.bootstrap import SALESFORCE, check_system, engine_of, open_services
from plugin.settings import Settings
from plugin.store import migrate


@click.command()
@click.option("--object", "objects", multiple=True, metavar="NAME", help="This object only; several are allowed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reconcile(objects: tuple[str, ...], as_json: bool) -> None:
    """Hold every record's id and stamp against ours, read what differs, and report it; a worker does so each night."""
    settings = Settings.read()
    logs.set_up(settings.log_level)
    services = open_services(settings)
    try:
        migrate.upgrade(services.database)
        engine = engine_of(services, check_system(services).require())
        found = screens.reconcile(engine, Console(stderr=as_json), objects)
        engine.drain(SALESFORCE)
    finally:
        services.close()
    if as_json:
        click.echo(json.dumps([asdict(walk) for walk in found], default=str, indent=2))
    else:
        screens.show_found(Console(), found)
