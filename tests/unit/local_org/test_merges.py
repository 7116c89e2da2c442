"""Merging by SOAP, and what REST and a queryAll tell of it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from connectors.salesforce.local_org.metadata.tree import Node, parse
from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
PARTNER = "urn:partner.soap.sforce.com"
SOBJECT = "urn:sobject.partner.soap.sforce.com"


def call(org: LocalOrg, method: str, arguments: str, token: str | None = None) -> tuple[int, Node]:
    """Status, and the element inside the answer's Body."""
    response = requests.post(
        f"{org.url}/services/Soap/u/66.0",
        data=f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Header><SessionHeader xmlns="{PARTNER}"><sessionId>'
        f"{token or org.admin_token()}</sessionId></SessionHeader></e:Header><e:Body>"
        f'<{method} xmlns="{PARTNER}">{arguments}</{method}></e:Body></e:Envelope>',
        headers={"Content-Type": "text/xml", "SOAPAction": '""'},
        timeout=20,
    )
    body = parse(response.content).one("Body")
    assert body is not None
    return response.status_code, body.children[0]


def merge(org: LocalOrg, master: str, *losers: str, name: str = "Account", values: str = "", **more: Any) -> Node:
    """The MergeResult of one request."""
    ids = "".join(f"<recordToMergeIds>{each}</recordToMergeIds>" for each in losers)
    record = f'<masterRecord xmlns:s="{SOBJECT}"><s:type>{name}</s:type><s:Id>{master}</s:Id>{values}</masterRecord>'
    status, answer = call(org, "merge", f"<request>{record}{ids}</request>", **more)
    assert (status, answer.tag, answer.namespace) == (200, "mergeResponse", PARTNER), answer.plain()
    return answer.children[0]


def refused(result: Node) -> tuple[str, str]:
    error = result.one("errors")
    assert error is not None
    assert result.say("success") == "false"
    return error.say("statusCode"), error.say("message")


def every(admin: Client, text: str) -> list[dict[str, Any]]:
    """The records that a queryAll tells of."""
    told = admin("GET", "/queryAll", params={"q": text}).json()["records"]
    return [{name: value for name, value in each.items() if name != "attributes"} for each in told]


def test_the_losers_are_deleted_with_the_id_of_the_one_that_stays(org: LocalOrg, admin: Client) -> None:
    stays, goes, too = (admin.create("Account", Name=name) for name in ("Stays", "Goes", "Too"))
    result = merge(org, stays, goes, too)
    assert (result.say("success"), result.say("id")) == ("true", stays)
    assert [each.text for each in result.all("mergedRecordIds")] == [goes, too]
    assert admin.refusal("GET", f"/sobjects/Account/{goes}")[:2] == (404, "ENTITY_IS_DELETED")
    assert admin.query("SELECT Id FROM Account")["totalSize"] == 1
    rows = every(admin, "SELECT Id, IsDeleted, MasterRecordId FROM Account ORDER BY Id")
    assert rows == [
        {"Id": stays, "IsDeleted": False, "MasterRecordId": None},
        {"Id": goes, "IsDeleted": True, "MasterRecordId": stays},
        {"Id": too, "IsDeleted": True, "MasterRecordId": stays},
    ]


def test_what_belonged_to_the_loser_belongs_to_the_master(make_org: Callable[..., LocalOrg]) -> None:
    moment = [datetime(2026, 1, 1, 12, tzinfo=UTC)]
    org = make_org(clock=lambda: moment[0])
    admin = Client(org, org.admin_token())
    stays, goes = (admin.create("Account", Name=name) for name in ("Stays", "Goes"))
    contact = admin.create("Contact", LastName="Sample", AccountId=goes)
    detail = admin.create("Goal__c", Account__c=goes)
    task = admin.create("Task", Subject="Call", WhatId=goes)
    below = admin.create("Account", Name="Below", ParentId=goes)
    admin("PATCH", f"/sobjects/Account/{stays}", {"ParentId": goes})
    moment[0] += timedelta(seconds=60)
    result = merge(org, stays, goes)
    assert sorted(each.text for each in result.all("updatedRelatedIds")) == sorted([contact, detail, task, below])
    assert admin.row("Contact", contact)["AccountId"] == stays
    assert admin.row("Goal__c", detail)["Account__c"] == stays
    assert [admin.row("Task", task)[name] for name in ("WhatId", "AccountId")] == [stays, stays]
    assert admin.row("Account", below)["ParentId"] == stays
    assert admin.row("Account", stays)["ParentId"] is None
    row = admin.row("Contact", contact)
    assert row["SystemModstamp"] == "2026-01-01T12:01:00.000+0000"
    assert row["LastModifiedDate"] == "2026-01-01T12:00:00.000+0000"


