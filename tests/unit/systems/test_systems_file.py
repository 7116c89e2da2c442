"""Several systems from a file: what stands in it, and what is said of a bad one."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.salesforce.connector import connector_from
from mappings.document import Policy
from plugin.bootstrap import systems_of
from plugin.errors import Problems, SignInFailed, Unreachable, UserError
from plugin.settings import Settings
from plugin.web.doors import Doors
from tests.unit.salesforce.scripted_salesforce import Reply, ScriptedSalesforce

GOOD = """
[system.second]
kind = "salesforce"
url = "https://second.my.salesforce.com/"
client_id = "app"
username = "us@second.example.org"
private_key_file = "second.key"
members = "Contact"
policy = "review"
"""
A_KEY = rsa.generate_private_key(65537, 2048).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
SECRET = "a-secret-of-more-than-thirty-two-characters"


@pytest.fixture
def settings(tmp_path: Path):
    """Return settings with a systems file of that content, and a key beside it."""
    (tmp_path / "second.key").write_text("a key")

    def write(content: str, **more: object) -> Settings:
        file = tmp_path / "systems.toml"
        file.write_text(content)
        return Settings(_env_file=None, systems=file, **more)  # type: ignore[call-arg, arg-type]

    return write


def problems(settings: Settings) -> dict[str, tuple[str, str]]:
    with pytest.raises(Problems) as caught:
        systems_of(settings)
    return {one.where: (one.what, one.fix) for one in caught.value.problems}


def test_without_a_file_there_is_one_system():
    assert list(systems_of(Settings(_env_file=None))) == ["salesforce"]  # type: ignore[call-arg]


def test_the_file_stands_beside_the_environment(settings, tmp_path: Path):
    found = systems_of(settings(GOOD, salesforce_url="https://first.my.salesforce.com", webhook_secrets=SECRET))
    assert list(found) == ["salesforce", "second"]
    first, second = found["salesforce"].settings, found["second"].settings
    assert (first.salesforce_url, second.salesforce_url) == (
        "https://first.my.salesforce.com",
        "https://second.my.salesforce.com",
    )
    assert second.salesforce_private_key_file == tmp_path / "second.key"
    assert [one.get_secret_value() for one in second.valid_webhook_secrets()] == [SECRET]
    mapping = found["second"].mapping
    assert mapping.source("Contact").entity == "member"
    assert mapping.source("Desired_Outcome__c").policy is Policy.REVIEW


def test_without_an_org_in_the_environment_only_those_of_the_file_count(settings):
    assert list(systems_of(settings(GOOD))) == ["second"]


def test_secrets_come_from_the_environment_under_the_systems_name(settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SUCCESS_VECTOR_SECOND_CLIENT_SECRET", "hush")
    monkeypatch.setenv("SUCCESS_VECTOR_SECOND_WEBHOOK_SECRETS", f"{SECRET},{SECRET}2")
    second = systems_of(settings(GOOD, webhook_secrets="the-common-one"))["second"].settings
    assert second.salesforce_client_secret is not None
    assert second.salesforce_client_secret.get_secret_value() == "hush"
    assert [one.get_secret_value() for one in second.valid_webhook_secrets()] == [SECRET, f"{SECRET}2"]


def test_everything_that_is_wrong_is_told_at_once_with_the_nearest_right_name(settings):
    found = problems(
        settings(
            """
[system.second]
kind = "salesfroce"
ulr = "https://second.my.salesforce.com"
client_secret = "hush"
members = "Contacts"

[system.Third]
kind = "salesforce"
url = "http://third.my.salesforce.com"

