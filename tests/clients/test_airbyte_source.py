"""airbyte-source-salesforce against the local org through the proxy, as Airbyte runs it: check, discover, read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.salesforce.local_org.server import LocalOrg
from tests.clients.proxied import ProxiedClient, client, sample_members, told


@pytest.fixture
def source(proxied_org: LocalOrg, tmp_path: Path) -> ProxiedClient:
    return client("airbyte-source-salesforce", "source-salesforce", tmp_path, proxied_org)


def settings(source: ProxiedClient, **more: Any) -> str:
    """The file of the source's settings: accounts only, as changed in the last days."""
    org = source.org
    return source.write(
        "config.json",
        {
            "client_id": org.client_id, "client_secret": org.client_secret, "refresh_token": org.refresh_token(),
            "start_date": "2020-01-01T00:00:00Z", "stream_slice_step": "P3650D",
            "streams_criteria": [{"criteria": "exacts", "value": "Account"}], **more,
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def accounts(proxied_org: LocalOrg, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The stream of accounts as the source discovers it."""
    source = client("airbyte-source-salesforce", "source-salesforce", tmp_path_factory.mktemp("source"), proxied_org)
    found = source.lines("discover", "--config", settings(source))
    (catalog,) = (each["catalog"] for each in found if each["type"] == "CATALOG")
    (stream,) = (each for each in catalog["streams"] if each["name"] == "Account")
    return dict(stream)


def test_it_finds_that_the_connection_is_good(source: ProxiedClient) -> None:
    messages = source.lines("check", "--config", settings(source))
    assert [each["connectionStatus"] for each in messages if "connectionStatus" in each] == [{"status": "SUCCEEDED"}]


def test_it_finds_that_the_credentials_are_not(source: ProxiedClient) -> None:
    messages = source.lines("check", "--config", settings(source, refresh_token="5Aep861none"))
    (status,) = (each["connectionStatus"] for each in messages if "connectionStatus" in each)
    assert status["status"] == "FAILED"


def test_it_discovers_fields_with_their_types(accounts: dict[str, Any]) -> None:
    assert (accounts["source_defined_primary_key"], accounts["default_cursor_field"]) == ([["Id"]], ["SystemModstamp"])
    fields = accounts["json_schema"]["properties"]
    assert (fields["Fee__c"]["type"], fields["Active__c"]["type"]) == (["number", "null"], ["boolean", "null"])


@pytest.mark.parametrize("bulk", [False, True])
def test_it_reads_every_row_as_it_was_loaded(source: ProxiedClient, accounts: dict[str, Any], bulk: bool) -> None:
    config = settings(source, force_use_bulk_api=bulk)
    configured = {
        "stream": accounts, "sync_mode": "incremental", "cursor_field": ["SystemModstamp"],
        "destination_sync_mode": "append",
    }  # fmt: skip
    source.org.calls.reset()
    catalog = source.write("catalog.json", {"streams": [configured]})
    messages = source.lines("read", "--config", config, "--catalog", catalog)
    rows = [each["record"]["data"] for each in messages if each["type"] == "RECORD"]
    read = {row["Key__c"]: row for row in rows}
    loaded = sample_members()
    assert len(rows) == len(read) == len(loaded)
    assert [told(read[row["Key__c"]], row) for row in loaded] == loaded
    assert ("bulk" in source.org.calls.by_kind()) is bulk
