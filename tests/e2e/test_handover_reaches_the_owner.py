"""A handover note reaches whoever takes a member over, where they look, once for each handover."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.bootstrap import now
from plugin.plans.marks import StoreMarks
from plugin.plans.tending import Tending
from plugin.sync.rounds import Rounds
from tests.e2e.conftest import Connected
from tests.e2e.test_install_automations import Floor, floor, more  # noqa: F401
from tests.e2e.test_owner_follows import colleague

HANDED = {
    "Handover_Note__c": "Handover: Guild of Bakers",
    "Handed_Over_On__c": "2026-11-02",
    "Handed_Over_From__c": "Sample MSM A",
}
ONCE = {"Task": 1, "Member_Flag__c": 1, "member_flag_raised__e": 1}


@pytest.mark.parametrize(
    ("object_name", "named", "about"),
    [("Account", {"Name": "Guild"}, "WhatId"), ("Contact", {"LastName": "Rye"}, "WhoId")],
)
def test_the_new_owner_gets_one_task_with_the_note_for_each_handover(
    floor: Floor,  # noqa: F811
    object_name: str,
    named: dict[str, Any],
    about: str,
) -> None:
    member = floor.office.create(object_name, Is_Member__c=True, OwnerId=colleague(floor), **named)
    before = floor.count()

    floor.write(member, object_name, **HANDED)

    told = f"SELECT Subject, Description, OwnerId FROM Task WHERE {about} = '{member}'"
    (task,) = floor.office.query(told)
    assert task["Subject"].startswith("Handover: read what ")
    assert (task["Description"], task["OwnerId"]) == (
        HANDED["Handover_Note__c"], floor.office.read(object_name, member)["OwnerId"],
    )  # fmt: skip
    assert more(before, floor.count()) == ONCE

    floor.write(member, object_name, Handed_Over_On__c=None, Handed_Over_From__c=None)
    floor.write(member, object_name, **HANDED)
    assert more(before, floor.count()) == ONCE

    floor.write(member, object_name, **HANDED | {"Handed_Over_From__c": "Sample MSM B"})
    assert more(before, floor.count()) == dict.fromkeys(ONCE, 2)


def test_with_the_switch_off_the_note_stands_on_the_member_alone(floor: Floor) -> None:  # noqa: F811
    floor.switch(False, "Handover")
    member = floor.office.create("Account", Name="Guild", Is_Member__c=True)
    before = floor.count()
    floor.write(member, **HANDED)
    floor.switch(True, "Handover")
    assert more(before, floor.count()) == {}
    assert floor.office.read("Account", member)["Handover_Note__c"] == HANDED["Handover_Note__c"]


def test_a_change_of_owner_in_the_org_comes_back_as_a_note_and_a_task(
    floor: Floor,  # noqa: F811
    connected: Connected,
) -> None:
    office, engine = connected.office, connected.engine
    member, *_ = office.member_with_outcome("Guild of Bakers")
    marks = StoreMarks(connected.services.mappings, now)
    worker = Tending(Rounds(engine.database, "salesforce", lambda: engine, now, 300), engine.database, marks, now)
    worker.poll("salesforce")
    connected.settle()
    assert office.read("Account", member)["Handover_Note__c"] is None

    first, second = office.read("Account", member)["OwnerId"], colleague(floor)
    office.edit("Account", member, OwnerId=second)
    for _ in range(2):
        worker.poll("salesforce")
        connected.settle()
        floor.settle()

    row = office.read("Account", member)
    with engine.database.connect() as conn:
        today = engine.today(conn).isoformat()
    assert (row["Handed_Over_From__c"], row["Handed_Over_On__c"]) == (first, today)
    assert "Guild of Bakers wins tenders" in row["Handover_Note__c"]
    (task,) = office.query(f"SELECT OwnerId, Description FROM Task WHERE WhatId = '{member}'")
    assert (task["OwnerId"], task["Description"]) == (second, row["Handover_Note__c"])
