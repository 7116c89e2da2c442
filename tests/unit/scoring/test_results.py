"""Results of a day: kept once with their reasons, and written where reports of the CRM look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.engine import Connection, Engine

from mappings.load import load
from plugin.cli.forecast import forecast_command
from plugin.cli.growth import growth_command
from plugin.cli.results import results_command
from plugin.domain.coverage_rules import Assignment, Coverage, Override
from plugin.plans.marking import Marks
from plugin.plans.marks import StoreMarks
from plugin.results import told
from plugin.results.keeping import Keeping, keep_day
from plugin.store import due, results
from plugin.store.schema import TABLES, systems
from tests.fakes.store import save

TODAY = date(2026, 6, 10)
NOW = datetime(2026, 6, 10, 3, tzinfo=UTC)


class Noted:
    """Marks that are only noted."""

    def __init__(self) -> None:
        self.pushed: dict[str, set[UUID]] = {}

    def mark_score(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        raise AssertionError("no result of ours changes a score")

    def mark_push(self, conn: Connection, entity: str, ids: set[UUID]) -> None:
        self.pushed.setdefault(entity, set()).update(ids)


@pytest.fixture
def marks() -> Noted:
    return Noted()


@pytest.fixture
def members(engine: Engine) -> list[UUID]:
    """Three members of Ann's in a segment that takes two hours, each with an offer that is due in July, and dues."""
    with engine.begin() as conn:
        offer = save(conn, "expansion_offer", name="More seats", yearly_value=Decimal("1000.00"), active=True)
        segment = save(conn, "coverage_segment", name="Synchronous", model="synchronous", hours_per_member_month=2.0)
        found = []
        for number in range(3):
            member = save(conn, "member", name=f"Sample Member {number}", owner="Ann", coverage_segment=segment)
            goal = save(
                conn, "desired_outcome", member=member, starts_on=date(2026, 5, 1), due_on=date(2027, 5, 1),
                confirmed_on=date(2026, 5, 1),
            )  # fmt: skip
            save(
                conn, "milestone", desired_outcome=goal, type="functional", name="Step", due_on=date(2026, 7, 1),
                expansion_offer=offer,
            )  # fmt: skip
            for year in (2025, 2026):
                paid = {"amount": Decimal(100 * (year - 2024)), "recorded_on": date(year, 1, 1)}
                save(
                    conn, "dues_history", member=member, period_start=date(year, 1, 1), period_end=date(year, 12, 31),
                    **paid,
                )  # fmt: skip
            save(conn, "engagement", member=member, happened_on=TODAY, direction="outbound_proactive", channel="email")
            found.append(member)
    return found


def values(conn: Connection, entity: str, name: str) -> list[Any]:
    table = TABLES[entity]
    return list(conn.scalars(sa.select(table.c[name]).order_by(table.c.created_at, table.c.id)))


def test_a_days_results_are_kept_each_with_its_reason(engine: Engine, members: list[UUID], marks: Noted) -> None:
    with engine.begin() as conn:
        count = keep_day(conn, marks, TODAY, NOW)
        found = {(one.kind, one.subject): one for one in results.kept(conn, as_of=TODAY)}

    assert len(found) == count
    assert all(one.reason for one in found.values())
    assert (
        found["growth", "all members, from 2025-06-10"].reason
        == "300.00 + 300.00 - 0.00 - 0.00: NRR 200.0%, GRR 100.0%"
    )
    assert found["capacity", "msm: Ann"].found["hours"] == 6.0
    assert "everyone's hours are assumed" in found["capacity", "msm: Ann"].reason
    assert found["engagement_mix", "msm: Ann"].found["tied_to_a_milestone"] == 0.0
    given = [found["forecast", str(member)] for member in members]
    total = found["forecast", "total: total, 90 days"].found["mean"]
    assert sum(Decimal(str(one.found["mean"]["90"])) for one in given) == Decimal(str(total))
    assert given[0].reason.startswith("'Step', due 1 Jul: reached within 90 days 70%, More seats taken")


def test_what_reports_add_up_is_written_on_the_records_and_again_only_when_it_moves(
    engine: Engine, members: list[UUID], marks: Noted
) -> None:
    with engine.begin() as conn:
        keep_day(conn, marks, TODAY, NOW)
        expected = values(conn, "milestone", "expected_value")
        total = results.kept(conn, ["forecast"], TODAY)
        assert values(conn, "member", "service_hours") == [2.0, 2.0, 2.0]
    means = {one.subject: one.found["mean"] for one in total if not one.member}
    assert (sum(expected), {*marks.pushed}) == (Decimal(str(means["total: total, 90 days"])), {"milestone", "member"})

    again = Noted()
    with engine.begin() as conn:
        keep_day(conn, again, TODAY + timedelta(days=1), NOW + timedelta(days=1))
    assert again.pushed == {}


