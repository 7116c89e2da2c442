"""One association on two CRMs in memory, and what tests say of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from mappings.model import Mapping
from plugin.store import links, records
from plugin.store.records import Origin
from plugin.store.schema import TABLES
from plugin.sync.brakes import Brakes
from plugin.sync.engine import Engine
from plugin.sync.linking import Linking
from plugin.sync.poll import first_sync, poll
from plugin.sync.system import System
from tests.fakes.crm import Clock, FakeCrm
from tests.simulation.mapping import mapping

GOAL, ACCOUNT = "Desired_Outcome__c", "Account"


def matching(name: str, match: tuple[str, ...]) -> Mapping:
    """The simulated mapping, with members matched by these fields."""
    whole = mapping(name)
    return replace(
        whole, sources=tuple(replace(one, match=match if one.entity == "member" else ()) for one in whole.sources)
    )


@dataclass
class Two:
    """Two CRMs, `east` and `west`, with one engine between them; both sides go by one clock."""

    database: sa.Engine
    clock: Clock
    east: FakeCrm
    west: FakeCrm
    engine: Engine
    synced: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, database: sa.Engine, match: tuple[str, ...] = ("name",), brakes: Brakes | None = None) -> Two:
        clock = Clock()
        east, west = (FakeCrm(matching(name, match), clock, name, f"00D{name}") for name in ("east", "west"))
        connected = {
            crm.system: System(crm.system, crm, crm.mapping, crm.describe(crm.mapping.objects)) for crm in (east, west)
        }
        return cls(database, clock, east, west, Engine(database, connected, clock, "UTC", brakes=brakes))

    def member(self, crm: FakeCrm, record_id: str, name: str, **values: Any) -> None:
        """Somebody creates a member in a CRM."""
        crm.put(ACCOUNT, record_id, Name=name, Is_Member__c=True, **values)

    def sync(self, *names: str) -> None:
        for name in names or ("east", "west"):
            first_sync(self.engine, name, lambda _: None)
            self.synced.append(name)
        self.settle()

    def settle(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            self.clock.forward(7)
            for name in self.synced:
                poll(self.engine, name)
                self.engine.drain(name)

    def link(self, crm: FakeCrm, record_id: str) -> links.Link:
        with self.database.connect() as conn:
            return links.by_external(conn, crm.system, [record_id])[record_id]

    def ours(self, entity: str, crm: FakeCrm, record_id: str) -> dict[str, Any]:
        wanted = self.link(crm, record_id).record_id
        with self.database.connect() as conn:
            return records.load(conn, entity, [wanted])[wanted]

    def change(self, entity: str, record_id: Any, **values: object) -> Any:
        """Somebody edits a record on our side."""
        with self.database.begin() as conn:
            now = self.clock()
            saved = records.save(conn, entity, record_id, values, Origin("someone", "workbook", now, now))
            self.engine.mark_push(conn, entity, {saved})
        return saved

    def count(self, entity: str) -> int:
        """How many records of ours are alive."""
        table = TABLES[entity]
        with self.database.connect() as conn:
            alive = sa.select(sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None))
            return conn.scalar(alive) or 0

    def linking(self, conn: sa.Connection) -> Linking:
        mappings = {crm.system: crm.mapping for crm in (self.east, self.west)}
        return Linking(conn, mappings, "Sample Person", "they said so", self.clock())
