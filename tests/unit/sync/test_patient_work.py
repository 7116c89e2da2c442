"""How much is scored and written at once where nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from connectors.base import Write, WriteResult
from connectors.salesforce.bulk import ROWS_FROM
from plugin.store import due
from plugin.sync import engine
from plugin.sync.points import Point
from tests.unit.sync.conftest import OUTCOME, World

BATCH, MEMBERS = 10, 35


@pytest.fixture
def many(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A first sync of more members than a batch holds is done, and nothing of it is scored or written yet."""
    monkeypatch.setattr(engine, "BATCH", BATCH)
    monkeypatch.setattr(engine, "MOST_PATIENT", 20 * BATCH)
    for number in range(MEMBERS - 1):
        world.crm.put("Account", f"001000000001{number:03d}AAA", Name=f"Sample Member {number}", Is_Member__c=True)
    return world


@pytest.fixture
def accounts(many: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many Accounts each call updates, as they come."""
    sizes: list[int] = []
    write = many.crm._write

    def noted(kind: str, writes: Sequence[Write], act: Callable[[Write], WriteResult]) -> list[WriteResult]:
        if kind == "update" and writes[0].object == "Account":
            sizes.append(len(writes))
        return write(kind, writes, act)

    monkeypatch.setattr(many.crm, "_write", noted)
    return sizes


def test_what_nobody_waits_for_is_all_scored_before_it_is_written_at_once(many: World, accounts: list[int]):
    many.sync()
    assert accounts == [MEMBERS]


def test_so_much_is_written_at_once_that_a_bulk_job_costs_fewer_calls():
    assert engine.MOST_PATIENT >= 2 * ROWS_FROM, "results and the snapshots that go with them"


def test_what_somebody_waits_for_is_read_and_written_before_the_rest_is_scored(many: World, accounts: list[int]):
    passed: list[Point] = []

    def somebody_edits(point: Point) -> None:
        passed.append(point)
        if passed.count(Point.SCORED) == 1 and point is Point.SCORED:
            many.clock.forward(1)
            many.notify("Desired_Outcome__c", OUTCOME)

    many.engine.passing = somebody_edits
    many.sync()
    first = passed.index(Point.SCORED)
    assert passed[first : first + 3] == [Point.SCORED, Point.SENT, Point.CALLED]
    assert accounts[0] == BATCH
    assert sum(accounts) >= MEMBERS
    with many.database.connect() as conn:
        assert not due.waiting(conn, "salesforce", many.clock())


def test_a_service_that_ends_scores_no_further_batch(many: World):
    passed: list[Point] = []
    many.engine.passing = passed.append
    many.engine.stopping = lambda: Point.SCORED in passed
    many.sync()
    assert passed.count(Point.SCORED) == 1
