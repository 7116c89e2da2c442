"""`success-vector worker`."""

from __future__ import annotations

import click

from plugin import logs
from plugin.bootstrap import open_services, worker_of
from plugin.jobs import run_worker
from plugin.settings import Settings
from plugin.store import migrate


@click.command()
def worker() -> None:
    """Run a further worker, on this machine or any other that reaches the database, until Ctrl-C."""
    settings = Settings.read()
    logs.set_up(settings.log_level)
    services = open_services(settings)
    try:
        migrate.upgrade(services.database)
        run_worker(services.conninfo, worker_of(services), services.stopping, len(services.systems))
    finally:
        services.close()
