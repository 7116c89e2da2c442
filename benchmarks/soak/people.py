"""What people do on both sides in a burst. Some fields are edited on one side only, the names on both."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from benchmarks.soak.ledger import Edit, Ledger
from connectors.salesforce.client import SalesforceClient
from mappings.model import Mapping
from plugin.bootstrap import SALESFORCE
from plugin.errors import SuccessVectorError
from plugin.store import records
from plugin.store.records import Origin
from plugin.sync.marking import mark_push, mark_score

OUTCOME, MILESTONE = "Desired_Outcome__c", "Success_Milestone__c"
HERE = ((OUTCOME, "name"), (OUTCOME, "baseline"), (MILESTONE, "name"), (MILESTONE, "evidence_source"))
THERE = (
    (OUTCOME, "name"), (OUTCOME, "closed_reason"), (MILESTONE, "name"), (MILESTONE, "due_on"),
    (MILESTONE, "achieved_on"),
)  # fmt: skip
BIRTHS = 0.03
BURIALS = 0.01
FIRST_DAY = date(2025, 2, 1)
T = TypeVar("T")


def value_of(name: str, serial: int) -> Any:
    """Return a value for a field, in the form of ours; of a text no two are alike."""
    if name == "due_on":
        return date(2035, 1, 1) + timedelta(days=serial % 1500)
    if name == "achieved_on":
        return FIRST_DAY + timedelta(days=serial % 300)
    return f"Sample edit {serial:07}"


@dataclass
class Here:
    """The association's staff in our workbook, one transaction an edit."""

    database: sa.Engine
    mapping: Mapping
    ledger: Ledger
    rng: Random
    ids: dict[str, list[tuple[str, UUID]]]

    def act(self) -> None:
        """Do one thing."""
        if self.rng.random() < BIRTHS:
            _, outcome = self.rng.choice(self.ids[OUTCOME])
            name = f"Sample birth here {self.ledger.serial():07}"
            values = {"name": name, "type": "functional", "desired_outcome": outcome}
            self._save("milestone", None, values)
            self.ledger.born.add(name)
            return
        object_name, field = self.rng.choice(HERE)
        external_id, record_id = self.rng.choice(self.ids[object_name])
        value = value_of(field, self.ledger.serial())
        began = datetime.now(UTC)
        self._save("desired_outcome" if object_name == OUTCOME else "milestone", record_id, {field: value})
        self.ledger.here[object_name, external_id, field] = Edit(value, began, datetime.now(UTC))

    def _save(self, entity: str, record_id: UUID | None, values: dict[str, Any]) -> None:
        while True:
            now = datetime.now(UTC)
            origin = Origin("Sample MSM", "workbook", now, now)
            try:
                with self.database.begin() as conn:
                    saved = records.save(conn, entity, record_id, values, origin)
                    mark_push(conn, {SALESFORCE: self.mapping}, entity, {saved}, "interactive", now)
                    mark_score(conn, entity, {saved}, "interactive", now)
            except OperationalError:
                self.ledger.count("our transactions repeated after a deadlock")
            else:
                self.ledger.count("edits here")
                return


@dataclass
class There:
    """Some of the association's staff in the CRM, a call an edit; several of them share no record."""

    client: SalesforceClient
    mapping: Mapping
    ledger: Ledger
    rng: Random
    ids: dict[str, list[str]]
    own: list[tuple[str, str]]

    def act(self) -> None:
        """Do one thing."""
        chance = self.rng.random()
        try:
            if chance < BIRTHS:
                self._bear()
            elif chance < BIRTHS + BURIALS and len(self.own) > 20:
                self._bury()
            else:
                self._edit()
        except SuccessVectorError:
            self.ledger.count("edits there that the org refused")
        else:
            self.ledger.count("edits there")

    def _edit(self) -> None:
        object_name, field = self.rng.choice(THERE)
        external_id = self.rng.choice(self.ids[object_name])
        value = value_of(field, self.ledger.serial())
        line = self.mapping.source(object_name).fields[field]
        began = datetime.now(UTC)
        body = {line.theirs: line.to_theirs(value)}
        self.client.request("PATCH", f"sobjects/{object_name}/{external_id}", json=body)
        self.ledger.there[object_name, external_id, field] = Edit(value, began, datetime.now(UTC))

    def _bear(self) -> None:
        name = f"Sample birth there {self.ledger.serial():07}"
        body = {"Name": name, "Type__c": "Functional", "Desired_Outcome__c": self.rng.choice(self.ids[OUTCOME])}
        made = self.client.json("POST", f"sobjects/{MILESTONE}", json=body)
        self.ledger.born.add(name)
        self.own.append((str(made["id"]), name))

    def _bury(self) -> None:
        external_id, name = self.own.pop(0)
        self.client.request("DELETE", f"sobjects/{MILESTONE}/{external_id}")
        self.ledger.born.discard(name)
        self.ledger.buried.add(name)
        self.ledger.count("deletions there")


def burst(people: Here | There, rate: float, seconds: float) -> None:
    """Let somebody do so many things a second for so long."""
    began = time.monotonic()
    for number in range(int(rate * seconds)):
        wait = began + number / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        if time.monotonic() - began > seconds:
            return
        people.act()


def parts(ids: Sequence[T], number: int) -> list[list[T]]:
    """Return the ids dealt out to so many people."""
    return [list(ids[start::number]) for start in range(number)]
