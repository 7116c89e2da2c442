"""What a worker does for plans: after a poll and when a day begins, once, and never before the first sync is whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from mappings.load import load as load_mapping
from plugin.plans.load import load_all
from plugin.plans.marks import StoreMarks
from plugin.plans.tending import Tending
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES, due, handovers, systems

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


class Heard:
    """A runner that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def drain(self, system: str) -> None:
        self.asked.append("drain")

    def poll(self, system: str) -> None:
        self.asked.append("poll")

    def rescore(self, system: str) -> None:
        self.asked.append("rescore")

    def reconcile(self, system: str) -> None:
        self.asked.append("reconcile")

    def backfill(self, system: str) -> None:
        self.asked.append("backfill")

    def wanted(self) -> Sequence[tuple[str, str]]:
        return [("poll", "salesforce")]


@pytest.fixture
def members(engine: Engine) -> dict[str, UUID]:
    """A new member, one that has left with an open goal, and one that changed hands."""

    def save(entity: str, record_id: UUID | None = None, **values: Any) -> UUID:
        return records.save(conn, entity, record_id, values, Origin("Ann", "crm", AT, AT))

    with engine.begin() as conn:
        found = {"new": save("member", name="New", kind="organisation", joined_on=AT.date())}
        found["left"] = save("member", name="Left", ended_on=AT.date())
        save("desired_outcome", member=found["left"])
        found["moved"] = save("member", name="Moved", owner="Ann")
        save("member", found["moved"], owner="Ben")
    return found


def tending(engine: Engine, heard: Heard, *, at_joining: bool) -> Tending:
    marks = StoreMarks({"salesforce": load_mapping("salesforce", ("Account",))}, lambda: AT)
    return Tending(heard, engine, marks, lambda: AT, load_all() if at_joining else ())


def synced(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.execute(
            systems.insert().values(
                system="salesforce", org_id="00D", org_name="Sample", time_zone="UTC", first_sync_completed_at=AT
            )
        )


def counts(engine: Engine) -> tuple[int, int, int]:
    """How many goals there are, how many of them lapsed, and how many notes."""
    outcome = TABLES["desired_outcome"]
    with engine.connect() as conn:
        goals = conn.execute(sa.select(outcome.c.closed_reason)).all()
        notes = conn.scalar(sa.select(sa.func.count()).select_from(handovers))
    return len(goals), sum(row.closed_reason == "lapsed" for row in goals), int(notes or 0)


def test_a_poll_is_followed_by_looking_after_plans_and_doing_it_again_changes_nothing(
    engine: Engine, members: dict[str, UUID]
) -> None:
    synced(engine)
    heard = Heard()
    worker = tending(engine, heard, at_joining=True)
    worker.poll("salesforce")
    assert counts(engine) == (2, 1, 1)
    with engine.connect() as conn:
        marked = {(row.stage, row.object) for row in conn.execute(sa.select(due))}
    assert {("score", "member"), ("push", "desired_outcome"), ("push", "milestone")} <= marked
    worker.rescore("salesforce")
    assert counts(engine) == (2, 1, 1)
    with engine.begin() as conn:
        records.save(conn, "member", members["moved"], {"owner": "Cleo"}, Origin("Ann", "crm", AT, AT))
    worker.tend("salesforce")
    assert counts(engine) == (2, 1, 2)
    assert heard.asked == ["poll", "rescore"]


@pytest.mark.usefixtures("members")
def test_without_the_setting_no_plan_is_given(engine: Engine) -> None:
    synced(engine)
    tending(engine, Heard(), at_joining=False).poll("salesforce")
    assert counts(engine) == (1, 1, 1)


@pytest.mark.usefixtures("members")
def test_nothing_is_done_before_the_first_sync_is_whole(engine: Engine) -> None:
    tending(engine, Heard(), at_joining=True).poll("salesforce")
    assert counts(engine) == (1, 0, 0)


def test_all_else_goes_to_the_runner_as_it_is(engine: Engine) -> None:
    heard = Heard()
    worker = tending(engine, heard, at_joining=True)
    for task in ("drain", "reconcile", "backfill"):
        getattr(worker, task)("salesforce")
    assert heard.asked == ["drain", "reconcile", "backfill"]
    assert worker.wanted() == [("poll", "salesforce")]
