"""The local org in a process of its own, with the package in it and its members; and the faults it is told to have."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import requests

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install.run import Order, endpoint, install, prepare
from connectors.salesforce.local_org.connected_app import KEY_FILE
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from mappings.load import load

SECRET = "soak" * 8
ROWS_A_CALL = 200
ENOUGH_CALLS = 10_000_000
OURS = "composite|query"
"""What the service calls and no person does: people change one record at a time."""
FAULTS = (
    {"kind": "503", "rate": 0.02, "endpoint": OURS},
    {"kind": "500", "rate": 0.01, "endpoint": OURS},
    {"kind": "lock", "rate": 0.01, "endpoint": "composite"},
    {"kind": "partial", "rate": 0.05, "endpoint": "composite", "share": 0.3},
    {"kind": "cut-before", "rate": 0.02, "endpoint": OURS},
    {"kind": "cut-after", "rate": 0.02, "endpoint": OURS},
    {"kind": "expired", "rate": 0.005, "endpoint": OURS},
    {"kind": "slow", "rate": 0.05, "endpoint": OURS, "seconds": 1.5},
    {"kind": "duplicate", "rate": 0.05},
    {"kind": "reorder", "rate": 0.05, "seconds": 3.0},
)


@dataclass(frozen=True)
class Crm:
    """A running org: its address, and what one signs in with."""

    url: str
    token: str
    client_id: str
    username: str
    key: Path

    def client(self) -> SalesforceClient:
        """Return a client of the association's staff; one for each thread."""
        return SalesforceClient.with_token(self.url, self.token)

    def go_wrong(self, seed: int) -> None:
        """Let things go wrong from now on."""
        plan = {"seed": seed, "rules": list(FAULTS)}
        requests.put(f"{self.url}/__local__/faults", json=plan, timeout=30).raise_for_status()

    def go_right(self) -> None:
        """Let nothing go wrong any more."""
        requests.delete(f"{self.url}/__local__/faults", timeout=30).raise_for_status()

    def injected(self) -> dict[str, int]:
        """Return how many faults happened since `go_wrong`, by kind."""
        told: dict[str, int] = self._told("faults")["injected"]
        return told

    def calls(self) -> dict[str, int]:
        """Return the API calls since the beginning, by kind."""
        told: dict[str, int] = self._told("calls")["by_kind"]
        return told

    def notifications(self) -> dict[str, Any]:
        """Return how many notifications are pending, sent, failed and lost."""
        return self._told("outbound")

    def _told(self, about: str) -> dict[str, Any]:
        told: dict[str, Any] = requests.get(f"{self.url}/__local__/{about}", timeout=30).json()
        return told


def _serve(database: str, folder: Path, pipe: Connection) -> None:
    with LocalOrg(database, folder=folder, settings=OrgSettings(daily_calls=ENOUGH_CALLS)) as org:
        pipe.send((org.url, org.admin_token(), org.client_id, org.username))
        pipe.recv()


@contextmanager
def running_crm(database: str, folder: Path) -> Iterator[Crm]:
    """Run an org in a database while the block lasts."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(database, folder, there))
    process.start()
    try:
        url, token, client_id, username = here.recv()
        yield Crm(url, token, client_id, username, folder / KEY_FILE)
    finally:
        here.send("stop")
        process.join()


def furnish(crm: Crm, members: int, address: str) -> dict[str, list[str]]:
    """Install the package, whose messages go to `address`, and make members; return the records' ids by object."""
    client = crm.client()
    install(client, prepare(client, Order(load("salesforce", ("Account",)), endpoint(address, SECRET), crm.username)))
    accounts = _create(
        client, "Account", [{"Name": f"Sample Member {n:05}", "Is_Member__c": True} for n in range(members)]
    )
    outcomes = _create(
        client,
        "Desired_Outcome__c",
        [
            {"Name": f"Sample goal of {one}", "Account__c": one, "Starts_On__c": "2025-01-01",
             "Time_Frame__c": "2040-12-31", "Confirmed_On__c": "2025-01-01"}
            for one in accounts
        ],
    )  # fmt: skip
    milestones = _create(
        client,
        "Success_Milestone__c",
        [
            {"Name": f"Sample {step} of {one}", "Type__c": kind, "Desired_Outcome__c": one, "Due__c": due,
             "First_Promised_Due__c": due}
            for one in outcomes
            for step, kind, due in (("course", "Functional", "2035-01-01"), ("bid", "Operational", "2036-01-01"))
        ],
    )  # fmt: skip
    return {"Account": accounts, "Desired_Outcome__c": outcomes, "Success_Milestone__c": milestones}


def _create(client: SalesforceClient, object_name: str, rows: list[dict[str, Any]]) -> list[str]:
    made: list[str] = []
    for start in range(0, len(rows), ROWS_A_CALL):
        records = [{"attributes": {"type": object_name}, **row} for row in rows[start : start + ROWS_A_CALL]]
        told = client.json("POST", "composite/sobjects", json={"allOrNone": True, "records": records})
        made += [one["id"] for one in told]
    return made
