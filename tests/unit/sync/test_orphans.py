"""What becomes of records that belong to nobody we know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.base import Scalar
from mappings.load import load
from plugin.sync.engine import Engine
from plugin.sync.system import System
from tests.fakes.crm import FakeCrm
from tests.unit.sync.conftest import ACCOUNT, World

TASK = "00T000000000001AAA"
DONE = {"IsClosed": True, "Engagement_Direction__c": "Outbound proactive"}


@pytest.fixture
def with_tasks(world: World) -> World:
    """The same world, in which completed tasks are engagements, as in a real org."""
    mapping = load("salesforce", ("Account",))
    mapping = replace(mapping, sources=tuple(one for one in mapping.sources if one.object in {"Account", "Task"}))
    crm = FakeCrm(mapping, world.clock)
    crm.put("Account", ACCOUNT, Name="Sample Member 1", Is_Member__c=True)
    system = System("salesforce", crm, mapping, crm.describe(mapping.objects))
    return World(Engine(world.database, {"salesforce": system}, world.clock), crm, world.clock, world.database)


def test_a_task_that_names_nobody_is_nobodys_engagement(with_tasks: World) -> None:
    with_tasks.crm.put("Task", TASK, Subject="Clean the office", **DONE)
    with_tasks.sync()
    assert with_tasks.count("engagement") == 0


def test_it_becomes_one_when_it_is_given_a_member(with_tasks: World) -> None:
    with_tasks.crm.put("Task", TASK, Subject="Call them", **DONE)
    with_tasks.sync()
    with_tasks.crm.put("Task", TASK, AccountId=ACCOUNT)
    with_tasks.poll()
    assert with_tasks.ours("engagement", TASK)["member"] == with_tasks.ours("member", ACCOUNT)["id"]


@pytest.mark.parametrize("lacking", [{"IsClosed": False}, {"Engagement_Direction__c": None}], ids=["open", "of ours"])
def test_a_proposed_task_is_no_engagement_until_somebody_did_it(with_tasks: World, lacking: dict[str, Scalar]) -> None:
    with_tasks.crm.put("Task", TASK, Subject="Call about the audit", AccountId=ACCOUNT, **{**DONE, **lacking})
    with_tasks.sync()
    assert with_tasks.count("engagement") == 0
    with_tasks.crm.put("Task", TASK, **DONE)
    with_tasks.poll()
    assert with_tasks.ours("engagement", TASK)["direction"] == "outbound_proactive"
