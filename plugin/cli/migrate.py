"""`success-vector migrate`."""

from __future__ import annotations

import click

from plugin.settings import Settings
from plugin.store import migrate as migrations
from plugin.store.database import database_url
from plugin.store.engine import connect, require


@click.command()
def migrate() -> None:
    """Bring the database to this version's tables; harmless when it is there already."""
    settings = Settings.read()
    with database_url(settings) as url:
        engine = connect(url)
        try:
            require(engine)
            before, head = migrations.level(engine)
            migrations.upgrade(engine)
        finally:
            engine.dispose()
    where = "the embedded database" if settings.database_url is None else engine.url.render_as_string()
    if before == head:
        click.echo(f"Nothing to do: {where} is at revision {head}.")
    else:
        click.echo(f"Migrated {where} from {before or 'nothing'} to revision {head}.")
