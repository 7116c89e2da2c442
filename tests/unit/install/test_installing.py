"""Plan, activation, assignment: an installation around its deployment."""

from dataclasses import replace
from typing import Any

import pytest
from fake_org import FakeOrg, result

from connectors.salesforce.install.plan import Change
from connectors.salesforce.install.run import Installed, Order, endpoint, install, prepare
from mappings.load import load
from plugin.errors import UserError

SECRET = "s" * 32
MAPPING = load("salesforce", ["Account"])
ORDER = Order(MAPPING, f"https://vector.example.org/webhooks/salesforce/{SECRET}", "robot@example.org")


class InstallableOrg(FakeOrg):
    """Holds the flows and permission sets of what is deployed; flows stay inactive, as in production."""

    active: int | None = None

    def _deployrequest(self, path: str, request: dict[str, Any]) -> Any:
        answer = super()._deployrequest(path, request)
        if not self.options["checkOnly"]:
            names = [name.partition("/")[2].rpartition(".")[0] for name in self.deployed if name.startswith("flows/")]
            self.flows.update({name: [1, self.active] for name in names})
            self.permission_sets = {"Success_Vector_Integration": "0PSI", "Success_Vector_Admin": "0PSA"}
        return answer


@pytest.fixture
def org() -> InstallableOrg:
    made = InstallableOrg()
    made.results = [result()]
    return made


def installed(org: FakeOrg, **options: Any) -> Installed:
    return install(org, prepare(org, ORDER), wait=lambda _: None, **options)


def test_flows_that_arrive_inactive_are_switched_on_and_read_back(org: InstallableOrg) -> None:
    assert installed(org).left == ()
    assert set(map(tuple, org.flows.values())) == {(1, 1)}


def test_a_flow_that_salesforce_will_not_activate_ends_as_a_step_in_setup(org: InstallableOrg) -> None:
    org.refuses = {"PATCH tooling/sobjects/FlowDefinition/300Success_Vector_Notify_Task_Created": "Not today."}

    left = installed(org).left

    assert len(left) == 1
    assert (
        "Not today. In Setup, Flows, open Success_Vector_Notify_Task_Created, version 1, and click Activate." in left[0]
    )


def test_a_flow_that_is_not_active_when_read_back_is_told(org: InstallableOrg) -> None:
    org.ignores_activation = True

    left = installed(org).left

    assert len(left) == len(org.flows)
    assert "is not active. In Setup, Flows, open its newest version" in left[0]


def test_each_permission_set_is_assigned_once_to_whom_it_is_for(org: InstallableOrg) -> None:
    installed(org)
    installed(org)

    assert org.assignments == [
        {"PermissionSetId": "0PSI", "AssigneeId": "005R"},
        {"PermissionSetId": "0PSA", "AssigneeId": "005A"},
    ]


def test_a_refused_assignment_names_the_licence(org: InstallableOrg) -> None:
    org.refuses = {"POST sobjects/PermissionSetAssignment": "The user license doesn't allow the permission."}

    left = installed(org).left

    assert len(left) == 2
    assert "would not assign Success_Vector_Integration to robot@example.org" in left[0]
    assert "permission set licence Salesforce API Integration" in left[0]


def test_checking_only_changes_nothing(org: InstallableOrg) -> None:
    assert installed(org, check_only=True).left == ()
    assert (org.flows, org.assignments, org.options["checkOnly"]) == ({}, [], True)


@pytest.mark.parametrize(
    ("users", "words"),
    [({}, "This org has no user robot@example.org"), ({"robot@example.org": False}, "is inactive")],
)
def test_an_integration_user_who_can_not_work_is_told_before_anything_is_deployed(
    users: dict[str, bool], words: str, org: InstallableOrg
) -> None:
    org.users = users

    with pytest.raises(UserError, match=words):
        prepare(org, ORDER)


def test_in_an_empty_org_everything_is_created(org: InstallableOrg) -> None:
    assert {step.change for step in prepare(org, ORDER).plan} == {Change.CREATED}


def test_an_installed_package_is_left_as_it_is_and_a_difference_told(org: InstallableOrg) -> None:
    installed(org)
    assert {one.change for one in prepare(org, ORDER).plan} == {Change.LEFT}

    path = "objects/Account.object"
    org.files[path] = org.files[path].replace(b"<length>255</length>", b"<length>254</length>")
    kept = [one for one in prepare(org, ORDER).plan if one.change is Change.KEPT]

    assert "Account.Next_Step__c" in {one.name for one in kept}
    assert {one.why for one in kept} == {"changed in this org: length is '254' (ours: '255')"}


def test_a_mapped_field_that_the_org_lacks_is_told(org: InstallableOrg) -> None:
    org.objects["Task"] = [field for field in org.objects["Task"] if field["name"] != "Subject"]

    with pytest.raises(UserError, match=r"reads Task\.Subject"):
        prepare(org, ORDER)


def test_an_org_without_an_object_that_we_add_to_is_told_before_anything_is_deployed(org: InstallableOrg) -> None:
    del org.objects["Contact"], org.objects["Opportunity"]

    with pytest.raises(UserError, match=r"does not show Contact and Opportunity to admin@example\.org") as told:
        prepare(org, ORDER)

    assert "Nothing was changed" in str(told.value)
    assert org.deployed == {}


def test_taking_what_we_do_not_ship_is_refused_with_the_nearest_name(org: InstallableOrg) -> None:
    with pytest.raises(UserError, match=r"Did you mean ListView:Account\.Success_Vector_Drifting\?"):
        prepare(org, replace(ORDER, take=("ListView:Account.Success_Vector_Driftin",)))
    assert prepare(org, replace(ORDER, take=("ListView:*",))).plan


def test_the_secret_stands_in_the_messages_and_is_never_shown(org: InstallableOrg) -> None:
    prepared = prepare(org, ORDER)

    assert SECRET not in repr(prepared) + repr(ORDER)
    assert sum(SECRET.encode() in file.content for file in prepared.archive.files) == 13


@pytest.mark.parametrize(
    ("base", "secret", "words"),
    [
        ("http://vector.example.org", SECRET, "must reach us by https"),
        ("vector.example.org", SECRET, "must reach us by https"),
        ("ftp://127.0.0.1", SECRET, "must reach us by https"),
        ("https://vector.example.org", "short", "openssl rand -hex 32"),
        ("https://vector.example.org", "s/" * 20, "openssl rand -hex 32"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(base: str, secret: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        endpoint(base, secret)


def test_the_address_of_notifications_ends_in_the_secret() -> None:
    assert endpoint("https://vector.example.org/sv/", SECRET).endswith(f"org/sv/webhooks/salesforce/{SECRET}")
    assert endpoint("http://127.0.0.1:8000", SECRET).startswith("http://127.0.0.1:8000/webhooks")
