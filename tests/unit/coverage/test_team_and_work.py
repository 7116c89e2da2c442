"""Team files, members as work, and the capacity command."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Connection, Engine

from plugin.cli import commands
from plugin.coverage.team import load
from plugin.coverage.work import work
from plugin.domain.capacity import Msm, Pool
from plugin.errors import Problems, UserError
from tests.fakes.store import save as save_at

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
save = partial(save_at, at=AT)
TODAY = AT.date()
TEAM = """
[[msm]]
name = "Ann"
hours = 100
[[msm]]
name = "Ben"
hours = 100
overhead = 0.5
[[pool]]
name = "Desk"
segments = ["Inbound"]
[hours]
Inbound = 0.5
Synchronous = { joining = 6, otherwise = 2 }
"""


def team_file(tmp_path: Path, text: str = TEAM) -> Path:
    file = tmp_path / "team.toml"
    file.write_text(text, encoding="utf-8")
    return file


def association(conn: Connection) -> None:
    hours = {"Inbound": ("inbound", 0.25), "Synchronous": ("synchronous", 3.0), "Own": ("own", None)}
    segments = {
        name: save(conn, "coverage_segment", name=name, model=model, hours_per_member_month=number)
        for name, (model, number) in hours.items()
    }
    for number in range(8):
        save(conn, "member", name=f"M{number}", owner="Ann", coverage_segment=segments["Synchronous"])
    save(conn, "member", name="In", owner="Ben", coverage_segment=segments["Inbound"])
    save(conn, "member", name="Own", owner="Ben", coverage_segment=segments["Own"])
    save(conn, "member", name="New", owner="Ben", coverage_segment=segments["Synchronous"], joined_on=TODAY)
    save(conn, "member", name="Gone", owner="Ben", coverage_segment=segments["Synchronous"], ended_on=TODAY)


def test_a_team_file_says_who_how_long_and_how_much(tmp_path: Path) -> None:
    team = load(team_file(tmp_path))
    assert team.msms == (Msm("Ann", 100), Msm("Ben", 100, 0.5))
    assert team.pools == (Pool("Desk", ("Inbound",)),)
    assert (team.hours_of("Synchronous", "joining"), team.hours_of("Synchronous", "renewing")) == (6, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[msm]]\nname = "Ann"\nhours = 0', "msm 1 hours: 0 doesn't fit"),
        ('[[msm]]\nname = "Ann"\nhours = 10\nhuors = 10', "msm 1 huors: there is no such key"),
        ('[[msm]]\nname = "Ann"\nhours = 10\n[[msm]]\nname = "Ann"\nhours = 10', "msm Ann: it is there twice"),
        ("[hours]\nInbound = { joinin = 1 }", "hours.Inbound.joinin: there is no such stage"),
        ('[[pool]]\nname = "A"\nsegments = ["I"]\n[[pool]]\nname = "B"\nsegments = ["I"]', "two pools serve it"),
    ],
)
def test_a_wrong_team_file_is_told_by_its_places(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Problems) as caught:
        load(team_file(tmp_path, text))
    assert said in str(caught.value)


@pytest.mark.parametrize(("text", "said"), [("[[msm", "isn't TOML"), (None, "can't be read")])
def test_a_team_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, text: str | None, said: str) -> None:
    with pytest.raises(UserError, match=said):
        load(team_file(tmp_path, text) if text else tmp_path / "nowhere.toml")


def test_hours_come_from_the_team_file_and_then_from_the_segment(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as conn:
        association(conn)
        given = work(conn, TODAY, load(team_file(tmp_path)), Msm("", 100))
        found = work(conn, TODAY, None, Msm("", 100))
    assert {one.name: one.hours for one in given.served if one.name in ("M0", "New", "In")} == {
        "M0": 2, "New": 6, "In": 0.5,
    }  # fmt: skip
    assert {one.name: one.hours for one in found.served if one.name in ("M0", "New", "In")} == {
        "M0": 3, "New": 3, "In": 0.25,
    }  # fmt: skip
    assert dict(found.without_hours) == {"Own": 1}
    assert found.team.pools == (Pool("inbound", ("Inbound",)),)
    assert "Gone" not in {one.name for one in found.served}


def test_a_member_is_owned_since_it_changed_hands_else_since_it_joined(engine: Engine) -> None:
    with engine.begin() as conn:
        segment = save(conn, "coverage_segment", name="Synchronous", hours_per_member_month=1.0)
        common = {"owner": "Ann", "coverage_segment": segment, "joined_on": date(2020, 1, 1)}
        save(conn, "member", name="Stayed", **common)
        moved = save(conn, "member", name="Moved", **common)
        save(conn, "member", moved, at=datetime(2026, 3, 1, tzinfo=UTC), owner="Ben")
        since = {one.name: one.owned_since for one in work(conn, TODAY, None, Msm("", 100)).served}
    assert since == {"Stayed": date(2020, 1, 1), "Moved": date(2026, 3, 1)}


def test_the_command_shows_loads_and_whom_to_hand_over(engine: Engine, database_url: str, tmp_path: Path) -> None:
    with engine.begin() as conn:
        association(conn)
    runner = CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "140"})
    words = ["capacity", "--as-of", "2026-06-01", "--team", str(team_file(tmp_path)), "--rebalance"]
    answer = json.loads(runner.invoke(commands, [*words, "--json"], catch_exceptions=False).output)
    assert [(one["name"], one["hours"]) for one in answer["before"]["loads"]] == [
        ("Ann", 16), ("Ben", 6), ("Desk", 0.5),
    ]  # fmt: skip
    assert [(one["giver"], one["taker"]) for one in answer["moves"]] == [("Ann", "Ben")]
    assert answer["members_of_unknown_hours"] == {"Own": 1}
    shown = runner.invoke(commands, ["capacity", "--rebalance", "--hours", "10"], catch_exceptions=False).output
    assert "Assumed: 10 hours a month each, 25% overhead" in shown
    assert "3 members to hand over" in shown
    assert "12 short" in shown
