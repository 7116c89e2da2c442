"""`success-vector serve`."""

from __future__ import annotations

import os
import signal
import socket
import threading

import click
import structlog

from plugin import logs, processes
from plugin.bootstrap import Services, check_system, open_services
from plugin.errors import RetryLater, SignInFailed, UserError
from plugin.settings import Settings
from plugin.store import migrate
from webhooks import create_app

log = structlog.get_logger(__name__)


@click.command()
def serve() -> None:
    """Run the web service (gunicorn) and a worker, until Ctrl-C."""
    settings = Settings.read()
    logs.set_up(settings.log_level)
    services = open_services(settings)
    try:
        _require_port(settings)
        migrate.upgrade(services.database)
        create_app(services)
        _check(services)
        ended = supervise(services)
    finally:
        services.close()
    if ended:
        raise UserError(f"{ended} ended by itself; the lines above say why. Put it right and start again.")


def _require_port(settings: Settings) -> None:
    """Refuse a port that somebody has; raises UserError."""
    try:
        with socket.create_server((settings.host, settings.port)):
            return
    except OSError as error:
        raise UserError(
            f"Nothing can listen on {settings.host}:{settings.port} ({os.strerror(error.errno or 0)}): end what has "
            "the port, or set SUCCESS_VECTOR_HOST and SUCCESS_VECTOR_PORT."
        ) from error


def _check(services: Services) -> None:
    """A mapping that doesn't fit stops the service; an org that can't be reached now doesn't."""
    for name in services.systems:
        try:
            checked = check_system(services, name=name)
        except (RetryLater, SignInFailed) as error:
            log.warning("not connected yet; the worker goes on trying", system=name, reason=str(error))
            continue
        checked.require()
        for problem in checked.problems:
            log.warning(str(problem), system=name)


def supervise(services: Services) -> str | None:
    """Run the children until we are asked to end, or one of them ends; return that one's name."""
    settings = services.settings
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    running = processes.start(settings.host, settings.port, {**os.environ, "DATABASE_URL": services.conninfo})
    click.echo(
        f"Serving on http://{settings.host}:{settings.port} (health: /readyz, metrics: /metrics). Ctrl-C ends it."
    )
    ended = None
    while not asked.wait(0.5) and ended is None:
        ended = running.ended()
    running.stop()
    return ended
