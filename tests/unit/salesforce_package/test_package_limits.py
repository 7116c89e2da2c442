"""Nothing in the package goes beyond what Salesforce takes, and each way to do so is caught."""

from __future__ import annotations

from dataclasses import replace

import package_limits
import package_views
import pytest
from defusedxml.ElementTree import fromstring

from connectors.salesforce.install.source import PACKAGE, Source, read

DEFAULT = "force-app/main/default"
PLAIN = read()
ALL = PLAIN.with_record_types()
FLOW = "flows/Success_Vector_Off_Course_Account.flow-meta.xml"
ANSWER = "flows/Success_Vector_Answer_of_Task.flow-meta.xml"
VIEW = "objects/Account/listViews/Success_Vector_Due_in_30_Days.listView-meta.xml"
REPORT = "reports/Member_Success/Load_by_Owner_Account.report-meta.xml"
GAPS = "reports/Member_Success/Success_Gaps_by_Age_Account.report-meta.xml"
DASHBOARD = "dashboards/Member_Success/Member_Success.dashboard-meta.xml"
RULE = "objects/Success_Milestone__c/validationRules/Weight_Is_Positive.validationRule-meta.xml"
LAYOUT = "layouts/Desired_Outcome__c-Desired Outcome Layout.layout-meta.xml"
PAGE = "flexipages/Success_Vector_Member_Account.flexipage-meta.xml"
ADMIN = "permissionsets/Success_Vector_Admin.permissionset-meta.xml"
Fault = tuple[str, str, str, str]
"""File, what stands there, what is put in its place, and what is said of it."""
FAULTS: dict[str, Fault] = {
    "elements of one name in two places": (
        FLOW, "<status>Active</status>",
        "<status>Active</status><formulas><name>A</name><dataType>String</dataType></formulas>",
        "Success_Vector_Off_Course_Account has formulas in 2 places",
    ),
    "a description that is too long": (
        ADMIN, "<description>", f"<description>{'x' * 256}",
        "Success_Vector_Admin has a description of more than 255 characters",
    ),
    "a view's label that is too long": (
        VIEW, "<label>", f"<label>{'x' * 40}",
        "Account.Success_Vector_Due_in_30_Days has a label of more than 40 characters",
    ),
    "a label of more than 1000 characters": (
        "labels/CustomLabels.labels-meta.xml", "<value>", f"<value>{'x' * 1000}",
        "CustomLabels has a value of more than 1000 characters",
    ),
    "a report's name that is too long": (
        REPORT, "<name>", f"<name>{'x' * 40}",
        "Member_Success/Load_by_Owner_Account has a name of more than 40 characters",
    ),
    "a value twice": (
        "objects/Account/fields/Vector_Status__c.field-meta.xml", "<fullName>Grace<", "<fullName>Drifting<",
        "Account.Vector_Status__c has the value Drifting 2 times",
    ),
    "an event with a picklist": (
        "objects/Member_Flag_Raised__e/fields/Flag__c.field-meta.xml", "<type>Text<", "<type>Picklist<",
        "Member_Flag_Raised__e.Flag__c is a Picklist, which Member_Flag_Raised__e can't hold",
    ),
    "long text that is short": (
        "objects/Account/fields/Vector_Terms__c.field-meta.xml", "<length>4096<", "<length>255<",
        "Account.Vector_Terms__c has an impossible length",
    ),
    "a required lookup that can be emptied": (
        "objects/Desired_Outcome__c/fields/Account__c.field-meta.xml", "<required>false<", "<required>true<",
        "Desired_Outcome__c.Account__c is required, so it can't be emptied when its target goes",
    ),
    "a function that nobody knows": (
        RULE, "Weight__c &lt;= 0", "VLOOKUP(Weight__c, Weight__c, 0)",
        "Success_Milestone__c.Weight_Is_Positive uses VLOOKUP(), which nobody has looked up",
    ),
    "a formula that is too long": (
        RULE, "Weight__c &lt;= 0", f"Weight__c &lt;= {'0' * 4000}",
        "Success_Milestone__c.Weight_Is_Positive has a formula of more than 3900 characters",
    ),
    "a bracket too many": (
        RULE, "Weight__c &lt;= 0", "(Weight__c &lt;= 0",
        "Success_Milestone__c.Weight_Is_Positive has a formula with a bracket too many",
    ),
    "what changed, asked on a delayed path": (
        FLOW, "NOT(ISBLANK({!$Record__Prior.Definition_Version__c}))", "ISCHANGED({!$Record.Vector_Status__c})",
        "Success_Vector_Off_Course_Account asks ISCHANGED(), which it can't when it runs later",
    ),
    "what changed, asked of new records": (
        ANSWER, "<recordTriggerType>Update<", "<recordTriggerType>CreateAndUpdate<",
        "Success_Vector_Answer_of_Task asks ISCHANGED(), which it can't when it also creates",
    ),
    "earlier values of new records": (
        FLOW, "<recordTriggerType>Update<", "<recordTriggerType>Create<",
        "Success_Vector_Off_Course_Account asks for earlier values of a record that is new",
    ),
    "earlier values as criteria come true": (
        FLOW, "<recordTriggerType>Update<",
        "<doesRequireRecordChangedToMeetCriteria>true</doesRequireRecordChangedToMeetCriteria>"
        "<recordTriggerType>Update<",
        "Success_Vector_Off_Course_Account asks for earlier values, which it can't when it runs only as criteria come "
        "true",
    ),
    "earlier values later": (
        FLOW, "{!$Record.Next_Step__c}", "{!$Record__Prior.Next_Step__c}",
        "Success_Vector_Off_Course_Account asks for earlier values after they are gone",
    ),
    "a formula beside filters": (
        FLOW, "<triggerType>RecordAfterSave<",
        "<filters><field>Name</field></filters><triggerType>RecordAfterSave<",
        "Success_Vector_Off_Course_Account has both a formula and filters at its start",
    ),
    "an impossible order": (
        FLOW, "<triggerOrder>", "<triggerOrder>9", "Success_Vector_Off_Course_Account has an impossible trigger order",
    ),
    "a switch outside a formula": (
        FLOW, "<leftValueReference>Is_On<",
        "<leftValueReference>$CustomMetadata.Success_Vector_Automation__mdt.Off_Course.Active__c<",
        "Success_Vector_Off_Course_Account names a switch in its leftValueReference, not in a formula",
    ),
    "a web component of an old version": (
        "lwc/svSuccessVector/svSuccessVector.js-meta.xml", "<apiVersion>66.0<", "<apiVersion>60.0<",
        "svSuccessVector changes records by lightning/graphql, which needs version 66.0",
    ),
    "a filter that its type doesn't have": (
        VIEW, "<operation>equals<", "<operation>contains<",
        "Account.Success_Vector_Due_in_30_Days filters Is_Member__c, a Checkbox, by contains",
    ),
    "a filter of long text": (
        VIEW, "<field>Is_Member__c<", "<field>Vector_Terms__c<",
        "Account.Success_Vector_Due_in_30_Days filters Vector_Terms__c, a LongTextArea, by equals",
    ),
    "a day that is none": (
        VIEW, "NEXT_N_DAYS:30", "NEXT 30 DAYS",
        "Account.Success_Vector_Due_in_30_Days compares Next_Milestone_Due__c with NEXT 30 DAYS, which is no day",
    ),
    "a tick that is none": (
        VIEW, "<value>1<", "<value>yes<",
        "Account.Success_Vector_Due_in_30_Days compares Is_Member__c with yes, which is neither 0 nor 1",
    ),
    "a value that the picklist doesn't have": (
        GAPS, "<value>Open<", "<value>Wide<",
        "Member_Success/Success_Gaps_by_Age_Account compares Success_Gap__c with Wide, which is none of its values",
    ),
    "a column twice": (
        VIEW, "<columns>Next_Step_By__c<", "<columns>Next_Step__c<",
        "Account.Success_Vector_Due_in_30_Days has the column Next_Step__c 2 times",
    ),
    "long text in a compact layout": (
        "objects/Desired_Outcome__c/compactLayouts/Goal.compactLayout-meta.xml", "<fields>Status__c<",
        "<fields>Objective__c<", "Desired_Outcome__c.Goal shows Objective__c, which is long text",
    ),
    "a compact layout that nothing shows": (
        "objects/Desired_Outcome__c/Desired_Outcome__c.object-meta.xml", "<compactLayoutAssignment>Goal<",
        "<compactLayoutAssignment>SYSTEM<", "Desired_Outcome__c.Goal is not what Desired_Outcome__c shows",
    ),
    "a required field that the layout lets be empty": (
        "layouts/Success_Milestone__c-Success Milestone Layout.layout-meta.xml",
        "<behavior>Required</behavior>\n                <field>Type__c<",
        "<behavior>Edit</behavior>\n                <field>Type__c<",
        "Success_Milestone__c-Success Milestone Layout has Type__c as Edit, not Required",
    ),
    "a number that could be written": (
        "layouts/Success_Reading__c-Success Reading Layout.layout-meta.xml",
        "<behavior>Readonly</behavior>\n                <field>Name<",
        "<behavior>Required</behavior>\n                <field>Name<",
        "Success_Reading__c-Success Reading Layout has Name as Required, not Readonly",
    ),
    "a history that isn't kept": (
        "layouts/Coverage_Segment__c-Coverage Segment Layout.layout-meta.xml", "</Layout>",
        "<relatedLists><relatedList>RelatedEntityHistoryList</relatedList></relatedLists></Layout>",
        "Coverage_Segment__c-Coverage Segment Layout lists what Coverage_Segment__c doesn't keep: enableHistory",
    ),
    "a group that is a column": (
        REPORT, "<field>Account$Name<", "<field>Account$Owner<",
        "Member_Success/Load_by_Owner_Account has Account$Owner both as a column and as a group",
    ),
    "a group by month of no day": (
        REPORT, "<dateGranularity>None<", "<dateGranularity>Month<",
        "Member_Success/Load_by_Owner_Account groups Account$Coverage_Segment__c by Month, and it is no day",
    ),
    "a matrix of one side": (
        REPORT, "<format>Summary<", "<format>Matrix<", "Member_Success/Load_by_Owner_Account is no Matrix",
    ),
    "a sum of texts": (
        REPORT, "<field>Account$Service_Hours__c<", "<field>Account$Next_Step__c<",
        "Member_Success/Load_by_Owner_Account adds up Account$Next_Step__c, which is no number",
    ),
    "a folder shared the old way": (
        "reports/Member_Success.reportFolder-meta.xml", "<name>", "<accessType>Public</accessType><name>",
        "The folder Member_Success is not shared for reading with everybody inside",
    ),
    "a dashboard that runs as a user": (
        DASHBOARD, "<textColor>", "<runningUser>a@example.org</runningUser><textColor>",
        "Member_Success/Member_Success runs as whoever looks and names a user",
    ),
    "components on top of each other": (
        DASHBOARD, "<columnIndex>6<", "<columnIndex>0<",
        "Member_Success/Member_Success has components on top of each other",
    ),
    "a component beyond the edge": (
        DASHBOARD, "<colSpan>6<", "<colSpan>7<", "Member_Success/Member_Success has a component beyond its last column",
    ),
    "a region that the template doesn't have": (
        PAGE, "<name>sidebar<", "<name>left<",
        "Success_Vector_Member_Account has the regions header, left, main, which flexipage:recordHomeTemplateDesktop "
        "doesn't",
    ),
    "an identifier twice": (
        PAGE, "<identifier>svGoal<", "<identifier>svNextStep<", "Success_Vector_Member_Account has svNextStep 2 times",
    ),
    "a component for another object": (
        "lwc/svGoal/svGoal.js-meta.xml", "<object>Account<", "<object>Lead<",
        "Success_Vector_Member_Account shows svGoal, which isn't made for Account",
    ),
    "a right without what it depends on": (
        "permissionsets/Success_Vector_Read_Only.permissionset-meta.xml", "<allowDelete>false<", "<allowDelete>true<",
        "Success_Vector_Read_Only has allowDelete on Account without what it depends on",
    ),
    "contacts without their accounts": (
        "permissionsets/Success_Vector_Read_Only.permissionset-meta.xml", "<object>Account<", "<object>Lead<",
        "Success_Vector_Read_Only reads Contact but not Account",
    ),
    "a field that may be changed and not seen": (
        ADMIN, "<readable>true<", "<readable>false<",
        "Success_Vector_Admin may change Account.Is_Member__c and not read it",
    ),
    "a record without what it needs": (
        "objects/Member_Flag__c/fields/Answer__c.field-meta.xml", "<required>false<", "<required>true<",
        "Success_Vector_Off_Course_Account creates Member_Flag__c without Answer__c",
    ),
}  # fmt: skip


