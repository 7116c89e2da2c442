"""What a refused sign-in means, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from plugin.errors import RetryLater, SignInFailed

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
        f"client id and secret don't fit: copy both {_SETUP} into SUCCESS_VECTOR_SALESFORCE_CLIENT_ID and "
        "SUCCESS_VECTOR_SALESFORCE_CLIENT_SECRET",
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
