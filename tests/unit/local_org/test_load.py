"""Loading many records at once: all of a file or none of it, checked as far as the page says."""

from __future__ import annotations

import pytest

from connectors.salesforce.local_org import load as loading
from connectors.salesforce.local_org import storage
from connectors.salesforce.local_org.load import load
from connectors.salesforce.local_org.server import LocalOrg
from plugin.errors import UserError
from tests.unit.local_org.conftest import Client


def lines(*rows: str) -> list[str]:
    return [f"{row}\n" for row in rows]


def test_a_file_is_loaded_as_records_that_any_client_would_have_made(org: LocalOrg, admin: Client) -> None:
    made = load(org.org, "account", lines("Name,Key__c,Fee__c,Active__c,Tier__c", " A ,k1,12.345,no,Gold", "B,,#N/A,,"))
    assert made == 2
    rows = admin.query("SELECT Name, Key__c, Fee__c, Active__c, Tier__c, OwnerId FROM Account ORDER BY Name")["records"]
    owner = org.org.founding.admin_id
    assert [[value for name, value in row.items() if name != "attributes"] for row in rows] == [
        ["A", "k1", 12.35, False, "Gold", owner],
        ["B", None, None, True, None, owner],
    ]


def test_lookups_and_derived_fields_are_as_they_should_be(org: LocalOrg, admin: Client) -> None:
    account = admin.create("Account", Name="A")
    assert load(org.org, "Contact", lines("LastName,FirstName,AccountId", f"Gold,Ann,{account}")) == 1
    (row,) = admin.query("SELECT Name, Account.Name FROM Contact")["records"]
    assert (row["Name"], row["Account"]["Name"]) == ("Ann Gold", "A")


@pytest.mark.parametrize(
    ("name", "rows", "words"),
    [
        ("Account", ["Name,Nope", "A,1"], "'Nope' is no field of Account"),
        ("Account", [], "the file is empty"),
        ("Account", ["Name,Fee__c", "A,1", "B,many"], "Row 2: JSON_PARSER_ERROR"),
        ("Account", ["Name,Site", "A,x", ",y"], "Row 2: REQUIRED_FIELD_MISSING"),
        ("Account", ["Name,Site", "A"], "Row 1 has 1 values, the header 2"),
        ("Account", ["Name,Tier__c", "A,Tin"], "Row 1: INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Account", ["Name,Key__c", "A,k", "B,K"], "Nothing was loaded"),
        ("Account", ['Name,Site', 'A,"x'], "is no CSV"),
        ("Contact", ["LastName,AccountId", "Gold,001000000000000AAA"], "no record has the id 001"),
        ("Goal__c", ["Account__c", "001000000000000AAA"], "use a bulk job"),
        ("Nothing__c", ["Name", "A"], "There is no object Nothing__c"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_anywhere_changes_nothing(
    org: LocalOrg, admin: Client, name: str, rows: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "CHUNK", 1)
    with pytest.raises(UserError, match=words):
        load(org.org, name, lines(*rows))
    for each in ("Account", "Contact"):
        assert admin.query(f"SELECT COUNT() FROM {each}")["totalSize"] == 0


def test_ids_of_an_org_of_an_earlier_version_are_put_in_order_by_their_bytes(org: LocalOrg) -> None:
    odd = (
        "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'org' AND table_name = 'contact'"
        " AND column_name IN ('id', 'accountid') AND collation_name IS DISTINCT FROM 'C'"
    )
    with org.org.pool.connection() as conn:
        for column in ("id", "accountid"):
            conn.execute(f'ALTER TABLE org.contact ALTER {column} TYPE text COLLATE "default"')
        assert conn.execute(odd).fetchone() == (2,)
        storage.order_ids(conn, org.org.schema)
        assert conn.execute(odd).fetchone() == (0,)
