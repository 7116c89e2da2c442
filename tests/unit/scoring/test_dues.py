"""Dues history from the store, and the command that reads it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

from click.testing import CliRunner
from sqlalchemy.engine import Connection, Engine

from plugin.cli import commands
from plugin.scoring.dues import dues_history
from plugin.store import records
from plugin.store.records import Origin
from tests.fakes.store import save

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
ORIGIN = Origin("Ann", "crm", AT, AT)
YEARS = ((date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31)))


def association(conn: Connection) -> None:
    segment = save(conn, "coverage_segment", name="Inbound")
    for name, before, after in (("Alder", 100, 150), ("Birch", 60, None)):
        member = save(
            conn, "member", name=name, joined_on=date(2024, 3, 1), coverage_segment=segment if name == "Alder" else None
        )
        for (start, end), amount in zip(YEARS, (before, after), strict=True):
            if amount:
                save(conn, "dues_history", member=member, period_start=start, period_end=end, amount=Decimal(amount))


def test_members_come_with_their_dues_and_rows_without_a_place_are_counted(engine: Engine) -> None:
    with engine.begin() as conn:
        association(conn)
        nobody = uuid4()
        save(conn, "dues_history", member=nobody, period_start=YEARS[0][0], period_end=YEARS[0][1], amount=Decimal(1))
        save(conn, "dues_history", member=nobody, amount=Decimal(1))
        backward = save(
            conn, "dues_history", member=nobody, period_start=YEARS[0][1], period_end=YEARS[0][0], amount=Decimal(1)
        )
        records.delete(conn, "dues_history", backward, ORIGIN)
        history = dues_history(conn)
    assert [(dues.name, dues.segment, len(dues.periods)) for dues in history.members] == [
        ("Alder", "Inbound", 2),
        ("Birch", None, 1),
    ]
    assert history.left_out == 2


def test_the_command_tells_the_rates_and_the_movements(engine: Engine, database_url: str) -> None:
    with engine.begin() as conn:
        association(conn)
    runner = CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "120"})
    period = ["growth", "--from", "2025-06-30", "--to", "2026-06-30"]
    answer = json.loads(runner.invoke(commands, [*period, "--json"], catch_exceptions=False).output)
    assert {name: answer[name] for name in ("start", "expansion", "contraction", "churned", "end", "nrr", "grr")} == {
        "start": 160.0,
        "expansion": 50.0,
        "contraction": 0.0,
        "churned": 60.0,
        "end": 150.0,
        "nrr": 0.9375,
        "grr": 0.625,
    }
    assert [(one["name"], one["kind"], one["on"]) for one in answer["movements"]] == [
        ("Alder", "expansion", "2026-01-01"),
        ("Birch", "churned", "2026-01-01"),
    ]
    shown = runner.invoke(commands, period, catch_exceptions=False).output
    assert "NRR 93.8%, GRR 62.5%, revenue churn 37.5%, logo churn 50.0%" in shown
    inbound = runner.invoke(commands, [*period, "--cohort", "segment=Inbound", "--json"], catch_exceptions=False).output
    assert json.loads(inbound)["nrr"] == 1.5
