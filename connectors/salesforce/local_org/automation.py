"""What an org does by itself: deployments, flows and outbound messages, assembled and run in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
from flask import current_app
from psycopg_pool import PoolTimeout

from connectors.salesforce.local_org.bulk import jobs as bulk
from connectors.salesforce.local_org.bulk.worker import BulkJobs
from connectors.salesforce.local_org.faults import Faults
from connectors.salesforce.local_org.flows import tooling_schema, trigger
from connectors.salesforce.local_org.flows.trigger import Triggers
from connectors.salesforce.local_org.metadata import registry
from connectors.salesforce.local_org.metadata.jobs import Deployments
from connectors.salesforce.local_org.outbound import queue
from connectors.salesforce.local_org.outbound.sender import Post, Sender, post
from connectors.salesforce.local_org.retrieve import sources

if TYPE_CHECKING:
    from connectors.salesforce.local_org.org import Org

EXTENSION = "local_org.automation"
LONGEST_SLEEP = 30.0


class Automation:
    """Joins an opened org: makes its tables, hooks into its saving, and runs its background work between `start` and
    `stop`. `retry_seconds` is the wait after an outbound message's first failure. `last_error` tells why the background
    could not reach the database, None if it always could.
    """

    def __init__(
        self,
        org: Org,
        *,
        retry_seconds: float = 1.0,
        post: Post = post,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        faults: Faults | None = None,
    ) -> None:
        self.org = org
        faults = faults or Faults()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.last_error: str | None = None
        self.triggers = Triggers(self._wake)
        self.sender = Sender(org, retry_seconds=retry_seconds, post=post, clock=clock, faults=faults)
        self.deployments = Deployments(org, self.reload)
        self.bulk = BulkJobs(org, faults)
        with org.work() as work:
            for tables in (
                registry.TABLES,
                sources.TABLES,
                trigger.TABLES,
                queue.TABLES,
                bulk.TABLES,
                tooling_schema.VIEWS,
            ):
                work.conn.execute(tables)
        self.reload()
        org.hooks.before_save.append(self.triggers.before_save)
        org.hooks.after_save.append(self.triggers.after_save)

    def reload(self) -> None:
        """Take up the flows that are active now."""
        with self.org.work() as work:
            self.triggers.load(work.conn)

    def start(self, instance_url: str = "http://127.0.0.1") -> None:
        """Begin with deployments, bulk jobs, asynchronous paths and sending; messages tell where the org is reached."""
        self.sender.instance_url = instance_url
        self.deployments.start()
        self.bulk.start()
        self._thread = threading.Thread(target=self._run, name="local-org-automation", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop; what waits goes on waiting in the database."""
        self._stopping = True
        self._wake.set()
        self.deployments.stop()
        self.bulk.stop()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def hold(self, held: bool) -> None:
        """Hold outbound messages back, or let them go."""
        self.sender.held = held
        self._wake.set()

    def settle(self) -> float | None:
        """Do everything that is due now; returns in how many seconds more is, None when nothing waits."""
        while self._run_later():
            pass
        return self.sender.send_due()

    def _run_later(self) -> int:
        with self.org.work() as work:
            return self.triggers.run_later(work)

    def _run(self) -> None:
        while True:
            self._wake.clear()
            if self._stopping:
                return
            try:
                wait = self.settle()
            except (psycopg.Error, PoolTimeout) as error:
                self.last_error, wait = f"{type(error).__name__}: {error}", 1.0
            self._wake.wait(LONGEST_SLEEP if wait is None else min(wait, LONGEST_SLEEP))


def automation() -> Automation:
    """Return the automation of the server that serves this request."""
    joined: Automation = current_app.extensions[EXTENSION]
    return joined
