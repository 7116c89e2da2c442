"""One notification can be followed through the logs, and nobody's data stand in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from connectors.base import OrgIdentity, Outcome, Write, WriteResult
from plugin import logs
from plugin.store import due, systems
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
        assert [letter.correlation for letter in due.letters(conn)] == [receipt["correlation"]]


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
