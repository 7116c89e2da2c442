"""Saving records: what Salesforce takes, what it makes of it, and how it refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.salesforce.local_org import deletes, dml, rows
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.hooks import Change
from connectors.salesforce.local_org.org import OrgSettings
from connectors.salesforce.local_org.results import Result
from connectors.salesforce.local_org.server import LocalOrg
from connectors.salesforce.local_org.work import Work
from tests.unit.local_org.conftest import Client

NOBODY = "001Lo000000zzzzIAA"


def save(org: LocalOrg, *given: dict[str, Any], name: str = "Account", **more: Any) -> list[Result]:
    with org.org.work() as work:
        return dml.create(work, name, given, **more)


def change(org: LocalOrg, record_id: str | None, **values: Any) -> Result:
    with org.org.work() as work:
        return dml.update(work, "Account", [(record_id or "", values)])[0]


def error_of(result: Result) -> tuple[str, str, list[str]]:
    assert result.error is not None
    return result.error.code, result.error.message, result.error.fields


@pytest.mark.parametrize(
    ("values", "code", "message"),
    [
        ({"Name": None}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]"),
        ({"Name": "  "}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Name]"),
        ({"Nane": "x"}, "INVALID_FIELD", "No such column 'Nane' on sobject of type Account"),
        ({"Fax": "1" * 41}, "STRING_TOO_LONG", f"Account Fax: data value too large: {'1' * 41} (max length=40)"),
        ({"Tier__c": "Lead"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
         "Tier: bad value for restricted picklist field: Lead"),
        ({"Fee__c": 1_000_000}, "NUMBER_OUTSIDE_VALID_RANGE",
         "Fee: value outside of valid range on numeric field: 1000000"),
        ({"ParentId": "001"}, "MALFORMED_ID", "Parent Account ID: id value of incorrect type: 001"),
        ({"ParentId": NOBODY}, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
        ({"ParentId": "005Lo0000000001IAA"}, "FIELD_INTEGRITY_EXCEPTION",
         "Parent Account ID: id value of incorrect type: 005Lo0000000001IAA"),
    ],
)  # fmt: skip
def test_what_a_field_cannot_hold_is_refused_in_salesforces_words(
    org: LocalOrg, values: dict[str, Any], code: str, message: str
) -> None:
    (result,) = save(org, {"Name": "A", **values})
    assert error_of(result)[:2] == (code, message)


@pytest.mark.parametrize(
    "values",
    [{"Since__c": "2026-13-01"}, {"Since__c": "01/02/2026"}, {"Seen__c": "yesterday"}, {"Active__c": "perhaps"},
     {"Active__c": None}, {"Fee__c": "a lot"}, {"Name": 5}, {"Phone": ["1"]}],
)  # fmt: skip
def test_a_value_of_another_type_is_a_parser_error(org: LocalOrg, values: dict[str, Any]) -> None:
    (result,) = save(org, {"Name": "A", **values})
    code, message, _ = error_of(result)
    assert code == "JSON_PARSER_ERROR"
    assert message.startswith("Cannot deserialize instance of ")


@pytest.mark.parametrize("name", ["CreatedDate", "SystemModstamp", "IsDeleted", "LastModifiedById", "CreatedById"])
def test_the_orgs_own_fields_are_not_for_writing(org: LocalOrg, name: str) -> None:
    code, message, fields = error_of(save(org, {"Name": "A", name: "x"})[0])
    assert (code, fields) == ("INVALID_FIELD_FOR_INSERT_UPDATE", [name])
    assert message.startswith(f"Unable to create/update fields: {name}. Please check the security settings")


def test_values_come_back_in_salesforces_form(admin: Client) -> None:
    record_id = admin.create(
        "Account", Name="  Trimmed ", Phone="", Fee__c=10.005, Since__c="2026-02-28",
        Seen__c="2026-03-01T12:30:15.987+02:00",
        Interests__c="c;a;c", NumberOfEmployees=12,
    )  # fmt: skip
    row = admin.row("Account", record_id)
    assert row["Name"] == "Trimmed"
    assert row["Phone"] is None
    assert row["Fee__c"] == 10.01
    assert row["Since__c"] == "2026-02-28"
    assert row["Seen__c"] == "2026-03-01T10:30:15.000+0000"
    assert row["Interests__c"] == "a;c"
    assert row["Active__c"] is True
    assert row["NumberOfEmployees"] == 12
    assert isinstance(row["NumberOfEmployees"], int)


def test_text_is_trimmed_and_empty_text_is_null(admin: Client) -> None:
    record_id = admin.create("Account", Name="\t Two  words \n", Phone="   ", Fax="", Description=" \n a\n\nb \n")
    row = admin.row("Account", record_id)
    told = [row[name] for name in ("Name", "Phone", "Fax", "Description")]
    assert told == ["Two  words", None, None, "a\n\nb"]
    assert admin("PATCH", f"/sobjects/Account/{record_id}", {"Description": " "}).status_code == 204
    assert admin.row("Account", record_id)["Description"] is None
    assert admin.query("SELECT Id FROM Account WHERE Fax = null AND Fax = ''")["totalSize"] == 1


def test_an_update_that_changes_nothing_still_moves_the_stamps(make_org: Callable[..., LocalOrg]) -> None:
    moment = [datetime(2026, 1, 1, 12, tzinfo=UTC)]
    org = make_org(clock=lambda: moment[0])
    admin = Client(org, org.admin_token())
    record_id = admin.create("Account", Name="A")
    moment[0] += timedelta(seconds=90)
    assert admin("PATCH", f"/sobjects/Account/{record_id}", {"Name": "A"}).status_code == 204
    row = admin.row("Account", record_id)
    assert row["CreatedDate"] == "2026-01-01T12:00:00.000+0000"
    assert row["LastModifiedDate"] == row["SystemModstamp"] == "2026-01-01T12:01:30.000+0000"


def test_one_wrong_row_leaves_the_others_alone(org: LocalOrg) -> None:
    results = save(org, {"Name": "A"}, {"Phone": "1"}, {"Name": "C"})
    assert [result.success for result in results] == [True, False, True]


def test_all_or_none_undoes_every_row_and_says_so(org: LocalOrg, admin: Client) -> None:
    results = save(org, {"Name": "A"}, {"Phone": "1"}, all_or_none=True)
    assert [error_of(result)[0] for result in results] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
    ]
    assert admin.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_a_unique_value_is_taken_whatever_its_case_and_names_its_holder(org: LocalOrg) -> None:
    first, again = save(org, {"Name": "A", "Key__c": "k1"}, {"Name": "B", "Key__c": "K1"})
    words = f"duplicate value found: Key__c duplicates value on record with id: {first.id}"
    assert error_of(again) == ("DUPLICATE_VALUE", words, ["Key__c"])
    later = save(org, {"Name": "C", "Key__c": "k1"})[0]
    assert error_of(later) == ("DUPLICATE_VALUE", words, ["Key__c"])


def test_a_deleted_records_unique_value_is_free_again(org: LocalOrg) -> None:
    (first,) = save(org, {"Name": "A", "Key__c": "k1"})
    with org.org.work() as work:
        deletes.delete(work, [first.id or ""])
    assert save(org, {"Name": "B", "Key__c": "k1"})[0].success


def test_two_transactions_that_race_for_a_unique_value_end_with_one_holder(org: LocalOrg) -> None:
    results: list[Result] = []

    def race() -> None:
        results.extend(save(org, {"Name": "R", "Key__c": "same"}))

    with org.org.work() as work:
        dml.create(work, "Account", [{"Name": "First", "Key__c": "same"}])
        racer = threading.Thread(target=race)
        racer.start()
        racer.join(0.2)
        assert racer.is_alive()
    racer.join(5)
    assert error_of(results[0])[0] == "DUPLICATE_VALUE"


def test_a_row_that_another_transaction_holds_cannot_be_locked(make_org: Callable[..., LocalOrg]) -> None:
    org = make_org(settings=OrgSettings(lock_seconds=0.2))
    (made,) = save(org, {"Name": "A"})
    with org.org.work() as holding:
        rows.read(holding, holding.schema.objects["account"], [made.id or ""], lock=True)
        code, message, _ = error_of(change(org, made.id, Phone="1"))
    assert (code, message) == (
        "UNABLE_TO_LOCK_ROW",
        f"unable to obtain exclusive access to this record or 1 records: {made.id}",
    )


def test_details_number_themselves_and_go_and_return_with_their_master(org: LocalOrg) -> None:
    (account,) = save(org, {"Name": "A", "Key__c": "k1"})
    details = save(org, {"Account__c": account.id}, {"Account__r": {"Key__c": "k1"}}, name="Goal__c")
    assert [detail.success for detail in details] == [True, True]
    with org.org.work() as work:
        deletes.delete(work, [account.id or ""])
        states = work.conn.execute("SELECT name, isdeleted FROM org.goal__c ORDER BY id").fetchall()
        assert states == [("G-0001", True), ("G-0002", True)]
        deletes.undelete(work, account.id or "")
        assert work.conn.execute("SELECT bool_or(isdeleted) FROM org.goal__c").fetchone() == (False,)


def test_a_lookup_to_a_deleted_record_is_emptied_and_may_not_be_set_again(org: LocalOrg, admin: Client) -> None:
    parent, child = (result.id for result in save(org, {"Name": "P"}, {"Name": "C"}))
    assert change(org, child, ParentId=parent).success
    assert admin("DELETE", f"/sobjects/Account/{parent}").status_code == 204
    assert admin.row("Account", child or "")["ParentId"] is None
    assert error_of(change(org, child, ParentId=parent))[:2] == ("ENTITY_IS_DELETED", "entity is deleted")
    assert error_of(change(org, parent, Name="x"))[:2] == ("ENTITY_IS_DELETED", "entity is deleted")


def test_an_activity_knows_the_account_of_the_contact_it_is_with(org: LocalOrg, admin: Client) -> None:
    (account,) = save(org, {"Name": "A"})
    contact = admin.create("Contact", FirstName="Sample", LastName="Member 017", AccountId=account.id)
    task = admin.create("Task", Subject="Call", WhoId=contact)
    assert admin.row("Task", task)["AccountId"] == account.id
    assert admin.row("Contact", contact)["Name"] == "Sample Member 017"


def test_an_activity_of_long_ago_is_only_seen_by_query_all(admin: Client) -> None:
    old = (datetime.now(UTC) - timedelta(days=400)).date().isoformat()
    admin.create("Task", Subject="Old", Status="Completed", ActivityDate=old)
    assert admin.query("SELECT Id FROM Task")["totalSize"] == 0
    assert admin("GET", "/queryAll", params={"q": "SELECT Id FROM Task"}).json()["totalSize"] == 1


def test_an_activity_grows_old_where_it_lies(make_org: Callable[..., LocalOrg]) -> None:
    moment = [datetime(2025, 1, 10, 12, tzinfo=UTC)]
    org = make_org(clock=lambda: moment[0])
    admin = Client(org, org.admin_token())
    admin.create("Task", Subject="Done", Status="Completed", ActivityDate="2025-01-10")
    admin.create("Task", Subject="Open", ActivityDate="2025-01-10")
    admin.create("Event", Subject="Met", StartDateTime="2025-01-10T10:00:00Z", DurationInMinutes=30)
    for days, tasks, events in ((365, 2, 1), (2, 1, 0)):
        moment[0] += timedelta(days=days)
        admin = Client(org, org.admin_token())
        assert admin.query("SELECT Id FROM Task")["totalSize"] == tasks
        assert admin.query("SELECT Id FROM Event")["totalSize"] == events
    told = admin("GET", "/queryAll", params={"q": "SELECT Subject, IsArchived FROM Task ORDER BY Subject"}).json()
    assert [(each["Subject"], each["IsArchived"]) for each in told["records"]] == [("Done", True), ("Open", False)]


def test_an_archived_activity_says_so_wherever_it_is_read_by_its_id(make_org: Callable[..., LocalOrg]) -> None:
    moment = [datetime(2025, 1, 10, 12, tzinfo=UTC)]
    org = make_org(clock=lambda: moment[0])
    admin = Client(org, org.admin_token())
    task = admin.create("Task", Subject="Done", Status="Completed", ActivityDate="2025-01-10")
    for days, archived in ((0, False), (367, True)):
        moment[0] += timedelta(days=days)
        admin = Client(org, org.admin_token())
        assert admin.row("Task", task)["IsArchived"] is archived
        assert admin("GET", f"/sobjects/Task/{task}", params={"fields": "IsArchived"}).json()["IsArchived"] is archived
        (row,) = admin("POST", "/composite/sobjects/Task", {"ids": [task], "fields": ["IsArchived"]}).json()
        assert row["IsArchived"] is archived


def test_a_hook_after_the_save_refuses_one_row_and_keeps_the_rest(org: LocalOrg, admin: Client) -> None:
    def no_b(_: Work, changes: Sequence[Change]) -> None:
        for each in changes:
            if each.new["name"] == "B":
                each.error = OrgError("CANNOT_EXECUTE_FLOW_TRIGGER", "the flow failed")

    org.org.hooks.after_save.append(no_b)
    results = save(org, {"Name": "A"}, {"Name": "B"}, {"Name": "C"})
    assert [result.success for result in results] == [True, False, True]
    names = [row["Name"] for row in admin.query("SELECT Name FROM Account ORDER BY Name")["records"]]
    assert names == ["A", "C"]


def test_what_waits_for_the_commit_never_happens_when_it_is_rolled_back(org: LocalOrg) -> None:
    done: list[str] = []

    def queue(work: Work, changes: Sequence[Change]) -> None:
        work.after_commit.extend(lambda name=each.new["name"]: done.append(name) for each in changes)

    org.org.hooks.after_save.append(queue)
    save(org, {"Name": "Undone"}, {"Phone": "1"}, all_or_none=True)
    save(org, {"Name": "Kept"})
    assert done == ["Kept"]
