"""Signing in: JWT bearer, client credentials, or a token somebody gives us. simple-salesforce's own logins can't reach
a My Domain, so the token is taken here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol
from urllib.parse import urlsplit

import jwt
import requests

from connectors.salesforce.transport import CONNECT_SECONDS, connection_error
from plugin.errors import RetryLater, SignInFailed

TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SIGN_IN_SECONDS = 30.0
ASSERTION_SECONDS = 180
"""Salesforce refuses assertions that are valid for longer than about three minutes."""


@dataclass(frozen=True)
class Token:
    """A session: `identity_url` ends in the organisation's and the user's id."""

    access_token: str = field(repr=False)
    instance_url: str
    identity_url: str | None = None


class Credentials(Protocol):
    """A way to sign in; `renewable` says whether asking again gives another token."""

    renewable: ClassVar[bool]

    def token(self, session: requests.Session, url: str, now: datetime) -> Token:
        """Return a new token for the org at `url`; raises SignInFailed, Unreachable or RetryLater."""


@dataclass(frozen=True)
class JwtBearer:
    """Signs in as `username` with a private key whose certificate the External Client App holds."""

    client_id: str
    username: str
    private_key: str = field(repr=False)
    audience: str | None = None
    renewable: ClassVar[bool] = True

    def token(self, session: requests.Session, url: str, now: datetime) -> Token:
        """Return a new token."""
        claims = {
            "iss": self.client_id,
            "sub": self.username,
            "aud": self.audience or audience_for(url),
            "exp": int(now.timestamp()) + ASSERTION_SECONDS,
        }
        try:
            assertion = jwt.encode(claims, self.private_key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            raise SignInFailed(
                f"The private key can't be used ({error}). Point SUCCESS_VECTOR_SALESFORCE_PRIVATE_KEY_FILE to an RSA "
                "key in PEM form, without a passphrase."
            ) from error
        return _ask(session, url, {"grant_type": JWT_GRANT, "assertion": assertion})


@dataclass(frozen=True)
class ClientCredentials:
    """Signs in as the user that the External Client App runs as."""

    client_id: str
    client_secret: str = field(repr=False)
    renewable: ClassVar[bool] = True

    def token(self, session: requests.Session, url: str, now: datetime) -> Token:
        """Return a new token."""
        form = {"client_id": self.client_id, "client_secret": self.client_secret}
        return _ask(session, url, {"grant_type": "client_credentials", **form})


@dataclass(frozen=True)
class GivenToken:
    """Uses a token as it is, for instance an administrator's for installing; there is no renewing it."""

    access_token: str = field(repr=False)
    renewable: ClassVar[bool] = False

    def token(self, session: requests.Session, url: str, now: datetime) -> Token:
        """Return the token."""
        return Token(self.access_token, url.rstrip("/"))


def audience_for(url: str) -> str:
    """Return the `aud` of the assertion: Salesforce's login host for its own domains, else the address itself."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host.endswith((".salesforce.com", ".force.com")):
        sandbox = host == "test.salesforce.com" or ".sandbox." in host or "--" in host
        return "https://test.salesforce.com" if sandbox or ".scratch." in host else "https://login.salesforce.com"
    return f"{parts.scheme}://{parts.netloc}"


def _ask(session: requests.Session, url: str, form: Mapping[str, str]) -> Token:
    address = url.rstrip("/") + TOKEN_PATH
    try:
        answer = session.post(
            address,
            data=form,
            timeout=(CONNECT_SECONDS, SIGN_IN_SECONDS),
            headers={"Accept": "application/json"},
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise connection_error(error, url, writing=False) from error
    body = _json(answer)
    if answer.status_code == 200 and "access_token" in body:
        return Token(body["access_token"], body.get("instance_url") or url.rstrip("/"), body.get("id"))
    raise sign_in_error(answer.status_code, body, url)


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


_SETUP = "in Setup, External Client App Manager"
_COPY_ID = f"copy the consumer key {_SETUP} into SUCCESS_VECTOR_SALESFORCE_CLIENT_ID"
# (error, words in its description) -> what it means and what to do; the first that fits is taken.
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (
        "invalid_grant",
        "hasn't approved",
        "the user is not allowed to use the app: pre-authorise the integration user's permission set " + _SETUP,
    ),
    (
        "invalid_app_access",
        "",
        "the user is not allowed to use the app: pre-authorise the integration user's permission set " + _SETUP,
    ),
    (
        "invalid_grant",
        "audience",
        "the address is not this org's login: set SUCCESS_VECTOR_SALESFORCE_URL to the org's own My Domain address",
    ),
    (
        "invalid_grant",
        "expired",
        "the assertion counts as expired: set this machine's clock right (NTP) and try again",
    ),
    (
        "invalid_grant",
        "assertion",
        "the key or the user name is wrong: upload the certificate that belongs to "
        f"SUCCESS_VECTOR_SALESFORCE_PRIVATE_KEY_FILE {_SETUP}, and check SUCCESS_VECTOR_SALESFORCE_USERNAME",
    ),
    (
        "invalid_grant",
        "client credentials user",
        f"no user is named to run as: set 'Run As' of the client credentials flow {_SETUP}",
    ),
    (
        "invalid_grant",
        "not supported on this domain",
        "this sign-in works on the org's own address only: set SUCCESS_VECTOR_SALESFORCE_URL to its My Domain address",
    ),
    (
        "invalid_grant",
        "inactive",
        "the integration user is inactive or frozen: activate it in Setup, Users",
    ),
    (
        "invalid_grant",
        "",
        "the integration user can't sign in: check in Setup, Users that it is active and not frozen, and its login "
        "hours and IP ranges",
    ),
    ("inactive_user", "", "the integration user is inactive: activate it in Setup, Users"),
    ("inactive_org", "", "the org is locked or closed: ask Salesforce"),
    (
        "invalid_client_id",
        "",
        f"the client id is unknown in this org: {_COPY_ID}",
    ),
    (
        "invalid_client",
        "identifier",
        f"the client id is unknown in this org: {_COPY_ID}",
    ),
    (
        "invalid_client",
        "",
        f"client id and secret don't fit: copy both {_SETUP} into SUCCESS_VECTOR_SALESFORCE_CLIENT_ID and _SECRET",
    ),
    (
        "unsupported_grant_type",
        "",
        f"the app doesn't allow this way of signing in: enable it {_SETUP}, or change SUCCESS_VECTOR_SALESFORCE_AUTH",
    ),
)


def sign_in_error(status: int, body: Mapping[str, Any], url: str) -> SignInFailed | RetryLater:
    """Return the error for a refused sign-in: Salesforce's words, what they mean here, and the next step."""
    host = urlsplit(url).netloc or url
    code, words = str(body.get("error", "")), str(body.get("error_description", ""))
    if not code:
        if status >= 500 or status == 429:
            return RetryLater(f"{host} can't sign us in now (HTTP {status}); we try again.")
        return SignInFailed(
            f"{host} answered HTTP {status} and not as Salesforce's sign-in does. "
            "Set SUCCESS_VECTOR_SALESFORCE_URL to the org's My Domain address (https://....my.salesforce.com)."
        )
    if "rate" in f"{code} {words}".lower().split() or code in {"server_error", "temporarily_unavailable"}:
        return RetryLater(f"{host} can't sign us in now ({words or code}); we try again.", 60.0)
    for meant, part, step in _MEANINGS:
        if code == meant and part in words.lower():
            return SignInFailed(f"{host} refused to sign us in ({code}: {words}): {step}.")
    return SignInFailed(
        f"{host} refused to sign us in ({code}: {words}): look at the login history of the integration user in Setup."
    )
