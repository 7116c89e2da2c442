"""A period's plan, frozen from stored facts and held against what was stored since: to the cent, and blind to dues."""

from __future__ import annotations

import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from click.testing import CliRunner
from sqlalchemy.engine import Connection, Engine

from plugin.cli import commands
from plugin.scoring import rescore
from plugin.store.records import load_calculated
from tests.fakes.store import save

MADE, OVER = date(2026, 6, 10), date(2026, 7, 31)


def a_hundred_members(conn: Connection) -> list[tuple[UUID, UUID]]:
    """A hundred members with one milestone each, due next month, with an offer of $1,000 a year."""
    offer = save(conn, "expansion_offer", name="Training seats", yearly_value=Decimal("1000.00"), active=True)
    found = []
    for number in range(100):
        member = save(conn, "member", name=f"Sample Member {number:03}")
        goal = save(
            conn, "desired_outcome", member=member, starts_on=date(2026, 5, 1), due_on=date(2027, 5, 1),
            confirmed_on=date(2026, 5, 1),
        )  # fmt: skip
        milestone = save(
            conn, "milestone", desired_outcome=goal, type="functional", name="Step", due_on=date(2026, 7, 1),
            expansion_offer=offer,
        )  # fmt: skip
        found.append((member, milestone))
    return found


def test_a_plan_of_90000_that_came_to_64600_is_split_to_the_cent(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    with engine.begin() as conn:
        members = a_hundred_members(conn)
    runner, plan = CliRunner(env={"DATABASE_URL": database_url}), tmp_path / "plan.json"
    told = ["--as-of", str(MADE), "--reach", "1", "--take", "Training seats=0.9", "--days", "60"]
    runner.invoke(commands, ["forecast", *told, "--freeze", str(plan), "--json"], catch_exceptions=False)

    with engine.begin() as conn:
        for member, milestone in members[:80]:
            save(conn, "milestone", milestone, achieved_on=date(2026, 7, 3))
            save(conn, "response", member=member, offer="Training seats", shown_on=date(2026, 7, 4))
        for member, _ in members[:68]:
            save(
                conn, "response", member=member, offer="Training seats", answer="taken", answered_on=date(2026, 7, 20),
                yearly_value=Decimal("950.00"),
            )  # fmt: skip
    command = ["objectives", str(plan), "--as-of", str(OVER), "--json"]
    total = json.loads(runner.invoke(commands, command, catch_exceptions=False).output)["total"]

    assert total["planned"] == {"reached": 100.0, "takes": 90.0, "amount": 90000.0}
    assert total["actual"] == {"reached": 80.0, "takes": 68.0, "amount": 64600.0}
    assert (total["short"], total["reach"], total["take"], total["value"]) == (25400.0, 18000.0, 4000.0, 3400.0)


def test_permuting_dues_changes_no_score_no_flag_and_no_forecast(engine: Engine, database_url: str) -> None:
    amounts, chance = [Decimal(100 * (number + 1) ** 2) for number in range(100)], random.Random(7)
    runner, before = CliRunner(env={"DATABASE_URL": database_url}), None
    with engine.begin() as conn:
        members = [member for member, _ in a_hundred_members(conn)]
        paid = [
            save(conn, "dues_history", member=one, period_start=date(2026, 1, 1), period_end=date(2026, 12, 31))
            for one in members
        ]
    for _ in range(3):
        chance.shuffle(amounts)
        with engine.begin() as conn:
            for one, amount in zip(paid, amounts, strict=True):
                save(conn, "dues_history", one, amount=amount)
            rescore(conn, members, MADE)
            fields = {key: row | {"updated_at": None} for key, row in load_calculated(conn, members).items()}
        shown = runner.invoke(commands, ["forecast", "--as-of", str(MADE), "--json"], catch_exceptions=False).output
        assert before is None or (fields, shown) == before
        before = fields, shown
    assert len({*amounts}) == len(members)
