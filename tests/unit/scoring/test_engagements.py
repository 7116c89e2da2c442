"""Engagements and context from the store, and the command that shows their mix."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import partial

from click.testing import CliRunner
from sqlalchemy.engine import Connection, Engine

from plugin.cli import commands
from tests.fakes.store import save as save_at

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
save = partial(save_at, at=AT)
LATELY, BEFORE = date(2026, 5, 20), date(2025, 5, 20)


def association(conn: Connection) -> None:
    segment = save(conn, "coverage_segment", name="Inbound", model="inbound")
    met = save(conn, "member", name="Met", owner="Ann", coverage_segment=segment)
    known = save(conn, "member", name="Known", owner="Ben")
    save(conn, "member", name="Neither")
    gone = save(conn, "member", name="Gone", owner="Ann", ended_on=LATELY)
    for member, on in ((met, LATELY), (met, BEFORE), (gone, LATELY)):
        save(
            conn, "engagement", member=member, happened_on=on, direction="outbound_proactive", channel="meeting_1_1",
            milestone=met,
        )  # fmt: skip
    goal = save(conn, "desired_outcome", member=known)
    save(conn, "reading", desired_outcome=goal, read_on=LATELY, value=1.0)
    save(conn, "context_event", member=known, kind="change", happened_on=LATELY)
    save(conn, "context_event", member=known, kind="change", happened_on=BEFORE)


def test_the_command_tells_the_mix_and_what_relationships_are_made_of(engine: Engine, database_url: str) -> None:
    with engine.begin() as conn:
        association(conn)
    runner = CliRunner(env={"DATABASE_URL": database_url, "COLUMNS": "140"})
    words = ["engagement-mix", "--as-of", "2026-06-01"]
    answer = json.loads(runner.invoke(commands, [*words, "--json"], catch_exceptions=False).output)
    (mix,) = answer["by_msm"]
    assert (mix["name"], mix["engagements"], mix["directions"]["outbound_proactive"]) == ("Ann", 1, 1.0)
    assert (mix["tied_to_a_milestone"], mix["on_the_segment_s_channels"]) == (1.0, 0.0)
    assert {one["name"]: one["relationship"] for one in answer["relationships"]} == {
        "Met": "engagement only",
        "Known": "context only",
        "Neither": "neither",
    }
    against = {one["name"]: one for one in answer["against_context"]["by_msm"]}
    assert against["Ben"]["learned"] == {"change": 1, "reading": 1}
    assert (against["Ben"]["engagements"], against["Ben"]["met_and_known"]) == (0, None)
    assert against["Ben"]["remark"] == "we know most of them and never meet: use what we know"
    assert (against["Ann"]["engagements"], against["Ann"]["met_and_known"]) == (1, 0.0)
    assert against["Ann"]["remark"] == "we meet most of them and learn nothing: ask where they stand"
    shown = runner.invoke(commands, words, catch_exceptions=False).output
    assert "many on channels that the segment" in shown
    assert "context only" in shown
