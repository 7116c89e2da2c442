from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from scripted_salesforce import Reply, ScriptedSalesforce, composite, described, error

from connectors.base import Condition, Cursor
from connectors.base import Test as Compare
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.describe import read_describe
from connectors.salesforce.failures import Refused
from connectors.salesforce.forms import full_id

STAMP = "2024-05-01T12:00:00.000+0000"


def an_id(number: int, prefix: str = "001") -> str:
    return full_id(f"{prefix}{number:012d}") or ""


def record(number: int, **values: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Account"}, "Id": an_id(number), "SystemModstamp": STAMP, **values}


@pytest.fixture
def account(org: ScriptedSalesforce) -> None:
    org.on("POST", "/composite", composite(described("Account", {"name": "Name"}, {"name": "Is_Member__c"})))


@pytest.mark.usefixtures("account")
def test_reading_asks_only_for_fields_that_are_there_and_says_what_time_it_was(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    dated = {"Date": "Wed, 01 May 2024 13:00:00 GMT"}
    org.on("POST", "/composite/sobjects/Account", Reply([record(1, Name="A")], headers=dated))
    found = connector.fetch("Account", ["Name", "Hidden__c"], [an_id(1)])
    asked = org.calls("/composite/sobjects/Account")[0].body
    assert asked["ids"] == [an_id(1)]
    assert set(asked["fields"]) == {
        *("Id", "SystemModstamp", "LastModifiedDate", "LastModifiedById", "CreatedDate", "IsDeleted"),
        *("MasterRecordId", "Name"),
    }
    assert found.rows[0].values == {"Name": "A"}
    assert found.rows[0].stamp == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert "2024-05-01 13:00:00" in str(found.server_time)


@pytest.mark.usefixtures("account")
def test_ids_that_cannot_be_this_objects_are_absent_and_never_sent(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    org.on("POST", "/composite/sobjects/Account", Reply([record(1)]))
    forged = ["003000000000001AAA", "x", "') OR ('a' = 'a"]
    found = connector.fetch("Account", [], [an_id(1)[:15], an_id(1), *forged])
    assert org.calls("/composite/sobjects/Account")[0].body["ids"] == [an_id(1)]
    assert found.absent == tuple(forged)
    assert len(found.rows) == 1


def test_a_field_taken_away_in_mid_run_is_left_out(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on(
        "POST",
        "/composite",
        composite(described("Account", {"name": "Name"}, {"name": "Gone__c"})),
        composite(described("Account", {"name": "Name"})),
    )
    gone = error(400, "INVALID_FIELD", "No such column 'Gone__c'")
    org.on("POST", "/composite/sobjects/Account", gone, Reply([record(1, Name="A")]))
    found = connector.fetch("Account", ["Name", "Gone__c"], [an_id(1)])
    assert found.rows[0].values == {"Name": "A"}


def page(records: list[dict[str, Any]], total: int, done: bool = True) -> Reply:
    return Reply({"records": records, "totalSize": total, "done": done, "nextRecordsUrl": None if done else "/x"})


@pytest.mark.usefixtures("account")
def test_pages_that_salesforce_cuts_short_lose_no_rows(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on(
        "GET",
        "/queryAll",
        page([record(number) for number in range(3)], 7, done=False),
        page([record(number) for number in range(3, 5)], 4, done=False),
        page([record(number) for number in range(5, 7)], 2),
    )
    pages = list(connector.changed("Account", ["Name"], None))
    assert [row.id for each in pages for row in each.rows] == [an_id(number) for number in range(7)]
    assert [each.total for each in pages] == [7, 7, 7]
    first, second, _ = (each.soql for each in org.calls("/queryAll"))
    assert first.endswith("FROM Account ORDER BY SystemModstamp, Id")
    assert f"Id > '{an_id(2)}'" in second
    assert second.endswith("LIMIT 2000")


@pytest.mark.usefixtures("account")
def test_a_poll_that_finds_nothing_stays_where_it_was(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on("GET", "/queryAll", page([], 0))
    since = Cursor(datetime(2024, 5, 1, tzinfo=UTC), an_id(1))
    (only,) = connector.changed("Account", ["Name"], since, [Condition("Is_Member__c", Compare.IS, True)])
    assert only.cursor == since
    assert only.rows == ()
    assert " WHERE Is_Member__c = true AND (SystemModstamp > " in org.calls("/queryAll")[0].soql


@pytest.mark.usefixtures("account")
def test_a_query_too_long_for_an_address_travels_in_a_body(org: ScriptedSalesforce, connector: SalesforceConnector):
    connector.describe(["Account"])
    org.on("POST", "/composite", composite({"records": [], "totalSize": 5, "done": True}))
    names = tuple(f"Name number {number}" for number in range(1000))
    assert connector.count("Account", [Condition("Name", Compare.IN, names)]) == 5
    assert "query?q=SELECT%20COUNT" in org.calls("/composite")[-1].body["compositeRequest"][0]["url"]


@pytest.mark.usefixtures("account")
def test_values_are_found_without_minding_case_as_the_org_compares_them(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    connector.describe(["Account"])
    org.on("POST", "/composite", composite({"records": [record(1, Name="ACME")], "totalSize": 1, "done": True}))
    assert connector.find("Account", "Name", ["Acme", "acme", "Other"]) == {"Acme": an_id(1), "acme": an_id(1)}


def test_many_objects_are_described_in_one_call_and_a_missing_one_is_left_out(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    missing = (404, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}])
    org.on("POST", "/composite", composite(described("Account", {"name": "Name"}), missing))
    assert list(connector.describe(["Account", "Nothing__c"])) == ["Account"]
    assert connector.usage().calls == 1
    assert connector.usage().by_kind["describe"] == 1


def test_an_object_that_is_taken_away_is_forgotten(org: ScriptedSalesforce, connector: SalesforceConnector):
    missing = (404, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}])
    org.on("POST", "/composite", composite(described("Account")), composite(missing))
    assert list(connector.describe(["Account"])) == ["Account"]
    assert list(connector.describe(["Account"])) == []
    with pytest.raises(Refused, match="Account"):
        connector.count("Account")


def test_an_unknown_object_is_told_by_name(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on("POST", "/composite", composite((404, [{"errorCode": "NOT_FOUND", "message": "no"}])))
    with pytest.raises(Refused, match="Acount"):
        connector.fetch("Acount", [], ["001000000000001AAA"])


def test_a_recorded_describe_becomes_our_schema(shared_data: Path):
    recorded = shared_data / "salesforce" / "recorded" / "GET_sobjects_Contact_describe.yaml.gz"
    body = yaml.safe_load(yaml.safe_load(gzip.decompress(recorded.read_bytes()))["response"]["body"]["string"])
    found = read_describe(body)
    fields = found.schema.fields
    assert (found.schema.name, found.key_prefix) == ("Contact", "003")
    assert fields["Id"].type == "id"
    assert (fields["LastName"].type, fields["LastName"].max_length, fields["LastName"].required_on_create) == (
        "text",
        80,
        True,
    )
    assert not fields["FirstName"].required_on_create
    assert fields["AccountId"].references == ("Account",)
    assert found.relationships["Account"] == ("Account",)
    assert fields["Description"].type == "long_text"
    assert fields["Birthdate"].type == "date"
    assert fields["LastModifiedDate"].type == "datetime"
    assert not fields["LastModifiedDate"].updateable
    assert fields["LeadSource"].type == "choice"
    assert fields["LeadSource"].choices
    assert fields["Name"].max_length


def test_the_log_of_deletions_is_asked_for_a_fortnight_and_read(
    org: ScriptedSalesforce, connector: SalesforceConnector
):
    told = {"deletedRecords": [{"id": an_id(1)[:15], "deletedDate": STAMP}], "earliestDateAvailable": STAMP}
    org.on("GET", "/sobjects/Account/deleted", Reply(told))
    assert connector.deleted("Account") == {an_id(1): datetime(2024, 5, 1, 12, tzinfo=UTC)}
    (call,) = org.calls("/deleted")
    start, end = (datetime.fromisoformat(call.query[name][0]) for name in ("start", "end"))
    assert (end - start).days == 14


@pytest.mark.parametrize("code", ["INVALID_REPLICATION_DATE", "NOT_FOUND"])
def test_an_object_without_a_log_of_deletions_proves_nothing(
    org: ScriptedSalesforce, connector: SalesforceConnector, code: str
):
    org.on("GET", "/sobjects/Account/deleted", error(400, code, "no"))
    assert connector.deleted("Account") == {}


def test_a_log_of_deletions_that_we_may_not_read_is_told(org: ScriptedSalesforce, connector: SalesforceConnector):
    org.on("GET", "/sobjects/Account/deleted", error(403, "INSUFFICIENT_ACCESS", "no"))
    with pytest.raises(Refused):
        connector.deleted("Account")
