"""Locks that live as long as a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError


@contextmanager
def lane_lock(engine: Engine, name: str) -> Iterator[bool]:
    """Yield True while this process alone holds the lock of that name, False if somebody else does.

    It lies on a connection of its own, which is closed afterwards: PostgreSQL lets go of it when we die, and TCP
    keepalives (see `plugin.store.engine`) tell it when our machine did.
    """
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()
    with connection:
        key = sa.func.hashtextextended(name, 0)
        alone = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))))
        try:
            yield alone
        finally:
            if alone:
                # A session ends some time after its connection is closed; who comes next must not find it locked.
                with suppress(DBAPIError):
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