def test_contacts_merge_and_their_activities_move(org: LocalOrg, admin: Client) -> None:
    account = admin.create("Account", Name="A")
    stays = admin.create("Contact", LastName="Sample One", AccountId=account)
    goes = admin.create("Contact", LastName="Sample Two")
    task = admin.create("Task", Subject="Call", WhoId=goes)
    assert merge(org, stays, goes, name="Contact").say("success") == "true"
    assert [admin.row("Task", task)[name] for name in ("WhoId", "AccountId")] == [stays, account]


def test_the_master_takes_the_values_that_the_request_names(org: LocalOrg, admin: Client) -> None:
    stays = admin.create("Account", Name="Stays", Phone="1", Active__c=True)
    goes = admin.create("Account", Name="Goes", Key__c="k1")
    values = (
        "<s:Name>Both</s:Name><s:Key__c>k1</s:Key__c><s:Active__c>false</s:Active__c><s:Fee__c>2.5</s:Fee__c>"
        "<s:fieldsToNull>Phone</s:fieldsToNull>"
    )
    assert merge(org, stays, goes, values=values).say("success") == "true"
    row = admin.row("Account", stays)
    told = [row[name] for name in ("Name", "Key__c", "Active__c", "Fee__c", "Phone")]
    assert told == ["Both", "k1", False, 2.5, None]


def test_a_merge_whose_master_is_refused_changes_nothing(org: LocalOrg, admin: Client) -> None:
    stays, goes = (admin.create("Account", Name=name) for name in ("Stays", "Goes"))
    contact = admin.create("Contact", LastName="Sample", AccountId=goes)
    result = merge(org, stays, goes, values="<s:Tier__c>Lead</s:Tier__c>")
    assert refused(result)[0] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert admin.row("Contact", contact)["AccountId"] == goes
    assert admin.row("Account", goes)["MasterRecordId"] is None


def test_one_refused_merge_leaves_the_others_alone(org: LocalOrg, admin: Client) -> None:
    ids = [admin.create("Account", Name=f"Sample {number}") for number in range(3)]
    requests_ = "".join(
        f'<request><masterRecord xmlns:s="{SOBJECT}"><s:type>Account</s:type><s:Id>{ids[0]}</s:Id></masterRecord>'
        f"<recordToMergeIds>{loser}</recordToMergeIds></request>"
        for loser in (ids[0], ids[1], ids[2])
    )
    _, answer = call(org, "merge", requests_)
    assert [each.say("success") for each in answer.all("result")] == ["false", "true", "true"]


@pytest.mark.parametrize(
    ("losers", "code"),
    [
        (lambda ids: [ids[0]], "INVALID_INPUT"),
        (lambda ids: ids[1:], "INVALID_INPUT"),
        (lambda _: [], "INVALID_INPUT"),
        (lambda _: ["001Lo000000zzzzIAA"], "INVALID_CROSS_REFERENCE_KEY"),
        (lambda _: ["005Lo0000000001IAA"], "INVALID_CROSS_REFERENCE_KEY"),
        (lambda _: ["never"], "INVALID_CROSS_REFERENCE_KEY"),
    ],
)
def test_who_cannot_be_merged_is_refused(
    org: LocalOrg, admin: Client, losers: Callable[[list[str]], list[str]], code: str
) -> None:
    ids = [admin.create("Account", Name=f"Sample {number}") for number in range(4)]
    assert refused(merge(org, ids[0], *losers(ids)))[0] == code
    assert admin.query("SELECT Id FROM Account")["totalSize"] == 4


