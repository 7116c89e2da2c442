"""Rules that protect the model: people are told what would be right, and our service may repair."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.salesforce.client import SalesforceClient
from plugin.errors import UserError
from tests.e2e.conftest import Office

AHEAD = "2090-01-01"
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a time frame before the start": (
        "Desired_Outcome__c", {"Starts_On__c": "2026-05-01", "Time_Frame__c": "2026-04-30"}, "ends before the start"
    ),
    "a confirmation still to come": ("Desired_Outcome__c", {"Confirmed_On__c": AHEAD}, "Confirmed On lies in the"),
    "a priority of nothing": ("Desired_Outcome__c", {"Priority__c": 0}, "A priority is more than 0"),
    "an achievement still to come": ("Success_Milestone__c", {"Achieved_On__c": AHEAD}, "when it has happened"),
    "a reversal still to come": ("Success_Milestone__c", {"Reversed_On__c": AHEAD}, "Reversed On lies in the future"),
    "more credit than there is": ("Success_Milestone__c", {"Carried_Credit__c": 1.5}, "Carried Credit is a share"),
    "an ask below the smallest": ("Success_Milestone__c", {"Advocacy_Level__c": 0}, "The smallest ask is 1"),
    "an agreement still to come": ("Joint_Accountability__c", {"Agreed_On__c": AHEAD}, "Agreed On lies in the future"),
    "a reading still to come": ("Success_Reading__c", {"Read_On__c": AHEAD}, "Read On lies in the future"),
    "a reading of nothing": ("Success_Reading__c", {"Value__c": None}, "a milestone and the value you read"),
}  # fmt: skip


@pytest.fixture(scope="module")
def plan(office: Office) -> dict[str, str]:
    """A record of each object, which its rules let be."""
    member = office.create("Account", Name="Guild", Is_Member__c=True)
    goal = office.create("Desired_Outcome__c", Name="Wins tenders", Account__c=member)
    return {"Account__c": member, "Desired_Outcome__c": goal, "Success_Milestone__c": office.create(
        "Success_Milestone__c", Name="Course", Type__c="Functional", Desired_Outcome__c=goal
    )}  # fmt: skip


def sound(object_name: str, plan: dict[str, str]) -> dict[str, Any]:
    goal = {"Desired_Outcome__c": plan["Desired_Outcome__c"]}
    return {
        "Desired_Outcome__c": {"Name": "Another", "Account__c": plan["Account__c"]},
        "Success_Milestone__c": {"Name": "Step", "Type__c": "Functional", **goal},
        "Joint_Accountability__c": {"Name": "Send it", "Party__c": "Together", **goal},
        "Success_Reading__c": {
            "Read_On__c": "2026-01-01", "Value__c": 3, "Success_Milestone__c": plan["Success_Milestone__c"], **goal
        },
    }[object_name]  # fmt: skip


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_can_not_be_true_is_refused_to_people_and_let_through_for_repairs(
    office: Office, plan: dict[str, str], what: str
) -> None:
    object_name, wrong, words = REFUSED[what]
    values = sound(object_name, plan)
    office.create(object_name, **values)

    with pytest.raises(UserError, match=words):
        office.create(object_name, **{**values, **wrong})

    ours = SalesforceClient.with_token(office.org.url, office.org.integration_token())
    assert ours.json("POST", f"sobjects/{object_name}", json={**values, **wrong})["success"]


def test_a_reading_stays_as_it_was_taken(office: Office, plan: dict[str, str]) -> None:
    reading = office.create("Success_Reading__c", **sound("Success_Reading__c", plan))
    office.edit("Success_Reading__c", reading, Note__c="Told by phone")

    with pytest.raises(UserError, match="A reading stays as it was taken"):
        office.edit("Success_Reading__c", reading, Value__c=4)