def faults(source: Source) -> list[str]:
    return [*package_limits.faults(source), *package_views.faults(source)]


def altered(path: str, old: str, new: str) -> Source:
    """Return the package with one file changed, everywhere where the text stands."""
    text = (PACKAGE / DEFAULT / path).read_text()
    assert old in text, f"{old} is not in {path}"
    root = fromstring(text.replace(old, new))
    return Source(tuple(replace(one, root=root) if one.path.endswith(path) else one for one in PLAIN.components))


def test_the_package_keeps_within_what_salesforce_takes() -> None:
    assert len(ALL.components) == len(PLAIN.components) + 1
    assert faults(ALL) == []


@pytest.mark.parametrize("fault", list(FAULTS))
def test_what_goes_beyond_is_caught(fault: str) -> None:
    path, old, new, expected = FAULTS[fault]

    assert expected in faults(altered(path, old, new))


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        ("ListView", 16, "Account.Success_Vector_Due_in_30_Days has more than 15 columns"),
        ("CompactLayout", 11, "Desired_Outcome__c.Goal has more than 10 fields"),
    ],
)
def test_too_many_columns_are_caught(kind: str, number: int, expected: str) -> None:
    path, part = {
        "ListView": (VIEW, "columns"),
        "CompactLayout": ("objects/Desired_Outcome__c/compactLayouts/Goal.compactLayout-meta.xml", "fields"),
    }[kind]
    many = "".join(f"<{part}>Field_{at}__c</{part}>" for at in range(number))

    first = {"ListView": "<columns>ACCOUNT.NAME<", "CompactLayout": "<fields>Name<"}[kind]
    assert expected in faults(altered(path, first, many + first))


@pytest.mark.parametrize(
    ("change", "times", "expected"),
    [
        (("<trackHistory>false", "<trackHistory>true"), 21, "Success_Milestone__c tracks more than 20 fields"),
        (("<type>Text<", "<type>MasterDetail<"), 3, "Success_Milestone__c has more than 2 masters"),
    ],
)
def test_an_object_with_more_than_it_may_have_is_caught(change: tuple[str, str], times: int, expected: str) -> None:
    path = "objects/Success_Milestone__c/fields/Advocacy_Ask__c.field-meta.xml"
    text = (PACKAGE / DEFAULT / path).read_text()
    assert change[0] in text
    (one,) = [each for each in PLAIN.components if each.path.endswith(path)]
    more = tuple(replace(one, name=f"{one.name}{at}", root=fromstring(text.replace(*change))) for at in range(times))

    assert expected in faults(Source((*PLAIN.components, *more)))


def test_a_second_dashboard_of_whoever_looks_is_caught() -> None:
    (one,) = [each for each in PLAIN.of("Dashboard") if each.suffix == "dashboard"]

    told = faults(Source((*PLAIN.components, replace(one, name="Member_Success/Other"))))

    assert "2 dashboards run as whoever looks, and small editions have three such dashboards in all" in told
