"""A whole association taken up with every automation on: silence, and then one thing for one real change."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from plugin.sync.poll import first_sync, poll
from tests.e2e.conftest import connect_to
from tests.e2e.dates import day
from tests.e2e.test_install_automations import Floor, floor, more  # noqa: F401

MEMBERS = 300
EVERY_STATUS = {"No goal", "Arrived", "Off course", "On course", "Holding"}
STEPS = (("Course done", "Functional"), ("First bid", "Operational"), ("Contract", "Strategic"))


def association(floor: Floor) -> list[str]:  # noqa: F811
    """Members at every point of their way; those without a goal, late ones and those who arrived among them."""
    chance = Random(300)
    members = rows(floor, "Account", ({"Name": f"Sample Member {n:03}", "Is_Member__c": True} for n in range(MEMBERS)))
    goals = rows(floor, "Desired_Outcome__c", (
        {"Name": f"Goal {n}", "Account__c": member, "Starts_On__c": day(-200), "Time_Frame__c": day(200),
         "Confirmed_On__c": day(-199)}
        for n, member in enumerate(members) if n % 10
    ))  # fmt: skip
    rows(floor, "Success_Milestone__c", (
        {"Name": name, "Type__c": kind, "Desired_Outcome__c": goal, "Due__c": due, "First_Promised_Due__c": due,
         "Achieved_On__c": day(-chance.randint(1, 150)) if number < reached else None}
        for goal in goals
        for reached, late in [(chance.randint(0, 3), chance.random() < 0.3)]
        for number, (name, kind) in enumerate(STEPS)
        for due in [day(-60 if late and number == reached else 60 + 30 * number)]
    ))  # fmt: skip
    return members


def rows(floor: Floor, object_name: str, wanted: Iterator[dict[str, object]]) -> list[str]:  # noqa: F811
    """Create records, two hundred a call, and return their ids."""
    listed, made = [{"attributes": {"type": object_name}, **values} for values in wanted], []
    for first in range(0, len(listed), 200):
        body = {"allOrNone": True, "records": listed[first : first + 200]}
        answers = floor.office.client.json("POST", "composite/sobjects", json=body)
        assert all(answer["success"] for answer in answers), answers
        made += [str(answer["id"]) for answer in answers]
    return made


def test_the_first_sync_of_300_members_is_silent_and_one_real_turn_raises_exactly_one(
    floor: Floor,  # noqa: F811
    database_url: str,
) -> None:
    association(floor)
    before = floor.count()
    ours = connect_to(floor.office, database_url)
    try:
        first_sync(ours.engine, "salesforce", lambda _: None)
        ours.settle(60)
        told = floor.office.query("SELECT Vector_Status__c, COUNT(Id) n FROM Account GROUP BY Vector_Status__c")
        statuses = {row["Vector_Status__c"]: row["n"] for row in told}
        assert sum(statuses.values()) == MEMBERS
        assert set(statuses) >= EVERY_STATUS, statuses
        assert more(before, floor.count()) == {}

        turned = _holding(floor)
        for milestone in floor.office.query(
            f"SELECT Id FROM Success_Milestone__c WHERE Desired_Outcome__r.Account__c = '{turned}'"
        ):
            late = day(-150)
            floor.office.edit("Success_Milestone__c", milestone["Id"], Due__c=late, First_Promised_Due__c=late)
        poll(ours.engine, "salesforce")
        ours.settle(60)
    finally:
        ours.services.close()

    assert floor.office.read("Account", turned)["Vector_Status__c"] == "Off course"
    assert more(before, floor.count()) == {
        "Task": 1, "Member_Flag__c": 1, "success_vector_changed__e": 1, "member_flag_raised__e": 1
    }  # fmt: skip
    (task,) = floor.office.query("SELECT WhatId FROM Task")
    assert task["WhatId"] == turned


def _holding(floor: Floor) -> str:  # noqa: F811
    (row,) = floor.office.query("SELECT Id FROM Account WHERE Vector_Status__c = 'Holding' ORDER BY Id LIMIT 1")
    return str(row["Id"])
