"""Deployments: all or nothing, and what they change."""

from __future__ import annotations

from collections.abc import Callable

from connectors.salesforce.local_org.permissions import load_access
from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import custom_object, field, flow, manifest, message, package, workflow, xml

LOOKUP = (
    "<referenceTo>Account</referenceTo><relationshipLabel>Goals</relationshipLabel>"
    "<relationshipName>Goals</relationshipName>"
)
GOAL = {"objects/Goal__c.object": custom_object(field("Note__c") + field("Account__c", "Lookup", LOOKUP))}
GOAL_NAMES = {"CustomObject": ["Goal__c"]}
RULE = (
    "<validationRules><fullName>Has_Note</fullName><active>true</active><errorConditionFormula>AND("
    "NOT($Permission.Bypass), ISBLANK(Note__c))</errorConditionFormula><errorDisplayField>Note__c</errorDisplayField>"
    "<errorMessage>Write a note.</errorMessage></validationRules>"
)
BYPASS = {
    "customPermissions/Bypass.customPermission": xml(
        "CustomPermission", "<isLicensed>false</isLicensed><label>Bypass</label>"
    )
}
SET = {
    "permissionsets/Goals.permissionset": xml(
        "PermissionSet",
        "<customPermissions><enabled>true</enabled><name>Bypass</name></customPermissions>"
        "<fieldPermissions><editable>true</editable><field>Goal__c.Note__c</field><readable>true</readable>"
        "</fieldPermissions><hasActivationRequired>false</hasActivationRequired><label>Goals</label>"
        "<objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete><allowEdit>true</allowEdit>"
        "<allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Goal__c</object>"
        "<viewAllRecords>false</viewAllRecords></objectPermissions>",
    )
}


def test_a_deployed_object_takes_records(bench: Bench) -> None:
    result = bench.deploy(package(GOAL, GOAL_NAMES))

    assert result["success"], result["details"]
    assert result["status"] == "Succeeded"
    assert result["numberComponentsDeployed"] == result["numberComponentsTotal"] == 3
    account = bench.create("Account", Name="Acme")
    assert bench.create("Goal__c", Name="Grow", Note__c="x", Account__c=account).startswith("a00")


def test_checking_only_leaves_nothing_behind(bench: Bench) -> None:
    before = bench.rows("SELECT count(*) FROM org_meta.components")

    result = bench.deploy(package(GOAL, GOAL_NAMES), checkOnly=True)

    assert result["success"]
    assert result["checkOnly"]
    assert bench.org.schema.object("Goal__c") is None
    assert bench.rows("SELECT to_regclass('org.goal__c')") == [(None,)]
    assert bench.rows("SELECT count(*) FROM org_meta.components") == before


def test_one_fault_undoes_everything(bench: Bench) -> None:
    files = {**GOAL, "objects/Account.object": xml("CustomObject", field("Bad__c", more=""))}

    result = bench.deploy(package(files, {"CustomObject": ["Goal__c", "Account"]}))

    assert (result["status"], result["success"], result["numberComponentErrors"]) == ("Failed", False, 1)
    assert bench.org.schema.object("Goal__c") is None
    assert bench.rows("SELECT to_regclass('org.goal__c')") == [(None,)]


def test_every_fault_is_told_at_once_with_its_line(bench: Bench) -> None:
    body = field("One__c", more="") + field("Two__c", "Picklist", "") + field("Three__c", "Lookup", "")
    result = bench.deploy(package({"objects/Goal__c.object": custom_object(body)}, GOAL_NAMES))

    failures = result["details"]["componentFailures"]
    assert {failure["fullName"] for failure in failures} == {"Goal__c.One__c", "Goal__c.Two__c", "Goal__c.Three__c"}
    assert [failure["lineNumber"] for failure in failures] == sorted(failure["lineNumber"] for failure in failures)
    assert all(failure["problemType"] == "Error" and not failure["success"] for failure in failures)
    assert "details" in result


def test_deploying_the_same_again_changes_nothing(bench: Bench) -> None:
    bench.deploy(package(GOAL, GOAL_NAMES))

    successes = bench.deploy(package(GOAL, GOAL_NAMES))["details"]["componentSuccesses"]

    assert [success["fullName"] for success in successes if success["changed"] or success["created"]] == ["package.xml"]


def test_a_field_that_is_added_later_keeps_the_records(bench: Bench) -> None:
    bench.deploy(package(GOAL, GOAL_NAMES))
    goal = bench.create("Goal__c", Name="Grow", Note__c="kept")

    more = {"objects/Goal__c.object": xml("CustomObject", field("More__c"))}
    result = bench.deploy(package(more, {"CustomField": ["Goal__c.More__c"]}))

    assert result["success"], result["details"]
    bench.update("Goal__c", goal, More__c="new")
    assert bench.rows("SELECT note__c, more__c FROM org.goal__c") == [("kept", "new")]


