"""What the association arranged counts each night: its team's hours, its coverage rules, and what people decided."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import Connection, Engine

from plugin.cli import commands
from plugin.coverage.load import load as load_rules
from plugin.coverage.members import assign_segments, coverage
from plugin.coverage.team import load as load_team
from plugin.errors import Problems
from plugin.results.arranged import Arranged, arranged
from plugin.results.keeping import keep_day
from plugin.settings import Settings
from plugin.store import records, results
from tests.fakes.marks import Noted
from tests.fakes.store import save as save_at

NOW = datetime(2026, 6, 10, 3, tzinfo=UTC)
save = partial(save_at, at=NOW)
TODAY = NOW.date()
TEAM = '[[msm]]\nname = "Ann"\nhours = 10\noverhead = 0.2\n[hours]\nSynchronous = 4\nInbound = 1\n'
RULES = """
[[rule]]
name = "Large"
segment = "Inbound"
when = { staff = { at_least = 50 } }

[[rule]]
name = "Everybody else"
segment = "Synchronous"
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A team file and a file of coverage rules."""
    team, rules = tmp_path / "team.toml", tmp_path / "rules.toml"
    team.write_text(TEAM)
    rules.write_text(RULES)
    return team, rules


@pytest.fixture
def found(files: tuple[Path, Path]) -> Callable[[bool], Arranged]:
    team, rules = files
    return lambda apply: Arranged(load_team(team), load_rules(rules), apply)


@pytest.fixture
def members(engine: Engine) -> dict[str, UUID]:
    """A large member and a small one without a segment, and one that a person gave a segment with a reason."""
    with engine.begin() as conn:
        segments = {name: save(conn, "coverage_segment", name=name) for name in ("Inbound", "Synchronous")}
        decided = {"coverage_segment": segments["Synchronous"], "coverage_reason": "asked to be called"}
        return {
            "large": save(conn, "member", name="Sample Member 1", owner="Ann", staff=80),
            "small": save(conn, "member", name="Sample Member 2", owner="Ann", staff=5),
            "decided": save(conn, "member", name="Sample Member 3", owner="Ann", staff=90, **decided),
        } | segments


def kept(conn: Connection, kind: str, day: date = TODAY) -> dict[str, Any]:
    return {one.subject: one for one in results.kept(conn, [kind], day)}


def test_each_night_keeps_everybodys_segment_and_why_and_writes_nothing_unasked(
    engine: Engine, members: dict[str, UUID], found: Callable[[bool], Arranged]
) -> None:
    marks = Noted()
    with engine.begin() as conn:
        keep_day(conn, marks, TODAY, NOW, found(False))
        told = kept(conn, "coverage")
        rows = records.load(conn, "member", [members["large"], members["small"]])
    assert {key: told[str(members[key])].reason for key in ("large", "small", "decided")} == {
        "large": "rule 'Large': staff is 80, at least 50",
        "small": "rule 'Everybody else': no other rule applies",
        "decided": "a person decided: asked to be called; the rules say Inbound "
        "(rule 'Large': staff is 90, at least 50)",
    }
    assert (told[str(members["decided"])].found["segment"], told[str(members["decided"])].found["disagrees"]) == (
        "Synchronous", True,
    )  # fmt: skip
    assert {row["coverage_segment"] for row in rows.values()} == {None}
    assert marks.scores == {}


def test_where_it_is_arranged_the_segment_travels_and_a_persons_decision_stays(
    engine: Engine, members: dict[str, UUID], found: Callable[[bool], Arranged]
) -> None:
    marks = Noted()
    with engine.begin() as conn:
        keep_day(conn, marks, TODAY, NOW, found(True))
        rows = records.load(conn, "member", [members[key] for key in ("large", "small", "decided")])
    assert {row["name"]: (row["coverage_segment"], row["coverage_reason"]) for row in rows.values()} == {
        "Sample Member 1": (members["Inbound"], "rule 'Large': staff is 80, at least 50"),
        "Sample Member 2": (members["Synchronous"], "rule 'Everybody else': no other rule applies"),
        "Sample Member 3": (members["Synchronous"], "asked to be called"),
    }
    assert {members["large"], members["small"]} <= marks.pushes["member"]
    assert marks.scores == {"member": {members["large"], members["small"]}}
    again = Noted()
    with engine.begin() as conn:
        keep_day(conn, again, TODAY + timedelta(days=1), NOW + timedelta(days=1), found(True))
    assert not any([*again.pushes.values(), *again.scores.values()])


def test_what_a_person_decides_while_the_rules_are_asked_stays(
    engine: Engine, members: dict[str, UUID], found: Callable[[bool], Arranged]
) -> None:
    with engine.begin() as conn:
        asked = coverage(conn, found(True).rules, TODAY)
        save(conn, "member", members["large"], coverage_segment=members["Synchronous"], coverage_reason="as agreed")
        assert assign_segments(conn, Noted(), asked, NOW) == [members["small"]]
        row = records.load(conn, "member", [members["large"]])[members["large"]]
    assert (row["coverage_segment"], row["coverage_reason"]) == (members["Synchronous"], "as agreed")


def test_a_team_file_says_the_hours_of_each_night_and_without_one_they_are_assumed(
    engine: Engine, members: dict[str, UUID], found: Callable[[bool], Arranged]
) -> None:
    with engine.begin() as conn:
        keep_day(conn, Noted(), TODAY, NOW, found(True))
        ann = kept(conn, "capacity")["msm: Ann"]
        keep_day(conn, Noted(), TODAY + timedelta(days=1), NOW, Arranged())
        assumed = kept(conn, "capacity", TODAY + timedelta(days=1))["msm: Ann"]
    assert ann.reason == "3 members take 9.0 hours a month of 8 usable hours"
    assert (ann.found["load"], ann.found["assumed"]) == (1.125, False)
    assert ("everyone's hours are assumed" in assumed.reason, assumed.found["assumed"]) == (True, True)


def test_the_settings_name_the_files_and_a_wrong_one_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    team, rules = files
    told = arranged(Settings(team=team, coverage_rules=rules, coverage_apply=True))
    assert told.team is not None
    assert ([one.name for one in told.team.msms], [rule.name for rule in told.rules], told.rules_apply) == (
        ["Ann"], ["Large", "Everybody else"], True,
    )  # fmt: skip
    plain = arranged(Settings())
    assert (plain.team, plain.rules, plain.rules_apply) == (None, load_rules(), False)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[[msm]]\nname = "Ann"\nhours = 0\n')
    with pytest.raises(Problems, match="msm 1 hours: 0 doesn't fit"):
        arranged(Settings(team=wrong))


def run(database_url: str, env: dict[str, str], *words: str) -> Result:
    return CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "200", **env}).invoke(commands, words)


def test_the_command_takes_the_team_of_the_settings_and_says_what_is_assumed(
    engine: Engine, members: dict[str, UUID], files: tuple[Path, Path], database_url: str
) -> None:
    with engine.begin() as conn:
        assign_segments(conn, Noted(), coverage(conn, load_rules(files[1]), TODAY), NOW)
    named = {"SUCCESS_VECTOR_TEAM": str(files[0])}
    told = json.loads(run(database_url, named, "capacity", "--json").output)
    assert (told["assumed"], told["before"]["usable"]) == (None, 8.0)
    told = json.loads(run(database_url, {}, "capacity", "--json").output)
    assert (told["assumed"], told["before"]["usable"]) == ({"hours": 120.0, "overhead": 0.25}, 90.0)
    told = json.loads(run(database_url, named, "capacity", "--hours", "100", "--overhead", "0", "--json").output)
    assert (told["assumed"], told["before"]["usable"]) == ({"hours": 100.0, "overhead": 0.0}, 100.0)
    refused = run(database_url, {}, "capacity", "--team", str(files[0]), "--hours", "100")
    assert (refused.exit_code, "give either them or --team" in refused.output) == (2, True)


def test_the_command_takes_the_rules_of_the_settings(
    engine: Engine, members: dict[str, UUID], files: tuple[Path, Path], database_url: str
) -> None:
    named = {"SUCCESS_VECTOR_COVERAGE_RULES": str(files[1])}
    told = json.loads(run(database_url, named, "coverage", "--json").output)
    assert [one["rule"] for one in told["members"]] == ["Large", "Everybody else", "Large"]
