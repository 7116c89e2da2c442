"""Orgs with person accounts: the member is the account, and a contact stands behind it in silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from connectors.salesforce.local_org.hooks import Change
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.permissions import FieldPermission, ObjectPermission, save_permissions
from connectors.salesforce.local_org.schema import FieldDef
from connectors.salesforce.local_org.server import LocalOrg
from connectors.salesforce.local_org.work import Work
from tests.unit.local_org.conftest import Client, visible
from tests.unit.local_org.test_merges import call, merge, refused
from tests.unit.local_org.test_permissions import grant


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


def test_a_person_goes_and_comes_back_with_its_contact(people: LocalOrg, client: Client) -> None:
    account = person(client)
    contact = client.row("Account", account)["PersonContactId"]
    assert client("DELETE", f"/sobjects/Account/{account}").status_code == 204
    assert client.refusal("GET", f"/sobjects/Contact/{contact}")[1] == "ENTITY_IS_DELETED"
    call(people, "undelete", f"<ids>{account}</ids>")
    assert client.row("Account", account)["PersonContactId"] == contact
    assert client.row("Contact", contact)["AccountId"] == account


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


GUILD = FieldDef("Guild__c", "Guild", "Text", custom=True, length=40)
NUMBER = FieldDef("Number__c", "Number", "Text", custom=True, length=20, unique=True, external_id=True)
BADGE = FieldDef("Badge__c", "Badge", "Checkbox", custom=True, default="true")
LEVEL = FieldDef("Level__c", "Level", "Picklist", custom=True, picklist=["New", "Old"], default="New", restricted=True)


@pytest.fixture
def customised(people: LocalOrg, client: Client) -> Client:
    """A client of an org whose contacts have custom fields, one of them unique."""
    with people.org.change_schema() as change:
        for field in (GUILD, NUMBER, BADGE, LEVEL, FieldDef("Twice__c", "Twice", "Text", custom=True, formula="Name")):
            change.put_field("Contact", visible(replace(field)))
    return client


def test_a_contacts_custom_fields_are_the_persons_under_another_name(customised: Client) -> None:
    described = {each["name"]: each for each in customised("GET", "/sobjects/Account/describe").json()["fields"]}
    told = [(described[name]["type"], described[name]["custom"]) for name in ("Guild__pc", "Badge__pc", "Level__pc")]
    assert told == [("string", True), ("boolean", True), ("picklist", True)]
    assert "Twice__pc" not in described
    account = person(customised, Guild__pc="Sample Guild", Badge__pc=False)
    row = customised.row("Account", account)
    assert [row[name] for name in ("Guild__pc", "Badge__pc", "Level__pc")] == ["Sample Guild", False, "New"]
    contact = customised.row("Contact", row["PersonContactId"])
    assert [contact[name] for name in ("Guild__c", "Badge__c", "Level__c")] == ["Sample Guild", False, "New"]
    assert customised("PATCH", f"/sobjects/Account/{account}", {"Guild__pc": "Other"}).status_code == 204
    (found,) = customised.query("SELECT Guild__pc, PersonContact.Guild__c FROM Account WHERE Guild__pc = 'other'")[
        "records"
    ]
    assert (found["Guild__pc"], found["PersonContact"]["Guild__c"]) == ("Other", "Other")
    assert customised.row("Contact", row["PersonContactId"])["Guild__c"] == "Other"


def test_a_company_has_none_of_a_persons_fields(customised: Client) -> None:
    row = customised.row("Account", customised.create("Account", Name="Company"))
    assert [row[name] for name in ("Guild__pc", "Badge__pc", "Level__pc")] == [None, False, None]
    for name, value in (("Guild__pc", "A"), ("Level__pc", "Old"), ("FirstName", "A"), ("PersonEmail", "a@example.org")):
        told = customised.refusal("POST", "/sobjects/Account", {"Name": "B", name: value})
        words = f"Account: bad field names on insert/update call: {name}"
        assert told == (400, "INVALID_FIELD_FOR_INSERT_UPDATE", words)


def test_what_is_a_contacts_own_is_a_persons_own(customised: Client) -> None:
    first = person(customised, Number__pc="n1")
    contact = customised.create("Contact", LastName="Sample", Number__c="n2")
    for value, holder in (("N1", customised.row("Account", first)["PersonContactId"]), ("n2", contact)):
        body = {"RecordTypeId": person_type(customised), "LastName": "B", "Number__pc": value}
        words = f"duplicate value found: Number__pc duplicates value on record with id: {holder}"
        assert customised.refusal("POST", "/sobjects/Account", body) == (400, "DUPLICATE_VALUE", words)
    assert customised("PATCH", f"/sobjects/Account/{first}", {"Number__pc": "n1", "Phone": "1"}).status_code == 204
    assert customised.refusal("POST", "/sobjects/Contact", {"LastName": "C", "Number__c": "n1"})[1] == "DUPLICATE_VALUE"


def test_a_permission_on_a_contacts_field_is_one_on_the_persons(people: LocalOrg, client: Client) -> None:
    with people.org.change_schema() as change:
        change.put_field("Contact", replace(GUILD))
    program = Client(people, people.integration_token())
    objects = (ObjectPermission("Account", create=True, read=True, edit=True),)

    def sees() -> bool:
        fields = program("GET", "/sobjects/Account/describe").json()["fields"]
        return "Guild__pc" in {each["name"] for each in fields}

    grant(people, to=people.org.founding.integration_id, objects=objects)
    assert not sees()
    with people.org.work() as work:
        save_permissions(
            work.conn,
            f"P{people.org.founding.integration_id[-5:]}",
            (),
            (FieldPermission("Contact", "Guild__c", True),),
        )
        work.after_commit.append(people.org.forget_access)
    assert sees()
    assert program.query("SELECT Guild__pc FROM Account")["totalSize"] == 0


def test_a_contacts_field_that_goes_takes_the_persons_with_it(people: LocalOrg, customised: Client) -> None:
    person(customised, Guild__pc="A")
    with people.org.change_schema() as change:
        change.drop_field("Contact", "Guild__c")
    names = {each["name"] for each in customised("GET", "/sobjects/Account/describe").json()["fields"]}
    assert "Guild__pc" not in names
    assert customised.row("Account", person(customised, "Other"))["Name"] == "Sample Other"


def test_what_the_org_fills_in_is_not_for_writing(client: Client) -> None:
    for name, value in (("IsPersonAccount", True), ("PersonContactId", "003Lo0000000001IAA")):
        body = {"RecordTypeId": person_type(client), "LastName": "A", name: value}
        assert client.refusal("POST", "/sobjects/Account", body)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    account = person(client)
    assert (
        client.refusal("PATCH", f"/sobjects/Account/{account}", {"Name": "B"})[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    )
    assert client.refusal("PATCH", f"/sobjects/Account/{account}", {"LastName": None})[1] == "REQUIRED_FIELD_MISSING"


def test_no_account_turns_into_the_other_kind(client: Client) -> None:
    company, account = client.create("Account", Name="Company"), person(client)
    for record, body in (
        (company, {"RecordTypeId": person_type(client), "LastName": "A"}),
        (account, {"RecordTypeId": None}),
    ):
        told = client.refusal("PATCH", f"/sobjects/Account/{record}", body)[2]
        assert told == "the local org does not model turning an account into a person account or back"
    assert [client.row("Account", each)["IsPersonAccount"] for each in (company, account)] == [False, True]


def test_an_org_without_the_mode_knows_no_person_accounts(admin: Client) -> None:
    names = {each["name"] for each in admin("GET", "/sobjects/Account/describe").json()["fields"]}
    assert not names & {"IsPersonAccount", "PersonContactId", "PersonEmail"}
