"""`success-vector sync`."""

from __future__ import annotations

import click
from rich.console import Console

from plugin import logs, screens
from plugin.bootstrap import Services, check_system, engine_of, open_services
from plugin.cli.systems import chosen, each, for_one_or_all, the_one
from plugin.errors import UserError
from plugin.settings import Settings
from plugin.store import migrate, systems
from plugin.sync import backfill, poll, resync
from plugin.sync.engine import Engine


@click.command()
@for_one_or_all
@click.option("--full", is_flag=True, help="Read everything again.")
@click.option("--object", "objects", multiple=True, metavar="NAME", help="Read this object again; several are allowed.")
@click.option("--member", metavar="ID", help="Read this member again, with everything below.")
def sync(only: str | None, full: bool, objects: tuple[str, ...], member: str | None) -> None:
    """Read everything once (or what changed since), score every member, and write the results."""
    if sum((full, bool(objects), member is not None)) > 1:
        raise click.UsageError("Say one of them: --full, --object NAME or --member ID.")
    settings = Settings.read()
    logs.set_up(settings.log_level)
    services = open_services(settings)
    try:
        migrate.upgrade(services.database)
        names = [the_one(services.systems, only).name] if member else chosen(services.systems, only)
        each(names, lambda name: _sync(services, name, Console(), objects, member, again_=full or bool(objects)))
    finally:
        services.close()


def _sync(
    services: Services, name: str, console: Console, objects: tuple[str, ...], member: str | None, *, again_: bool
) -> None:
    if len(services.systems) > 1:
        console.print(f"{name}:", highlight=False)
    engine = engine_of(services, check_system(services, name=name).require())
    if again_:
        again(engine, name, console, objects)
    elif member:
        one_member(engine, name, console, member)
    else:
        run(engine, name, console)


def run(engine: Engine, name: str, console: Console) -> None:
    """Sync with a progress bar. Raises UserError where a worker is at it already."""
    with engine.database.connect() as conn:
        known = systems.get(conn, name)
    if known and known.first_sync_completed_at:
        console.print(f"{poll.poll(engine, name)} records read that changed since the last time.")
    else:
        screens.first_sync(engine, name, console)
    _finish(engine, name, console)


def again(engine: Engine, name: str, console: Console, objects: tuple[str, ...]) -> None:
    """Read these objects again, or all of them, then hold all ids against ours. Raises UserError."""
    _require_first_sync(engine, name)
    screens.walk(engine, name, console, "backfill", backfill.step, objects)
    screens.show_found(console, screens.reconcile(engine, name, console, objects))
    _finish(engine, name, console)


def one_member(engine: Engine, name: str, console: Console, record_id: str) -> None:
    """Read one member again, with everything below. Raises UserError."""
    _require_first_sync(engine, name)
    read = resync.read_member(engine, name, record_id)
    while read is None and screens.wait_a_little():
        read = resync.read_member(engine, name, record_id)
    console.print(f"{read} records read.")
    _finish(engine, name, console)


def _require_first_sync(engine: Engine, name: str) -> None:
    with engine.database.connect() as conn:
        known = systems.get(conn, name)
    if known is None or known.first_sync_completed_at is None:
        raise UserError("The first sync is not complete: run `success-vector sync` first.")


def _finish(engine: Engine, name: str, console: Console) -> None:
    with console.status("Scoring members and writing results"):
        engine.drain(name)
    usage = engine.connected[name].connector.usage()
    console.print(f"Synced with {usage.calls} API calls; the org counts {usage.used} of {usage.limit} today.")
