"""Playbooks in the store: shown by segment, written from a file into the segment's field, prose kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from plugin.cli import commands
from plugin.domain.standing import standings
from plugin.errors import Problems, UserError
from plugin.scoring import facts
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import due

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
FILE = """
[[segment]]
name = "chapters"
who = "the chapter desk"

[[segment.play]]
situation = "no_goal"
channel = "video_1_many"
step = "invite to the open hour on {topic}"
"""


def save(engine: Engine, entity: str, **values: Any) -> UUID:
    with engine.begin() as conn:
        return records.save(conn, entity, None, values, Origin("Ann", "crm", AT, AT))


@pytest.fixture
def runner(database_url: str) -> CliRunner:
    return CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "160"})


def run(runner: CliRunner, *words: str) -> str:
    return runner.invoke(commands, ["playbook", *words], catch_exceptions=False).output


def written(folder: Path, text: str) -> str:
    file = folder / "ours.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_files_plays_are_shown_then_written_and_are_the_members_next_step(
    engine: Engine, runner: CliRunner, tmp_path: Path
) -> None:
    segment = save(engine, "coverage_segment", name="Chapters", model="own", playbook="Be brief.\nstale: ring")
    member = save(engine, "member", name="Sample Member 001", joined_on=AT.date(), coverage_segment=segment)
    file = written(tmp_path, FILE)
    shown = json.loads(run(runner, file, "--json"))
    assert (shown["changed"], shown["segments"][0]["who"]) == (None, "the chapter desk")
    assert shown["segments"][0]["plays"]["stale"]["own"] is False
    assert json.loads(run(runner, "--json"))["segments"][0]["plays"]["stale"]["step"] == "ring"
    assert json.loads(run(runner, file, "--apply", "--json"))["changed"] == 1
    assert json.loads(run(runner, file, "--apply", "--json"))["changed"] == 0
    with engine.connect() as conn:
        field = records.load(conn, "coverage_segment", [segment])[segment]["playbook"]
        day = datetime(2026, 7, 1, tzinfo=UTC).date()
        found = standings(facts(conn, [member], day, "UTC"), day)[0].intervention
        marked = {(row.stage, row.object, row.record_id) for row in conn.execute(sa.select(due))}
    assert field == ("Be brief.\n\nwho: the chapter desk\nno_goal (video_1_many): invite to the open hour on {topic}")
    said = "The chapter desk: invite to the open hour on the Desired Outcome and its time frame."
    assert (found.next_step, found.channel) == (said, "video_1_many")
    assert marked == {("score", "member", str(member)), ("push", "coverage_segment", str(segment))}


def test_segments_without_lines_of_their_own_show_the_shipped_playbook(engine: Engine, runner: CliRunner) -> None:
    assert "There is no coverage segment yet" in run(runner)
    save(engine, "coverage_segment", name="Inbound", model="inbound", playbook="off_course (meeting_1_1): meet")
    shown = run(runner)
    assert "send a resource on {topic}" in shown
    assert "Not used: off_course (meeting_1_1): meet: inbound members are served on their own terms" in shown


def test_a_file_that_does_not_fit_is_refused_whole(engine: Engine, runner: CliRunner, tmp_path: Path) -> None:
    save(engine, "coverage_segment", name="Inbound", model="inbound")
    play = '[[segment.play]]\nsituation = "{}"\nchannel = "{}"\nstep = "x"\n'
    text = '[[segment]]\nname = "Inbound"\n' + play.format("off_coarse", "email") + play.format("stale", "meeting_1_1")
    with pytest.raises(Problems) as caught:
        run(runner, written(tmp_path, text + '[[segment]]\nname = "Imbound"\n'), "--apply")
    said = str(caught.value)
    assert "there is no situation 'off_coarse'. Use off_course" in said
    assert "served on their own terms" in said
    assert "'Imbound': there is no such coverage segment. Use Inbound." in said
    assert json.loads(run(runner, "--json"))["segments"][0]["plays"]["stale"]["own"] is False
    with pytest.raises(UserError, match="--apply writes the plays of a file"):
        run(runner, "--apply")
