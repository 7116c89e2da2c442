"""Which database the settings mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from plugin.settings import Settings
from plugin.store.embedded import EmbeddedPostgres


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """Yield the URL of DATABASE_URL or, without one, of the embedded server, which runs meanwhile.

    The embedded server's data lie in the folder `database` of the home folder; if another process of ours runs it
    already, it is joined.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    server = EmbeddedPostgres(settings.home / "database")
    with server:
        yield server.url()
