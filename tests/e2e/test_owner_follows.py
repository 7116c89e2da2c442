"""A member's goals belong to whoever looks after the member, whoever made them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from connectors.salesforce.install import source, zip
from connectors.salesforce.install.deploy import deploy
from connectors.salesforce.install.metadata import tag
from tests.e2e.test_install_automations import Floor, floor  # noqa: F401


@pytest.fixture
def off(floor: Floor) -> Iterator[Floor]:  # noqa: F811
    """The same with the owner's switch off, as an admin may set it."""
    floor.switch(False, "Owner_Follows")
    yield floor
    floor.switch(True, "Owner_Follows")


def colleague(floor: Floor) -> str:  # noqa: F811
    """A user who may own members and goals, as most of an association's staff."""
    name = f"sample-{uuid4().hex[:8]}"
    rows = floor.office.query("SELECT Id FROM Profile WHERE Name = 'Standard User'")
    return floor.office.create(
        "User", Username=f"{name}@example.org", LastName="Sample", Email=f"{name}@example.org", Alias=name[:8],
        ProfileId=rows[0]["Id"], IsActive=True, TimeZoneSidKey="Europe/London", LocaleSidKey="en_GB",
        LanguageLocaleKey="en_US", EmailEncodingKey="UTF-8",
    )  # fmt: skip


def owner(floor: Floor, object_name: str, record: str) -> str:  # noqa: F811
    floor.settle()
    found: str = floor.office.read(object_name, record)["OwnerId"]
    return found


def goal(floor: Floor, by_us: bool = False, **member: Any) -> str:  # noqa: F811
    """A goal that an administrator made, or (`by_us`) our service."""
    if not by_us:
        return floor.office.create("Desired_Outcome__c", Name="Wins tenders", **member)
    values = {"Name": "Wins tenders", **member}
    made: dict[str, Any] = floor.integration.json("POST", "sobjects/Desired_Outcome__c", json=values)
    return str(made["id"])


@pytest.mark.parametrize(("object_name", "named"), [("Account", {"Name": "Guild"}), ("Contact", {"LastName": "Rye"})])
def test_a_goal_that_our_service_makes_belongs_to_the_members_owner_and_follows_it(
    floor: Floor,  # noqa: F811
    object_name: str,
    named: dict[str, str],
) -> None:
    first, second = colleague(floor), colleague(floor)
    member = floor.office.create(object_name, **named, Is_Member__c=True, OwnerId=first)
    lookup = {f"{object_name}__c": member}
    made = goal(floor, by_us=True, **lookup)
    snapshot = floor.office.create("Success_Vector_Snapshot__c", Taken_On__c="2026-11-01", **lookup)
    assert (owner(floor, "Desired_Outcome__c", made), owner(floor, "Success_Vector_Snapshot__c", snapshot)) == (
        first,
        first,
    )

    floor.office.edit(object_name, member, OwnerId=second)

    assert (owner(floor, "Desired_Outcome__c", made), owner(floor, "Success_Vector_Snapshot__c", snapshot)) == (
        second,
        second,
    )


def test_a_goal_that_moves_to_another_member_goes_to_its_owner(floor: Floor) -> None:  # noqa: F811
    theirs = colleague(floor)
    member, other = (floor.office.create("Account", Name=name) for name in ("One", "Other"))
    floor.office.edit("Account", other, OwnerId=theirs)
    made = goal(floor, Account__c=member)

    floor.office.edit("Desired_Outcome__c", made, Account__c=other)

    assert owner(floor, "Desired_Outcome__c", made) == theirs


def test_another_change_of_the_member_or_the_goal_leaves_the_owner(floor: Floor) -> None:  # noqa: F811
    theirs = colleague(floor)
    member = floor.office.create("Account", Name="Guild")
    made = goal(floor, Account__c=member)
    floor.office.edit("Desired_Outcome__c", made, OwnerId=theirs)

    floor.office.edit("Account", member, Name="Guild of Bakers")
    floor.office.edit("Desired_Outcome__c", made, Objective__c="Thirty tenders a year")

    assert owner(floor, "Desired_Outcome__c", made) == theirs


def test_with_the_switch_off_the_owner_stays(off: Floor) -> None:
    member = off.office.create("Account", Name="Guild")
    made = goal(off, by_us=True, Account__c=member)
    before = owner(off, "Desired_Outcome__c", made)

    off.office.edit("Account", member, OwnerId=colleague(off))

    assert owner(off, "Desired_Outcome__c", made) == before


@pytest.fixture
def keeping(floor: Floor) -> Iterator[Floor]:  # noqa: F811
    """The same, where a rule lets no goal change its owner."""
    rule = next(one for one in source.read().of("ValidationRule") if one.name.endswith("Priority_Is_Positive"))
    stubborn = deepcopy(rule.root)
    formula = stubborn.find(tag("errorConditionFormula"))
    assert formula is not None
    formula.text = "ISCHANGED(OwnerId)"
    send(floor, replace(rule, root=stubborn))
    yield floor
    send(floor, rule)


def send(floor: Floor, component: source.Component) -> None:  # noqa: F811
    archive = zip.pack(zip.files(source.Source((component,))), "66.0")
    deploy(floor.office.client, archive, wait=lambda _: time.sleep(0.02))


def test_a_goal_that_can_not_change_hands_is_told_with_the_reason_and_the_member_is_saved(keeping: Floor) -> None:
    member = keeping.office.create("Account", Name="Guild")
    made = goal(keeping, Account__c=member)
    before, theirs = owner(keeping, "Desired_Outcome__c", made), colleague(keeping)

    keeping.office.edit("Account", member, OwnerId=theirs)

    assert owner(keeping, "Desired_Outcome__c", made) == before
    assert owner(keeping, "Account", member) == theirs
    asked = f"SELECT Kind__c, Reason__c, Problem__c FROM Member_Flag__c WHERE Account__c = '{member}'"
    (flag,) = keeping.office.query(asked)
    assert flag["Kind__c"] == "Owner not followed"
    assert flag["Reason__c"] == "The member's goals could not be given to its new owner."
    assert "when the flow tried to update records" in flag["Problem__c"]
