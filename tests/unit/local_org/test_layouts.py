"""describe/layouts: the page layout of an object as it was deployed."""

from __future__ import annotations

import time
from typing import Any

import pytest

from connectors.salesforce.local_org.metadata.jobs import Options
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.automation.zips import field, package, xml
from tests.unit.local_org.conftest import Client

PATH = "/sobjects/Account/describe/layouts"
LAYOUT_KEYS = {
    "buttonLayoutSection", "detailLayoutSections", "editLayoutSections", "feedView", "highlightsPanelLayoutSection",
    "id", "multirowEditLayoutSections", "offlineLinks", "quickActionList", "relatedContent", "relatedLists",
    "saveOptions",
}  # fmt: skip
SECTION_KEYS = {
    "collapsed", "columns", "heading", "layoutRows", "layoutSectionId", "parentLayoutId", "rows", "tabOrder",
    "useCollapsibleSection", "useHeading",
}  # fmt: skip
ITEM_KEYS = {
    "editableForNew", "editableForUpdate", "label", "layoutComponents", "placeholder", "required", "uiBehavior",
}  # fmt: skip
COMPONENT_KEYS = {"details", "displayLines", "tabOrder", "type", "value"}
RELATED_KEYS = {
    "accessLevelRequiredForCreate", "buttons", "columns", "custom", "field", "label", "limitRows", "name", "sobject",
    "sort",
}  # fmt: skip


def item(name: str, behavior: str = "Edit") -> str:
    return f"<layoutItems><behavior>{behavior}</behavior><field>{name}</field></layoutItems>"


def section(*columns: str, label: str = "Information", style: str = "TwoColumnsTopToBottom") -> str:
    told = "".join(f"<layoutColumns>{each}</layoutColumns>" for each in columns)
    return (
        "<layoutSections><customLabel>true</customLabel><detailHeading>false</detailHeading><editHeading>true"
        f"</editHeading><label>{label}</label>{told}<style>{style}</style></layoutSections>"
    )


def related(name: str, *fields: str, more: str = "") -> str:
    told = "".join(f"<fields>{each}</fields>" for each in fields)
    return f"<relatedLists>{told}<relatedList>{name}</relatedList>{more}</relatedLists>"


def deploy(org: LocalOrg, body: str, name: str = "Account-Account Layout", **more: str) -> None:
    files = {
        f"layouts/{name}.layout": xml("Layout", body),
        **{f"objects/{key}.object": each for key, each in more.items()},
    }
    members = {"Layout": [name], **({"CustomObject": list(more)} if more else {})}
    put(org, package(files, members))


def put(org: LocalOrg, content: bytes) -> None:
    deployments = org.automation.deployments
    deployment = deployments.submit(content, Options.read({}), org.org.founding.admin_id)
    while not (told := deployments.result(deployment, details=True))["done"]:
        time.sleep(0.01)
    assert told["success"], told["details"]["componentFailures"]


def described(admin: Client, path: str = PATH) -> dict[str, Any]:
    response = admin("GET", path)
    assert response.status_code == 200, response.text
    return dict(response.json())


def names(section: dict[str, Any]) -> list[list[str | None]]:
    """The fields of a section, row by row; None where nothing is."""
    return [
        [next((each["value"] for each in item["layoutComponents"]), None) for item in row["layoutItems"]]
        for row in section["layoutRows"]
    ]


def test_a_layout_is_told_as_it_was_deployed(org: LocalOrg, admin: Client) -> None:
    left = item("Name", "Required") + item("Key__c") + "<layoutItems><emptySpace>true</emptySpace></layoutItems>"
    deploy(
        org, section(left, item("OwnerId", "Readonly")) + section(item("Description"), label="More", style="OneColumn")
    )
    told = described(admin)
    (layout,) = told["layouts"]
    assert (set(layout), layout["id"][:3]) == (LAYOUT_KEYS, "00h")
    first, more = layout["detailLayoutSections"]
    assert set(first) == SECTION_KEYS
    assert names(first) == [["Name", "OwnerId"], ["Key__c", None], [None, None]]
    assert (first["columns"], first["rows"], first["heading"], first["tabOrder"]) == (
        2,
        3,
        "Information",
        "TopToBottom",
    )
    assert (first["useHeading"], layout["editLayoutSections"][0]["useHeading"]) == (False, True)
    assert first["parentLayoutId"] == layout["id"]
    assert (more["columns"], more["tabOrder"], more["heading"]) == (1, "LeftToRight", "More")
    required, owner = first["layoutRows"][0]["layoutItems"]
    assert (set(required), set(required["layoutComponents"][0])) == (ITEM_KEYS, COMPONENT_KEYS)
    assert (required["required"], required["editableForNew"], required["uiBehavior"]) == (True, True, "Required")
    assert (owner["label"], owner["editableForUpdate"], owner["required"]) == ("Owner", False, False)
    details = {each["name"]: each for each in admin("GET", "/sobjects/Account/describe").json()["fields"]}
    assert required["layoutComponents"][0]["details"] == details["Name"]
    assert first["layoutRows"][1]["layoutItems"][1]["placeholder"] is True
    (mapping,) = told["recordTypeMappings"]
    assert (mapping["layoutId"], mapping["master"], mapping["recordTypeId"]) == (
        layout["id"],
        True,
        "012000000000000AAA",
    )
    tiers = {each["picklistName"]: [value["value"] for value in each["picklistValues"]]
             for each in mapping["picklistsForRecordType"]}  # fmt: skip
    assert tiers["Tier__c"] == ["Gold", "Silver"]
    assert told["recordTypeSelectorRequired"] == [False]


