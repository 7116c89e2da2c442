"""The handover note: for each change of owner one, with the goal, what is due and late on both sides, and what next."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.engine import Connection, Engine

from plugin.cli import commands
from plugin.plans.apply import apply
from plugin.plans.handover_markdown import markdown
from plugin.plans.handovers import kept_handovers, make_handovers
from plugin.plans.load import load
from plugin.store import records
from plugin.store.records import Origin
from plugin.store.schema import TABLES
from tests.fakes.marks import Noted

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
TODAY = AT.date()


def at(number: int) -> datetime:
    return AT + timedelta(days=number)


def save(conn: Connection, entity: str, record_id: UUID | None = None, on: int = 0, **values: Any) -> UUID:
    return records.save(conn, entity, record_id, values, Origin("Ann", "crm", at(on), at(on)))


@pytest.fixture
def member(conn: Connection) -> UUID:
    """A member on a plan in which we and the member are late with what was agreed."""
    member = save(conn, "member", name="Sample Member 001", owner="Ann", joined_on=TODAY)
    apply(conn, Noted(), load("supplier"), [member], TODAY, AT)
    actions = conn.execute(sa.select(TABLES["accountability"])).all()
    for action in actions:
        save(conn, "accountability", action.id, agreed_on=TODAY)
    (entry,) = conn.scalars(
        sa.select(TABLES["milestone"].c.id).where(TABLES["milestone"].c.name == "Entry in the buyers' guide")
    )
    save(conn, "milestone", entry, achieved_on=(AT + timedelta(days=18)).date())
    for number in range(7):
        met = {"subject": f"Call {number}", "direction": "outbound_proactive", "channel": "chat"}
        save(conn, "engagement", member=member, happened_on=(AT + timedelta(days=number * 10)).date(), **met)
    return member


def test_the_note_tells_goal_standing_both_sides_and_the_next_step(conn: Connection, member: UUID) -> None:
    save(conn, "member", member, on=110, owner="Ben")
    (note,) = make_handovers(conn, Noted(), at(110).date(), at(110))
    assert (note.change.from_owner, note.change.to_owner, note.change.on) == ("Ann", "Ben", at(110).date())
    (goal,) = note.goals
    assert goal.assumed
    assert goal.conditions == (
        "The three customers are in the segment that the supplier wants to grow in.",
        "At least one of them would recommend the supplier.",
    )
    assert goal.reached == ("'Entry in the buyers' guide' on 22 May",)
    assert goal.we_owe == (
        "'Make five introductions' since 12 Aug (we): The supplier has to make cold calls like everybody else.",
    )
    assert goal.they_owe[0] == "'First expert article read by members', a step due 18 Jul"
    assert goal.they_owe[-1].startswith("'Write the article, with no advertising in it' since 28 Jun (the member, with")
    assert goal.ahead[0] == "11 Sep: 'Five conversations with member companies', a step"
    assert "after 'Trial project with a member company': the offer" not in " ".join(goal.told_to_expect)
    assert (
        "after 'Five conversations with member companies': the ask 'A rating of the introductions'"
        in goal.told_to_expect
    )
    assert [met.subject for met in note.engagements] == ["Call 6", "Call 5", "Call 4", "Call 3", "Call 2"]
    assert note.course.standing.startswith("Off course: we owe 'Make five introductions' since 12 Aug")
    assert note.course.next_step == "The MSM: deliver 'Make five introductions', late since 12 Aug."
    text = markdown(note)
    assert "**We are late with**" in text
    assert "- 3 Jul: Call 6 (outbound proactive, chat)" in text
    assert "The member has not confirmed it yet" in text


def test_a_note_is_made_once_for_each_change_and_kept(conn: Connection, member: UUID) -> None:
    save(conn, "member", member, on=10, owner="Ben")
    assert len(make_handovers(conn, Noted(), at(10).date(), at(10))) == 1
    assert make_handovers(conn, Noted(), at(11).date(), at(11)) == []
    save(conn, "member", member, on=12, owner="Cleo")
    assert len(make_handovers(conn, Noted(), at(12).date(), at(12))) == 1
    kept = [parts["change"]["to_owner"] for parts, _ in kept_handovers(conn, member)]
    assert kept == ["Cleo", "Ben"]
    assert [parts["change"]["to_owner"] for parts, _ in kept_handovers(conn, member, at(11).date())] == ["Cleo"]


def test_the_note_stands_on_the_member_and_goes_out_once(conn: Connection, member: UUID) -> None:
    marks = Noted()
    save(conn, "member", member, on=9, owner="Ben")
    save(conn, "member", member, on=10, owner="Cleo *of* the [north]")
    make_handovers(conn, marks, at(10).date(), at(10))
    row = records.load(conn, "member", [member])[member]
    assert (row["handed_over_on"], row["handed_over_from"]) == (at(10).date(), "Ben")
    lines = row["handover_note"].splitlines()
    assert lines[:3] == [
        "Handover: Sample Member 001", "", "From Ben to Cleo *of* the [north], 14 May 2026.",
    ]  # fmt: skip
    assert "Where it stands. " in row["handover_note"]
    assert "Without these the member feels unsuccessful, though the objective is met" in lines
    assert marks.pushes == {"member": {member}}
    again = Noted()
    make_handovers(conn, again, at(11).date(), at(11))
    assert not any(again.pushes.values())
    assert records.load(conn, "member", [member])[member]["handover_note"] == row["handover_note"]


def test_a_note_is_cut_to_what_a_task_takes(conn: Connection, member: UUID) -> None:
    goal = conn.scalar(sa.select(TABLES["desired_outcome"].c.id))
    save(conn, "desired_outcome", goal, objective="long " * 10_000)
    save(conn, "member", member, on=9, owner="Ben")
    make_handovers(conn, Noted(), at(10).date(), at(10))
    note = records.load(conn, "member", [member])[member]["handover_note"]
    assert (len(note), note[-60:].endswith("(cut: success-vector handover has all of it)")) == (32_000, True)


def test_a_first_owner_and_the_same_owner_after_a_gap_are_no_handover_and_another_after_a_gap_is(
    conn: Connection,
) -> None:
    member = save(conn, "member", name="Sample Member 001")
    save(conn, "member", member, on=1, owner="Ann")
    save(conn, "member", member, on=2, owner=None)
    save(conn, "member", member, on=3, owner="Ann")
    assert make_handovers(conn, Noted(), at(4).date(), at(4)) == []
    save(conn, "member", member, on=5, owner=None)
    save(conn, "member", member, on=6, owner="Ben")
    (note,) = make_handovers(conn, Noted(), at(7).date(), at(7))
    assert (note.change.from_owner, note.goals) == ("Ann", ())
    assert "There is no goal with a time frame" in markdown(note)


def test_members_that_left_get_no_note(conn: Connection, member: UUID) -> None:
    save(conn, "member", member, on=10, owner="Ben", ended_on=at(9).date())
    assert make_handovers(conn, Noted(), at(10).date(), at(10)) == []


def test_the_command_makes_and_shows_notes(engine: Engine, database_url: str) -> None:
    now = datetime.now(UTC)
    with engine.begin() as conn:
        member = records.save(
            conn, "member", None, {"name": "Sample Member 001", "owner": "Ann"}, Origin("x", "crm", now, now)
        )
        records.save(conn, "member", member, {"owner": "Ben"}, Origin("x", "crm", now, now))
    runner = CliRunner(env={"DATABASE_URL": database_url})

    def run(*words: str) -> str:
        return runner.invoke(commands, ["handover", *words], catch_exceptions=False).output

    assert run().startswith("# Handover: Sample Member 001\n\nFrom Ann to Ben, ")
    (parts,) = json.loads(run("--member", "sample member 001", "--json"))
    assert parts["change"]["to_owner"] == "Ben"
    assert run("--since", "2999-01-01") == "No owner has changed in that time.\n"