def test_the_deleted_cannot_be_merged(org: LocalOrg, admin: Client) -> None:
    stays, goes = (admin.create("Account", Name=name) for name in ("Stays", "Goes"))
    admin("DELETE", f"/sobjects/Account/{goes}")
    assert refused(merge(org, stays, goes)) == ("ENTITY_IS_DELETED", "entity is deleted")


def test_only_accounts_contacts_and_leads_are_mergeable(org: LocalOrg, admin: Client) -> None:
    first, second = (
        admin.create("Opportunity", Name="O", StageName="Prospecting", CloseDate="2026-01-01") for _ in range(2)
    )
    assert refused(merge(org, first, second, name="Opportunity"))[0] == "INVALID_TYPE_FOR_OPERATION"
    told = {each["name"]: each["mergeable"] for each in admin("GET", "/sobjects").json()["sobjects"]}
    assert (told["Account"], told["Contact"], told["Opportunity"]) == (True, True, False)


def test_who_may_not_delete_may_not_merge(org: LocalOrg, admin: Client) -> None:
    stays, goes = (admin.create("Account", Name=name) for name in ("Stays", "Goes"))
    result = merge(org, stays, goes, token=org.integration_token())
    assert result.say("success") == "false"
    assert admin.query("SELECT Id FROM Account")["totalSize"] == 2


def test_an_undeleted_loser_comes_back_without_what_it_lost(org: LocalOrg, admin: Client) -> None:
    stays, goes = (admin.create("Account", Name=name) for name in ("Stays", "Goes"))
    contact = admin.create("Contact", LastName="Sample", AccountId=goes)
    merge(org, stays, goes)
    _, answer = call(org, "undelete", f"<ids>{goes}</ids><ids>{stays}</ids>")
    back, never = answer.all("result")
    assert (back.say("success"), back.say("id")) == ("true", goes)
    assert refused(never) == ("UNDELETE_FAILED", "Entity is not in the recycle bin")
    assert admin.row("Account", goes)["MasterRecordId"] is None
    assert admin.row("Contact", contact)["AccountId"] == stays


def test_an_undeleted_record_whose_unique_value_is_taken_stays_deleted(org: LocalOrg, admin: Client) -> None:
    first = admin.create("Account", Name="A", Key__c="k1")
    admin("DELETE", f"/sobjects/Account/{first}")
    admin.create("Account", Name="B", Key__c="k1")
    _, answer = call(org, "undelete", f"<ids>{first}</ids>")
    assert refused(answer.children[0])[0] == "DUPLICATE_VALUE"
    assert admin.refusal("GET", f"/sobjects/Account/{first}")[1] == "ENTITY_IS_DELETED"


def test_the_merged_are_among_the_deleted(org: LocalOrg, admin: Client) -> None:
    stays, goes = (admin.create("Account", Name=name) for name in ("Stays", "Goes"))
    merge(org, stays, goes)
    now = datetime.now(UTC)
    span = {"start": (now - timedelta(hours=1)).isoformat(), "end": (now + timedelta(hours=1)).isoformat()}
    told = admin("GET", "/sobjects/Account/deleted", params=span).json()["deletedRecords"]
    assert [each["id"] for each in told] == [goes]


@pytest.mark.parametrize("method", ["login", "create", "query"])
def test_another_call_of_the_partner_api_is_refused_by_name(org: LocalOrg, method: str) -> None:
    status, answer = call(org, method, "")
    assert (status, answer.tag) == (500, "Fault")
    assert answer.say("faultstring").endswith(f"the local org does not model the partner API's SOAP method {method}")


def test_a_merge_without_a_session_is_refused(org: LocalOrg) -> None:
    status, answer = call(org, "merge", "", token="none")
    assert (status, answer.say("faultcode")) == (500, "sf:INVALID_SESSION_ID")
