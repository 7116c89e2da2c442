"""Two orgs on one service: members known in both, changes that travel, conflicts, and one org that is down."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from plugin.bootstrap import Services, open_services, worker_of
from plugin.cli import commands
from plugin.plans.tending import Tending
from plugin.settings import Settings
from plugin.store import due, links, systems
from plugin.store.embedded import EmbeddedPostgres
from tests.e2e.conftest import SECRET, Office, an_office
from tests.fakes.service import message, post
from webhooks import create_app

MAPPING = """
extends = "salesforce"

[[source]]
object = "Account"
match = ["name"]

[[source]]
object = "Coverage_Segment__c"
match = ["name"]
"""
SYSTEMS = """
[system.chapter]
kind = "salesforce"
url = "{url}"
client_id = "{client_id}"
username = "{username}"
private_key_file = "{key}"
webhook_secrets_file = "chapter.secret"
mapping = "chapter.toml"
"""
CHAPTER_SECRET = "chapter" + "s" * 32
GOAL = "Desired_Outcome__c"


@dataclass
class Two:
    """Two orgs, `main` and `chapter`, and one service; a worker that is asked by hand."""

    main: Office
    chapter: Office
    services: Services
    worker: Tending
    command: Callable[..., Result]

    def settle(self) -> None:
        """Let the worker poll both, and drain until nothing more follows."""
        with self.services.database.begin() as conn:
            conn.exec_driver_sql("UPDATE systems SET polled_at = NULL")
        for _ in range(12):
            for task, system in self.worker.wanted():
                getattr(self.worker, task)(system)
            with self.services.database.begin() as conn:
                soon = "UPDATE due SET due_at = now() WHERE due_at < now() + interval '10 seconds'"
                if not conn.exec_driver_sql(soon).rowcount:
                    return
            time.sleep(0.3)

    def member(self, office: Office, name: str, **values: Any) -> str:
        return office.create("Account", Name=name, Is_Member__c=True, **values)

    def link(self, system: str, external_id: str) -> links.Link | None:
        with self.services.database.connect() as conn:
            return links.by_external(conn, system, [external_id]).get(external_id)

    def goals_of(self, office: Office, account: str) -> list[dict[str, Any]]:
        return office.query(f"SELECT Id, Name, Objective__c FROM {GOAL} WHERE Account__c = '{account}'")


@pytest.fixture(scope="module")
def orgs(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Office]]:
    """Two orgs with our package."""
    folders = [tmp_path_factory.mktemp(name) for name in ("main", "chapter")]
    with an_office(postgres, folders[0]) as main, an_office(postgres, folders[1], 2) as chapter:
        yield main, chapter


@pytest.fixture
def two(
    orgs: tuple[Office, Office], database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Two]:
    """Both orgs on one service that has never spoken to either; the chapter stands in a file."""
    main, chapter = orgs
    said = {"url": chapter.org.url, "client_id": chapter.org.client_id, "username": chapter.org.username}
    (tmp_path / "systems.toml").write_text(SYSTEMS.format(**said, key=chapter.key))
    (tmp_path / "chapter.toml").write_text(MAPPING)
    (tmp_path / "chapter.secret").write_text(CHAPTER_SECRET)
    for name, value in main.environment(database_url).items():
        if name.startswith(("SUCCESS_VECTOR_", "DATABASE_URL")):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("SUCCESS_VECTOR_SYSTEMS", str(tmp_path / "systems.toml"))
    services = open_services(Settings.read())
    yield Two(main, chapter, services, worker_of(services), lambda *words: CliRunner().invoke(commands, words))
    services.close()


def unique(name: str) -> str:
    return f"{name} {uuid4().hex[:8]}"


def test_a_member_is_known_in_both_and_a_change_in_one_org_reaches_the_other(two: Two):
    name = unique("Sample Member")
    here, there = two.member(two.main, name), two.member(two.chapter, name.upper())
    goal = two.main.create(GOAL, Name="Win tenders", Account__c=here, Time_Frame__c="2030-12-31")
    assert two.command("sync", "--system", "salesforce").exit_code == 0
    assert two.command("status", "--system", "chapter").exit_code == 1
    two.settle()  # The chapter joins later: what only the other org has is written into it.
    first, second = two.link("salesforce", here), two.link("chapter", there)
    assert first is not None
    assert second is not None
    assert (first.record_id, second.how) == (second.record_id, "keys")
    [copy] = two.goals_of(two.chapter, there)
    assert copy["Name"] == "Win tenders"
    assert two.chapter.read("Account", there)["Vector_Status__c"] == two.main.read("Account", here)["Vector_Status__c"]
    two.chapter.edit(GOAL, copy["Id"], Objective__c="Three public tenders a year")
    two.settle()
    assert two.main.read(GOAL, goal)["Objective__c"] == "Three public tenders a year"
    two.main.edit(GOAL, goal, Objective__c="Four a year")
    two.settle()
    assert two.goals_of(two.chapter, there)[0]["Objective__c"] == "Four a year"
    assert len(two.goals_of(two.main, here)) == 1


def test_who_may_be_several_is_reported_and_a_person_links_and_unlinks_and_relinks(two: Two):
    name = unique("Sample Member")
    first, second = two.member(two.main, name), two.member(two.main, name)
    there = two.member(two.chapter, name)
    two.settle()
    two.settle()
    assert two.link("chapter", there) is None
    [waiting] = [one for one in json.loads(two.command("unmatched", "--json").stdout) if one["external_id"] == there]
    ours = [link.record_id for one in (first, second) if (link := two.link("salesforce", one))]
    assert sorted(waiting["candidates"]) == sorted(map(str, ours))
    assert two.command("link", "chapter", there, str(ours[0])).exit_code == 0
    two.settle()
    two.chapter.edit("Account", there, Risk__c="High")
    two.settle()
    assert [two.main.read("Account", one)["Risk__c"] for one in (first, second)] == ["High", None]
    assert two.command("relink", "chapter", there, str(ours[1])).exit_code == 0
    two.settle()
    assert two.link("chapter", there).record_id == ours[1]  # type: ignore[union-attr]
    assert two.command("unlink", "chapter", there, "--because", "closed").exit_code == 0
    two.main.edit("Account", second, Persona__c="Newcomer")
    two.settle()
    assert two.chapter.read("Account", there)["Persona__c"] is None
    told = json.loads(two.command("decisions", "--json").stdout)
    assert [(one["what"], one["system"]) for one in told] == [
        (what, "chapter") for what in ("unlink", "relink", "link")
    ]


def test_what_both_orgs_hold_and_not_the_same_waits_for_a_person(two: Two):
    name = unique("Sample Member")
    here = two.member(two.main, name, Risk__c="High")
    there = two.member(two.chapter, name, Risk__c="Low")
    two.settle()
    two.settle()
    assert (two.main.read("Account", here)["Risk__c"], two.chapter.read("Account", there)["Risk__c"]) == ("High", "Low")
    held = json.loads(two.command("review", "--system", "chapter", "--field", "member.risk", "--json").stdout)
    [one] = [one for one in held if one["external_id"] == there]
    assert (one["theirs"], one["ours"], one["why"]) == ("Low", "high", "first contact")
    assert two.command("review", "settle", one["id"], "--take", "theirs").exit_code == 0
    two.settle()
    assert [two.main.read("Account", here)["Risk__c"], two.chapter.read("Account", there)["Risk__c"]] == ["Low", "Low"]


def test_an_org_that_is_down_holds_up_no_other_and_catches_up(two: Two, tmp_path: Path):
    name = unique("Sample Member")
    here, there = two.member(two.main, name), two.member(two.chapter, name)
    two.settle()
    two.settle()
    file = tmp_path / "systems.toml"
    known = file.read_text()
    file.write_text(known.replace(two.chapter.org.url, "http://127.0.0.1:9"))
    cut_off = open_services(Settings.read())
    two.worker = worker_of(cut_off)
    two.main.edit("Account", here, Risk__c="Medium")
    two.settle()
    with two.services.database.connect() as conn:
        seen, down = systems.get(conn, "salesforce"), systems.get(conn, "chapter")
        waits = due.counts(conn)
    cut_off.close()
    assert seen is not None
    assert down is not None
    assert (seen.polled_at is None, down.polled_at is None) == (False, True)
    assert sum(n for (stage, system, _), n in waits.items() if (stage, system) == ("push", "chapter")) >= 1
    failed = two.command("check")
    assert failed.exit_code == 1
    assert "salesforce went well" in str(failed.exception)
    file.write_text(known)
    two.worker = worker_of(two.services)
    two.settle()
    assert two.chapter.read("Account", there)["Risk__c"] == "Medium"


def test_a_notification_counts_for_the_org_it_names_and_only_with_a_secret_of_that_org(two: Two):
    two.settle()
    client = create_app(two.services).test_client()
    record = "001000000000009AAA"
    named = {one: message(("Account", record), org=one.org.org_id) for one in (two.main, two.chapter)}
    assert post(client, named[two.chapter], CHAPTER_SECRET).status_code == 200
    assert post(client, named[two.main], CHAPTER_SECRET).status_code == 403
    assert post(client, named[two.chapter], SECRET).status_code == 403
    with two.services.database.connect() as conn:
        marked = conn.exec_driver_sql("SELECT system FROM due WHERE record_id = %s", (record,)).scalars().all()
    assert marked == ["chapter"]


def test_one_org_is_not_two_systems(two: Two, tmp_path: Path):
    two.settle()
    file = tmp_path / "systems.toml"
    file.write_text(file.read_text().replace("[system.chapter]", "[system.branch]"))
    refused = two.command("sync", "--system", "branch")
    assert refused.exit_code == 1
    assert "knows as chapter" in str(refused.exception)
