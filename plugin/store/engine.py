"""Connections to PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from plugin.errors import UserError

OLDEST_VERSION = 15
GONE_AFTER = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""What PostgreSQL goes by to find that our machine is gone, with what its sessions lock: 25 s, not its two hours."""
KEEPALIVES = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


def connect(url: str, *, application_name: str = "success-vector", pool_size: int = 5) -> Engine:
    """Return an engine for a `postgresql://` URL; nothing is connected yet. Sessions speak UTC.

    Open engines after a fork, never before: a connection can't be shared by processes.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UserError(
            "DATABASE_URL isn't a URL. It should look like postgresql://user:password@host:5432/success_vector"
        ) from error
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise UserError(
            f"DATABASE_URL names {parsed.get_backend_name()}, and only PostgreSQL will do: "
            "postgresql://user:password@host:5432/success_vector"
        )
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={"application_name": application_name, "options": _options(parsed), **KEEPALIVES},
    )


def _options(url: URL) -> str:
    given = url.query.get("options", "")
    words = [given] if isinstance(given, str) else list(given)
    return " ".join([*filter(None, words), "-c timezone=UTC", GONE_AFTER])


def require(engine: Engine) -> None:
    """Raise UserError, with the next step, unless the database answers and is new enough."""
    place = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            version = int(connection.scalar(sa.text("SHOW server_version_num")) or 0) // 10_000
    except OperationalError as error:
        words = str(error.orig).strip().splitlines()
        raise UserError(
            f"The database {place} can't be reached: {words[0] if words else error}. "
            "Start it, or set DATABASE_URL right."
        ) from error
    if version < OLDEST_VERSION:
        raise UserError(f"The database {place} is PostgreSQL {version}; {OLDEST_VERSION} or newer is needed.")