def test_a_compound_field_is_whole_to_look_at_and_in_its_parts_to_edit(org: LocalOrg, admin: Client) -> None:
    deploy(org, section(item("BillingAddress"), style="OneColumn"))
    (layout,) = described(admin)["layouts"]
    (component,) = layout["detailLayoutSections"][0]["layoutRows"][0]["layoutItems"][0]["layoutComponents"]
    parts = ["BillingStreet", "BillingCity", "BillingState", "BillingPostalCode", "BillingCountry"]
    assert (component["value"], component["fieldType"]) == ("BillingAddress", "address")
    assert sorted(each["value"] for each in component["components"]) == sorted(parts)
    assert sorted(each for (each,) in names(layout["editLayoutSections"][0])) == sorted(parts)


def test_what_a_user_may_not_read_is_left_blank(org: LocalOrg, admin: Client) -> None:
    hidden = field("Hidden__c")
    deploy(org, section(item("Name") + item("Hidden__c"), style="OneColumn"), Account=xml("CustomObject", hidden))
    (layout,) = described(admin)["layouts"]
    assert names(layout["detailLayoutSections"][0]) == [["Name"], [None]]


def test_related_lists_are_those_of_the_layout(org: LocalOrg, admin: Client) -> None:
    newest = "<sortField>Note__c</sortField><sortOrder>Desc</sortOrder>"
    deploy(
        org,
        section(item("Name"), style="OneColumn")
        + related("RelatedContactList", "Email")
        + related("Goal__c.Account__c", "NAME", "Note__c", more=newest)
        + related("RelatedActivityList"),
    )
    contacts, goals, activities = described(admin)["layouts"][0]["relatedLists"]
    assert set(contacts) == set(goals) == set(activities) == RELATED_KEYS
    assert [
        (each["sobject"], each["field"], each["name"], each["custom"]) for each in (contacts, goals, activities)
    ] == [
        ("Contact", "AccountId", "Contacts", False),
        ("Goal__c", "Account__c", "Goals__r", True),
        ("OpenActivity", "WhatId", "OpenActivities", False),
    ]
    assert [each["field"] for each in goals["columns"]] == ["Goal__c.Name", "Goal__c.Note__c"]
    assert goals["sort"] == [{"ascending": False, "column": "Note__c"}]


def test_with_several_record_types_a_layout_is_asked_for_by_one_of_them(org: LocalOrg, admin: Client) -> None:
    kinds = "".join(
        f"<recordTypes><fullName>{each}</fullName><active>true</active><label>{each}</label></recordTypes>"
        for each in ("Chapter", "Sponsor")
    )
    deploy(org, section(item("Name"), style="OneColumn"), Account=xml("CustomObject", kinds))
    told = described(admin)
    assert (told["layouts"], told["recordTypeSelectorRequired"]) == (None, [True])
    assert [each["developerName"] for each in told["recordTypeMappings"]] == ["Chapter", "Sponsor", "Master"]
    for each in told["recordTypeMappings"]:
        assert each["urls"]["layout"].endswith(f"{PATH}/{each['recordTypeId']}")
        one = described(admin, each["urls"]["layout"])
        assert (set(one), one["id"]) == (LAYOUT_KEYS, each["layoutId"])
    assert admin.refusal("GET", f"{PATH}/012000000000001AAA")[:2] == (404, "NOT_FOUND")


def test_what_only_profiles_could_tell_is_refused_and_so_is_what_nobody_deployed(org: LocalOrg, admin: Client) -> None:
    assert admin.refusal("GET", PATH) == (
        404, "NOT_FOUND", "the local org does not model a layout of Account: none was deployed",
    )  # fmt: skip
    for name in ("Account-One", "Account-Two"):
        deploy(org, section(item("Name"), style="OneColumn"), name=name)
    status, code, words = admin.refusal("GET", PATH)
    assert (status, code) == (404, "NOT_FOUND")
    assert words.endswith("which of several is whose is up to profiles")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (related("RelatedPartnerList"), "the related list RelatedPartnerList of Account"),
        (related("RelatedContactList", "CONTACT.PHONE1"), "the column CONTACT.PHONE1 of a related list"),
        (section("<layoutItems><component>c:card</component></layoutItems>"), "a layout's item of component"),
    ],
)
def test_a_part_that_is_not_modelled_is_refused_by_name(org: LocalOrg, admin: Client, body: str, words: str) -> None:
    deploy(org, body)
    assert admin.refusal("GET", PATH) == (404, "NOT_FOUND", f"the local org does not model {words}")


def test_what_is_no_field_is_told_by_its_kind_and_name(org: LocalOrg, admin: Client) -> None:
    deploy(org, section("<layoutItems><customLink>Billing</customLink></layoutItems>", style="CustomLinks"))
    (item,) = described(admin)["layouts"][0]["detailLayoutSections"][0]["layoutRows"][0]["layoutItems"]
    (component,) = item["layoutComponents"]
    assert (component["type"], component["value"], item["placeholder"]) == ("CustomLink", "Billing", False)