def test_fields_of_activity_are_fields_of_tasks_and_events(bench: Bench) -> None:
    files = {"objects/Activity.object": xml("CustomObject", field("Channel__c"))}

    result = bench.deploy(package(files, {"CustomField": ["Activity.Channel__c"]}))

    names = [success["fullName"] for success in result["details"]["componentSuccesses"]]
    assert names.count("Activity.Channel__c") == 1
    assert all(bench.org.schema.objects[name].field("Channel__c") for name in ("task", "event"))


def test_a_validation_rule_holds_until_its_bypass_is_assigned(bench: Bench) -> None:
    body = custom_object(field("Note__c") + RULE)
    files = {"objects/Goal__c.object": body, **BYPASS, **SET}
    members = {**GOAL_NAMES, "CustomPermission": ["Bypass"], "PermissionSet": ["Goals"]}
    result = bench.deploy(package(files, members))
    assert result["success"], result["details"]["componentFailures"]

    refused = _refusal(lambda: bench.create("Goal__c", Name="x"))
    assert "FIELD_CUSTOM_VALIDATION_EXCEPTION: Write a note." in refused

    (permission_set,) = bench.rows("SELECT id FROM org.permissionset WHERE name = 'Goals'")[0]
    bench.create("PermissionSetAssignment", PermissionSetId=permission_set, AssigneeId=bench.org.founding.admin_id)
    assert bench.create("Goal__c", Name="x")


def _refusal(act: Callable[[], object]) -> str:
    try:
        act()
    except AssertionError as error:
        return str(error)
    return ""


def test_a_permission_set_takes_effect_when_it_is_assigned(bench: Bench) -> None:
    members = {**GOAL_NAMES, "CustomPermission": ["Bypass"], "PermissionSet": ["Goals"]}
    bench.deploy(package({**GOAL, **BYPASS, **SET}, members))
    user, goal = bench.org.founding.integration_id, bench.org.schema.objects["goal__c"]
    assert not bench.org.access(user).can(goal, "create")

    (permission_set,) = bench.rows("SELECT id FROM org.permissionset WHERE name = 'Goals'")[0]
    bench.create("PermissionSetAssignment", PermissionSetId=permission_set, AssigneeId=user)

    with bench.org.work() as work:
        access = load_access(work.conn, user)
    assert access.can(goal, "create")
    assert not access.can(goal, "delete")
    assert access.editable(goal, goal.fields["note__c"])
    assert not access.readable(goal, goal.fields["account__c"])
    assert bench.org.access(user).can(goal, "create")


def test_destructive_changes_remove_what_nothing_needs(bench: Bench) -> None:
    bench.deploy(package(GOAL, GOAL_NAMES))

    gone = manifest({"CustomField": ["Goal__c.Note__c"], "CustomObject": ["Goal__c"]})
    result = bench.deploy(package({}, {}, destructiveChanges=gone))

    assert result["success"], result["details"]["componentFailures"]
    assert bench.org.schema.object("Goal__c") is None
    assert [s["fullName"] for s in result["details"]["componentSuccesses"] if s["deleted"]] == [
        "Goal__c.Note__c",
        "Goal__c",
    ]


def test_what_is_still_needed_is_not_removed(bench: Bench) -> None:
    bench.with_message(("Notify", flow()))

    gone = manifest({"WorkflowOutboundMessage": ["Account.Told"]})
    assert not bench.deploy(package({}, {}, destructiveChanges=gone))["success"]
    assert not bench.deploy(package({}, {}, destructiveChanges=manifest({"Flow": ["Notify-1"]})))["success"]


def test_what_is_gone_already_is_a_warning_and_the_rest_is_removed(bench: Bench) -> None:
    bench.deploy(package(GOAL, GOAL_NAMES))

    gone = manifest({"CustomField": ["Goal__c.Note__c", "Goal__c.Never__c"]})
    result = bench.deploy(package({}, {}, destructiveChanges=gone))

    assert result["success"]
    (warning,) = result["details"]["componentFailures"]
    assert (warning["fullName"], warning["problemType"]) == ("Goal__c.Never__c", "Warning")
    assert bench.org.schema.objects["goal__c"].field("Note__c") is None


def test_user_interface_components_are_kept_without_effect(bench: Bench) -> None:
    files = {
        "tabs/Campaign.tab": xml("CustomTab", "<customObject>true</customObject><motif>Custom1: Heart</motif>"),
        "lwc/card/card.js": "export default 1;",
        "lwc/card/card.js-meta.xml": xml("LightningComponentBundle", "<isExposed>true</isExposed>"),
    }
    members = {"CustomTab": ["Campaign"], "LightningComponentBundle": ["card"]}

    result = bench.deploy(package(files, members))

    assert result["success"], result["details"]["componentFailures"]
    assert result["numberComponentsTotal"] == 2


def test_a_deployment_can_be_asked_for_after_a_restart(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    result = bench.deploy(package({"workflows/Account.workflow": workflow(message())}, {"Workflow": ["Account"]}))

    bench.automation.stop()
    again = Bench(bench.url)
    try:
        assert again.automation.deployments.result(result["id"], details=True) == result
        assert again.automation.deployments.result(result["id"][:15], details=False)["id"] == result["id"]
    finally:
        again.close()
