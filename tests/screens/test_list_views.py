"""The list views of members: who, why, what next and by when, for those with ten minutes for forty members."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from connectors.salesforce.install.source import PACKAGE

OBJECTS = PACKAGE / "force-app/main/default/objects"
WHO = {"Account": "ACCOUNT.NAME", "Contact": "FULL_NAME"}
NEXT = {"Next_Step__c", "Next_Step_By__c"}
SAYS = {
    "Off_Course": {"Intervention_Reason__c", *NEXT},
    "Drifting": {"Vector_Explanation__c", *NEXT},
    "Gap_Open": {"Success_Gap_Since__c", "Vector_Explanation__c", *NEXT},
    "Expansion_Ready": {"Expansion_Offer_Name__c", "Expansion_Value__c", "Expansion_Reason__c", "Expansion_Since__c"},
    "Advocacy_Ready": {"Advocacy_Ask__c", "Advocacy_Reason__c"},
    "Due_in_30_Days": {"Next_Milestone__c", "Next_Milestone_Due__c", *NEXT},
    "My_Members": {"Intervention_Flag__c", "Intervention_Reason__c", "Vector_Status__c", "Success_Score__c", *NEXT},
}
SAYS_ITS_OWN_NEXT_STEP = {"Expansion_Ready", "Advocacy_Ready"}
MOST_COLUMNS = 15


def said(path: Path, tag: str) -> list[str]:
    """Return what a file says in each element of that name."""
    return [
        found.text or "" for found in ET.parse(path).getroot().iter(f"{{http://soap.sforce.com/2006/04/metadata}}{tag}")
    ]


def view(member: str, name: str) -> Path:
    """Return the file of a list view."""
    return OBJECTS / member / "listViews" / f"Success_Vector_{name}.listView-meta.xml"


@pytest.mark.parametrize("member", WHO)
@pytest.mark.parametrize("name", SAYS)
def test_a_list_says_who_why_and_what_next(member: str, name: str) -> None:
    columns = said(view(member, name), "columns")

    assert columns[0] == WHO[member]
    assert SAYS[name] <= set(columns)
    assert set(columns) >= NEXT or name in SAYS_ITS_OWN_NEXT_STEP
    assert len(columns) == len(set(columns)) <= MOST_COLUMNS


@pytest.mark.parametrize("member", WHO)
@pytest.mark.parametrize("name", SAYS)
def test_a_list_shows_members_only(member: str, name: str) -> None:
    assert "Is_Member__c" in said(view(member, name), "field")


@pytest.mark.parametrize("member", WHO)
def test_my_members_are_mine_and_the_other_lists_are_everybodys(member: str) -> None:
    scopes = {name: said(view(member, name), "filterScope") for name in SAYS}

    assert scopes.pop("My_Members") == ["Mine"]
    assert set(map(tuple, scopes.values())) == {("Everything",)}


def test_every_list_of_members_is_described_here() -> None:
    for member in WHO:
        shipped = {path.name for path in (OBJECTS / member / "listViews").glob("Success_Vector_*")}

        assert shipped == {view(member, name).name for name in SAYS}
