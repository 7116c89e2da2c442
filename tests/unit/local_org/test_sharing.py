"""Private objects: others' rows are absent for whoever doesn't see all, by whatever way he asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.salesforce.local_org.permissions import ObjectPermission
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client, visible
from tests.unit.local_org.test_merges import call
from tests.unit.local_org.test_permissions import grant


@pytest.fixture
def plans(org: LocalOrg, admin: Client, program: Client) -> dict[str, str]:
    """A private plan of each user with a step below it, which the program may work on; ids by name."""
    plan = ObjectDef("Plan__c", "Plan", "Plans", "", custom=True, extra={"sharing_model": "Private"})
    to_plan = FieldDef(
        "Plan__c", "Plan", "MasterDetail", custom=True, reference_to=["Plan__c"], child_relationship_name="Steps"
    )
    step = ObjectDef("Step__c", "Step", "Steps", "", custom=True, fields={"plan__c": visible(to_plan)})
    with org.org.change_schema() as change:
        change.create_object(plan)
        change.create_object(step)
    every = {"create": True, "read": True, "edit": True, "delete": True}
    objects = (ObjectPermission("Plan__c", **every), ObjectPermission("Step__c", **every))
    grant(org, to=org.org.founding.integration_id, objects=objects)
    made = {}
    for name, client in (("theirs", admin), ("mine", program)):
        made[name] = client.create("Plan__c", Name=name)
        made[f"{name} step"] = client.create("Step__c", Name=f"{name} step", Plan__c=made[name])
    return made


@pytest.mark.parametrize("resource", ["query", "queryAll"])
def test_a_query_has_only_the_rows_in_sight(
    admin: Client, program: Client, plans: dict[str, str], resource: str
) -> None:
    def names(client: Client, query: str) -> list[str]:
        rows = client("GET", f"/{resource}", params={"q": query}).json()["records"]
        return [row["Name"] for row in rows]

    assert names(admin, "SELECT Name FROM Plan__c ORDER BY Name") == ["mine", "theirs"]
    assert names(program, "SELECT Name FROM Plan__c ORDER BY Name") == ["mine"]
    assert names(program, "SELECT Name FROM Step__c ORDER BY Name") == ["mine step"]
    within = "SELECT Name FROM Plan__c WHERE Id IN (SELECT Plan__c FROM Step__c)"
    assert names(program, within) == ["mine"]
    assert program.query("SELECT COUNT() FROM Plan__c")["totalSize"] == 1
    (grouped,) = program.query("SELECT COUNT(Id) n FROM Step__c")["records"]
    assert grouped["n"] == 1


def test_a_record_out_of_sight_is_not_there(program: Client, plans: dict[str, str]) -> None:
    for name, kind in (("theirs", "Plan__c"), ("theirs step", "Step__c")):
        assert program.refusal("GET", f"/sobjects/{kind}/{plans[name]}")[:2] == (404, "NOT_FOUND")
    ids = {"ids": [plans["mine"], plans["theirs"]], "fields": ["Name"]}
    mine, theirs = program("POST", "/composite/sobjects/Plan__c", ids).json()
    assert (mine["Name"], theirs) == ("mine", None)


def test_changes_out_of_sight_are_not_told(program: Client, plans: dict[str, str]) -> None:
    now = datetime.now(UTC)
    span = {"start": (now - timedelta(minutes=5)).isoformat(), "end": (now + timedelta(minutes=5)).isoformat()}
    assert program("GET", "/sobjects/Plan__c/updated", params=span).json()["ids"] == [plans["mine"]]


def test_deletions_out_of_sight_are_not_told_whether_purged_or_not(
    org: LocalOrg, admin: Client, program: Client, plans: dict[str, str]
) -> None:
    for name in ("theirs", "mine"):
        admin("DELETE", f"/sobjects/Plan__c/{plans[name]}")
    now = datetime.now(UTC)
    span = {"start": (now - timedelta(minutes=5)).isoformat(), "end": (now + timedelta(minutes=5)).isoformat()}

    def deleted(client: Client, kind: str) -> set[str]:
        told = client("GET", f"/sobjects/{kind}/deleted", params=span).json()["deletedRecords"]
        return {each["id"] for each in told}

    for _ in ("in the bin", "purged"):
        assert (deleted(program, "Plan__c"), deleted(program, "Step__c")) == ({plans["mine"]}, {plans["mine step"]})
        assert len(deleted(admin, "Plan__c")) == len(deleted(admin, "Step__c")) == 2
        call(org, "emptyRecycleBin", f"<ids>{plans['theirs']}</ids><ids>{plans['mine']}</ids>")
    assert admin("GET", "/queryAll", params={"q": "SELECT Id FROM Plan__c"}).json()["totalSize"] == 0


def test_who_may_not_see_a_deleted_record_may_not_purge_it(
    org: LocalOrg, admin: Client, program: Client, plans: dict[str, str]
) -> None:
    admin("DELETE", f"/sobjects/Plan__c/{plans['theirs']}")
    _, answer = call(org, "emptyRecycleBin", f"<ids>{plans['theirs']}</ids>", token=org.integration_token())
    assert answer.children[0].say("success") == "false"
    assert admin("GET", "/queryAll", params={"q": "SELECT Id FROM Plan__c"}).json()["totalSize"] == 2


def test_a_record_out_of_sight_can_be_neither_changed_nor_deleted(program: Client, plans: dict[str, str]) -> None:
    rows = [{"attributes": {"type": "Plan__c"}, "Id": plans["theirs"], "Name": "x"}]
    (changed,) = program("PATCH", "/composite/sobjects", {"records": rows}).json()
    (gone,) = program("DELETE", "/composite/sobjects", params={"ids": plans["theirs step"]}).json()
    codes = [result["errors"][0]["statusCode"] for result in (changed, gone)]
    assert codes == ["INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"] * 2


def test_who_sees_all_sees_others_rows(org: LocalOrg, program: Client, plans: dict[str, str]) -> None:
    assert program.query("SELECT Id FROM Plan__c")["totalSize"] == 1
    with org.org.work() as work:
        work.conn.execute("UPDATE org_meta.object_permissions SET view_all = true WHERE object = 'plan__c'")
    org.org.forget_access()
    assert program.query("SELECT Id FROM Plan__c")["totalSize"] == 2
    assert program.query("SELECT Id FROM Step__c")["totalSize"] == 2
