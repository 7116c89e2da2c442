"""Nothing in the package names what isn't there, and each way to do so is caught."""

from __future__ import annotations

import shutil
from pathlib import Path

import package_references
import pytest

from connectors.salesforce.install.source import PACKAGE, read

DEFAULT = "force-app/main/default"
FLOW = "flows/Success_Vector_Off_Course_Account.flow-meta.xml"
OWNER = "flows/Success_Vector_Owner_of_Outcome.flow-meta.xml"
Fault = tuple[str, str, str, str]
"""File, what stands there, what is put in its place, and what is said of it."""
FAULTS: dict[str, Fault] = {
    "a flow that leads nowhere": (
        FLOW, "<targetReference>Remember_Flag<", "<targetReference>Forget_Flag<",
        "Success_Vector_Off_Course_Account leads to Forget_Flag, which is not there",
    ),
    "an element that nothing leads to": (
        FLOW, "<targetReference>Remember_Flag<", "<targetReference>Tell_of_Flag<",
        "Success_Vector_Off_Course_Account never comes to Remember_Flag",
    ),
    "a flow that reads a field that isn't there": (
        FLOW, "$Record.Next_Step__c", "$Record.Next_Stop__c",
        "Success_Vector_Off_Course_Account names Next_Stop__c, which Account doesn't have",
    ),
    "a flow that reads a relationship that isn't there": (
        OWNER, "$Record.Account__r.OwnerId", "$Record.Company__r.OwnerId",
        "Success_Vector_Owner_of_Outcome names Company__r.OwnerId, which Desired_Outcome__c doesn't have",
    ),
    "a flow that writes a field that isn't there": (
        FLOW, "<field>Key__c<", "<field>Lock__c<",
        "Success_Vector_Off_Course_Account names Lock__c, which Member_Flag__c doesn't have",
    ),
    "a flow that writes an object that isn't there": (
        FLOW, "<object>Member_Flag__c<", "<object>Member_Flak__c<",
        "Success_Vector_Off_Course_Account writes Member_Flak__c, which is not there",
    ),
    "a flow with another switch": (
        FLOW, "__mdt.Off_Course.Active__c", "__mdt.Of_Course.Active__c",
        "Success_Vector_Off_Course_Account asks for the switch Of_Course, which is not there",
    ),
    "a flow with another permission": (
        FLOW, "Success_Vector_Skip_Automations", "Success_Vector_Skip",
        "Success_Vector_Off_Course_Account asks for the permission Success_Vector_Skip, which is not there",
    ),
    "a list view": (
        "objects/Account/listViews/Success_Vector_Off_Course.listView-meta.xml",
        "<columns>Next_Step__c<", "<columns>Next_Stop__c<",
        "Account.Success_Vector_Off_Course names Next_Stop__c, which Account doesn't have",
    ),
    "a compact layout": (
        "objects/Success_Milestone__c/compactLayouts/Milestone.compactLayout-meta.xml",
        "<fields>Due__c<", "<fields>Do__c<",
        "Success_Milestone__c.Milestone names Do__c, which Success_Milestone__c doesn't have",
    ),
    "a layout's field": (
        "layouts/Desired_Outcome__c-Desired Outcome Layout.layout-meta.xml", "<field>Objective__c<", "<field>Aim__c<",
        "Desired_Outcome__c-Desired Outcome Layout names Aim__c, which Desired_Outcome__c doesn't have",
    ),
    "a field on no layout": (
        "layouts/Desired_Outcome__c-Desired Outcome Layout.layout-meta.xml", "<field>Objective__c<", "<field>Name<",
        "Desired_Outcome__c-Desired Outcome Layout leaves out Objective__c",
    ),
    "a layout's related list": (
        "layouts/Desired_Outcome__c-Desired Outcome Layout.layout-meta.xml",
        "Success_Reading__c.Desired_Outcome__c<", "Success_Reading__c.Goal__c<",
        "Desired_Outcome__c-Desired Outcome Layout lists Success_Reading__c.Goal__c, which is not there",
    ),
    "a report type's field": (
        "reportTypes/Success_Vector_Members_Account.reportType-meta.xml",
        "<field>Coverage_Segment__c.Hours_per_Member_Month__c<", "<field>Coverage_Segment__c.Hours__c<",
        "Success_Vector_Members_Account names Coverage_Segment__c.Hours__c, which Account doesn't have",
    ),
    "a report type's table": (
        "reportTypes/Success_Vector_Milestones.reportType-meta.xml",
        "<table>Desired_Outcome__c.Success_Milestones__r<", "<table>Desired_Outcome__c.Milestones__r<",
        "Success_Vector_Milestones names the table Desired_Outcome__c.Milestones__r, which is not there",
    ),
    "a report's column": (
        "reports/Member_Success/Load_by_Owner_Account.report-meta.xml",
        "<field>Account$Coverage_Segment__c<", "<field>Account$Segment__c<",
        "Member_Success/Load_by_Owner_Account names Account$Segment__c, "
        "which Success_Vector_Members_Account doesn't have",
    ),
    "a report's type": (
        "reports/Member_Success/Load_by_Owner_Account.report-meta.xml",
        "<reportType>Success_Vector_Members_Account__c", "<reportType>Success_Vector_People__c",
        "Member_Success/Load_by_Owner_Account is of the type Success_Vector_People__c, which is not there",
    ),
    "a dashboard's report": (
        "dashboards/Member_Success/Member_Success.dashboard-meta.xml",
        "Member_Success/Load_by_Owner_Account", "Member_Success/Load",
        "Member_Success/Member_Success shows Member_Success/Load, which is not there",
    ),
    "a page's component": (
        "flexipages/Success_Vector_Member_Account.flexipage-meta.xml",
        "<componentName>svGoal<", "<componentName>svAim<",
        "Success_Vector_Member_Account shows svAim, which is not there",
    ),
    "a component that isn't made for record pages": (
        "lwc/svGoal/svGoal.js-meta.xml", "lightning__RecordPage", "lightning__AppPage",
        "Success_Vector_Member_Account shows svGoal, which is not made for record pages",
    ),
    "a target that there isn't": (
        "lwc/svGoal/svGoal.js-meta.xml", "lightning__RecordPage", "lightning__RecordPages",
        "svGoal is made for lightning__RecordPages, which is no target",
    ),
    "an app's tab": (
        "applications/Member_Success.app-meta.xml", "<tabs>Member_Flag__c<", "<tabs>Flag__c<",
        "Member_Success has the tab Flag__c, which is not there",
    ),
    "an app's page": (
        "applications/Member_Success.app-meta.xml", "<content>Success_Vector_Member_Account<", "<content>Member_Page<",
        "Member_Success opens Member_Page, which is not there",
    ),
    "a permission set's tab": (
        "permissionsets/Success_Vector_Admin.permissionset-meta.xml", "<tab>Member_Flag__c<", "<tab>Flag__c<",
        "Success_Vector_Admin shows the tab Flag__c, which is not there",
    ),
    "a switch's field": (
        "customMetadata/Success_Vector_Automation.Expansion_Ready.md-meta.xml", "<field>Stage__c<", "<field>Step__c<",
        "Success_Vector_Automation.Expansion_Ready names Step__c, which Success_Vector_Automation__mdt doesn't have",
    ),
}  # fmt: skip


def test_nothing_names_what_is_not_there() -> None:
    assert package_references.faults(read()) == []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(PACKAGE / DEFAULT, folder / DEFAULT)
    return folder


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_name_that_leads_nowhere_is_caught(fault: str, whole: Path) -> None:
    path, old, new, expected = FAULTS[fault]
    file = whole / DEFAULT / path
    sound = file.read_text()
    assert old in sound
    file.write_text(sound.replace(old, new))
    try:
        assert expected in package_references.faults(read(whole))
    finally:
        file.write_text(sound)
