"""Deployments: all or nothing, and what they change."""

from __future__ import annotations

from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import custom_object, field, package

LOOKUP = "<referenceTo>Account</referenceTo><relationshipLabel>Goals</relationshipLabel><relationshipName>Goals</relationshipName>"
GOAL = {"objects/Goal__c.object": custom_object(field("Note__c") + field("Account__c", "Lookup", LOOKUP))}
GOAL_NAMES = {"CustomObject": ["Goal__c"]}


def test_a_deployed_object_takes_records(bench: Bench) -> None:
    result = bench.deploy(package(GOAL, GOAL_NAMES))

    assert result["success"], result["details"]
    assert result["status"] == "Succeeded"
    assert result["numberComponentsDeployed"] == result["numberComponentsTotal"] == 3
    account = bench.create("Account", Name="Acme")
    assert bench.create("Goal__c", Name="Grow", Note__c="x", Account__c=account).startswith("a00")
