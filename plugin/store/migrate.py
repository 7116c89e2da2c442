"""Bring a database to this version's tables: Alembic's revisions and Procrastinate's own schema, in one transaction."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy.engine import Connection, Engine

from plugin.errors import UserError
from plugin.store.engine import require

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_233_100_115
"""Key of the advisory lock that lets one process migrate at a time."""


def upgrade(engine: Engine) -> None:
    """Migrate to the newest revision. Several processes may call this at once, and again: it is done once.

    Raises UserError if the database can't be reached, or was migrated by a newer version of this program.
    """
    require(engine)
    with engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        configuration = _configuration()
        _refuse_newer(connection, configuration)
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
        _add_procrastinate(connection)


def level(engine: Engine) -> tuple[str | None, str]:
    """Return the database's revision (None if it was never migrated) and the newest one."""
    with engine.connect() as connection:
        return _current(connection), _head(_configuration())


def _configuration() -> Config:
    configuration = Config()
    # A percent sign in the path would be taken for an interpolation.
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return configuration


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head(configuration: Config) -> str:
    head = ScriptDirectory.from_config(configuration).get_current_head()
    if head is None:
        raise UserError(f"No migrations lie in {MIGRATIONS}: the installation is incomplete. Install it again.")
    return head


def _refuse_newer(connection: Connection, configuration: Config) -> None:
    current = _current(connection)
    known = {script.revision for script in ScriptDirectory.from_config(configuration).walk_revisions()}
    if current is not None and current not in known:
        raise UserError(
            f"The database is at revision {current}, which this version doesn't know (its newest is "
            f"{_head(configuration)}). Install the newer version of success-vector that migrated it."
        )


def _add_procrastinate(connection: Connection) -> None:
    if connection.scalar(sa.text("SELECT to_regclass('procrastinate_jobs')")) is None:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(SchemaManager.get_schema())
