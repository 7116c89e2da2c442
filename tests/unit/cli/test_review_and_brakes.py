"""What a person sees of what waits, and settles, links and releases, on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy.engine import Engine

from plugin.errors import UserError
from plugin.store import braked, links, records, unmatched
from plugin.store.links import Link
from plugin.store.records import Origin
from plugin.store.unmatched import Ambiguous

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HELD = {"reason": "review", "why": "policy", "theirs": "Theirs", "ours": "Ours", "since": NOW.isoformat(), "seen": None}
ACCOUNT = "001000000000001AAA"


@pytest.fixture
def member(engine: Engine) -> UUID:
    """A member whose reason for its coverage waits for a person."""
    with engine.begin() as conn:
        origin = Origin("someone", "workbook", NOW, NOW)
        saved = records.save(conn, "member", None, {"name": "Sample Member 1", "coverage_reason": "Ours"}, origin)
        held = {"coverage_reason": HELD}
        links.insert(conn, Link("salesforce", "Account", ACCOUNT, "member", saved, quarantined=held))
    return saved


def reason(engine: Engine, member: UUID) -> str:
    with engine.connect() as conn:
        return str(records.load(conn, "member", [member])[member]["coverage_reason"])


def test_review_lists_what_waits_and_settles_one_by_its_id(run, engine: Engine, member: UUID):
    [one] = json.loads(run("review", "--json").stdout)
    assert (one["theirs"], one["ours"], one["members"]) == ("Theirs", "Ours", ["Sample Member 1"])
    assert "Theirs" in run("review").stdout
    assert run("review", "settle", one["id"], "--take", "theirs", "--because", "they called").exit_code == 0
    assert reason(engine, member) == "Theirs"
    assert "No field waits" in run("review").stdout


def test_many_are_settled_only_after_a_preview(run, engine: Engine, member: UUID):
    shown = run("review", "settle", "--field", "member.coverage_reason", "--take", "=ours")
    assert "1 would be settled with 'ours'" in shown.stdout
    assert reason(engine, member) == "Ours"
    assert run("review", "settle", "--field", "member", "--take", "=ours", "--yes").exit_code == 0
    assert reason(engine, member) == "ours"


def test_a_settle_that_is_refused_settles_nothing_else_either(run, engine: Engine, member: UUID):
    [one] = json.loads(run("review", "--json").stdout)
    done = run("review", "settle", one["id"], "1.coverage_reason.00000000", "--take", "theirs")
    assert isinstance(done.exception, UserError)
    assert reason(engine, member) == "Ours"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--system", "salesfroce"], "No system 'salesfroce' was synced. Did you mean salesforce?"),
        (["--field", "membr"], "Nothing is called 'membr'. Did you mean member?"),
        (["--field", "member.coverage_reasn"], "is called 'coverage_reasn'. Did you mean coverage_reason?"),
        (["settle", "--take", "ours", "--yes", "--field", "member.sector"], "No field of member is called 'sector'."),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_nearest(
    run, engine: Engine, member: UUID, words: list[str], told: str
):
    done = run("review", *words)
    assert isinstance(done.exception, UserError)
    assert told in str(done.exception)
    assert reason(engine, member) == "Ours"


def test_status_says_what_waits_for_a_person(run, engine: Engine, member: UUID):
    with engine.begin() as conn:
        braked.note(conn, "salesforce", "overwrite", "member", {member}, "waiting", NOW)
        found = {"001000000000009AAA": Ambiguous({"name": "Sample Member 1"}, (member,), "2 records of ours fit it")}
        unmatched.keep(conn, "salesforce", "Account", "member", found, NOW)
    words = str(run("status").exception)
    for command in ("review", "unmatched", "brakes"):
        assert f"`success-vector {command}`" in words
    assert "2 records of ours fit it" in json.loads(run("unmatched", "--json").stdout)[0]["why"]


def test_a_brake_is_released_only_with_yes(run, engine: Engine, member: UUID):
    with engine.begin() as conn:
        braked.note(conn, "salesforce", "overwrite", "member", {member}, "waiting", NOW)
    assert "1 of member would be overwritten there" in run("brakes").stdout
    assert "Add --yes" in run("brakes", "release", "salesforce").stdout
    assert "1 go on" in run("brakes", "release", "salesforce", "--yes").stdout
    assert "No brake is on." in run("brakes").stdout
    assert isinstance(run("brakes", "release", "salesforce", "--yes").exception, UserError)


def test_links_are_made_undone_and_moved(run, engine: Engine, member: UUID):
    with engine.begin() as conn:
        other = records.save(conn, "member", None, {"name": "Sample Member 2"}, Origin("someone", "workbook", NOW, NOW))
    assert run("unlink", "salesforce", ACCOUNT).exit_code == 0
    assert run("link", "salesforce", ACCOUNT, str(member)).exit_code == 0
    assert "is deleted" in run("relink", "salesforce", ACCOUNT, str(other)).stdout
    with engine.connect() as conn:
        assert links.by_external(conn, "salesforce", [ACCOUNT])[ACCOUNT].record_id == other
    assert "doesn't exist" in str(run("relink", "salesforce", ACCOUNT, str(uuid4())).exception)
