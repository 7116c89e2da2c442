"""An org with its automation, whose background work the tests do step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from connectors.salesforce.local_org import dml
from connectors.salesforce.local_org.automation import Automation
from connectors.salesforce.local_org.faults import Faults
from connectors.salesforce.local_org.metadata.jobs import Options
from connectors.salesforce.local_org.org import Org, OrgSettings, whole_seconds
from plugin.store.embedded import EmbeddedPostgres
from tests.unit.local_org.automation.zips import flow, message, package, workflow

ACK = (
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse'
    b' xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body>'
    b"</soapenv:Envelope>"
)


@dataclass
class Endpoint:
    """Takes what the org sends, and answers what it is told to."""

    answers: list[tuple[int, bytes]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, url: str, body: bytes) -> tuple[int, bytes]:
        self.bodies.append(body)
        return self.answers.pop(0) if self.answers else (200, ACK)


@dataclass
class Clock:
    """The sender's time, which only a test moves."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(seconds=5))

    def __call__(self) -> datetime:
        return self.now


class Bench:
    """An org on a test's bench."""

    def __init__(self, url: str, *, clock: Callable[[], datetime] = whole_seconds, **settings: Any) -> None:
        self.url = url
        self.org = Org(url, OrgSettings(**settings), clock)
        self.org.open()
        self.endpoint = Endpoint()
        self.clock = Clock()
        self.mishaps = Faults()
        self.automation = Automation(self.org, post=self.endpoint, clock=self.clock, faults=self.mishaps)
        self.automation.deployments.start()

    def close(self) -> None:
        self.automation.stop()
        self.org.close()

    def deploy(self, content: bytes, **options: Any) -> dict[str, Any]:
        """The DeployResult of a deployment by the administrator, with its details."""
        deployments = self.automation.deployments
        deployment = deployments.submit(content, Options.read(options), self.org.founding.admin_id)
        for _ in range(3000):
            result = deployments.result(deployment, details=True)
            if result["done"]:
                return result
            time.sleep(0.01)
        raise AssertionError(f"the deployment never ended: {result}")

    def faults(self, content: bytes, **options: Any) -> list[tuple[str, str, str]]:
        """File, full name and problem of everything that a deployment was refused for."""
        failures = self.deploy(content, **options)["details"]["componentFailures"]
        return [(failure["fileName"], failure["fullName"], failure["problem"]) for failure in failures]

    def create(self, name: str, **values: Any) -> str:
        with self.org.work() as work:
            (result,) = dml.create(work, name, [values])
        assert result.error is None, result.error
        assert result.id
        return result.id

    def update(self, name: str, record_id: str, **values: Any) -> None:
        with self.org.work() as work:
            (result,) = dml.update(work, name, [(record_id, values)])
        if result.error is not None:
            raise result.error

    def rows(self, statement: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement, values).fetchall()

    def messages(self) -> int:
        """How many notifications wait."""
        return int(self.rows("SELECT count(*) FROM org_meta.notifications")[0][0])

    def with_message(self, *flows: tuple[str, str]) -> None:
        """Deploy the outbound message Account.Told, and flows by name."""
        files = {"workflows/Account.workflow": workflow(message())}
        files |= {f"flows/{name}.flow": text for name, text in flows}
        members = {"Workflow": ["Account"], "Flow": [name for name, _ in flows]}
        result = self.deploy(package(files, members))
        assert result["success"], result["details"]["componentFailures"]

    def with_flow(self, starts: str) -> None:
        self.with_message(("Notify", flow(starts)))


@pytest.fixture(scope="session")
def founded(postgres: EmbeddedPostgres, worker_id: str) -> str:
    """The name of a database with a new org in it, of which copies are cheap."""
    name = f"founded_{worker_id}_{uuid4().hex}"
    org = Org(postgres.create_database(name))
    org.open()
    Automation(org)
    org.close()
    return name


@pytest.fixture(scope="session")
def untouched(postgres: EmbeddedPostgres, founded: str) -> Iterator[Bench]:
    """An org for tests that change nothing in it."""
    name = f"org_{uuid4().hex}"
    bench = Bench(postgres.create_database(name, template=founded))
    yield bench
    bench.close()
    postgres.drop_database(name)


@pytest.fixture
def make_bench(postgres: EmbeddedPostgres, founded: str) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []
    names: list[str] = []

    def make(**settings: Any) -> Bench:
        name = f"org_{uuid4().hex}"
        url = postgres.create_database(name, template=founded)
        names.append(name)
        made.append(Bench(url, **settings))
        return made[-1]

    yield make
    for bench in made:
        bench.close()
    for name in names:
        postgres.drop_database(name)


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()
