"""What becomes of a lookup when the record that it points at is deleted, and when that comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.salesforce.local_org.hooks import Change
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.schema import FieldDef, ObjectDef
from connectors.salesforce.local_org.server import LocalOrg
from connectors.salesforce.local_org.work import Work
from tests.unit.local_org.conftest import Client, visible
from tests.unit.local_org.test_merges import call

Moment = list[datetime]


@pytest.fixture
def moment() -> Moment:
    return [datetime(2026, 1, 1, 12, tzinfo=UTC)]


@pytest.fixture
def plans(make_org: Callable[..., LocalOrg], moment: Moment) -> LocalOrg:
    """An org with plans that point at an account by a lookup of each kind."""
    org = make_org(clock=lambda: moment[0])
    lookups = [
        visible(FieldDef(f"{rule}__c", rule, "Lookup", custom=True, reference_to=["Account"],
                         child_relationship_name=f"{rule}_Plans__r", delete_constraint=rule))
        for rule in ("SetNull", "Restrict", "Cascade")
    ]  # fmt: skip
    fields = {field.name.lower(): field for field in lookups}
    with org.org.change_schema() as change:
        change.create_object(ObjectDef("Plan__c", "Plan", "Plans", "", custom=True, fields=fields))
    return org


@pytest.fixture
def admin(plans: LocalOrg) -> Client:
    return Client(plans, plans.admin_token())


def undelete(org: LocalOrg, *ids: str) -> None:
    _, answer = call(org, "undelete", "".join(f"<ids>{each}</ids>" for each in ids))
    assert [each.say("success") for each in answer.all("result")] == ["true"] * len(ids)


def test_a_lookup_that_restricts_keeps_the_record_from_going(admin: Client) -> None:
    account = admin.create("Account", Name="Sample Member 017")
    plan = admin.create("Plan__c", Name="Sample Plan", Restrict__c=account)
    told = admin.refusal("DELETE", f"/sobjects/Account/{account}")
    words = (
        "Your attempt to delete Sample Member 017 could not be completed because it is associated with the following"
        " plans.: Sample Plan"
    )
    assert told == (400, "DELETE_FAILED", words)
    assert admin.row("Plan__c", plan)["Restrict__c"] == account
    assert admin("DELETE", f"/sobjects/Plan__c/{plan}").status_code == 204
    assert admin("DELETE", f"/sobjects/Account/{account}").status_code == 204


def test_a_lookup_that_cascades_takes_its_record_along_and_brings_it_back(plans: LocalOrg, admin: Client) -> None:
    account = admin.create("Account", Name="A")
    plan = admin.create("Plan__c", Name="P", Cascade__c=account)
    assert admin("DELETE", f"/sobjects/Account/{account}").status_code == 204
    assert admin.refusal("GET", f"/sobjects/Plan__c/{plan}")[1] == "ENTITY_IS_DELETED"
    undelete(plans, account)
    assert admin.row("Plan__c", plan)["Cascade__c"] == account


def test_an_emptied_lookup_comes_back_with_its_record_unless_it_was_set_anew(
    plans: LocalOrg, admin: Client, moment: Moment
) -> None:
    account, other = (admin.create("Account", Name=name) for name in ("A", "B"))
    kept, moved = (admin.create("Plan__c", Name=name, SetNull__c=account) for name in ("Kept", "Moved"))
    below = admin.create("Account", Name="Below", ParentId=account)
    moment[0] += timedelta(seconds=60)
    assert admin("DELETE", f"/sobjects/Account/{account}").status_code == 204
    row = admin.row("Plan__c", kept)
    assert (row["SetNull__c"], row["SystemModstamp"]) == (None, "2026-01-01T12:01:00.000+0000")
    assert row["LastModifiedDate"] == "2026-01-01T12:00:00.000+0000"
    assert admin("PATCH", f"/sobjects/Plan__c/{moved}", {"SetNull__c": other}).status_code == 204
    moment[0] += timedelta(seconds=60)
    undelete(plans, account)
    assert [admin.row("Plan__c", each)["SetNull__c"] for each in (kept, moved)] == [account, other]
    assert admin.row("Account", below)["ParentId"] == account
    assert admin.row("Plan__c", kept)["SystemModstamp"] == "2026-01-01T12:02:00.000+0000"


def test_names_of_objects_fields_and_relationships_have_no_case(admin: Client) -> None:
    account = admin("POST", "/sobjects/account", {"name": "A", "BILLINGCITY": "Sampleton"}).json()["id"]
    assert admin.row("ACCOUNT", account)["BillingCity"] == "Sampleton"
    plan = admin.create("plan__C", NAME="P", setnull__c=account)
    (told,) = admin.query("select NAME, setnull__R.billingCITY from PLAN__C")["records"]
    assert (told["Name"], told["SetNull__r"]["BillingCity"]) == ("P", "Sampleton")
    assert admin("PATCH", f"/sobjects/PLAN__c/{plan}", {"SETNULL__C": None}).status_code == 204
    assert admin.row("Plan__c", plan)["SetNull__c"] is None


class Lingering:
    """An org in which whoever saves an account or a detail that says slow holds its rows until he is let go."""

    def __init__(self, org: LocalOrg) -> None:
        self.org = org
        self.saving, self.go_on = threading.Event(), threading.Event()
        self.answers: list[Any] = []
        org.org.hooks.after_save.append(self._linger)

    def _linger(self, _: Work, changes: Sequence[Change]) -> None:
        if any("slow" in (change.new.get("phone"), change.new.get("note__c")) for change in changes):
            self.saving.set()
            assert self.go_on.wait(20)

    def begin(self, method: str, path: str, body: dict[str, Any]) -> threading.Thread:
        client = Client(self.org, self.org.admin_token())
        thread = threading.Thread(target=lambda: self.answers.append(client(method, path, body)))
        thread.start()
        assert self.saving.wait(20)
        return thread


@pytest.fixture
def lingering(make_org: Callable[..., LocalOrg]) -> Lingering:
    return Lingering(make_org(settings=OrgSettings(lock_seconds=0.2)))


def test_of_two_who_change_a_record_at_once_one_is_told_that_it_is_locked(lingering: Lingering) -> None:
    admin = Client(lingering.org, lingering.org.admin_token())
    record = admin.create("Account", Name="A")
    path = f"/sobjects/Account/{record}"
    other = lingering.begin("PATCH", path, {"Phone": "slow"})
    told, deleted = admin.refusal("PATCH", path, {"Phone": "quick"}), admin.refusal("DELETE", path)
    lingering.go_on.set()
    other.join(20)
    assert told[:2] == deleted[:2] == (400, "UNABLE_TO_LOCK_ROW")
    assert told[2].startswith("unable to obtain exclusive access to this record or 1 records")
    assert lingering.answers[0].status_code == 204
    assert admin.row("Account", record)["Phone"] == "slow"
    assert admin("PATCH", path, {"Phone": "later"}).status_code == 204


def test_of_two_who_add_details_to_a_master_at_once_one_is_told_that_it_is_locked(lingering: Lingering) -> None:
    admin = Client(lingering.org, lingering.org.admin_token())
    first, second = (admin.create("Account", Name=name) for name in ("A", "B"))
    other = lingering.begin("POST", "/sobjects/Goal__c", {"Account__c": first, "Note__c": "slow"})
    words = f"unable to obtain exclusive access to this record or 1 records: {first}"
    told = admin.refusal("POST", "/sobjects/Goal__c", {"Account__c": first})
    assert told == (400, "UNABLE_TO_LOCK_ROW", words)
    assert admin.create("Goal__c", Account__c=second)
    lingering.go_on.set()
    other.join(20)
    assert lingering.answers[0].status_code == 201
    assert admin.create("Goal__c", Account__c=first)
