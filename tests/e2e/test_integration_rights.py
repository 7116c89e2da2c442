"""What the integration user may do, tried in an org: what the mapping needs, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from connectors.salesforce.client import SalesforceClient
from mappings.load import load
from mappings.model import Source
from plugin.errors import UserError
from tests.e2e.conftest import Office

MAPPING = load("salesforce")
OBJECTS = [source.object for source in MAPPING.sources]
NOT_OURS_TO_SEE = ("Lead", "Case", "Campaign")
CREATED = {source.object for source in MAPPING.sources if source.creates}


@dataclass(frozen=True)
class Robot:
    """The integration user, and the office to prepare records for it."""

    office: Office
    client: SalesforceClient

    def describe(self, object_name: str) -> dict[str, dict[str, Any]]:
        """The fields that it sees, by name."""
        told = self.client.json("GET", f"sobjects/{object_name}/describe")
        return {field["name"]: field for field in told["fields"]}


@pytest.fixture(scope="module")
def robot(office: Office) -> Robot:
    return Robot(office, SalesforceClient.with_token(office.org.url, office.org.integration_token()))


def written(source: Source) -> set[str]:
    """The custom fields that the mapping has us write to an object."""
    names = {line.theirs for line in source.outbound.values()}
    if source.writes:
        names |= {name for targets in source.references.values() for name in targets}
    return {name for name in (*names, *filter(None, [source.external_id])) if name.endswith("__c")}


@pytest.mark.parametrize("object_name", OBJECTS)
def test_it_sees_and_edits_the_custom_fields_of_the_mapping_and_no_other(robot: Robot, object_name: str) -> None:
    source = MAPPING.source(object_name)
    seen = {name: field for name, field in robot.describe(object_name).items() if name.endswith("__c")}
    needed = written(source) | {name for name in source.read_fields if name.endswith("__c")}

    assert set(seen) == needed
    fixed = {name for name, field in seen.items() if field["type"] == "reference" and not field["updateable"]}
    assert {name for name, field in seen.items() if field["updateable"]} == written(source) - fixed
    if source.writes:
        assert fixed <= {"Desired_Outcome__c", "Success_Milestone__c"}, "masters, which are set once"


@pytest.mark.parametrize("object_name", ["Account", "Contact"])
def test_of_standard_objects_it_edits_nothing_that_needs_a_permission(robot: Robot, object_name: str) -> None:
    editable = {name for name, one in robot.describe(object_name).items() if one["updateable"]}
    assert {name for name in editable if not name.endswith("__c")} <= {
        "Name", "FirstName", "LastName", "Salutation", "OwnerId"
    }  # fmt: skip


@pytest.mark.parametrize("object_name", OBJECTS)
def test_it_reads_what_the_mapping_reads(robot: Robot, object_name: str) -> None:
    names = [name for name in MAPPING.source(object_name).read_fields if name != "IsPersonAccount"]
    soql = f"SELECT Id, {', '.join(names)} FROM {object_name} LIMIT 1" if names else f"SELECT Id FROM {object_name}"
    assert robot.client.json("GET", "query", params={"q": soql})["done"]


@pytest.mark.parametrize("object_name", NOT_OURS_TO_SEE)
def test_what_is_not_mapped_it_does_not_see_at_all(robot: Robot, object_name: str) -> None:
    robot.office.query(f"SELECT Id FROM {object_name} LIMIT 1")
    with pytest.raises(UserError, match=object_name):
        robot.client.json("GET", "query", params={"q": f"SELECT Id FROM {object_name} LIMIT 1"})


def test_it_writes_a_members_results_and_not_what_people_decide(robot: Robot) -> None:
    member = robot.office.create("Account", Name="Sample Member 1", Is_Member__c=True)
    robot.client.request("PATCH", f"sobjects/Account/{member}", json={"Success_Score__c": 50, "Complexity__c": "High"})

    for name, value in (("Member_Since__c", "2020-01-01"), ("Is_Member__c", False), ("Phone", "1")):
        with pytest.raises(UserError, match=name):
            robot.client.request("PATCH", f"sobjects/Account/{member}", json={name: value})
    with pytest.raises(UserError):
        robot.client.json("POST", "sobjects/Account", json={"Name": "Another"})
    with pytest.raises(UserError):
        robot.client.request("DELETE", f"sobjects/Account/{member}")


def test_it_creates_what_is_born_on_our_side_on_records_of_others(robot: Robot) -> None:
    assert {name for name in CREATED if name.endswith("__c")} == CREATED
    member = robot.office.create("Account", Name="Sample Member 2", Is_Member__c=True)
    goal = _create(robot, "Desired_Outcome__c", Name="Wins tenders", Account__c=member)
    mine = _create(robot, "Success_Milestone__c", Name="Course", Type__c="Functional", Desired_Outcome__c=goal)
    theirs = robot.office.create("Desired_Outcome__c", Name="Another", Account__c=member)
    robot.client.request("PATCH", f"sobjects/Desired_Outcome__c/{theirs}", json={"Objective__c": "More members"})

    with pytest.raises(UserError):
        robot.client.request("DELETE", f"sobjects/Success_Milestone__c/{mine}")


def _create(robot: Robot, object_name: str, **values: Any) -> str:
    made: dict[str, Any] = robot.client.json("POST", f"sobjects/{object_name}", json=values)
    return str(made["id"])
