"""Installing the package into an org over its real protocols: what is there afterwards, and what isn't."""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import source, zip
from connectors.salesforce.install.activate import flow_states
from connectors.salesforce.install.deploy import deploy
from connectors.salesforce.install.plan import Change
from connectors.salesforce.install.run import Installed, Order, endpoint, install, prepare
from connectors.salesforce.install.uninstall import SCREENS, uninstall
from connectors.salesforce.install.uninstall import plan as plan_removal
from connectors.salesforce.local_org.server import LocalOrg
from mappings.load import load
from plugin.cli.install import install as command
from plugin.cli.uninstall import uninstall as uninstall_command
from plugin.errors import Problems, UserError

SECRET = "e2e" + "s" * 32
MAPPING = load("salesforce")


def shortly(_: float) -> None:
    """Wait a moment, however long Salesforce itself would be given."""
    time.sleep(0.05)


def order(org: LocalOrg, package: Path = source.PACKAGE) -> Order:
    return Order(MAPPING, endpoint("http://127.0.0.1:9", SECRET), org.username, package)


def admin(org: LocalOrg) -> SalesforceClient:
    return SalesforceClient.with_token(org.url, org.admin_token())


def installed(org: LocalOrg) -> Installed:
    client = admin(org)
    return install(client, prepare(client, order(org)), wait=shortly)


