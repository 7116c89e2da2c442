"""Our own package with people as members: alone, and beside organisations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install.run import Order, endpoint, install, prepare
from connectors.salesforce.local_org.server import LocalOrg
from plugin.bootstrap import SALESFORCE, check_system, engine_of, open_services
from plugin.settings import Settings
from plugin.store import links, records
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.records import Origin
from plugin.sync.engine import Engine
from plugin.sync.poll import first_sync, poll
from tests.e2e.dates import day

NOBODY = "http://127.0.0.1:9"
BOTH = "Account and Contact"
PATIENCE = 20.0


class Association:
    """An association's org with our package, and the engine on our side."""

    def __init__(self, org: LocalOrg, engine: Engine) -> None:
        self.engine = engine
        self.admin = SalesforceClient.with_token(org.url, org.admin_token())

    def create(self, object_name: str, **values: Any) -> str:
        made: str = self.admin.json("POST", f"sobjects/{object_name}", json=values)["id"]
        return made

    def edit(self, object_name: str, record_id: str, **values: Any) -> None:
        self.admin.json("PATCH", f"sobjects/{object_name}/{record_id}", json=values)

    def there(self, object_name: str, record_id: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.admin.json("GET", f"sobjects/{object_name}/{record_id}")
        return found

    def rows(self, soql: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.admin.json("GET", "query", params={"q": soql})["records"]
        return found

    def goal(self, **member: str) -> tuple[str, list[str]]:
        """Create a goal with two milestones, both overdue; return their ids."""
        outcome = self.create(
            "Desired_Outcome__c", Name="Lead a team", Starts_On__c=day(-100), Time_Frame__c=day(100), **member
        )
        steps = [
            self.create(
                "Success_Milestone__c",
                Name=name,
                Desired_Outcome__c=outcome,
                Type__c=kind,
                Due__c=day(-30),
            )
            for name, kind in (("Find a mentor", "Functional"), ("Take a project", "Operational"))
        ]
        return outcome, steps

    def sync(self) -> None:
        assert first_sync(self.engine, SALESFORCE, lambda _: None)
        self.engine.drain(SALESFORCE)

    def poll(self) -> None:
        poll(self.engine, SALESFORCE)
        self.engine.drain(SALESFORCE)

    def link(self, external_id: str) -> links.Link | None:
        with self.engine.database.connect() as conn:
            return links.by_external(conn, SALESFORCE, [external_id]).get(external_id)


def until(holds: Callable[[], bool], act: Callable[[], None]) -> None:
    """Act until it holds: a record changed this very second is left alone until the second is over."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)
        act()


@pytest.fixture
def association(
    request: pytest.FixtureRequest, postgres: EmbeddedPostgres, database_url: str, tmp_path: Path
) -> Iterator[Association]:
    name = f"org_{uuid4().hex}"
    with ExitStack() as opened:
        url = postgres.create_database(name)
        opened.callback(postgres.drop_database, name)
        org = opened.enter_context(LocalOrg(url, retry_seconds=3600))
        key = tmp_path / "signing.pem"
        key.write_text(org.private_key, encoding="ascii")
        settings = Settings(
            _env_file=None,
            DATABASE_URL=database_url,
            salesforce_url=org.url,
            salesforce_client_id=org.client_id,
            salesforce_username=org.username,
            salesforce_private_key_file=key,
            salesforce_members=request.param,
            time_zone="UTC",
            salesforce_admin_token=org.admin_token(),
        )
        services = open_services(settings)
        opened.callback(services.close)
        admin = SalesforceClient.with_token(org.url, org.admin_token())
        order = Order(services.mapping, endpoint(NOBODY, "s" * 40), org.username)
        assert install(admin, prepare(admin, order), wait=lambda _: time.sleep(0.05)).left == ()
        checked = check_system(services, with_flows=True)
        assert checked.problems == ()
        yield Association(org, engine_of(services, checked.require()))


@pytest.mark.parametrize("association", ["Contact", BOTH], indirect=True)
def test_a_persons_milestone_achieved_over_there_becomes_a_new_score_there(association: Association) -> None:
    person = association.create("Contact", FirstName="Sam", LastName="Sample", Is_Member__c=True)
    stranger = association.create("Contact", LastName="Nobody")
    _, steps = association.goal(Contact__c=person)

    association.sync()

    before = association.there("Contact", person)
    assert before["Vector_Status__c"] == "Off course"
    assert before["Success_Score__c"] < 15
    assert "Find a mentor" in before["Vector_Explanation__c"]
    assert association.there("Contact", stranger)["Vector_Status__c"] is None

    association.edit("Success_Milestone__c", steps[0], Achieved_On__c=day(-1))
    association.poll()
    better = association.there("Contact", person)
    association.edit("Success_Milestone__c", steps[1], Achieved_On__c=day(-1))
    association.poll()
    arrived = association.there("Contact", person)

    assert before["Success_Score__c"] < better["Success_Score__c"] < 100
    assert (arrived["Vector_Status__c"], arrived["Success_Score__c"]) == ("Arrived", 100)
    snapshots = association.rows("SELECT Contact__c, Account__c, Status__c FROM Success_Vector_Snapshot__c")
    assert [(row["Contact__c"], row["Account__c"], row["Status__c"]) for row in snapshots] == [
        (person, None, "Arrived")
    ]


@pytest.mark.parametrize("association", ["Contact", BOTH], indirect=True)
def test_a_goal_changed_on_our_side_is_changed_over_there(association: Association) -> None:
    person = association.create("Contact", LastName="Sample", Is_Member__c=True)
    goal, _ = association.goal(Contact__c=person)
    association.sync()
    link = association.link(goal)
    assert link

    with association.engine.database.begin() as conn:
        now = datetime.now(UTC)
        records.save(
            conn, "desired_outcome", link.record_id, {"due_on": date(2031, 5, 1)}, Origin("Ann", "here", now, now)
        )
        association.engine.mark_push(conn, "desired_outcome", {link.record_id})

    until(
        lambda: association.there("Desired_Outcome__c", goal)["Time_Frame__c"] == "2031-05-01",
        lambda: association.engine.drain(SALESFORCE) and None,
    )
    assert association.there("Desired_Outcome__c", goal)["Contact__c"] == person
    assert association.there("Desired_Outcome__c", goal)["Account__c"] is None


@pytest.mark.parametrize("association", [BOTH], indirect=True)
def test_an_organisation_and_its_person_are_two_members_with_scores_of_their_own(association: Association) -> None:
    firm = association.create("Account", Name="Sample Ltd", Is_Member__c=True)
    person = association.create("Contact", LastName="Sample", AccountId=firm, Is_Member__c=True)
    colleague = association.create("Contact", LastName="Colleague", AccountId=firm)
    association.goal(Account__c=firm)
    _, steps = association.goal(Contact__c=person)
    for step in steps:
        association.edit("Success_Milestone__c", step, Achieved_On__c=day(-40))
    done = {"Status": "Completed", "Engagement_Direction__c": "Outbound proactive"}
    with_member = association.create("Task", Subject="Mentoring", WhoId=person, **done)
    with_firm = association.create("Task", Subject="Renewal", WhoId=colleague, **done)

    association.sync()

    assert association.there("Account", firm)["Vector_Status__c"] == "Off course"
    assert association.there("Contact", person)["Vector_Status__c"] == "Arrived"
    assert _member_of(association, with_member) == _record(association, person)
    assert _member_of(association, with_firm) == _record(association, firm)


def _record(association: Association, external_id: str) -> object:
    link = association.link(external_id)
    return link and link.record_id


def _member_of(association: Association, task: str) -> object:
    engagement = association.link(task)
    assert engagement
    with association.engine.database.connect() as conn:
        return records.load(conn, "engagement", [engagement.record_id])[engagement.record_id]["member"]
