"""What an admin sees of the work that is due, rests or was given up on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from connectors.base import OrgIdentity, Usage
from plugin.cli.status import look
from plugin.errors import UserError
from plugin.store import dead_letters, due, resting, systems
from plugin.store.resting import Resting
from plugin.store.schema import decisions


@pytest.fixture
def one_letter(engine: Engine) -> int:
    with engine.begin() as conn:
        due.mark(conn, "push", "salesforce", "milestone", ["m1"])
        [row] = due.take(conn, "push", "salesforce", 1, datetime(2100, 1, 1, tzinfo=UTC))
        dead_letters.bury(
            conn, row, "Due date: required", "Fill the due date, then replay it.", "REQUIRED_FIELD_MISSING"
        )
        return dead_letters.newest(conn)[0].id


def test_status_tells_what_is_due_and_what_was_given_up_on(run, one_letter: int, engine: Engine):
    with engine.begin() as conn:
        due.mark(conn, "fetch", "salesforce", "Account", ["a1"], lane="interactive")
    done = run("status", "--json")
    [system] = json.loads(done.stdout.split("\n}\n")[0] + "\n}")["systems"]
    assert (system["due"], system["dead_letters"]) == ({"fetch/interactive": 1}, {"push": 1})
    assert isinstance(done.exception, UserError)
    assert "success-vector letters" in str(done.exception)


def test_status_is_content_when_nothing_waits(run):
    done = run("status")
    assert (done.exit_code, done.exception) == (0, None)
    assert "Sample Association" in done.stdout


def test_status_tells_the_lag_of_each_system(run, engine: Engine):
    with engine.begin() as conn:
        systems.pin(conn, "another", OrgIdentity("00D2", "Another Association", "UTC", True, "005", "us"))
        long_ago = datetime.now(UTC) - timedelta(hours=2)
        due.mark(conn, "fetch", "another", "Account", ["a1"], due_at=long_ago)
        due.mark(conn, "score", "", "member", ["m1"], due_at=long_ago + timedelta(hours=1))
        found = look(conn, datetime.now(UTC))
    lags = {system["name"]: system["lag_seconds"] for system in found["systems"]}
    assert lags["another"] == found["lag_seconds"] == pytest.approx(7200, abs=60)
    assert lags["salesforce"] == pytest.approx(3600, abs=60)
    done = run("status")
    assert "is a worker running?" in str(done.exception)
    assert "36" in done.stdout.split("Lag", 1)[1]


def test_status_finds_that_nobody_polls_where_nothing_is_due(run, engine: Engine):
    def polled(minutes: int) -> str:
        with engine.begin() as conn:
            systems.note_poll(conn, "salesforce", datetime.now(UTC) - timedelta(minutes=minutes))
        return str(run("status").exception)

    assert polled(29) == "None"
    assert polled(31) == "salesforce was polled 31 minutes ago: is a worker running?"
    with engine.begin() as conn:
        systems.record_usage(conn, "salesforce", Usage(950, 1000, 1), datetime.now(UTC))
    assert polled(31) == "None"


def test_status_says_that_a_first_sync_is_not_complete(run, engine: Engine):
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE systems SET first_sync_completed_at = NULL"))
    assert "isn't complete" in str(run("status").exception)


def test_status_tells_of_a_field_that_rests_and_what_to_do(run, engine: Engine):
    day = datetime(2026, 3, 1, tzinfo=UTC)
    with engine.begin() as conn:
        resting.add(conn, [Resting("salesforce", "Account", "Staff__c", "member", "staff", "it is read-only", day)])
    done = run("status")
    assert "Account.Staff__c" in done.stdout
    assert "grant access" in str(done.exception)
    with engine.begin() as conn:
        resting.end(conn, resting.of(conn))
    assert run("status").exit_code == 0


def test_letters_say_their_words_and_the_fix(run, one_letter: int):
    [letter] = json.loads(run("letters", "--json").stdout)
    assert (letter["their_words"], letter["our_words"]) == ("Due date: required", "Fill the due date, then replay it.")


@pytest.mark.parametrize("words", [("--all",), ("--reason", "REQUIRED_FIELD_MISSING"), ("--id", "{id}")])
def test_replay_makes_the_record_due_again(run, one_letter: int, engine: Engine, words: tuple[str, ...]):
    assert run("replay", *(word.format(id=one_letter) for word in words)).exit_code == 0
    with engine.connect() as conn:
        assert due.counts(conn) == {("push", "salesforce", "sync"): 1}


def test_replaying_what_there_is_not_says_where_to_look(run):
    done = run("replay", "--id", "99")
    assert "success-vector letters" in str(done.exception)
    assert run("replay").exit_code == 2


def test_a_wrong_id_beside_a_right_one_replays_neither(run, one_letter: int, engine: Engine):
    done = run("replay", "--id", str(one_letter), "--id", "99")
    assert "There is no dead letter 99" in str(done.exception)
    with engine.connect() as conn:
        assert due.counts(conn) == {}


def test_a_reason_that_nothing_failed_with_is_told_with_the_nearest(run, one_letter: int):
    assert "Did you mean REQUIRED_FIELD_MISSING?" in str(run("replay", "--reason", "required_field").exception)


@pytest.mark.parametrize("command", [("replay",), ("drop", "--because", "it may go")])
@pytest.mark.parametrize("wrong", ["seven", "0", "-1", str(2**63)])
def test_what_can_be_no_letters_id_is_refused(run, command: tuple[str, ...], wrong: str):
    assert run(*command, "--id", wrong).exit_code == 2


def test_a_letter_is_dropped_with_a_reason(run, one_letter: int, engine: Engine):
    assert run("drop", "--id", str(one_letter), "--because", "the sample record is gone").exit_code == 0
    with engine.connect() as conn:
        assert dead_letters.newest(conn) == []
        [kept] = conn.execute(sa.select(decisions)).all()
    assert (kept.what, kept.external_id, kept.because) == ("dropped", "m1", "the sample record is gone")
    assert "no dead letter" in str(run("drop", "--id", str(one_letter), "--because", "again").exception)


def test_a_letter_is_not_dropped_without_a_reason(run, one_letter: int, engine: Engine):
    assert run("drop", "--id", str(one_letter)).exit_code == 2
    assert "say why" in str(run("drop", "--id", str(one_letter), "--because", " ").exception)
    with engine.connect() as conn:
        assert len(dead_letters.newest(conn)) == 1
