"""Results that reports add up travel one way: what somebody writes over there never comes in."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World

MILESTONE = "a02000000000001AAA"


def test_an_expected_value_and_service_hours_travel_out_and_never_in(world: World) -> None:
    world.crm.put(
        "Success_Milestone__c", MILESTONE, Desired_Outcome__c=OUTCOME, Name="Step", Type__c="Functional"
    )  # fmt: skip
    world.sync()
    milestone, member = world.ours("milestone", MILESTONE)["id"], world.ours("member", ACCOUNT)["id"]

    world.change("milestone", milestone, expected_value=Decimal("126.00"))
    world.change("member", member, service_hours=2.5)
    world.settle()
    assert world.crm.records["Success_Milestone__c"][MILESTONE].values["Expected_Expansion__c"] == 126.0
    assert world.crm.records["Account"][ACCOUNT].values["Service_Hours__c"] == 2.5

    world.clock.forward(60)
    world.crm.put("Success_Milestone__c", MILESTONE, Expected_Expansion__c=999.0, Name="Step, renamed")
    world.poll()
    assert world.ours("milestone", MILESTONE)["name"] == "Step, renamed"
    assert world.ours("milestone", MILESTONE)["expected_value"] == Decimal("126.00")
