"""The HTTP session, and what a broken connection means."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from plugin.errors import OutcomeUnknown, RetryLater, SuccessVectorError, Unreachable, UserError

CONNECT_SECONDS = 10.0
READ_SECONDS = 130.0
"""A little more than the two minutes after which Salesforce itself gives up on a query."""


def open_session(pool: int = 10) -> requests.Session:
    """Return a session with pooled connections that answers gzip and never retries by itself."""
    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=pool, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def connection_error(error: requests.RequestException, url: str, *, writing: bool) -> SuccessVectorError:
    """Return our error for one of the transport's: what is certain about the call, and what to do next."""
    host = urlsplit(url).netloc or url
    if isinstance(error, requests.exceptions.SSLError):
        return UserError(
            f"The TLS certificate of {host} is not trusted or the handshake failed ({_reason(error)}). "
            "Check SUCCESS_VECTOR_SALESFORCE_URL; behind a company proxy, name its CA in REQUESTS_CA_BUNDLE."
        )
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema | ValueError):
        return UserError(
            f"{url!r} is no address that can be called. "
            "Set SUCCESS_VECTOR_SALESFORCE_URL to the org's My Domain address (https://....my.salesforce.com)."
        )
    if _never_sent(error):
        return Unreachable(
            f"{host} can't be reached ({_reason(error)}); nothing was sent. "
            "Check the network and SUCCESS_VECTOR_SALESFORCE_URL."
        )
    said = f"The connection to {host} broke before the answer came ({_reason(error)})."
    return OutcomeUnknown(f"{said} Whether it was done is not known.") if writing else RetryLater(said)


def _never_sent(error: requests.RequestException) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _reason(error: requests.RequestException) -> str:
    cause = error.args[0] if error.args else error
    reason = getattr(cause, "reason", None) or cause
    words = re.sub(r"^.*\] | \(_ssl.*$", "", str(reason).rsplit(": ", 1)[-1])
    return words.strip("()'\" .")[:200] or type(error).__name__