def test_after_installing_everything_is_there_and_runs(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()

    done = installed(org)

    client = admin(org)
    assert done.left == ()
    for name, fields in source.read().objects.items():
        described = {field["name"] for field in client.json("GET", f"sobjects/{name}/describe")["fields"]}
        assert set(fields) <= described
    flows = flow_states(client, prepare(client, order(org)).flows)
    assert len([flow for flow in flows if flow.name.startswith("Success_Vector_Notify_")]) == 28
    assert {one.name for one in source.read().of("Flow")} <= {flow.name for flow in flows}
    assert all(flow.active for flow in flows)
    messages = {name for type_name, name in done.deployed.created if type_name == "WorkflowOutboundMessage"}
    assert messages == {f"{one.object}.Success_Vector_Notify" for one in MAPPING.sources if one.reads}
    for one in source.read().of("Layout"):
        (layout,) = client.json("GET", f"sobjects/{one.name.partition('-')[0]}/describe/layouts")["layouts"]
        assert len(layout["detailLayoutSections"]) == len(one.root.findall("{*}layoutSections"))
        assert len(layout["relatedLists"]) == len(one.root.findall("{*}relatedLists"))


def test_the_integration_user_can_do_what_the_mapping_asks_for(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()
    installed(org)
    client = SalesforceClient.with_token(org.url, org.integration_token())

    for one in MAPPING.sources:
        described = {field["name"]: field for field in client.json("GET", f"sobjects/{one.object}/describe")["fields"]}
        optional = {name for name in one.read_fields if name in one.optional}
        assert set(one.read_fields) - optional <= set(described)
        for line in one.outbound.values():
            assert described[line.theirs]["updateable"], f"{one.object}.{line.theirs}"


def test_a_second_installation_changes_nothing(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()
    installed(org)
    client = admin(org)

    plan = prepare(client, order(org)).plan
    again = installed(org)

    assert [step for step in plan if step.change is not Change.LEFT] == []
    assert (again.deployed.created, again.deployed.changed, again.left) == ((), (), ())
    assert {flow.newest for flow in flow_states(client, prepare(client, order(org)).flows)} == {1}


def test_checking_only_leaves_the_org_as_it_was(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()
    client = admin(org)

    done = install(client, prepare(client, order(org)), check_only=True, wait=shortly)

    assert len(done.deployed.created) > 150
    assert {step.change for step in prepare(client, order(org)).plan} == {Change.CREATED}


def test_a_broken_copy_is_refused_with_the_file_named_and_nothing_stays(
    new_org: Callable[..., LocalOrg], tmp_path: Path
) -> None:
    shutil.copytree(source.PACKAGE / "force-app", tmp_path / "force-app")
    name = "force-app/main/default/objects/Success_Milestone__c/fields/Expansion_Offer__c.field-meta.xml"
    broken = tmp_path / name
    broken.write_text(broken.read_text().replace("<referenceTo>Expansion_Offer__c", "<referenceTo>Offer__c"))
    org = new_org()
    client = admin(org)

    with pytest.raises(Problems) as error:
        install(client, prepare(client, order(org, tmp_path)), wait=shortly)

    assert name in {problem.where for problem in error.value.problems}
    assert {step.change for step in prepare(client, order(org)).plan} == {Change.CREATED}


def test_in_production_the_flows_arrive_inactive_and_are_switched_on(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org(production=True, sandbox=False)

    assert installed(org).left == ()
    client = admin(org)
    assert all(flow.active for flow in flow_states(client, prepare(client, order(org)).flows))


def test_who_may_not_deploy_is_told_so(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()
    client = SalesforceClient.with_token(org.url, org.integration_token())

    with pytest.raises(UserError, match="may not install in this org"):
        install(client, prepare(client, order(org)), wait=shortly)


def test_an_integration_user_that_is_not_there_is_told_before_anything_happens(
    new_org: Callable[..., LocalOrg],
) -> None:
    org = new_org()

    with pytest.raises(UserError, match=r"This org has no user nobody@example\.org"):
        prepare(admin(org), replace(order(org), username="nobody@example.org"))


def test_the_command_shows_a_plan_installs_and_says_what_was_done(
    new_org: Callable[..., LocalOrg], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    org = new_org()
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "SALESFORCE_URL": org.url,
        "SALESFORCE_USERNAME": org.username,
        "SALESFORCE_ADMIN_TOKEN": org.admin_token(),
        "WEBHOOK_BASE_URL": "http://127.0.0.1:9",
        "WEBHOOK_SECRETS": SECRET,
    }.items():
        monkeypatch.setenv(f"SUCCESS_VECTOR_{name}", value)

    said = CliRunner().invoke(command, ["--yes"], catch_exceptions=False).output

    assert "CustomField" in said
    assert "Installed: " in said
    assert SECRET not in said


def test_the_rules_hold_for_people_and_let_the_integration_repair(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()
    installed(org)
    person, integration = admin(org), SalesforceClient.with_token(org.url, org.integration_token())
    account = person.json("POST", "sobjects/Account", json={"Name": "Guild of Bakers", "Is_Member__c": True})["id"]
    contact = person.json("POST", "sobjects/Contact", json={"LastName": "Rye", "AccountId": account})["id"]
    goal = {"Name": "Twenty trained members", "Account__c": account, "Starts_On__c": "2026-01-01"}
    outcome = person.json("POST", "sobjects/Desired_Outcome__c", json={**goal, "Time_Frame__c": "2026-12-31"})["id"]
    step = {"Desired_Outcome__c": outcome, "Name": "First course", "Type__c": "Functional"}

    refused = {
        "belongs to one member": ("Desired_Outcome__c", {**goal, "Contact__c": contact}),
        "ends before the start": ("Desired_Outcome__c", {**goal, "Time_Frame__c": "2025-12-31"}),
        "when it has happened": ("Success_Milestone__c", {**step, "Achieved_On__c": "2126-01-01"}),
        "nothing to measure": ("Success_Milestone__c", {**step, "Metric_Baseline__c": 0, "Metric_Target__c": 0}),
        "A weight is more than 0": ("Success_Milestone__c", {**step, "Weight__c": 0}),
        "bad value for restricted picklist": ("Success_Milestone__c", {**step, "Type__c": "Onboarding"}),
    }
    for words, (object_name, values) in refused.items():
        with pytest.raises(UserError, match=words):
            person.json("POST", f"sobjects/{object_name}", json=values)
    repaired = {**step, "Achieved_On__c": "2126-01-01"}
    assert integration.json("POST", "sobjects/Success_Milestone__c", json=repaired)["success"] is True


def test_a_switch_that_an_admin_has_set_stays_as_it_is(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()
    installed(org)
    turn(org, "Success_Vector_Automation.Off_Course", b"false", b"true")

    again = installed(org)

    rows = admin(org).json(
        "GET", "query", params={"q": "SELECT DeveloperName, Active__c FROM Success_Vector_Automation__mdt"}
    )["records"]
    assert {row["DeveloperName"] for row in rows if row["Active__c"]} == {"Handover", "Off_Course", "Owner_Follows"}
    assert again.deployed.changed == ()


def turn(org: LocalOrg, name: str, old: bytes, new: bytes) -> None:
    """Change a component as an admin does in Setup."""
    one = next(one for one in source.read().components if one.name == name)
    edited = replace(one, contents={path: text.replace(old, new) for path, text in one.contents.items()})
    deploy(admin(org), zip.pack(zip.files(source.Source((edited,))), "66.0"), wait=shortly)


def test_a_flow_that_an_admin_has_switched_off_stays_off(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()
    installed(org)
    client = admin(org)
    (flow,) = flow_states(client, ["Success_Vector_Off_Course_Account"])
    client.request("PATCH", f"tooling/sobjects/FlowDefinition/{flow.id}", json={"Metadata": {"activeVersionNumber": 0}})

    plan = prepare(client, order(org)).plan
    done = installed(org)

    assert flow_states(client, [flow.name])[0].active_version is None
    assert done.left == ()
    assert next(step.why for step in plan if step.name == flow.name).startswith("switched off in this org")


def test_uninstalling_takes_automations_and_screens_and_leaves_records(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()
    installed(org)
    client = admin(org)
    account = client.json("POST", "sobjects/Account", json={"Name": "Guild of Bakers", "Is_Member__c": True})["id"]
    goal = client.json("POST", "sobjects/Desired_Outcome__c", json={"Name": "Twenty members", "Account__c": account})

    removal = plan_removal(client, MAPPING, source.read())
    uninstall(client, removal, wait=shortly)
    again = plan_removal(client, MAPPING, source.read())
    uninstall(client, again, wait=shortly)

    assert flow_states(client, [flow.name for flow in removal.flows]) == ()
    assert {kind for kind, _ in removal.components} == {"WorkflowOutboundMessage", *SCREENS} - {"QuickAction"}
    assert (again.flows, again.components) == ((), ())
    kept = client.json("GET", f"sobjects/Desired_Outcome__c/{goal['id']}")
    assert (kept["Name"], kept["Status__c"]) == ("Twenty members", "Wish")
    client.request("PATCH", f"sobjects/Account/{account}", json={"Name": "Bakers"})
    assert org.automation.triggers.last_error is None


def test_what_was_uninstalled_can_be_installed_again(new_org: Callable[..., LocalOrg]) -> None:
    org = new_org()
    installed(org)
    client = admin(org)
    uninstall(client, plan_removal(client, MAPPING, source.read()), wait=shortly)

    done = installed(org)

    assert done.left == ()
    assert all(flow.active for flow in flow_states(client, prepare(client, order(org)).flows))


def test_the_command_says_what_goes_and_what_stays(
    new_org: Callable[..., LocalOrg], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    org = new_org()
    installed(org)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUCCESS_VECTOR_SALESFORCE_URL", org.url)
    monkeypatch.setenv("SUCCESS_VECTOR_SALESFORCE_ADMIN_TOKEN", org.admin_token())

    said = CliRunner().invoke(uninstall_command, ["--yes"], catch_exceptions=False).output

    assert "Remove CustomApplication: Member_Success" in said
    assert "Keep, with their records: " in said
    assert "Removed." in said
