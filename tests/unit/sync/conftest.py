"""An engine between a real database and a CRM in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from mappings.load import load
from plugin.store import due, links, records
from plugin.store.records import Origin
from plugin.store.schema import TABLES
from plugin.sync.engine import Engine
from plugin.sync.poll import first_sync, poll
from plugin.sync.system import System
from tests.fakes.crm import Clock, FakeCrm

ACCOUNT = "001000000000001AAA"
OUTCOME = "a01000000000001AAA"


@dataclass
class World:
    """The engine, the CRM on its other side, and a clock that both go by."""

    engine: Engine
    crm: FakeCrm
    clock: Clock
    database: sa.Engine

    def sync(self) -> None:
        first_sync(self.engine, "salesforce", lambda _: None)
        self.settle()

    def settle(self, seconds: float = 5, rounds: int = 8) -> None:
        """Let time pass until nothing is due any more."""
        for _ in range(rounds):
            self.clock.forward(seconds)
            self.engine.drain("salesforce")

    def poll(self) -> None:
        poll(self.engine, "salesforce")
        self.settle()

    def notify(self, object_name: str, record_id: str) -> None:
        with self.database.begin() as conn:
            due.mark(conn, "fetch", "salesforce", object_name, [record_id], "interactive", self.clock())

    def ours(self, entity: str, external_id: str) -> dict[str, Any]:
        """Return the canonical record that theirs is."""
        with self.database.connect() as conn:
            record_id = links.by_external(conn, "salesforce", [external_id])[external_id].record_id
            return records.load(conn, entity, [record_id])[record_id]

    def link(self, external_id: str) -> links.Link:
        with self.database.connect() as conn:
            return links.by_external(conn, "salesforce", [external_id])[external_id]

    def count(self, entity: str) -> int:
        with self.database.connect() as conn:
            found = conn.scalar(sa.select(sa.func.count()).select_from(TABLES[entity]))
        return int(found or 0)

    def change(self, entity: str, record_id: UUID | None, **values: object) -> UUID:
        """Somebody edits a record on our side."""
        with self.database.begin() as conn:
            now = self.clock()
            saved = records.save(conn, entity, record_id, values, Origin("someone", "workbook", now, now))
            self.engine.mark_score(conn, entity, {saved})
            self.engine.mark_push(conn, entity, {saved})
        return saved


@pytest.fixture
def world(engine: sa.Engine) -> World:
    """A CRM with one member and one Desired Outcome, and an engine that has never spoken to it."""
    clock = Clock()
    mapping = load("salesforce", ("Account",))
    mapping = replace(mapping, sources=tuple(one for one in mapping.sources if one.object not in {"Task", "Event"}))
    crm = FakeCrm(mapping, clock)
    system = System("salesforce", crm, mapping, crm.describe(mapping.objects))
    crm.put("Account", ACCOUNT, Name="Sample Member 1", Is_Member__c=True, Member_Since__c="2025-01-10")
    crm.put(
        "Desired_Outcome__c",
        OUTCOME,
        Name="Win public tenders",
        Account__c=ACCOUNT,
        Starts_On__c="2026-01-01",
        Time_Frame__c="2026-12-31",
    )
    return World(Engine(engine, {"salesforce": system}, clock), crm, clock, engine)


@pytest.fixture
def conflict(world: World) -> World:
    """Both sides changed the objective, and nobody can tell who was later."""
    world.sync()
    world.change("desired_outcome", world.ours("desired_outcome", OUTCOME)["id"], objective="Ours")
    world.clock.forward(1)
    world.crm.put("Desired_Outcome__c", OUTCOME, Objective__c="Theirs")
    world.poll()
    return world
