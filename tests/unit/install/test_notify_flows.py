"""What is generated to tell us of changes."""

import gzip
import json
import re
from pathlib import Path

import pytest
import yaml
from fake_org import FakeOrg, described

from connectors.salesforce.install import notify, source
from connectors.salesforce.install.org import Org, look
from mappings.load import load
from plugin.errors import UserError

MAPPING = load("salesforce")
PACKAGE = source.read()


def org_of(fake: FakeOrg) -> Org:
    return look(fake, {*MAPPING.objects, *PACKAGE.objects})


@pytest.fixture(scope="module")
def notices() -> dict[str, notify.Notice]:
    org = org_of(FakeOrg())
    found = notify.notices(MAPPING, lambda name, field: org.watchable(PACKAGE, name, field))
    return {notice.object: notice for notice in found}


def test_every_object_that_is_read_is_told_of_and_what_is_only_written_is_not(
    notices: dict[str, notify.Notice],
) -> None:
    assert set(notices) == set(MAPPING.objects) - {"Success_Vector_Snapshot__c"}


def test_our_own_results_wake_nobody(notices: dict[str, notify.Notice]) -> None:
    for one in MAPPING.sources:
        results = {line.theirs for line in one.calculated.values()} | {one.external_id}
        assert not results & set(notices[one.object].watched if one.object in notices else ())


def test_the_filter_for_members_is_watched(notices: dict[str, notify.Notice]) -> None:
    assert "Is_Member__c" in notices["Account"].watched


def test_what_a_formula_can_not_compare_is_left_to_polling(notices: dict[str, notify.Notice]) -> None:
    assert "Objective__c" not in notices["Desired_Outcome__c"].watched
    assert not {"WhoId", "AccountId"} & set(notices["Task"].watched)


def test_a_compound_name_is_watched_by_its_parts(notices: dict[str, notify.Notice]) -> None:
    assert notices["Contact"].watched[:2] == ("FirstName", "LastName")
    assert "Name" not in notices["Contact"].watched


def test_a_real_contact_is_watched_by_first_and_last_name(shared_data: Path) -> None:
    packed = (shared_data / "salesforce/recorded/GET_sobjects_Contact_describe.yaml.gz").read_bytes()
    recorded = json.loads(yaml.safe_load(gzip.decompress(packed))["response"]["body"]["string"])
    fake = FakeOrg()
    fake.objects = {**fake.objects, "Contact": recorded["fields"]}

    assert {"FirstName", "LastName"} <= set(org_of(fake).watchable(PACKAGE, "Contact", "Name"))


def test_a_field_that_is_nowhere_is_told(notices: dict[str, notify.Notice]) -> None:
    with pytest.raises(UserError, match=r"reads Account\.Colour__c, which neither this org nor our package has"):
        org_of(FakeOrg()).watchable(PACKAGE, "Account", "Colour__c")


def test_long_text_of_the_org_s_own_is_not_compared() -> None:
    fake = FakeOrg()
    fake.objects["Account"] = [
        *fake.objects["Account"],
        described("Story__c", "textarea", length=32000),
        described("Line__c", "textarea", length=255),
    ]
    org = org_of(fake)

    assert org.watchable(PACKAGE, "Account", "Story__c") == ()
    assert org.watchable(PACKAGE, "Account", "Line__c") == ("Line__c",)


def test_flow_names_are_such_as_salesforce_takes(notices: dict[str, notify.Notice]) -> None:
    names = [name for notice in notices.values() for name in notice.flows]
    names += notify.Notice("npsp__A_Very_Long_Name_That_Goes_On_And_On_And_On_And_On__c", ("Name",)).flows

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z](_?[A-Za-z0-9])*", name) and len(name) <= 80 for name in names)


def test_an_object_without_anything_to_watch_has_no_flow_for_updates() -> None:
    assert list(notify.Notice("Log__c", ()).flows) == ["Success_Vector_Notify_Log_Created"]


def test_only_the_flow_for_updates_asks_what_changed(notices: dict[str, notify.Notice]) -> None:
    files = {
        file.path: file.content.decode() for file in notify.files([notices["Expansion_Offer__c"]], "u", "n", "66.0")
    }
    created = files["flows/Success_Vector_Notify_Expansion_Offer_Created.flow"]
    updated = files["flows/Success_Vector_Notify_Expansion_Offer_Updated.flow"]

    assert "ISCHANGED" not in created
    assert "<recordTriggerType>Create</recordTriggerType>" in created
    assert "OR(ISCHANGED({!$Record.Name}), ISCHANGED({!$Record.Kind__c})," in updated
    assert "<recordTriggerType>Update</recordTriggerType>" in updated


def test_a_message_carries_the_id_and_no_session(notices: dict[str, notify.Notice]) -> None:
    message = notify.files(
        [notices["Account"]], "https://x.example/webhooks/salesforce/s", "robot@example.org", "66.0"
    )[0]

    assert message.content.count(b"<fields>") == 1
    for part in (b"<fields>Id<", b"<includeSessionId>false<", b"<integrationUser>robot@example.org<", b"salesforce/s<"):
        assert part in message.content
