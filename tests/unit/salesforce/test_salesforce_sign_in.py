from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from scripted_salesforce import Reply, ScriptedSalesforce

from connectors.salesforce.auth import ClientCredentials, JwtBearer, audience_for
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.config import config_from
from connectors.salesforce.transport import open_session
from plugin.errors import Problems, RetryLater, SignInFailed, UserError
from plugin.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def test_the_assertion_names_client_user_and_audience_and_is_signed(org: ScriptedSalesforce, key: rsa.RSAPrivateKey):
    token = JwtBearer("client", "sync@example.org", pem(key)).token(open_session(), org.url, NOW)
    form = dict(pair.split("=", 1) for pair in org.seen[0].raw.decode().split("&"))
    claims = jwt.decode(form["assertion"], key.public_key(), ["RS256"], audience=org.url, options={"verify_exp": False})
    assert claims["iss"] == "client"
    assert claims["sub"] == "sync@example.org"
    assert 0 < claims["exp"] - NOW.timestamp() <= 300
    assert token.access_token.endswith("!t1")
    assert "!t1" not in repr(token)


@pytest.mark.parametrize(
    ("url", "audience"),
    [
        ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
        ("https://acme--uat.sandbox.my.salesforce.com", "https://test.salesforce.com"),
        ("https://acme--uat.my.salesforce.com/", "https://test.salesforce.com"),
        ("http://127.0.0.1:8042", "http://127.0.0.1:8042"),
    ],
)
def test_the_audience_is_salesforces_login_host(url: str, audience: str):
    assert audience_for(url) == audience


@pytest.mark.parametrize(
    ("code", "words", "advice"),
    [
        ("invalid_grant", "invalid assertion", "upload the certificate"),
        ("invalid_grant", "user hasn't approved this consumer", "pre-authorise"),
        ("invalid_app_access", "user is not admin approved to access this app", "pre-authorise"),
        ("invalid_grant", "audience is invalid", "My Domain"),
        ("invalid_grant", "expired authorization code", "clock"),
        ("invalid_grant", "no client credentials user enabled", "Run As"),
        ("invalid_grant", "request not supported on this domain", "My Domain"),
        ("invalid_grant", "authentication failure", "active and not frozen"),
        ("inactive_user", "user is inactive", "activate it"),
        ("invalid_client_id", "client identifier invalid", "consumer key"),
        ("invalid_client", "invalid client credentials", "_SECRET"),
        ("something_new", "never heard of", "login history"),
    ],
)
def test_a_refused_sign_in_is_one_sentence_with_the_next_step(
    org: ScriptedSalesforce, code: str, words: str, advice: str
):
    org.on("POST", "/services/oauth2/token", Reply({"error": code, "error_description": words}, 400))
    with pytest.raises(SignInFailed) as caught:
        SalesforceClient(org.url, ClientCredentials("client", "geheim")).request("GET", "limits")
    said = str(caught.value)
    assert words in said
    assert advice in said
    assert "geheim" not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>not here</html>", 404),
        Reply(b"<html>hello</html>", 200),
        Reply(None, 302, {"Location": "https://elsewhere.example.org/"}),
    ],
)
def test_an_address_that_is_no_salesforce_is_said_to_be_wrong(org: ScriptedSalesforce, reply: Reply):
    org.on("POST", "/services/oauth2/token", reply)
    with pytest.raises(SignInFailed, match="SUCCESS_VECTOR_SALESFORCE_URL"):
        SalesforceClient(org.url, ClientCredentials("client", "secret")).request("GET", "limits")


def test_a_sign_in_that_salesforce_cannot_serve_now_is_tried_again(org: ScriptedSalesforce, naps: list[float]):
    org.on("POST", "/services/oauth2/token", Reply(b"", 503))
    client = SalesforceClient(org.url, ClientCredentials("client", "secret"), sleep=naps.append)
    with pytest.raises(RetryLater):
        client.request("GET", "limits")
    assert naps


def test_a_certificate_nobody_trusts_is_told_as_tls(org: ScriptedSalesforce):
    address = org.url.replace("http://", "https://")
    with pytest.raises(UserError, match="TLS"):
        SalesforceClient(address, ClientCredentials("client", "secret")).request("GET", "limits")


def test_a_key_that_is_none_is_refused_before_anything_is_sent(org: ScriptedSalesforce):
    with pytest.raises(SignInFailed, match="PRIVATE_KEY_FILE"):
        JwtBearer("client", "user", "no key").token(open_session(), org.url, NOW)
    assert org.seen == []


def test_all_missing_settings_are_told_at_once(tmp_path: Path):
    settings = Settings(
        _env_file=None,
        salesforce_url="http://acme.my.salesforce.com",
        salesforce_private_key_file=tmp_path / "absent.pem",
    )
    with pytest.raises(Problems) as caught:
        config_from(settings)
    said = str(caught.value)
    assert len(caught.value.problems) == 4
    for name in ("https://", "CLIENT_ID", "USERNAME", "absent.pem can't be read"):
        assert name in said


def test_client_credentials_need_only_id_and_secret():
    settings = Settings(
        _env_file=None,
        salesforce_url="https://acme.my.salesforce.com/",
        salesforce_auth="client_credentials",
        salesforce_client_id="id",
        salesforce_client_secret="geheim",
    )
    config = config_from(settings)
    assert config.url == "https://acme.my.salesforce.com"
    assert "geheim" not in repr(config)


def test_a_client_secret_comes_from_a_file_each_time_it_is_asked_for(tmp_path):
    file = tmp_path / "client-secret"
    settings = Settings(
        _env_file=None,
        salesforce_url="https://acme.my.salesforce.com/",
        salesforce_auth="client_credentials",
        salesforce_client_id="id",
        salesforce_client_secret_file=file,
    )
    with pytest.raises(Problems, match="client-secret can't be read"):
        config_from(settings)
    for secret in ("the first", "the second"):
        file.write_text(f"{secret}\n")
        assert config_from(settings).credentials.client_secret == secret
