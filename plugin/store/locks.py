"""Locks that live as long as a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Engine


@contextmanager
def lane_lock(engine: Engine, name: str) -> Iterator[bool]:
    """Yield True while this process alone holds the lock of that name, False if somebody else does.

    It lies on a connection of its own, which is closed afterwards: PostgreSQL lets go of it when we die, and TCP
    keepalives (see `plugin.store.engine`) tell it when our machine did.
    """
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()
    with connection:
        taken = sa.func.pg_try_advisory_lock(sa.func.hashtextextended(name, 0))
        yield bool(connection.scalar(sa.select(taken)))
