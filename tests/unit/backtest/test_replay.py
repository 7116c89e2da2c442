"""The own history, replayed without hindsight."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from past import BEGIN, UNTIL, a_member, movement_decides, recorded, recorded_with_hindsight, tell
from sqlalchemy.engine import Engine

from plugin.backtest import replay as replaying
from plugin.backtest.replay import STEP
from plugin.backtest.report import Report, as_results
from plugin.backtest.seen import seen
from plugin.backtest.sources import own_report
from plugin.charts.kept import kept_curves
from plugin.cli import commands
from plugin.domain.calibration_verdict import ASKED, DESCRIPTIVE, SKILL, TOO_FEW, UNTESTED, Verdict
from plugin.domain.success_vector import VERSION
from plugin.errors import UserError
from plugin.store import records, results, verdicts
from plugin.store.verdicts import Judged

DRAWS = 100
MEMBERS = 420
MORE_MEMBERS = 460


def verdict_on(report: Report, question: str) -> Verdict:
    return next(found.verdict for found in report.backtests if found.question == question)


def test_where_movement_decides_who_renews_the_vector_has_skill(engine: Engine) -> None:
    with engine.begin() as conn:
        tell(conn, movement_decides(MEMBERS))
        found = own_report(conn, UNTIL, "UTC", draws=DRAWS)
        results.replace(conn, "calibration", UNTIL, as_results(found, UNTIL))
        curve = next(one for one in kept_curves(conn, UNTIL) if one.question == "renewal")
    tested = next(one.calibration for one in found.backtests if one.question == "renewal")
    assert tested is not None
    assert (curve.verdict, [*curve.points]) == (SKILL, [(round(p, 4), round(c, 4)) for p, c in tested.checked.curve])
    assert verdict_on(found, "renewal").verdict == SKILL, verdict_on(found, "renewal")
    assert found.audits["renewal"].differing == 0
    assert verdict_on(found, "goal").verdict == verdict_on(found, "expansion").verdict == TOO_FEW


def test_a_leak_is_caught_facts_recorded_later_are_not_used_and_the_audit_shows_what_they_would_have_done(
    engine: Engine,
) -> None:
    with engine.begin() as conn:
        tell(conn, recorded_with_hindsight(MORE_MEMBERS))
        found = own_report(conn, UNTIL, "UTC", draws=DRAWS)
    audit = found.audits["renewal"]
    assert verdict_on(found, "renewal").verdict == DESCRIPTIVE
    assert audit.differing > audit.rows / 2
    assert abs(audit.as_known - 0.5) < 0.1
    assert audit.with_hindsight > 0.9


def test_a_replay_that_reads_today_s_facts_for_a_past_day_is_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.begin() as conn:
        tell(conn, recorded_with_hindsight(12))
        monkeypatch.setattr(replaying, "seen", lambda conn, day, zone: seen(conn, UNTIL, zone))
        with pytest.raises(UserError, match="facts recorded after the day"):
            own_report(conn, UNTIL, "UTC", draws=DRAWS)


def test_what_was_seen_on_a_day_is_what_had_been_recorded_by_its_end(engine: Engine) -> None:
    day = date(2024, 3, 1)
    with engine.begin() as conn:
        segment = records.save(conn, "coverage_segment", None, {"name": "Inbound", "model": "inbound"}, recorded(BEGIN))
        member = a_member(conn, paid_through=date(2024, 6, 30), coverage_segment=segment)
        goal = records.save(
            conn, "desired_outcome", None, {"member": member, "starts_on": BEGIN, "due_on": date(2024, 12, 31)},
            recorded(BEGIN),
        )  # fmt: skip
        step = records.save(
            conn, "milestone", None, {"desired_outcome": goal, "type": "strategic", "due_on": date(2024, 5, 1)},
            recorded(BEGIN),
        )  # fmt: skip
        records.save(
            conn, "milestone", step, {"achieved_on": day, "due_on": date(2024, 7, 1)}, recorded(date(2024, 3, 9))
        )
        records.save(conn, "member", member, {"paid_through": date(2025, 6, 30)}, recorded(date(2024, 3, 10)))
        before, after = (seen(conn, on, "UTC") for on in (date(2024, 3, 8), date(2024, 3, 9)))
    ((_, then),), ((_, now),) = before.members.items(), after.members.items()
    assert then.outcomes[0].milestones[0].achieved_on is None
    assert then.outcomes[0].milestones[0].redated[-1:] == ()
    assert now.outcomes[0].milestones[0].achieved_on == day
    assert now.outcomes[0].milestones[0].due_as_of(date(2024, 3, 9)) == date(2024, 7, 1)
    assert set(after.paid_through.values()) == {date(2024, 6, 30)}


def test_the_day_ends_in_the_association_s_time_zone(engine: Engine) -> None:
    noon_utc = date(2024, 3, 9)
    with engine.begin() as conn:
        a_member(conn, on=noon_utc)
        assert len(seen(conn, noon_utc - timedelta(days=1), "Pacific/Honolulu").members) == 0
        assert len(seen(conn, noon_utc, "Pacific/Honolulu").members) == 1
        assert len(seen(conn, noon_utc, "Pacific/Kiritimati").members) == 0


def test_beside_the_vector_only_what_had_happened_and_been_recorded_is_counted(engine: Engine) -> None:
    """A member with two engagements, one of them written down late, and a metric on its way."""
    day = BEGIN + STEP * 6
    with engine.begin() as conn:
        member = a_member(conn, paid_through=day + timedelta(days=60))
        goal = records.save(
            conn, "desired_outcome", None, {"member": member, "starts_on": BEGIN, "due_on": date(2024, 12, 31)},
            recorded(BEGIN),
        )  # fmt: skip
        metric = {"metric_baseline": 0.0, "metric_target": 200.0, "due_on": day - timedelta(days=10)}
        step = records.save(
            conn, "milestone", None, {"desired_outcome": goal, "type": "strategic", **metric}, recorded(BEGIN)
        )
        for back, late in ((40, 0), (20, 200)):
            on = day - timedelta(days=back)
            about = {"member": member, "happened_on": on, "subject": "Sample call"}
            records.save(conn, "engagement", None, about, recorded(on + timedelta(days=late)))
        read = {"desired_outcome": goal, "milestone": step, "read_on": day - timedelta(days=5), "value": 50.0}
        records.save(conn, "reading", None, read, recorded(day - timedelta(days=5)))
        found = replaying.replay(conn, BEGIN + STEP * 12, "UTC")
    rows, late = found.rows["renewal"], found.hindsight["renewal"]
    (row,) = (rows.as_of == day.toordinal()).nonzero()[0]
    assert {name: rows.measures[name][row] for name in ("tenure", "engagement_count", "recency", "mean_result")} == {
        "tenure": 180.0,
        "engagement_count": 1.0,
        "recency": -40.0,
        "mean_result": 0.25,
    }
    assert (rows.measures["progress"][row], rows.measures["overdue_count"][row]) == (0.25, -1.0)
    assert (late["engagement_count"][row], late["recency"][row]) == (2.0, -20.0)
    assert (rows.templates, rows.cohorts, rows.label[row]) == (("no template",), ("2023",), 0.0)


def test_nothing_recorded_is_told_with_what_to_do(engine: Engine) -> None:
    with engine.begin() as conn, pytest.raises(UserError, match="success-vector sync"):
        own_report(conn, UNTIL, "UTC", draws=DRAWS)


def test_the_command_keeps_its_verdicts_and_status_shows_them(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    with engine.begin() as conn:
        tell(conn, movement_decides(12))
        assert {one["verdict"] for one in verdicts.told(conn, VERSION)} == {UNTESTED.verdict}
    runner = CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "120"})
    words = ["backtest", "--as-of", UNTIL.isoformat(), "--draws", "100", "--report", str(tmp_path / "told"), "--json"]
    answer = json.loads(runner.invoke(commands, words, catch_exceptions=False).output)
    assert [found["verdict"]["verdict"] for found in answer["backtests"]] == [TOO_FEW] * 3
    with engine.begin() as conn:
        assert verdicts.judged(conn, VERSION)["renewal"].verdict.verdict == TOO_FEW
    status = runner.invoke(commands, ["status", "--json"])
    assert json.loads(status.output.split("\nNo system")[0])["calibration"][0]["verdict"] == TOO_FEW
    assert "Renewal: too few to say" in runner.invoke(commands, ["status"]).output
    report = (tmp_path / "told" / "report.md").read_text(encoding="utf-8")
    assert "Too few to say" in report
    assert "![AUC of each measure" in report
    assert (tmp_path / "told" / "auc.svg").read_text(encoding="utf-8").startswith("<?xml")
    kept = json.loads(runner.invoke(commands, ["results", "--kind", "calibration", "--json"]).output)
    assert {one["subject"]: one["found"]["verdict"] for one in kept} == dict.fromkeys(ASKED, TOO_FEW)
    wanted = {found["question"]: found["calibration"] for found in answer["backtests"]}
    assert {one["subject"]: one["found"]["calibration"] for one in kept} == wanted
    for more in ((), ("--backtest", str(tmp_path / "told" / "report.json"))):
        drawn = runner.invoke(commands, ["charts", "--only", "calibration", "--into", str(tmp_path), *more])
        assert "There is nothing to show. No back-test could test a prediction yet" in drawn.output


def test_a_verdict_on_another_version_of_the_definition_says_nothing(engine: Engine) -> None:
    with engine.begin() as conn:
        skilled = Judged(Verdict(SKILL, ("It ranks better.",)), 200, 150, UNTIL, VERSION)
        verdicts.save(conn, {"renewal": skilled})
        assert verdicts.judged(conn, VERSION) == {"renewal": skilled}
        assert verdicts.judged(conn, VERSION + 1) == {}
        verdicts.save(conn, {"renewal": replace(skilled, verdict=Verdict(DESCRIPTIVE, ()))})
        assert verdicts.judged(conn, VERSION)["renewal"].verdict.verdict == DESCRIPTIVE
