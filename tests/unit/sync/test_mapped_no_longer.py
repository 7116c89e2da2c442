"""An object that was taken out of the mapping: what is linked there is left as it is, and holds nothing else up."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from mappings.load import load
from plugin.sync.engine import Engine
from plugin.sync.system import System
from tests.fakes.crm import Clock, FakeCrm
from tests.unit.sync.conftest import ACCOUNT, World

CONTACT = "003000000000001AAA"


@pytest.fixture
def narrowed(engine: sa.Engine) -> World:
    """An organisation and a person were members; then people were taken out of the mapping."""
    clock, both, one = Clock(), load("salesforce", ("Account", "Contact")), load("salesforce", ("Account",))
    both, one = (
        replace(each, sources=tuple(of for of in each.sources if of.object not in {"Task", "Event"}))
        for each in (both, one)
    )
    crm = FakeCrm(both, clock)
    crm.put("Account", ACCOUNT, Name="Sample Member 1", Is_Member__c=True)
    crm.put("Contact", CONTACT, Name="Sample Person 1", Is_Member__c=True)
    before = System("salesforce", crm, both, crm.describe(both.objects))
    world = World(Engine(engine, {"salesforce": before}, clock), crm, clock, engine)
    world.sync()
    crm.written.clear()
    world.engine = Engine(engine, {"salesforce": System("salesforce", crm, one, crm.describe(one.objects))}, clock)
    return world


def test_what_is_linked_there_is_left_alone_and_the_others_are_written(narrowed: World):
    for key in (ACCOUNT, CONTACT):
        narrowed.change("member", narrowed.ours("member", key)["id"], persona="starter")
    narrowed.settle()
    assert [one.id for one in narrowed.crm.written if "Persona__c" in one.values] == [ACCOUNT]
    assert {one.object for one in narrowed.crm.written if one.id} == {"Account"}


def test_what_is_new_below_it_waits_and_what_is_new_below_the_others_is_created(narrowed: World):
    for key in (ACCOUNT, CONTACT):
        narrowed.change("desired_outcome", None, name=f"A goal of {key}", member=narrowed.ours("member", key)["id"])
    narrowed.settle()
    goals = narrowed.crm.records["Desired_Outcome__c"].values()
    assert [one.values["Name"] for one in goals] == [f"A goal of {ACCOUNT}"]
