"""One unit of work: a database transaction, on whose behalf it is done, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg

from connectors.salesforce.local_org.permissions import Access
from connectors.salesforce.local_org.schema import OrgSchema

if TYPE_CHECKING:
    from connectors.salesforce.local_org.org import Org

Connection = psycopg.Connection[Any]


@dataclass
class Work:
    """What everything that reads or writes records is given. `now` is in whole seconds, as Salesforce keeps time;
    `allow_duplicates` says that the caller knows of duplicates.
    """

    org: Org
    conn: Connection
    access: Access
    now: datetime
    schema: OrgSchema
    allow_duplicates: bool = False
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    @property
    def user_id(self) -> str:
        """The id of the user on whose behalf this is done."""
        return self.access.user_id

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo everything done inside, what waits for the commit included, when it raises."""
        waiting = len(self.after_commit)
        try:
            with self.conn.transaction():
                yield
        except BaseException:
            del self.after_commit[waiting:]
            raise
