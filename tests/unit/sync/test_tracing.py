"""One notification can be followed through the logs, and nobody's data stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from structlog.testing import capture_logs

from connectors.base import OrgIdentity, Outcome, Write, WriteResult
from plugin import logs
from plugin.errors import RetryLater
from plugin.store import dead_letters, due, systems
from plugin.sync import kin
from tests.fakes.service import SilentBell, message, post, services_on
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World
from webhooks import create_app

MILESTONE, MILESTONES = "a02000000000001AAA", "Success_Milestone__c"
MARKER = "Sample-Marker"
LATE = {"Name": "First bid", "Type__c": "Operational", "Due__c": "2026-01-15", "First_Promised_Due__c": "2026-01-15"}


def tell(world: World, object_name: str, record_id: str) -> None:
    """Send a notification as the org does, and let the clock be that of the database."""
    with world.database.begin() as conn:
        systems.pin(conn, "salesforce", OrgIdentity(world.crm.org_id, "Sample", "UTC", True, "005", "us@example.org"))
    client = create_app(services_on(world.database, SilentBell())).test_client()
    answer = post(client, message((object_name, record_id), org=world.crm.org_id))
    assert answer.status_code == 200, answer.text
    world.clock.now = max(world.clock.now, datetime.now(UTC)) + timedelta(seconds=1)


def one_late_milestone(world: World) -> list[dict[str, Any]]:
    """Let a milestone appear that turns the member's status; return what was logged from then on."""
    world.sync()
    world.crm.put("Success_Milestone__c", MILESTONE, Desired_Outcome__c=OUTCOME, **LATE)
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        tell(world, "Success_Milestone__c", MILESTONE)
        world.settle()
    return [dict(line) for line in lines]


def test_one_notification_is_named_at_its_receipt_the_fetch_the_score_and_the_write_back(world: World):
    lines = one_late_milestone(world)
    [receipt] = [line for line in lines if line["event"] == "notified"]
    followed = [
        line["stage"] for line in lines if line.get("correlation") == receipt["correlation"] and line.get("stage")
    ]
    assert list(dict.fromkeys(followed)) == ["fetch", "score", "push"]
    assert world.crm.value("Account", ACCOUNT, "Vector_Status__c") is not None


def test_what_a_call_logs_names_the_notification_that_it_is_made_for(world: World):
    update, fetch = world.crm.update, world.crm.fetch
    said = structlog.get_logger("a connector")

    def heard(call: Any, name: str) -> Any:
        def calling(*given: Any) -> Any:
            said.info(name)
            return call(*given)

        return calling

    world.crm.update, world.crm.fetch = heard(update, "update"), heard(fetch, "fetch")  # type: ignore[method-assign]
    lines = one_late_milestone(world)
    [receipt] = [line for line in lines if line["event"] == "notified"]
    for call in ("fetch", "update"):
        assert {line.get("correlation") for line in lines if line["event"] == call} == {receipt["correlation"]}


def test_a_dead_letter_keeps_the_notification_that_it_goes_back_to(world: World):
    def refused(writes: Any) -> list[WriteResult]:
        return [WriteResult(Outcome.REJECTED, one.id, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "no") for one in writes]

    world.sync()
    world.crm.update = refused  # type: ignore[method-assign]
    lines = one_late_milestone(world)
    [receipt] = [line for line in lines if line["event"] == "notified"]
    with world.database.connect() as conn:
        assert [letter.correlation for letter in dead_letters.newest(conn)] == [receipt["correlation"]]


def stages(lines: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(line["stage"] for line in lines if line.get("stage")))


def followed(world: World, act: Callable[[], None]) -> tuple[str, list[dict[str, Any]]]:
    """Return the notification that `act` sends, and every line that is logged until all is done."""
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        act()
        world.settle()
    [receipt] = [line for line in lines if line["event"] == "notified"]
    return receipt["correlation"], [dict(line) for line in lines]


def test_a_record_that_came_before_its_parent_is_followed_through_its_wait_to_the_write_back(world: World):
    world.sync()
    parent = "a01000000000077AAA"
    world.crm.put("Desired_Outcome__c", parent, Name="Another goal", Account__c=ACCOUNT, Starts_On__c="2026-01-01")
    world.crm.put(MILESTONES, MILESTONE, Desired_Outcome__c=parent, **LATE)
    correlation, lines = followed(world, lambda: tell(world, MILESTONES, MILESTONE))
    assert world.ours("milestone", MILESTONE)["name"] == "First bid"
    assert [line.get("stage") for line in lines].count("fetch") == 3
    assert stages(lines) == ["fetch", "score", "push"]
    assert {line["correlation"] for line in lines} == {correlation}


def test_what_is_only_reminded_of_is_followed(world: World):
    world.sync()
    outcome = world.ours("desired_outcome", OUTCOME)
    world.change("desired_outcome", outcome["id"], objective="Ours")
    with world.database.begin() as conn:
        conn.execute(sa.text("DELETE FROM due"))
    correlation, lines = followed(world, lambda: tell(world, "Desired_Outcome__c", OUTCOME))
    assert world.crm.value("Desired_Outcome__c", OUTCOME, "Objective__c") == "Ours"
    assert "push" in stages(lines)
    assert {line["correlation"] for line in lines} == {correlation}


