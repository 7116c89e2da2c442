"""tap-salesforce, Singer's own, against the local org through the proxy: what it discovers and what it reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.salesforce.local_org.server import LocalOrg
from tests.clients.proxied import ProxiedClient, client, sample_members, told


@pytest.fixture(scope="module")
def discovery(proxied_org: LocalOrg, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the tap discovers by REST, by stream."""
    tap = client("tap-salesforce", "tap-salesforce", tmp_path_factory.mktemp("discovery"), proxied_org)
    return discovered(tap, settings(tap, "REST"))


@pytest.fixture
def tap(proxied_org: LocalOrg, tmp_path: Path) -> ProxiedClient:
    return client("tap-salesforce", "tap-salesforce", tmp_path, proxied_org)


def settings(tap: ProxiedClient, api: str, **more: Any) -> str:
    """The file of the tap's settings; `api` is REST or BULK."""
    org = tap.org
    return tap.write(
        "config.json",
        {
            "client_id": org.client_id, "client_secret": org.client_secret, "refresh_token": org.refresh_token(),
            "start_date": "2020-01-01T00:00:00Z", "api_type": api, "select_fields_by_default": "true", **more,
        },
    )  # fmt: skip


def discovered(tap: ProxiedClient, config: str) -> dict[str, dict[str, Any]]:
    """The tap's streams by name."""
    found = json.loads(tap("--config", config, "--discover"))
    return {stream["stream"]: stream for stream in found["streams"]}


def selected(stream: dict[str, Any]) -> dict[str, Any]:
    """The catalog in which one stream is chosen, as a person would choose it."""
    whole = next(each for each in stream["metadata"] if each["breadcrumb"] == [])
    whole["metadata"] |= {"selected": True, "replication-method": "INCREMENTAL", "replication-key": "SystemModstamp"}
    return {"streams": [stream]}


def test_it_discovers_the_objects_and_their_fields(discovery: dict[str, dict[str, Any]]) -> None:
    assert {"Account", "Contact", "Task", "User", "Goal__c"} <= set(discovery)
    fields = discovery["Account"]["schema"]["properties"]
    assert fields["Fee__c"]["type"] == ["null", "number"]
    assert fields["Seen__c"]["anyOf"][0] == {"type": "string", "format": "date-time"}


@pytest.mark.parametrize("api", ["REST", "BULK"])
def test_it_reads_every_row_as_it_was_loaded(tap: ProxiedClient, api: str) -> None:
    config = settings(tap, api)
    catalog = tap.write("catalog.json", selected(discovered(tap, config)["Account"]))
    messages = tap.lines("--config", config, "--properties", catalog)
    read = {each["record"]["Key__c"]: each["record"] for each in messages if each["type"] == "RECORD"}
    loaded = sample_members()
    assert len(read) == len(loaded)
    assert [told(read[row["Key__c"]], row) for row in loaded] == loaded
    (*_, state) = (each["value"] for each in messages if each["type"] == "STATE")
    assert state["bookmarks"]["Account"]["SystemModstamp"] == max(row["SystemModstamp"] for row in read.values())


def test_it_goes_on_from_where_it_was(tap: ProxiedClient, discovery: dict[str, dict[str, Any]]) -> None:
    config = settings(tap, "REST")
    catalog = tap.write("catalog.json", selected(discovery["Account"]))
    state = tap.write("state.json", {"bookmarks": {"Account": {"SystemModstamp": "2999-01-01T00:00:00.000000Z"}}})
    messages = tap.lines("--config", config, "--properties", catalog, "--state", state)
    assert not [each for each in messages if each["type"] == "RECORD"]


def test_it_stops_at_the_share_of_the_limit_that_it_may_use(tap: ProxiedClient) -> None:
    done = tap.run("--config", settings(tap, "REST", quota_percent_total="0"), "--discover")
    assert done.returncode != 0
    assert "total REST quota used across all Salesforce Applications" in done.stderr


def test_it_tells_why_it_may_not_sign_in(tap: ProxiedClient) -> None:
    done = tap.run("--config", settings(tap, "REST", refresh_token="5Aep861none"), "--discover")
    assert done.returncode != 0
    assert "expired access/refresh token" in done.stderr
