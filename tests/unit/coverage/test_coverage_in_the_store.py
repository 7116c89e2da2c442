"""Coverage of the members in the store: assigned with its reason, people's decisions kept, dues never looked at."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Connection, Engine

from plugin.cli import commands
from plugin.coverage.load import load
from plugin.coverage.members import OURS, assign_segments, coverage
from plugin.store import history, records
from tests.fakes.store import save as save_at

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
save = partial(save_at, at=AT)
TODAY = AT.date()
RULES = load()


class Marked:
    """Remembers what was marked."""

    def __init__(self) -> None:
        self.marked: list[tuple[str, set[UUID]]] = []

    def mark_score(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        self.marked.append(("score", ids))

    def mark_push(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        self.marked.append(("push", ids))


@pytest.fixture
def conn(conn: Connection) -> Connection:
    """The association has three of the segments that rules may name."""
    for name in ("Inbound", "Asynchronous", "Synchronous"):
        save(conn, "coverage_segment", name=name)
    return conn


def segment(conn: Connection, name: str) -> UUID:
    return next(key for key, row in _all(conn, "coverage_segment").items() if row["name"] == name)


def _all(conn: Connection, entity: str) -> dict[UUID, dict[str, Any]]:
    ids = [row.record_id for row in conn.execute(history.history.select()) if row.entity == entity]
    return records.load(conn, entity, ids)


def test_the_rules_segment_is_written_with_its_reason_and_goes_out(conn: Connection) -> None:
    member = save(conn, "member", name="Alder", staff=40)
    marks = Marked()
    assert assign_segments(conn, marks, coverage(conn, RULES, TODAY), AT) == [member]
    row = records.load(conn, "member", [member])[member]
    assert row["coverage_segment"] == segment(conn, "Asynchronous")
    assert row["coverage_reason"] == "rule 'Staff of its own to do it': staff is 40, at least 25"
    assert marks.marked == [("push", {member}), ("score", {member})]
    assert history.last_changes(conn, "member", [member])[member]["coverage_segment"].source == OURS


def test_assigning_again_changes_nothing_and_a_new_fact_does(conn: Connection) -> None:
    member = save(conn, "member", name="Alder", staff=40)
    assign_segments(conn, Marked(), coverage(conn, RULES, TODAY), AT)
    assert assign_segments(conn, Marked(), coverage(conn, RULES, TODAY), AT) == []
    save(conn, "member", member, industry_experience=12, operations_sophistication="high")
    assert assign_segments(conn, Marked(), coverage(conn, RULES, TODAY), AT) == [member]
    assert records.load(conn, "member", [member])[member]["coverage_segment"] == segment(conn, "Inbound")


def test_what_a_person_decides_is_never_replaced_and_the_disagreement_is_told(conn: Connection) -> None:
    member = save(conn, "member", name="Alder", staff=40)
    assign_segments(conn, Marked(), coverage(conn, RULES, TODAY), AT)
    save(conn, "member", member, coverage_segment=segment(conn, "Synchronous"))
    (silent,) = coverage(conn, RULES, TODAY).members
    assert (silent.disagrees, silent.override and silent.override.reason) == (True, "")
    save(conn, "member", member, coverage_reason="new team, needs a hand")
    covered = coverage(conn, RULES, TODAY)
    assert covered.members[0].why.startswith("a person decided: new team, needs a hand; the rules say Asynchronous")
    assert assign_segments(conn, Marked(), covered, AT) == []


def test_a_segment_that_a_rule_names_and_nobody_made_is_told(conn: Connection) -> None:
    member = save(conn, "member", name="Alder", risk="high")
    covered = coverage(conn, RULES, TODAY)
    assert covered.unknown_segments == ("Task Force",)
    assert assign_segments(conn, Marked(), covered, AT) == []
    assert records.load(conn, "member", [member])[member]["coverage_segment"] is None


def test_permuting_dues_in_the_store_changes_no_segment(conn: Connection) -> None:
    members = [save(conn, "member", name=f"M{i}", staff=10 * i) for i in range(6)]
    dues = [
        save(conn, "dues_history", member=member, amount=Decimal(10**i), period_start=date(2026, 1, 1))
        for i, member in enumerate(members)
    ]
    before = coverage(conn, RULES, TODAY)
    for row, i in zip(dues, reversed(range(6)), strict=True):
        save(conn, "dues_history", row, amount=Decimal(10**i))
    assert coverage(conn, RULES, TODAY) == before


def test_former_members_are_left_out(conn: Connection) -> None:
    save(conn, "member", name="Alder", ended_on=TODAY)
    assert coverage(conn, RULES, TODAY).members == ()


def test_the_command_tells_segments_reasons_and_what_is_unknown(engine: Engine, database_url: str) -> None:
    with engine.begin() as conn:
        save(conn, "coverage_segment", name="Asynchronous")
        save(conn, "member", name="Alder", staff=40)
    runner = CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "140"})
    answer = json.loads(runner.invoke(commands, ["coverage", "--json"], catch_exceptions=False).output)
    assert answer["members"][0]["segment"] == "Asynchronous"
    assert answer["members"][0]["unknown"]
    assert "Inbound" in answer["unknown_segments"]
    shown = runner.invoke(commands, ["coverage"], catch_exceptions=False).output
    assert "staff is 40, at least 25" in shown
    assert "risk is not known of 1 members" in shown
