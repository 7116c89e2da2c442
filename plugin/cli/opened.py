"""The association's database, for commands that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from sqlalchemy.engine import Connection

from plugin.domain.exchange_values import day_of
from plugin.errors import UserError
from plugin.scoring.rows import today
from plugin.settings import Settings
from plugin.store import migrate
from plugin.store.database import database_url
from plugin.store.engine import connect


@contextmanager
def opened_store() -> Iterator[Connection]:
    """Yield a connection to the database that the settings mean, at this version's tables."""
    with database_url(Settings.read()) as url:
        engine = connect(url)
        try:
            migrate.upgrade(engine)
            with engine.begin() as conn:
                yield conn
        finally:
            engine.dispose()


def as_of_day(conn: Connection, text: str | None) -> date:
    """Return the day that `--as-of` names; without it, today in the association's time zone."""
    if text is not None:
        return day("--as-of", text)
    return today(conn, datetime.now(UTC), Settings.read().time_zone)


def day(option: str, text: str) -> date:
    """Return the date that an option names. Raises UserError."""
    found = day_of(text)
    if found is None:
        raise UserError(f"{option} {text}: that is not a date. Write it as year-month-day, like 2026-01-31.")
    return found


def require_reason(because: str) -> None:
    """Refuse a `--because` that says nothing; raises UserError."""
    if not because.strip():
        raise UserError("--because is empty: say why in a few words; it is kept for the record.")
