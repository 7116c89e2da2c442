"""`success-vector sync`."""

from __future__ import annotations

import click
from rich.console import Console

from plugin import logs
from plugin.bootstrap import SALESFORCE, check_system, engine_of, open_services
from plugin.screens import first_sync
from plugin.settings import Settings
from plugin.store import migrate, systems
from plugin.sync import poll
from plugin.sync.engine import Engine


@click.command()
def sync() -> None:
    """Read everything once (or what changed since), score every member, and write the results."""
    settings = Settings.read()
    logs.set_up(settings.log_level)
    services = open_services(settings)
    try:
        migrate.upgrade(services.database)
        run(engine_of(services, check_system(services).require()), Console())
    finally:
        services.close()


def run(engine: Engine, console: Console) -> None:
    """Sync with a progress bar. Raises UserError where a worker is at it already."""
    with engine.database.connect() as conn:
        known = systems.get(conn, SALESFORCE)
    if known and known.first_sync_completed_at:
        console.print(f"{poll.poll(engine, SALESFORCE)} records read that changed since the last time.")
    else:
        first_sync(engine, console)
    with console.status("Scoring members and writing results"):
        engine.drain(SALESFORCE)
    usage = engine.connected[SALESFORCE].connector.usage()
    console.print(f"Synced with {usage.calls} API calls; the org counts {usage.used} of {usage.limit} today.")
