"""The org: its schema, its settings, its users, and the transactions in which everything happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from psycopg_pool import ConnectionPool

from connectors.salesforce.local_org import person_accounts, storage
from connectors.salesforce.local_org.faulty.replica import Replica
from connectors.salesforce.local_org.hooks import Hooks
from connectors.salesforce.local_org.permissions import Access, load_access
from connectors.salesforce.local_org.person_fields import enabled
from connectors.salesforce.local_org.schema import ObjectDef, OrgSchema
from connectors.salesforce.local_org.schema_change import SchemaChange
from connectors.salesforce.local_org.standard.read import standard_objects
from connectors.salesforce.local_org.standard.rows import Founding, found
from connectors.salesforce.local_org.work import Connection, Work

FOUNDING_LOCK = 7241846


@dataclass(frozen=True)
class OrgSettings:
    """What an org is set to. `daily_calls` is its API limit per 24 h; in a `production` org flows deploy inactive. With
    `https` it is served over that, with a certificate that it makes. With a `proxy_port` (0: any) it is reached through
    a proxy, too, by Salesforce's own names.

    `person_accounts` gives the org these, for good. `duplicate_rules` refuse records that look like others:
    where they only alert, a caller may say by a header that he knows.

    `number` is in the org's own id: it tells two local orgs apart.

    `namespaces` are the prefixes of packages whose components may be deployed here: there is nothing to install them
    from. Salesforce refuses that to everybody but the package's own installation.
    """

    name: str = "Local Org"
    time_zone: str = "America/New_York"
    sandbox: bool = True
    production: bool = False
    https: bool = False
    proxy_port: int | None = None
    person_accounts: bool = False
    duplicate_rules: Literal["off", "alert", "block"] = "off"
    daily_calls: int = 100_000
    lock_seconds: float = 10.0
    number: int = 1
    namespaces: frozenset[str] = frozenset()


def whole_seconds() -> datetime:
    """Return the present moment in UTC; Salesforce keeps no parts of seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def _has(schema: OrgSchema, standard: ObjectDef) -> bool:
    """Whether a standard object is there with all its fields: in an org of an earlier version some may be missing."""
    known = schema.object(standard.name)
    return known is not None and standard.fields.keys() <= known.fields.keys()


def _supply(change: SchemaChange, standard: ObjectDef) -> None:
    """Create a standard object, or those of its fields that are missing."""
    known = change.schema.object(standard.name)
    if known is None:
        change.create_object(standard)
        return
    for name, field in standard.fields.items():
        if name not in known.fields:
            change.put_field(standard.name, field)


class Org:
    """An org in a PostgreSQL database; everything that speaks a protocol is built on this.

    `described_since` is when what describes tell last changed, in whole seconds; a restart counts as a change.
    """

    def __init__(
        self, database_url: str, settings: OrgSettings | None = None, clock: Callable[[], datetime] = whole_seconds
    ) -> None:
        self.settings = settings or OrgSettings()
        self.clock = clock
        self.hooks = Hooks()
        self.pool = ConnectionPool(
            database_url, min_size=1, max_size=12, open=False, kwargs={"application_name": "local-org"}
        )
        self.replica = Replica(database_url)
        self.schema = OrgSchema()
        self.founding = Founding()
        self._access: dict[str, Access] = {}
        self.described_since = self.clock().replace(microsecond=0)
        self._deploying = threading.Lock()

    @property
    def id(self) -> str:
        """The 18-character id of the organisation."""
        return self.founding.org_id

    def open(self) -> None:
        """Connect; on an empty database found the org, otherwise take it as it was left."""
        self.pool.open(wait=True, timeout=20)
        with self.pool.connection() as conn:
            conn.execute("SELECT pg_advisory_xact_lock(%s)", (FOUNDING_LOCK,))
            conn.execute(storage.BOOKKEEPING)
            self.schema = storage.load_schema(conn)
            storage.order_ids(conn, self.schema)
        new = not self.schema.objects
        if missing := [each for each in standard_objects() if not _has(self.schema, each)]:
            with self.change_schema() as change:
                for definition in missing:
                    _supply(change, definition)
                if new:
                    found(change.work, self.settings)
        if self.settings.person_accounts and not enabled(self.schema):
            with self.change_schema() as change:
                person_accounts.enable(change)
        with self.pool.connection() as conn:
            self.founding = Founding.load(conn)

    def close(self) -> None:
        """Let go of the database."""
        self.replica.stop()
        self.pool.close()

    def access(self, user_id: str) -> Access:
        """Return what a user may do; remembered until permissions change."""
        known = self._access.get(user_id)
        if known is None:
            with self.pool.connection() as conn:
                known = self._access[user_id] = load_access(conn, user_id)
        return known

    def forget_access(self) -> None:
        """Have permissions read anew: to be called after they have changed."""
        self._access.clear()
        now = self.clock().replace(microsecond=0)
        self.described_since = max(now, self.described_since + timedelta(seconds=1))

    @contextmanager
    def work(self, access: Access | None = None) -> Iterator[Work]:
        """Do something in one transaction, by default with the org's own rights; rolled back when it raises."""
        with self.pool.connection() as conn:
            work = Work(self, conn, access or self.own_access(), self.clock().replace(microsecond=0), self.schema)
            with conn.transaction():
                self.replica.enter(conn)
                self._prepare(conn)
                yield work
        for done in work.after_commit:
            done()

    @contextmanager
    def change_schema(self, access: Access | None = None, *, check_only: bool = False) -> Iterator[SchemaChange]:
        """Change the schema in one transaction; with `check_only` everything is tried and nothing kept."""
        with self._deploying, self.pool.connection() as conn:
            work = Work(self, conn, access or self.own_access(), self.clock().replace(microsecond=0), self.schema)
            with conn.transaction(force_rollback=check_only):
                self._prepare(conn)
                change = SchemaChange(work, self.schema)
                yield change
        if not check_only:
            self.schema = change.schema
            self.forget_access()
            for done in work.after_commit:
                done()

    def own_access(self) -> Access:
        """Return the rights of the org itself: everything."""
        return Access(self.founding.admin_id, "System Administrator", everything=True)

    def _prepare(self, conn: Connection) -> None:
        conn.execute(
            "SELECT set_config('lock_timeout', %s, true), set_config('timezone', 'UTC', true)",
            (f"{int(self.settings.lock_seconds * 1000)}ms",),
        )
