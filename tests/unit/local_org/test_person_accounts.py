"""Orgs with person accounts: the member is the account, and a contact stands behind it in silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from connectors.salesforce.local_org.hooks import Change
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.server import LocalOrg
from connectors.salesforce.local_org.work import Work
from tests.unit.local_org.conftest import Client
from tests.unit.local_org.test_merges import merge, refused


@pytest.fixture
def people(make_org: Callable[..., LocalOrg]) -> LocalOrg:
    """An org with person accounts."""
    return make_org(settings=OrgSettings(person_accounts=True))


@pytest.fixture
def client(people: LocalOrg) -> Client:
    return Client(people, people.admin_token())


def person_type(client: Client) -> str:
    (told,) = client.query("SELECT Id FROM RecordType WHERE SobjectType = 'Account' AND IsPersonType = true")["records"]
    return str(told["Id"])


def person(client: Client, last: str = "Member 017", **values: Any) -> str:
    return client.create("Account", RecordTypeId=person_type(client), FirstName="Sample", LastName=last, **values)


def test_a_person_account_has_a_contact_behind_it(client: Client) -> None:
    account = person(client, PersonEmail="sample@example.org", PersonMailingCity="Sampleton", Phone="1")
    row = client.row("Account", account)
    assert (row["IsPersonAccount"], row["Name"]) == (True, "Sample Member 017")
    contact = client.row("Contact", row["PersonContactId"])
    told = [contact[name] for name in ("IsPersonAccount", "AccountId", "Name", "Email", "MailingCity", "Phone")]
    assert told == [True, account, "Sample Member 017", "sample@example.org", "Sampleton", "1"]
    found = client.query("SELECT PersonContact.Email FROM Account WHERE IsPersonAccount = true")["records"]
    assert found[0]["PersonContact"]["Email"] == "sample@example.org"


def test_a_change_of_the_account_changes_the_contact_whose_automation_does_not_fire(
    people: LocalOrg, client: Client
) -> None:
    saved: list[str] = []

    def note(_: Work, changes: Sequence[Change]) -> None:
        saved.extend(change.object.name for change in changes)

    people.org.hooks.before_save.append(note)
    people.org.hooks.after_save.append(note)
    account = person(client)
    assert client("PATCH", f"/sobjects/Account/{account}", {"PersonTitle": "Chair", "LastName": "B"}).status_code == 204
    contact = client.row("Contact", client.row("Account", account)["PersonContactId"])
    assert (contact["Title"], contact["Name"]) == ("Chair", "Sample B")
    assert set(saved) == {"Account"}


def test_a_person_goes_with_its_contact(client: Client) -> None:
    account = person(client)
    contact = client.row("Account", account)["PersonContactId"]
    assert client("DELETE", f"/sobjects/Account/{account}").status_code == 204
    assert client.refusal("GET", f"/sobjects/Contact/{contact}")[1] == "ENTITY_IS_DELETED"


def test_other_accounts_stay_what_they_are(client: Client) -> None:
    row = client.row("Account", client.create("Account", Name="Company"))
    assert (row["IsPersonAccount"], row["PersonContactId"]) == (False, None)
    assert client.query("SELECT Id FROM Contact")["totalSize"] == 0
    contact = client.create("Contact", LastName="Sample")
    assert client.row("Contact", contact)["IsPersonAccount"] is False


def test_what_the_other_kind_of_account_has_is_refused(client: Client) -> None:
    kind = person_type(client)
    words = "Account: bad field names on insert/update call: Name"
    person_named = {"RecordTypeId": kind, "LastName": "A", "Name": "B"}
    assert client.refusal("POST", "/sobjects/Account", person_named) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE", words)
    company = {"Name": "B", "PersonEmail": "sample@example.org"}
    assert client.refusal("POST", "/sobjects/Account", company)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    nameless = {"RecordTypeId": kind, "FirstName": "A"}
    told = client.refusal("POST", "/sobjects/Account", nameless)
    assert told == (400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]")


def test_the_contact_behind_is_not_for_changing_by_itself(client: Client) -> None:
    contact = client.row("Account", person(client))["PersonContactId"]
    for method, body in (("PATCH", {"Title": "x"}), ("DELETE", None)):
        assert client.refusal(method, f"/sobjects/Contact/{contact}", body)[2].startswith(
            "the local org does not model"
        )


def test_people_merge_with_their_contacts(people: LocalOrg, client: Client) -> None:
    stays, goes = person(client, "Stays"), person(client, "Goes")
    behind = {each: client.row("Account", each)["PersonContactId"] for each in (stays, goes)}
    task = client.create("Task", Subject="Call", WhoId=behind[goes])
    assert merge(people, stays, goes).say("success") == "true"
    assert client.row("Task", task)["WhoId"] == behind[stays]
    text = f"SELECT MasterRecordId, IsDeleted FROM Contact WHERE Id = '{behind[goes]}'"
    (gone,) = client("GET", "/queryAll", params={"q": text}).json()["records"]
    assert (gone["MasterRecordId"], gone["IsDeleted"]) == (behind[stays], True)
    company = client.create("Account", Name="Company")
    assert refused(merge(people, stays, company))[0] == "INVALID_INPUT"


def test_an_org_without_the_mode_knows_no_person_accounts(admin: Client) -> None:
    names = {each["name"] for each in admin("GET", "/sobjects/Account/describe").json()["fields"]}
    assert not names & {"IsPersonAccount", "PersonContactId", "PersonEmail"}