def test_what_is_reached_is_expected_no_more(engine: Engine, members: list[UUID], marks: Noted) -> None:
    with engine.begin() as conn:
        keep_day(conn, marks, TODAY, NOW)
        first = conn.scalars(sa.select(TABLES["milestone"].c.id).order_by(TABLES["milestone"].c.created_at)).first()
        save(conn, "milestone", first, achieved_on=TODAY)
        keep_day(conn, marks, TODAY + timedelta(days=1), NOW + timedelta(days=1))
        held = conn.scalar(sa.select(TABLES["milestone"].c.expected_value).where(TABLES["milestone"].c.id == first))
    assert held is None


class Heard:
    """A runner that does nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def drain(self, system: str) -> None: ...

    def poll(self, system: str) -> None: ...

    def rescore(self, system: str) -> None:
        self.asked.append("rescore")

    def reconcile(self, system: str) -> None: ...

    def backfill(self, system: str) -> None: ...

    def wanted(self) -> Sequence[tuple[str, str]]:
        return ()


def test_a_worker_keeps_a_days_results_once_and_never_before_the_first_sync(
    engine: Engine, members: list[UUID], marks: Marks
) -> None:
    heard = Heard()
    worker = Keeping(heard, engine, marks, lambda: NOW)

    worker.rescore("salesforce")
    with engine.begin() as conn:
        assert results.kept(conn) == []
        row = {"system": "salesforce", "org_id": "1", "org_name": "Sample", "time_zone": "UTC"}
        conn.execute(sa.insert(systems).values(first_sync_completed_at=NOW, **row))
    worker.rescore("salesforce")
    with engine.begin() as conn:
        first = {one.computed_at for one in results.kept(conn)}
    worker.rescore("salesforce")

    with engine.begin() as conn:
        assert first
        assert {one.computed_at for one in results.kept(conn)} == first
    assert heard.asked == ["rescore"] * 3


def test_what_is_written_travels_and_changes_no_score(engine: Engine, members: list[UUID]) -> None:
    with engine.begin() as conn:
        keep_day(conn, StoreMarks({"salesforce": load("salesforce")}, lambda: NOW), TODAY, NOW)
        assert due.waiting(conn, "salesforce", NOW + timedelta(days=1))
        assert not due.waiting(conn, "", NOW + timedelta(days=1))


def test_results_are_shown_by_kind_member_and_day(engine: Engine, members: list[UUID], database_url: str) -> None:
    runner = CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "160"})
    for day in ("2026-06-10", "2026-06-11"):
        runner.invoke(forecast_command, ["--as-of", day, "--save", "--json"], catch_exceptions=False)
    runner.invoke(
        growth_command, ["--from", "2025-02-01", "--to", "2026-02-01", "--save", "--json"], catch_exceptions=False
    )

    def shown(*words: str) -> list[dict[str, Any]]:
        return json.loads(runner.invoke(results_command, [*words, "--json"], catch_exceptions=False).output)

    assert {(one["kind"], one["as_of"]) for one in shown()} == {("forecast", "2026-06-11"), ("growth", "2026-02-01")}
    of_one = shown("--member", "Sample Member 1", "--since", "2026-01-01")
    assert [one["as_of"] for one in of_one] == ["2026-06-10", "2026-06-11"]
    assert shown("--kind", "growth")[0]["found"]["nrr"] == 2.0
    assert "NRR 200.0%" in runner.invoke(results_command, [], catch_exceptions=False).output


def test_a_persons_decision_is_kept_with_the_reason_and_with_what_the_rules_say() -> None:
    member = "00000000-0000-0000-0000-000000000001"
    one = Coverage(
        member, "A", Assignment("Inbound", "all", "rule 'all': no other rule applies"), Override("Own", "asked")
    )
    (kept,) = told.of_coverage([one], TODAY)
    assert kept.reason == "a person decided: asked; the rules say Inbound (rule 'all': no other rule applies)"
    assert (kept.found["segment"], kept.found["rule_segment"], kept.found["disagrees"]) == ("Own", "Inbound", True)
