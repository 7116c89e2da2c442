"""A local org with the package in it, and the service's settings for it; real protocols throughout."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install.run import Order, endpoint, install, prepare
from connectors.salesforce.local_org import deletes
from connectors.salesforce.local_org.connected_app import KEY_FILE
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from mappings.load import load
from plugin.bootstrap import Services, check_system, engine_of, open_services
from plugin.settings import Settings
from plugin.store import migrate
from plugin.store.embedded import EmbeddedPostgres
from plugin.sync.engine import Engine
from plugin.sync.points import Passing, on_and_on
from plugin.sync.poll import first_sync

SECRET = "e2e" + "s" * 32


@dataclass(frozen=True)
class Office:
    """The association's org as its staff sees it, through an administrator's token."""

    org: LocalOrg
    client: SalesforceClient
    key: Path

    def create(self, object_name: str, **values: Any) -> str:
        """Create a record and return its id."""
        made: dict[str, Any] = self.client.json("POST", f"sobjects/{object_name}", json=values)
        return str(made["id"])

    def edit(self, object_name: str, record_id: str, **values: Any) -> None:
        """Change a record."""
        self.client.request("PATCH", f"sobjects/{object_name}/{record_id}", json=values)

    def read(self, object_name: str, record_id: str) -> dict[str, Any]:
        """Return a record with all its fields."""
        record: dict[str, Any] = self.client.json("GET", f"sobjects/{object_name}/{record_id}")
        return record

    def query(self, soql: str) -> list[dict[str, Any]]:
        """Return the records that a query finds."""
        found: list[dict[str, Any]] = self.client.json("GET", "query", params={"q": soql})["records"]
        return found

    def environment(self, database_url: str) -> Mapping[str, str]:
        """Return the environment variables with which the service runs against this org."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("SUCCESS_VECTOR_")},
            "DATABASE_URL": database_url,
            "SUCCESS_VECTOR_SALESFORCE_URL": self.org.url,
            "SUCCESS_VECTOR_SALESFORCE_CLIENT_ID": self.org.client_id,
            "SUCCESS_VECTOR_SALESFORCE_USERNAME": self.org.username,
            "SUCCESS_VECTOR_SALESFORCE_PRIVATE_KEY_FILE": str(self.key),
            "SUCCESS_VECTOR_WEBHOOK_SECRETS": SECRET,
        }

    def settings(self, database_url: str, **more: Any) -> Settings:
        """Return the same as settings."""
        return Settings(
            _env_file=None,  # type: ignore[call-arg]
            DATABASE_URL=database_url,
            salesforce_url=self.org.url,
            salesforce_client_id=self.org.client_id,
            salesforce_username=self.org.username,
            salesforce_private_key_file=self.key,
            webhook_secrets=SECRET,
            **more,
        )

    def undelete(self, record_id: str) -> None:
        """Take a record out of the bin, once its stamp, which has whole seconds, is sure to tell that it came later."""
        time.sleep(2.5)
        with self.org.org.work() as work:
            deletes.undelete(work, record_id)

    def member_with_outcome(self, name: str) -> tuple[str, str, list[str]]:
        """Create a member with one Desired Outcome and three milestones; return their ids."""
        member = self.create("Account", Name=name, Is_Member__c=True, Member_Since__c="2025-05-01")
        outcome = self.create(
            "Desired_Outcome__c",
            Name=f"{name} wins tenders",
            Account__c=member,
            Starts_On__c="2026-01-01",
            Time_Frame__c="2030-12-31",
            Confirmed_On__c="2026-01-02",
        )
        milestones = [
            self.create(
                "Success_Milestone__c",
                Name=step,
                Type__c=kind,
                Desired_Outcome__c=outcome,
                Due__c=due,
                First_Promised_Due__c=due,
            )
            for step, kind, due in (
                ("Course done", "Functional", "2030-06-01"),
                ("First bid", "Operational", "2030-09-01"),
                ("Contract", "Strategic", "2030-12-01"),
            )
        ]
        return member, outcome, milestones


@contextmanager
def an_office(postgres: EmbeddedPostgres, folder: Path, number: int = 1) -> Iterator[Office]:
    """Yield a new org with the package installed and notifications going nowhere."""
    name = f"org_{uuid4().hex}"
    with LocalOrg(postgres.create_database(name), folder=folder, settings=OrgSettings(number=number)) as org:
        client = SalesforceClient.with_token(org.url, org.admin_token())
        order = Order(load("salesforce", ("Account",)), endpoint("http://127.0.0.1:9", SECRET), org.username)
        install(client, prepare(client, order), wait=lambda _: time.sleep(0.05))
        yield Office(org, client, folder / KEY_FILE)
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def office(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An org of its own for this module."""
    with an_office(postgres, tmp_path_factory.mktemp("org")) as opened:
        yield opened


@pytest.fixture(scope="module")
def naughty(shared_data: Path) -> list[str]:
    """Max Woolf's Big List of Naughty Strings (MIT), but for the empty one."""
    return [text for text in json.loads((shared_data / "text" / "blns.json").read_text(encoding="utf-8")) if text]


@dataclass
class Connected:
    """Our side of the same org: an engine that has done its first sync."""

    office: Office
    services: Services
    engine: Engine

    def settle(self, patience: float = 8) -> None:
        """Drain until nothing is due, or patience ends."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if not self.engine.drain("salesforce") and not self._waiting():
                return
            time.sleep(0.1)

    def _waiting(self) -> bool:
        with self.engine.database.connect() as conn:
            rows = conn.exec_driver_sql("SELECT count(*) FROM due WHERE due_at < now() + interval '6 seconds'")
            return bool(rows.scalar())


def connect_to(office: Office, database_url: str, passing: Passing = on_and_on, **settings: Any) -> Connected:
    """Return our side of the org, before its first sync."""
    services = open_services(office.settings(database_url, **settings))
    migrate.upgrade(services.database)
    return Connected(office, services, engine_of(services, check_system(services).require(), passing))


@pytest.fixture
def connected(office: Office, database_url: str) -> Iterator[Connected]:
    """Our side of the org, synced."""
    ours = connect_to(office, database_url)
    first_sync(ours.engine, "salesforce", lambda _: None)
    ours.settle()
    yield ours
    ours.services.close()


@pytest.fixture
def new_org(postgres: EmbeddedPostgres) -> Iterator[Callable[..., LocalOrg]]:
    """Return what starts an empty org with the given settings."""
    started: list[tuple[LocalOrg, str]] = []

    def start(**settings: bool) -> LocalOrg:
        name = f"org_{uuid4().hex}"
        org = LocalOrg(postgres.create_database(name), settings=OrgSettings(**settings)).start()
        started.append((org, name))
        return org

    yield start
    for org, name in started:
        org.stop()
        postgres.drop_database(name)