[system.fourth]
kind = "salesforce"
url = "https://first.my.salesforce.com"
private_key_file = "nowhere.key"
""",
            salesforce_url="https://first.my.salesforce.com",
        )
    )
    assert found["[system.second] kind"] == ("'salesfroce' isn't known", "Use salesforce.")
    assert found["[system.second] ulr"] == ("there is no key 'ulr'", "Use url.")
    assert found["[system.second] url"] == ("it is missing", "Add it.")
    assert found["[system.second] members"][1] == "Use Contact."
    assert "client_secret_file" in found["[system.second] client_secret"][1]
    assert found["[system.Third]"][0] == "that can't be a system's name"
    assert "https" in found["[system.Third] url"][0]
    assert "nowhere.key" in found["[system.fourth] private_key_file"][0]
    assert found["[system.fourth] url"][0] == "salesforce has that address already"


def test_a_secret_in_the_file_is_refused_and_never_repeated(settings):
    with pytest.raises(Problems) as caught:
        systems_of(settings(GOOD + 'webhook_secrets = "hush-hush"\n'))
    assert "hush-hush" not in str(caught.value)
    assert "webhook_secrets_file" in str(caught.value)


def table(tmp_path: Path) -> str:
    return f"[system.second] of {tmp_path / 'systems.toml'}"


@pytest.mark.parametrize(
    ("refused", "key"),
    [
        ({"error": "invalid_client_id", "error_description": "client identifier invalid"}, "client_id"),
        ({"error": "invalid_grant", "error_description": "invalid assertion"}, "username"),
        ({"error": "invalid_grant", "error_description": "audience is invalid"}, "url"),
        ({"error": "unsupported_grant_type", "error_description": "grant type not supported"}, "auth"),
    ],
)
def test_a_refused_sign_in_names_the_file_the_table_and_the_key(
    settings, tmp_path: Path, refused: dict[str, str], key: str
):
    (tmp_path / "second.key").write_bytes(A_KEY)
    org = ScriptedSalesforce()
    try:
        org.on("POST", "/services/oauth2/token", Reply(refused, 400))
        own = systems_of(settings(GOOD.replace("https://second.my.salesforce.com/", org.url)))["second"].settings
        with pytest.raises(SignInFailed) as caught:
            connector_from(own).identity()
    finally:
        org.stop()
    assert f"{key} in {table(tmp_path)}" in str(caught.value)
    assert "SUCCESS_VECTOR" not in str(caught.value)


def test_a_key_that_is_none_and_an_org_that_is_not_there_name_the_file_too(settings, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    own = systems_of(settings(GOOD.replace("https://second.my.salesforce.com/", nowhere)))["second"].settings
    with pytest.raises(SignInFailed, match=re.escape(f"private_key_file in {table(tmp_path)}")):
        connector_from(own).identity()
    (tmp_path / "second.key").write_bytes(A_KEY)
    connector = connector_from(own)
    connector.client.sleep = lambda _: None
    with pytest.raises(Unreachable, match=re.escape(f"url in {table(tmp_path)}")):
        connector.identity()


def test_secrets_are_told_by_where_they_stand(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    common = systems_of(settings(GOOD, webhook_secrets=SECRET))["second"].settings
    assert common.webhooks_named == "SUCCESS_VECTOR_WEBHOOK_SECRETS"
    (tmp_path / "hooks").write_text(SECRET)
    in_a_file = systems_of(settings(f'{GOOD}webhook_secrets_file = "hooks"\n'))["second"].settings
    assert in_a_file.webhooks_named == f"webhook_secrets_file in {table(tmp_path)}"
    monkeypatch.setenv("SUCCESS_VECTOR_SECOND_WEBHOOK_SECRETS", "short")
    short = systems_of(settings(GOOD))
    with pytest.raises(UserError, match="SUCCESS_VECTOR_SECOND_WEBHOOK_SECRETS must hold"):
        Doors(short)
    assert short["second"].settings.named("admin_token") == "SUCCESS_VECTOR_SECOND_ADMIN_TOKEN"


def test_the_environments_system_is_told_by_its_variables():
    plain = Settings(_env_file=None)  # type: ignore[call-arg]
    assert plain.in_its_words("Set SUCCESS_VECTOR_SALESFORCE_URL.") == "Set SUCCESS_VECTOR_SALESFORCE_URL."
    assert plain.named("admin_token") == "SUCCESS_VECTOR_SALESFORCE_ADMIN_TOKEN"


def test_a_bad_mapping_names_its_table(settings):
    [(where, (what, _))] = problems(settings(GOOD + 'mapping = "nowhere.toml"\n')).items()
    assert where.startswith("mapping in [system.second] of ")
    assert "There is no mapping" in what


def test_the_environments_system_is_described_once(settings):
    content = GOOD.replace("system.second", "system.salesforce")
    found = problems(settings(content, salesforce_url="https://first.my.salesforce.com"))
    assert "SUCCESS_VECTOR_SALESFORCE_URL" in found["[system.salesforce]"][1]


@pytest.mark.parametrize("content", ["", "[systems.second]\nkind = 'salesforce'", "[system]\nkind = 'salesforce'", "x"])
def test_a_file_without_systems_says_what_to_write(settings, content: str):
    with pytest.raises(UserError, match=r"isn't TOML|\[system.NAME\]"):
        systems_of(settings(content))
