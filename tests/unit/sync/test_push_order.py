"""In what order, and how, what is due goes out."""

from __future__ import annotations

from connectors.base import Write
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World

SECOND = "a01000000000002AAA"


def written(world: World, object_name: str) -> list[Write]:
    return [one for one in world.crm.written if one.object == object_name]


def test_rows_of_one_parent_stand_together(world: World):
    world.crm.put("Desired_Outcome__c", SECOND, Name="Hire", Account__c=ACCOUNT, Starts_On__c="2026-01-01")
    world.sync()
    first, second = (world.link(one).record_id for one in (OUTCOME, SECOND))
    for number, outcome in enumerate((first, second) * 3):
        world.change("milestone", None, type="operational", name=f"Step {number}", desired_outcome=outcome)
    world.settle()
    parents = [one.values["Desired_Outcome__c"] for one in written(world, "Success_Milestone__c")]
    assert sorted(parents) in (parents, parents[::-1])
    assert len(parents) == 6


def test_a_parent_goes_before_its_children_in_one_round(world: World):
    world.sync()
    world.crm.written.clear()
    goal = world.change("desired_outcome", None, name="Hire", member=world.link(ACCOUNT).record_id)
    world.change("milestone", None, type="operational", name="First one hired", desired_outcome=goal)
    world.engine.push("salesforce")
    born = [one.object for one in world.crm.written if one.id is None]
    assert born == ["Desired_Outcome__c", "Success_Milestone__c"]


def test_only_what_nobody_else_writes_may_take_its_time(world: World):
    world.sync()
    member, outcome = world.link(ACCOUNT).record_id, world.link(OUTCOME).record_id
    assert all(one.patient for one in written(world, "Account"))
    world.crm.written.clear()
    world.change("desired_outcome", outcome, objective="Win three tenders")
    world.change("member", member, persona="starter")
    world.settle()
    shared = [one for one in world.crm.written if one.id and {"Objective__c", "Persona__c"} & set(one.values)]
    assert len(shared) == 2
    assert not any(one.patient for one in shared)
