"""The command that runs the org by itself."""

from __future__ import annotations

import signal
import subprocess
import sys

import requests

from plugin.store.embedded import EmbeddedPostgres

RUN = [sys.executable, "-c", "from plugin.cli import main; main()", "local-org", "--port", "0", "--seed", "3"]


def started(postgres: EmbeddedPostgres, *options: str) -> tuple[subprocess.Popen[str], dict[str, str]]:
    """The running command on the tests' own PostgreSQL, and what it printed."""
    process = subprocess.Popen([*RUN, "--data", str(postgres.folder), *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told: dict[str, str] = {}
    for line in process.stdout:
        if line.startswith("Ctrl-C"):
            break
        told[line[:20].strip()] = line[20:].strip()
    return process, told


def test_an_org_run_by_itself_tells_how_to_sign_in_and_is_the_same_next_time(postgres: EmbeddedPostgres) -> None:
    process, first = started(postgres)
    try:
        response = requests.get(
            f"{first['URL']}/services/data/v66.0/query",
            params={"q": "SELECT COUNT() FROM Account"},
            headers={"Authorization": f"Bearer {first['Admin access token']}"},
            timeout=10,
        )
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(20)
    assert response.json()["totalSize"] == 3
    assert code == 0

    process, again = started(postgres)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    same = ("Organization id", "Client id", "Client secret", "Private key")
    assert [again[name] for name in same] == [first[name] for name in same]
    assert (first["Accounts made up"], again["Accounts made up"]) == ("3", "0")


def test_an_org_run_by_itself_has_the_modes_that_it_is_asked_for(postgres: EmbeddedPostgres) -> None:
    process, told = started(postgres, "--person-accounts", "--duplicate-rules", "block", "--session-seconds", "600")
    try:
        statuses = [
            requests.post(
                f"{told['URL']}/services/data/v66.0/sobjects/Account",
                json={"Name": "Sample Twin"},
                headers={"Authorization": f"Bearer {told['Admin access token']}"},
                timeout=10,
            ).status_code
            for _ in range(2)
        ]
        found = requests.get(
            f"{told['URL']}/services/data/v66.0/query",
            params={"q": "SELECT DeveloperName FROM RecordType WHERE IsPersonType = true"},
            headers={"Authorization": f"Bearer {told['Admin access token']}"},
            timeout=10,
        )
        proof = {"client_id": told["Client id"], "client_secret": told["Client secret"]}
        asked = {**proof, "token": told["Admin access token"]}
        session = requests.post(f"{told['URL']}/services/oauth2/introspect", data=asked, timeout=10).json()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
    assert statuses == [201, 400]
    assert session["exp"] - session["iat"] == 600
    assert [each["DeveloperName"] for each in found.json()["records"]] == ["PersonAccount"]


def test_an_org_run_by_itself_is_reached_by_salesforces_names_through_its_proxy(postgres: EmbeddedPostgres) -> None:
    process, told = started(postgres, "--proxy-port", "0")
    try:
        signed_in = requests.post(
            "https://login.salesforce.com/services/oauth2/token",
            data={
                "grant_type": "refresh_token",
                "client_id": told["Client id"],
                "client_secret": told["Client secret"],
                "refresh_token": told["Refresh token"],
            },
            proxies={"https": told["Proxy"]},
            verify=told["Certificate"],
            timeout=10,
        ).json()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert signed_in["instance_url"] == told["My Domain"]
