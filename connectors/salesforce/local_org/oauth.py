"""OAuth: the token endpoint (JWT bearer, client credentials, refresh), revocation, introspection and who-am-I."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from typing import Any

import jwt
from flask import Blueprint, Response, jsonify, request

from connectors.salesforce.local_org import client_apps
from connectors.salesforce.local_org.connected_app import ConnectedApp
from connectors.salesforce.local_org.errors import OrgError
from connectors.salesforce.local_org.rest.context import here, signed_in

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LOGIN_HOSTS = ("https://login.salesforce.com", "https://test.salesforce.com")
# What clocks may differ by. CumulusCI signs assertions that end the moment they are made, and Salesforce takes them.
CLOCK_SKEW_SECONDS = 180
blueprint = Blueprint("oauth", __name__)


class OAuthError(Exception):
    """A refusal by the token endpoint."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        self.error, self.description, self.status = error, description, status
        super().__init__(description)


@blueprint.errorhandler(OAuthError)
def _refused(error: OAuthError) -> tuple[Response, int]:
    return jsonify({"error": error.error, "error_description": error.description}), error.status


@blueprint.post("/services/oauth2/token")
def token() -> Response:
    """Trade an assertion, a client's secret or a refresh token for an access token."""
    grants = {JWT_BEARER: _by_assertion, "client_credentials": _by_secret, "refresh_token": _by_refresh}
    grant = grants.get(request.form.get("grant_type", ""))
    if grant is None:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    user_id = grant()
    session = here().sessions.begin(user_id)
    url = here().url()
    identity, issued_at = f"{url}/id/{here().org.id}/{user_id}", str(int(time.time() * 1000))
    return jsonify({
        "access_token": session.token, "scope": "api id", "instance_url": url, "token_type": "Bearer",
        "id": identity, "issued_at": issued_at, "signature": _signature(identity + issued_at),
    })  # fmt: skip


def _signature(text: str) -> str:
    """Return the proof, to whoever knows the app's secret, that the org said so."""
    return base64.b64encode(hmac.digest(here().app.client_secret.encode(), text.encode(), "sha256")).decode()


def _by_refresh() -> str:
    """Return the user of a refresh token; the secret is asked for only where one is sent, as by a public client."""
    app = _app(request.form.get("client_id", ""))
    secret = request.form.get("client_secret")
    if secret and not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
        raise OAuthError("invalid_client", "invalid client credentials")
    user_id = here().sessions.user_of_refresh(request.form.get("refresh_token", ""))
    if user_id is None:
        raise OAuthError("invalid_grant", "expired access/refresh token")
    return user_id


def _by_secret() -> str:
    """Return the run-as user of the app whose id and secret were sent, in the form or as Basic credentials."""
    return _proven().run_as


def _proven() -> ConnectedApp:
    """Return the app whose id and secret were sent, in the form or as Basic credentials."""
    client_id, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise OAuthError("invalid_client", "invalid client credentials") from None
    app = _app(client_id)
    if not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
        raise OAuthError("invalid_client", "invalid client credentials")
    return app


def _app(client_id: str) -> ConnectedApp:
    app = here().app
    if client_id != app.client_id:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    return app


def _by_assertion() -> str:
    """Return the user whom a signed assertion names, after checking signature, app, audience, time and user."""
    assertion = request.form.get("assertion", "")
    try:
        unchecked = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise OAuthError("invalid_grant", "invalid assertion") from None
    client_id = str(unchecked.get("iss", ""))
    with here().org.work() as work:
        made = client_apps.find(work.conn, client_id)
    try:
        claims = jwt.decode(
            assertion, made.public_key if made else _app(client_id).public_key, algorithms=["RS256"],
            options={"verify_aud": False, "verify_exp": False, "verify_sub": False},
        )  # fmt: skip
    except jwt.PyJWTError:
        raise OAuthError("invalid_grant", "invalid assertion") from None
    if str(claims.get("aud", "")).rstrip("/") not in (*LOGIN_HOSTS, here().url()):
        raise OAuthError("invalid_grant", "audience is invalid")
    if not isinstance(claims.get("exp"), int | float) or claims["exp"] + CLOCK_SKEW_SECONDS <= time.time():
        raise OAuthError("invalid_grant", "expired assertion")
    user_id = _user(str(claims.get("sub", "")))
    if made is not None:
        with here().org.work() as work:
            if not client_apps.admits(work.conn, made, user_id):
                raise OAuthError("invalid_grant", "user hasn't approved this consumer")
    return user_id


def _user(username: str) -> str:
    with here().org.work() as work:
        row = work.conn.execute(
            'SELECT id, isactive FROM org."user" WHERE lower(username) = lower(%s) AND NOT isdeleted', (username,)
        ).fetchone()
    if row is None:
        raise OAuthError("invalid_grant", "user hasn't approved this consumer")
    if not row[1]:
        raise OAuthError("invalid_grant", "inactive user")
    return str(row[0])


@blueprint.post("/services/oauth2/revoke")
def revoke() -> tuple[Response, int] | Response:
    """Make a token worthless."""
    if not here().sessions.end(request.values.get("token", "")):
        raise OAuthError("unsupported_token_type", "this token type is not supported")
    return Response(status=200)


@blueprint.post("/services/oauth2/introspect")
def introspect() -> Response:
    """Tell an app whether a token is good, whose and until when."""
    app = _proven()
    try:
        session = here().sessions.of(request.form.get("token"))
    except OrgError:
        return jsonify({"active": False})
    return jsonify({
        "active": True, "scope": "api id", "client_id": app.client_id, "username": _username(session.user_id),
        "sub": f"{here().url()}/id/{here().org.id}/{session.user_id}", "token_type": "access_token",
        "exp": int(session.expires), "iat": int(session.expires - here().sessions.lifetime_seconds),
        "nbf": int(session.expires - here().sessions.lifetime_seconds),
    })  # fmt: skip


def _username(user_id: str) -> str:
    with here().org.work() as work:
        row = work.conn.execute('SELECT username FROM org."user" WHERE id = %s', (user_id,)).fetchone()
    return str(row[0]) if row else ""


@blueprint.get("/services/oauth2/userinfo")
@blueprint.get("/id/<_org_id>/<_user_id>")
def userinfo(_org_id: str = "", _user_id: str = "") -> Response:
    """Tell who has signed in."""
    user_id = signed_in().user_id
    with here().org.work() as work:
        row = work.conn.execute(
            'SELECT username, name, email, timezonesidkey, firstname, lastname FROM org."user" WHERE id = %s',
            (user_id,),
        ).fetchone()
    if row is None:
        raise OrgError("INVALID_SESSION_ID", "Session expired or invalid")
    url, org_id = here().url(), here().org.id
    answer: dict[str, Any] = {
        "sub": f"{url}/id/{org_id}/{user_id}", "user_id": user_id, "organization_id": org_id,
        "preferred_username": row[0], "username": row[0], "name": row[1], "display_name": row[1], "email": row[2],
        "email_verified": True, "zoneinfo": row[3], "given_name": row[4], "family_name": row[5], "active": True,
        "user_type": "STANDARD", "language": "en_US", "locale": "en_US", "utcOffset": 0,
        "urls": {
            "rest": f"{url}/services/data/v{{version}}/", "sobjects": f"{url}/services/data/v{{version}}/sobjects/",
            "query": f"{url}/services/data/v{{version}}/query/", 
            "metadata": f"{url}/services/Soap/m/{{version}}/{org_id[:15]}",
            "custom_domain": url,
        },
    }  # fmt: skip
    return jsonify(answer)
