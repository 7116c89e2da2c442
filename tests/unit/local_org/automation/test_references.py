"""Stored components may only name what there is."""

from __future__ import annotations

import pytest

from tests.unit.local_org.automation.conftest import Bench
from tests.unit.local_org.automation.zips import package, xml

PAGE = (
    "<flexiPageRegions><itemInstances><componentInstance><componentName>{}</componentName><identifier>one</identifier>"
    "</componentInstance></itemInstances><name>main</name><type>Region</type></flexiPageRegions><masterLabel>Page"
    "</masterLabel>{}<template><name>flexipage:recordHomeTemplateDesktop</name></template><type>RecordPage</type>"
)
REPORT = (
    "<columns><field>{}</field></columns><format>Tabular</format><name>Late</name><reportType>{}</reportType>"
    "<timeFrameFilter><dateColumn>Account$CreatedDate</dateColumn><interval>INTERVAL_CUSTOM</interval></timeFrameFilter>"
)
FOLDER = xml("ReportFolder", "<name>Ours</name>")
KIND = xml(
    "ReportType",
    "<baseObject>Account</baseObject><category>accounts</category><deployed>true</deployed><label>Members</label>"
    "<sections><columns><checkedByDefault>true</checkedByDefault><field>Name</field><table>Account</table></columns>"
    "<columns><checkedByDefault>true</checkedByDefault><field>Email</field><table>Account.Contacts</table></columns>"
    "<masterLabel>Members</masterLabel></sections>",
)
VIEW = "<listViews><fullName>Late</fullName>{}<filterScope>Everything</filterScope><label>Late</label></listViews>"
APP = "<formFactors>Large</formFactors><label>Ours</label>{}<uiType>Lightning</uiType>"
OVERRIDE = (
    "<actionOverrides><actionName>View</actionName><content>{}</content><type>Flexipage</type><pageOrSobjectType>"
    "Account</pageOrSobjectType></actionOverrides>"
)

FAULTS = {
    "a tab of no object": (
        {"tabs/Goal__c.tab": xml("CustomTab", "<customObject>true</customObject>")},
        {"CustomTab": ["Goal__c"]},
        "no CustomObject named Goal__c found",
    ),
    "an app with a tab that isn't there": (
        {"applications/Ours.app": xml("CustomApplication", APP.format("<tabs>Goal__c</tabs>"))},
        {"CustomApplication": ["Ours"]},
        "no CustomTab named Goal__c found",
    ),
    "an app with a page that isn't there": (
        {"applications/Ours.app": xml("CustomApplication", OVERRIDE.format("Late") + APP.format(""))},
        {"CustomApplication": ["Ours"]},
        "no FlexiPage named Late found",
    ),
    "a page with a component that isn't there": (
        {"flexipages/Late.flexipage": xml("FlexiPage", PAGE.format("svLate", "<sobjectType>Account</sobjectType>"))},
        {"FlexiPage": ["Late"]},
        "design time component information for component svLate",
    ),
    "a page about no object": (
        {"flexipages/Late.flexipage": xml("FlexiPage", PAGE.format("force:a", "<sobjectType>Goal__c</sobjectType>"))},
        {"FlexiPage": ["Late"]},
        "no CustomObject named Goal__c found",
    ),
    "a list view with a column that isn't there": (
        {"objects/Account.object": xml("CustomObject", VIEW.format("<columns>Heft__c</columns>"))},
        {"ListView": ["Account.Late"]},
        "field: Heft__c of Account",
    ),
    "a report without its folder": (
        {"reports/Ours/Late.report": xml("Report", REPORT.format("Account$Name", "AccountList"))},
        {"Report": ["Ours/Late"]},
        "Cannot find folder:Ours",
    ),
    "a report of a type that isn't there": (
        {"reports/Ours-meta.xml": FOLDER, "reports/Ours/Late.report": xml("Report", REPORT.format("A", "Late__c"))},
        {"Report": ["Ours", "Ours/Late"]},
        "Invalid value specified: Late__c",
    ),
    "a report with a field that isn't there": (
        {
            "reports/Ours-meta.xml": FOLDER,
            "reports/Ours/Late.report": xml("Report", REPORT.format("Account.Contacts$Heft__c", "AccountList")),
        },
        {"Report": ["Ours", "Ours/Late"]},
        "Invalid field name: Account.Contacts$Heft__c",
    ),
    "a report type with a field that isn't there": (
        {"reportTypes/Members.reportType": KIND.replace(">Email<", ">Heft__c<")},
        {"ReportType": ["Members"]},
        "No such column 'Heft__c' on entity 'Account.Contacts'",
    ),
}


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_component_that_names_what_is_not_there_is_refused(untouched: Bench, fault: str) -> None:
    files, members, words = FAULTS[fault]

    assert words in " ".join(problem for _, _, problem in untouched.faults(package(files, members)))


def test_what_is_there_may_be_named(bench: Bench) -> None:
    files = {
        "reports/Ours-meta.xml": FOLDER,
        "reports/Ours/Late.report": xml("Report", REPORT.format("Account.Contacts$Email", "Members__c")),
        "reportTypes/Members.reportType": KIND,
        "objects/Account.object": xml("CustomObject", VIEW.format("<columns>ACCOUNT.NAME</columns>")),
        "flexipages/Late.flexipage": xml("FlexiPage", PAGE.format("force:a", "<sobjectType>Account</sobjectType>")),
        "applications/Ours.app": xml("CustomApplication", OVERRIDE.format("Late") + APP.format("")),
    }
    members = {
        "Report": ["Ours", "Ours/Late"],
        "ReportType": ["Members"],
        "ListView": ["Account.Late"],
        "FlexiPage": ["Late"],
        "CustomApplication": ["Ours"],
    }

    assert bench.faults(package(files, members)) == []
