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

from connectors.salesforce.sign_in_errors import sign_in_error
from connectors.salesforce.transport import CONNECT_SECONDS, connection_error
from plugin.errors import SignInFailed

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
                "The private key can't be used. Point SUCCESS_VECTOR_SALESFORCE_PRIVATE_KEY_FILE to an RSA "
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
