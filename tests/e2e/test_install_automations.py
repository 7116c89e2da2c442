"""The package's automations: quiet while members are taken up, and once for each thing that really happens."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import source, zip
from connectors.salesforce.install.deploy import deploy
from plugin.sync.poll import first_sync, poll
from tests.e2e.conftest import Office, connect_to

SWITCHES = ("Off_Course", "Expansion_Ready", "Advocacy_Ready", "Success_Gap", "Vector_Changed")
MADE = ("Task", "Opportunity", "Member_Flag__c")
EVENTS = ("success_vector_changed__e", "member_flag_raised__e")
SCORED = {"Vector_Status__c": "On course", "Definition_Version__c": 1, "Success_Gap__c": "None",
          "Expansion_Flag__c": "Wait", "Advocacy_Flag__c": "Wait"}  # fmt: skip
OFF_COURSE = {"Vector_Status__c": "Off course", "Next_Step__c": "Call about the audit", "Next_Step_By__c": "2030-01-15"}


@dataclass(frozen=True)
class Floor:
    """The org with its switches, and what its automations have made."""

    office: Office
    integration: SalesforceClient

    def switch(self, on: bool, *names: str) -> None:
        """Set switches as an admin does."""
        wanted = {f"Success_Vector_Automation.{name}" for name in names}
        ours = [one for one in source.read().of("CustomMetadata") if one.name in wanted]
        turned = [
            replace(one, contents={path: _turned(text, on) for path, text in one.contents.items()}) for one in ours
        ]
        archive = zip.pack(zip.files(source.Source(tuple(turned))), "66.0")
        deploy(self.office.client, archive, wait=lambda _: time.sleep(0.02))

    def write(self, record: str, object_name: str = "Account", **values: Any) -> None:
        """Write calculated fields as our service does, and wait for what follows."""
        self.integration.request("PATCH", f"sobjects/{object_name}/{record}", json=values)
        self.settle()

    def settle(self) -> None:
        joined = self.office.org.automation
        joined.settle()
        assert joined.triggers.last_error is None

    def count(self) -> dict[str, int]:
        """Return how many of each there are."""
        self.settle()
        found: dict[str, int] = {}
        with self.office.org.org.work() as work:
            for name in (*MADE, *EVENTS):
                row = work.conn.execute(f"SELECT count(*) FROM org.{name} WHERE NOT isdeleted").fetchone()
                found[name] = row[0]
        return found


def _turned(text: bytes, on: bool) -> bytes:
    return re.sub(rb'("xsd:boolean">)(true|false)<', rb"\1true<" if on else rb"\1false<", text)


@pytest.fixture
def floor(office: Office) -> Iterator[Floor]:
    """Every switch on, and off again afterwards."""
    made = Floor(office, SalesforceClient.with_token(office.org.url, office.org.integration_token()))
    made.switch(True, *SWITCHES)
    yield made
    made.switch(False, *SWITCHES)


@pytest.fixture
def member(floor: Floor) -> str:
    """A member that was scored before."""
    record = floor.office.create("Account", Name="Guild of Bakers", Is_Member__c=True)
    floor.write(record, **SCORED)
    return record


def more(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def test_taking_up_members_raises_nothing_and_one_real_change_raises_exactly_one(
    floor: Floor, database_url: str
) -> None:
    office = floor.office
    members = [office.member_with_outcome(f"Member {number}") for number in range(5)]
    before = floor.count()
    ours = connect_to(office, database_url)
    try:
        first_sync(ours.engine, "salesforce", lambda _: None)
        ours.settle()
        assert {office.read("Account", member)["Vector_Status__c"] for member, *_ in members} == {"Holding"}
        assert more(before, floor.count()) == {}

        for milestone in members[2][2]:
            office.edit("Success_Milestone__c", milestone, Due__c="2026-02-01", First_Promised_Due__c="2026-02-01")
        poll(ours.engine, "salesforce")
        ours.settle()
    finally:
        ours.services.close()

    assert office.read("Account", members[2][0])["Vector_Status__c"] == "Off course"
    assert more(before, floor.count()) == {
        "Task": 1, "Member_Flag__c": 1, "success_vector_changed__e": 1, "member_flag_raised__e": 1
    }  # fmt: skip


def test_the_first_score_of_a_member_raises_nothing_however_bad_it_is(floor: Floor) -> None:
    before = floor.count()
    record = floor.office.create("Account", Name="New", Is_Member__c=True)

    floor.write(record, **{**SCORED, **OFF_COURSE, "Success_Gap__c": "Open", "Expansion_Flag__c": "Ready"})

    assert more(before, floor.count()) == {}


def test_a_new_version_of_the_definition_raises_nothing(floor: Floor, member: str) -> None:
    before = floor.count()

    floor.write(member, **OFF_COURSE, Definition_Version__c=2)

    assert more(before, floor.count()) == {}


def test_with_the_switch_off_nothing_is_raised(floor: Floor, member: str) -> None:
    floor.switch(False, "Off_Course", "Vector_Changed")
    before = floor.count()

    floor.write(member, **OFF_COURSE)

    assert more(before, floor.count()) == {}


def test_turning_off_course_gives_the_owner_one_task_with_the_next_step(floor: Floor, member: str) -> None:
    floor.write(member, **OFF_COURSE, Vector_Explanation__c="The audit is late.")

    told = "Subject, ActivityDate, Description, OwnerId, AccountId"
    (task,) = floor.office.query(f"SELECT {told} FROM Task WHERE WhatId = '{member}'")
    owner = floor.office.read("Account", member)["OwnerId"]
    assert (task["Subject"], task["ActivityDate"]) == ("Call about the audit", "2030-01-15")
    assert (task["Description"], task["OwnerId"], task["AccountId"]) == ("The audit is late.", owner, member)


def test_the_same_flag_is_never_raised_twice(floor: Floor, member: str) -> None:
    floor.write(member, **OFF_COURSE)
    before = floor.count()

    floor.write(member, Vector_Status__c="Drifting")
    floor.write(member, **OFF_COURSE)

    assert more(before, floor.count()) == {"success_vector_changed__e": 2}


READY: dict[str, tuple[dict[str, Any], str]] = {
    "an offer": (
        {"Expansion_Flag__c": "Ready", "Expansion_Offer_Name__c": "Seats", "Expansion_Since__c": "2026-11-01"},
        "Opportunity",
    ),
    "an ask": (
        {"Advocacy_Flag__c": "Ready", "Advocacy_Ask__c": "Review", "Advocacy_Reason__c": "Audit passed"},
        "Task",
    ),
    "a gap": ({"Success_Gap__c": "Open", "Success_Gap_Since__c": "2026-11-02"}, "Task"),
}


@pytest.mark.parametrize("what", list(READY))
def test_what_becomes_ready_is_raised_once(floor: Floor, member: str, what: str) -> None:
    values, made = READY[what]
    before = floor.count()

    floor.write(member, **values)
    floor.write(member, **{name: SCORED[name] for name in values if name in SCORED})
    floor.write(member, **values)

    assert more(before, floor.count()) == {made: 1, "Member_Flag__c": 1, "member_flag_raised__e": 1}


def test_an_offer_that_is_ready_becomes_an_opportunity_with_its_value(floor: Floor, member: str) -> None:
    floor.write(member, **READY["an offer"][0], Expansion_Value__c=1200, Expansion_Reason__c="Course passed")

    (found,) = floor.office.query(
        f"SELECT Name, StageName, Amount, NextStep FROM Opportunity WHERE AccountId = '{member}'"
    )
    assert (found["Name"], found["StageName"]) == ("Seats: Guild of Bakers", "Prospecting")
    assert (found["Amount"], found["NextStep"]) == (1200, "Course passed")


def test_people_as_members_are_served_alike(floor: Floor) -> None:
    record = floor.office.create("Contact", LastName="Rye", Is_Member__c=True)
    floor.write(record, "Contact", **SCORED)
    before = floor.count()

    floor.write(record, "Contact", **OFF_COURSE)

    assert more(before, floor.count())["Task"] == 1
    assert len(floor.office.query(f"SELECT Id FROM Task WHERE WhoId = '{record}'")) == 1


def test_what_can_not_be_created_is_told_with_the_reason(floor: Floor, member: str) -> None:
    _without_a_stage(floor)
    before = floor.count()

    floor.write(member, **READY["an offer"][0])

    assert more(before, floor.count()) == {"Member_Flag__c": 1, "member_flag_raised__e": 1}
    (flag,) = floor.office.query(f"SELECT Problem__c FROM Member_Flag__c WHERE Account__c = '{member}'")
    assert "when the flow tried to create records" in flag["Problem__c"]


def _without_a_stage(floor: Floor) -> None:
    """Leave the stage out, which every opportunity needs."""
    one = next(one for one in source.read().of("CustomMetadata") if one.name.endswith("Expansion_Ready"))
    ((path, text),) = one.contents.items()
    broken = _turned(text, True).replace(b"Prospecting", b"")
    archive = zip.pack(zip.files(source.Source((replace(one, contents={path: broken}),))), "66.0")
    deploy(floor.office.client, archive, wait=lambda _: time.sleep(0.02))
