"""The forecast from the store, frozen as a plan, and the plan held against what came."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine

from plugin.cli import commands
from plugin.errors import UserError
from tests.fakes.store import save

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def milestones(engine: Engine) -> list[UUID]:
    """Ten members on the way, each with an offer at a milestone that is due in July."""
    with engine.begin() as conn:
        offer = save(conn, "expansion_offer", name="More seats", yearly_value=Decimal("1000.00"), active=True)
        segment = save(conn, "coverage_segment", name="Inbound")
        found = []
        for number in range(10):
            member = save(conn, "member", name=f"M{number}", owner="Ann", coverage_segment=segment)
            goal = save(
                conn, "desired_outcome", member=member, starts_on=date(2026, 5, 1), due_on=date(2027, 5, 1),
                confirmed_on=date(2026, 5, 1),
            )  # fmt: skip
            found.append(
                save(
                    conn,
                    "milestone",
                    desired_outcome=goal,
                    type="functional",
                    name="Step",
                    due_on=date(2026, 7, 1),
                    expansion_offer=offer,
                )
            )
    return found


@pytest.fixture
def runner(database_url: str) -> CliRunner:
    return CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "120"})


def run(runner: CliRunner, *words: str) -> Result:
    return runner.invoke(commands, list(words), catch_exceptions=False)


TOLD = ("forecast", "--as-of", "2026-06-10", "--reach", "1", "--take", "more seats=0.9")


@pytest.mark.usefixtures("milestones")
def test_the_forecast_is_told_by_horizon_month_offer_segment_and_msm(runner: CliRunner) -> None:
    answer = json.loads(run(runner, *TOLD, "--json").output)
    means = {(line["split"], line["name"]): line["mean"] for line in answer["lines"] if line["days"] == 30}
    assert means == {
        ("total", "total"): 9000.0,
        ("month", "2026-06"): 0.0,
        ("month", "2026-07"): 9000.0,
        ("offer", "More seats"): 9000.0,
        ("segment", "Inbound"): 9000.0,
        ("msm", "Ann"): 9000.0,
    }
    assert answer["parts"][0]["assumed"] == ["reach", "rate"]
    shown = run(runner, *TOLD).output
    assert "within 30 days" in shown
    assert "Assumed: how many milestones are reached in time" in shown


@pytest.mark.parametrize(
    ("words", "said"), [("Mor seats=0.5", "Did you mean More seats"), ("More seats=often", "'often' is no rate")]
)
@pytest.mark.usefixtures("milestones")
def test_a_declared_rate_that_makes_no_sense_is_refused(runner: CliRunner, words: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        run(runner, "forecast", "--take", words)


def test_a_plan_is_frozen_and_held_against_what_came(
    runner: CliRunner, engine: Engine, milestones: list[UUID], tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    run(runner, *TOLD, "--days", "30", "--freeze", str(plan), "--json")
    with engine.begin() as conn:
        for milestone in milestones[:8]:
            save(conn, "milestone", milestone, achieved_on=date(2026, 6, 30))
    answer = json.loads(run(runner, "objectives", str(plan), "--as-of", "2026-07-10", "--json").output)
    assert answer["over"] is True
    total = answer["total"]
    assert (total["planned"]["amount"], total["actual"]["reached"]) == (9000.0, 8.0)
    assert (total["short"], total["reach"], total["take"], total["value"]) == (9000.0, 1800.0, 7200.0, 0.0)
    shown = run(runner, "objectives", str(plan), "--as-of", "2026-06-30").output
    assert "this is what came so far" in shown
    with pytest.raises(UserError, match="a frozen plan is never changed"):
        run(runner, *TOLD, "--freeze", str(plan))


@pytest.mark.parametrize("content", ["{}", "no json"])
def test_what_is_no_frozen_plan_is_refused(runner: CliRunner, tmp_path: Path, content: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match="is no frozen plan"):
        run(runner, "objectives", str(file))
