"""The External Client App that the installer makes: the service signs in through it, and nobody else does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from connectors.salesforce.auth import JwtBearer
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import client_app
from connectors.salesforce.install.client_app import CALLBACK, certificate_in
from connectors.salesforce.local_org.server import LocalOrg
from plugin.cli.install import install as command
from plugin.errors import SignInFailed, UserError
from tests.e2e.installs import Site

PEM, PLAIN = serialization.Encoding.PEM, serialization.NoEncryption()


def key_and_certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> tuple[str, str]:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "success-vector")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, PLAIN).decode()
    return private, made.public_bytes(PEM).decode()


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    return key_and_certificate(rsa.generate_private_key(65537, 2048))


@pytest.fixture
def site(new_org: Callable[..., LocalOrg], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Site:
    made = Site(new_org())
    made.at_the_command_line(monkeypatch, tmp_path)
    return made


def run(*options: str) -> Result:
    return CliRunner().invoke(command, ["--yes", *options], catch_exceptions=False)


def signing_in(site: Site, key: str, client_id: str, username: str) -> SalesforceClient:
    return SalesforceClient(site.org.url, JwtBearer(client_id, username, key))


def key_in(said: str) -> str:
    return next(line.partition("=")[2] for line in said.splitlines() if "CLIENT_ID=" in line)


def test_the_service_signs_in_through_the_app_that_was_made_and_nobody_else_does(
    site: Site, pair: tuple[str, str], tmp_path: Path
) -> None:
    private, certificate = pair
    (tmp_path / "sv.crt").write_text(certificate)

    client_id = key_in(run("--create-eca", "--certificate", "sv.crt").output)

    who = signing_in(site, private, client_id, site.org.username).json("GET", "/services/oauth2/userinfo")
    assert who["preferred_username"] == site.org.username
    admin = site.client.json("GET", "/services/oauth2/userinfo")["preferred_username"]
    with pytest.raises(SignInFailed, match="not allowed to use the app"):
        signing_in(site, private, client_id, admin).json("GET", "limits")
    other, _ = key_and_certificate(rsa.generate_private_key(65537, 2048))
    with pytest.raises(SignInFailed, match="the key or the user name is wrong"):
        signing_in(site, other, client_id, site.org.username).json("GET", "limits")
    shown = site.shows("ExtlClntAppGlobalOauthSettings", "Success_Vector_Global")
    assert CALLBACK in shown
    assert "consumerSecret" not in shown

    again = run("--create-eca", "--certificate", "sv.crt").output
    assert "has the External Client App Success Vector already" in again
    assert key_in(again) == client_id


def test_without_an_app_the_steps_are_printed_for_this_very_org(site: Site) -> None:
    said = run().output

    for words in (site.org.url, site.org.username, CALLBACK, "success-vector.crt", "Success Vector Integration"):
        assert words in said


def test_a_refused_app_ends_in_the_steps(
    site: Site, pair: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sv.crt").write_text(pair[1])
    monkeypatch.setattr(client_app, "INTEGRATION", "Some_Set_That_Is_Not_There")

    result = CliRunner().invoke(command, ["--yes", "--create-eca", "--certificate", "sv.crt"])

    assert "no PermissionSet named Some_Set_That_Is_Not_There found" in str(result.exception)
    assert "Do the steps above." in str(result.exception)
    assert f"1. In {site.org.url}: Setup, External Client App Manager" in result.output
    assert site.shows("ExternalClientApplication", "Success_Vector") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (key_and_certificate(ec.generate_private_key(ec.SECP256R1()))[1], "is not of an RSA key"),
        ("-----BEGIN PRIVATE KEY-----", "holds a private key, which must stay on this machine"),
        ("Dear member", "is no certificate in PEM form"),
    ],
)
def test_a_file_that_is_no_certificate_of_ours_is_refused(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        certificate_in(text, "sv.crt")


def test_an_app_needs_a_certificate_before_anything_happens(site: Site) -> None:
    with pytest.raises(UserError, match=r"add `--certificate success-vector\.crt`"):
        run("--create-eca")
    assert site.plan(site.order()).before is None
