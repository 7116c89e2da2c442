"""What waits for a person, against a local org: fields that the mapping leaves to one, and a run that a brake stops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from plugin.bootstrap import now
from plugin.cli import commands
from plugin.store import links, records
from plugin.store.records import Origin
from plugin.sync.poll import first_sync, poll
from tests.e2e.conftest import Connected, Office, connect_to
from webhooks import create_app

MAPPING = """
extends = "salesforce"

[[source]]
object = "Desired_Outcome__c"
[source.fields]
objective = { field = "Objective__c", policy = "review" }
"""
GOAL = "Desired_Outcome__c"
TOKEN = "t" * 40


@dataclass
class Desk:
    """An association whose goals' objectives are left to a person, with its command line and its API."""

    connected: Connected
    command: Callable[..., Result]
    api: FlaskClient

    @property
    def office(self) -> Office:
        return self.connected.office

    def goal(self, objective: str) -> str:
        """Create a member with a goal of that objective, and read it; return the goal's id."""
        member = self.office.create("Account", Name=f"Sample Member {uuid4().hex[:8]}", Is_Member__c=True)
        goal = self.office.create(GOAL, Name="Win tenders", Account__c=member, Objective__c=objective)
        self.read()
        return goal

    def read(self) -> None:
        poll(self.connected.engine, "salesforce")
        self.connected.settle()

    def ours(self, external_id: str) -> UUID:
        with self.connected.engine.database.connect() as conn:
            return links.by_external(conn, "salesforce", [external_id])[external_id].record_id

    def edit(self, external_id: str, **values: Any) -> None:
        """Somebody edits our side."""
        engine, changed = self.connected.engine, self.ours(external_id)
        with engine.database.begin() as conn:
            records.save(conn, "desired_outcome", changed, values, Origin("Sample Person", "workbook", now(), now()))
            engine.mark_push(conn, "desired_outcome", {changed})

    def conflict(self) -> str:
        """Both sides change the objective between two reads; return the goal's id."""
        goal = self.goal("Some tenders")
        self.edit(goal, objective="Three tenders")
        self.office.edit(GOAL, goal, Objective__c="Five tenders")
        self.read()
        return goal

    def held(self, goal: str) -> list[dict[str, Any]]:
        return [one for one in json.loads(self.command("review", "--json").stdout) if one["external_id"] == goal]


@pytest.fixture
def desk(office: Office, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Our side of the org, synced, with brakes that stop at three records."""
    mapping, tokens = tmp_path / "review.toml", tmp_path / "tokens"
    mapping.write_text(MAPPING)
    tokens.write_text(f"board:{TOKEN}\n")
    brakes = {"brake_overwrite_percent": 0, "brake_minimum": 3}
    ours = connect_to(office, database_url, salesforce_mapping=mapping, api_tokens_file=tokens, **brakes)
    for name, value in office.environment(database_url).items():
        if name.startswith(("SUCCESS_VECTOR_", "DATABASE_URL")):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("SUCCESS_VECTOR_SALESFORCE_MAPPING", str(mapping))
    first_sync(ours.engine, "salesforce", lambda _: None)
    ours.settle()
    api = create_app(ours.services).test_client()
    yield Desk(ours, lambda *words: CliRunner().invoke(commands, words), api)
    ours.services.close()


def test_a_field_that_both_sides_changed_is_shown_with_who_and_when_and_settled_by_command(desk: Desk):
    goal = desk.conflict()
    assert desk.office.read(GOAL, goal)["Objective__c"] == "Five tenders"
    [one] = desk.held(goal)
    assert (one["theirs"], one["ours"], one["why"]) == ("Five tenders", "Three tenders", "policy")
    assert (one["ours_by"], one["ours_through"]) == ("Sample Person", "workbook")
    assert one["theirs_by"]
    assert one["theirs_at"]
    assert one["ours_at"]
    assert desk.command("status").exit_code == 1
    settled = desk.command("review", "settle", one["id"], "--take", "Four tenders", "--because", "met halfway")
    assert settled.exit_code == 0
    desk.connected.settle()
    assert desk.office.read(GOAL, goal)["Objective__c"] == "Four tenders"
    assert desk.held(goal) == []
    [told] = json.loads(desk.command("decisions", "--json").stdout)
    assert (told["what"], told["because"], told["after"]["value"]) == ("settle", "met halfway", "Four tenders")


def test_the_api_settles_it_under_the_name_of_the_token_and_tells_the_crm(desk: Desk):
    goal = desk.conflict()
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    waiting = desk.api.get("/api/v1/reviews", headers=bearer).get_json()["reviews"]
    [one] = [each for each in waiting if each["external_id"] == goal]
    metrics = desk.api.get("/metrics").text
    assert 'success_vector_for_a_person{is="review",system="salesforce"} 1.0' in metrics
    assert "tenders" not in metrics
    answer = desk.api.post(f"/api/v1/reviews/{one['id']}/settle", json={"take": "ours"}, headers=bearer)
    assert (answer.status_code, answer.get_json()["value"]) == (200, "Three tenders")
    desk.connected.settle()
    assert desk.office.read(GOAL, goal)["Objective__c"] == "Three tenders"
    [told] = json.loads(desk.command("decisions", "--json").stdout)
    assert told["who"] == "board"


def test_what_moved_since_it_was_listed_is_not_settled(desk: Desk):
    goal = desk.conflict()
    [one] = desk.held(goal)
    desk.office.edit(GOAL, goal, Objective__c="Six tenders")
    desk.read()
    refused = desk.command("review", "settle", one["id"], "--take", "ours")
    assert refused.exit_code == 1
    assert "has moved since you looked" in str(refused.exception)
    assert desk.held(goal)[0]["theirs"] == "Six tenders"
    assert desk.office.read(GOAL, goal)["Objective__c"] == "Six tenders"


def test_a_mass_overwrite_is_stopped_before_it_happens_and_goes_on_once_released(desk: Desk):
    goals = [desk.office.create(GOAL, Name=f"Goal {n}", Account__c=account(desk), Baseline__c="Old") for n in range(5)]
    desk.read()
    for goal in goals:
        desk.edit(goal, baseline="New")
    desk.connected.settle()
    assert baselines(desk, goals) == {"Old"}
    [brake] = json.loads(desk.command("brakes", "--json").stdout)
    assert (brake["kind"], brake["entity"], brake["number"]) == ("overwrite", "desired_outcome", 5)
    other = desk.goal("Still flows")
    assert desk.ours(other)
    assert desk.command("brakes", "release", "salesforce", "--because", "meant so").exit_code == 0
    assert baselines(desk, goals) == {"Old"}
    assert desk.command("brakes", "release", "salesforce", "--because", "meant so", "--yes").exit_code == 0
    desk.connected.settle()
    assert baselines(desk, goals) == {"New"}


def account(desk: Desk) -> str:
    return desk.office.create("Account", Name=f"Sample Member {uuid4().hex[:8]}", Is_Member__c=True)


def baselines(desk: Desk, goals: list[str]) -> set[str]:
    return {desk.office.read(GOAL, goal)["Baseline__c"] for goal in goals}