def test_what_hung_below_a_merged_record_is_followed(world: World):
    winner = "001000000000002AAA"
    world.crm.put("Account", winner, Name="Sample Member 2", Is_Member__c=True)
    world.sync()
    world.crm.put("Desired_Outcome__c", OUTCOME, Account__c=winner)
    world.crm.remove("Account", ACCOUNT, merged_into=winner)
    correlation, lines = followed(world, lambda: tell(world, "Account", ACCOUNT))
    assert world.ours("desired_outcome", OUTCOME)["member"] == world.ours("member", winner)["id"]
    assert {line["correlation"] for line in lines} == {correlation}
    assert [line.get("stage") for line in lines].count("fetch") == 3
    assert "push" in stages(lines)


def test_a_line_about_one_of_many_records_names_its_own_notification(world: World):
    others = [f"a01000000004{number:03d}AAA" for number in range(30)]
    for one in others:
        world.crm.put("Desired_Outcome__c", one, Name=one, Account__c=ACCOUNT)
    world.sync()
    sent: dict[str, str] = {}
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        for one in others:
            tell(world, "Desired_Outcome__c", one)
            sent[one] = lines[-1]["correlation"]
        world.crm.hidden |= set(others)
        world.settle()
    gone = {line["record"]: line["correlation"] for line in lines if "out of sight" in line["event"]}
    assert gone == sent


def test_what_can_not_be_done_now_says_so_under_its_notification(world: World, monkeypatch: pytest.MonkeyPatch):
    world.sync()

    def down(*_: object) -> None:
        raise RetryLater("The org is down.")

    monkeypatch.setattr(world.crm, "fetch", down)
    with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        tell(world, "Account", ACCOUNT)
        with pytest.raises(RetryLater):
            world.engine.drain("salesforce")
    [receipt, said] = lines
    assert (said["correlation"], said["reason"]) == (receipt["correlation"], "The org is down.")


def test_a_replayed_dead_letter_goes_back_to_its_notification(world: World):
    with world.database.begin() as conn:
        due.mark(conn, "fetch", "salesforce", "Account", ["a"], correlation="first")
        [row] = due.take(conn, "fetch", "salesforce", 9, datetime.now(UTC) + timedelta(days=1))
        dead_letters.bury(conn, row, None, "no", "CODE")
        dead_letters.revive(conn, [letter.id for letter in dead_letters.newest(conn)])
        [again] = due.take(conn, "fetch", "salesforce", 9, datetime.now(UTC) + timedelta(days=1))
    assert again.correlation == "first"


def test_each_of_many_records_keeps_its_own_notification(world: World):
    world.sync()
    outcome = world.ours("desired_outcome", OUTCOME)
    born = world.change("desired_outcome", None, name="Another goal", member=outcome["member"])
    with world.database.begin() as conn:
        both = kin.because_of(conn, "desired_outcome", {outcome["id"]: {outcome["id"]}, born: {born}})
        due.mark(conn, "fetch", "salesforce", "Account", ["a", "b"], correlation={"a": "first"})
        rows = due.take(conn, "fetch", "salesforce", 9, datetime.now(UTC) + timedelta(days=1))
    assert both == {outcome["member"]: {outcome["id"], born}}
    assert {row.record_id: row.correlation for row in rows} == {"a": "first", "b": None}


@contextmanager
def logging_from(level: str) -> Iterator[None]:
    logs.set_up(level)
    try:
        yield
    finally:
        structlog.reset_defaults()


def test_a_whole_sync_logs_from_info_on_and_nobodys_data(world: World, capsys: pytest.CaptureFixture[str]):
    below = {"Desired_Outcome__c": {"Account__c": ACCOUNT}, MILESTONES: {"Desired_Outcome__c": OUTCOME, **LATE}}
    for name, record_id in (("Account", ACCOUNT), ("Desired_Outcome__c", OUTCOME), (MILESTONES, MILESTONE)):
        texts = {field.name: f"{MARKER} {field.name}" for field in fields_of_text(world, name)}
        world.crm.put(name, record_id, **{**below.get(name, {}), **texts})
    with logging_from("info"):
        world.sync()
        outcome = world.ours("desired_outcome", OUTCOME)
        world.change("desired_outcome", outcome["id"], name=f"{MARKER} ours", objective="x" * 40_000 + MARKER)
        world.clock.forward(2)
        world.crm.put("Desired_Outcome__c", OUTCOME, Name=f"{MARKER} theirs", Time_Frame__c=f"{MARKER} is no day")
        tell(world, "Desired_Outcome__c", OUTCOME)
        world.settle()
        world.crm.between = lambda writes: refuse(world, writes)
        world.change("desired_outcome", outcome["id"], baseline=f"{MARKER} refused")
        world.settle()
        world.crm.hidden.add(OUTCOME)
        tell(world, "Desired_Outcome__c", OUTCOME)
        world.settle()
    said = "".join(capsys.readouterr())
    assert '"stage": "fetch"' in said or "worked on" in said
    assert "out of sight" in said
    assert MARKER not in said


def fields_of_text(world: World, object_name: str) -> list[Any]:
    """The fields of an object that hold text, as the engine sees them."""
    schema = world.engine.connected["salesforce"].schemas[object_name]
    return [one for one in schema.fields.values() if one.type in {"text", "long_text"} and not one.external_id]


def refuse(world: World, writes: list[Write]) -> None:
    """Break the line under the next write."""
    world.crm.between = None
    world.crm.lost_answers = 1
