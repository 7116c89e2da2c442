"""Calls to Salesforce: one session, renewed once when it expires; errors named by what to do next; every call counted.

The session is simple-salesforce's, whose exceptions stop here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from connectors.base import Usage
from connectors.salesforce.auth import Credentials, GivenToken, Token
from connectors.salesforce.failures import EXPIRED, call_error, faults_in
from connectors.salesforce.forms import from_http_date
from connectors.salesforce.limits import SIGN_IN, CallCount
from connectors.salesforce.transport import CONNECT_SECONDS, READ_SECONDS, connection_error, open_session
from plugin.errors import LimitReached, OutcomeUnknown, RetryLater, SignInFailed, SuccessVectorError, Unreachable

ATTEMPTS = 4
Timeout = float | tuple[float, float]


class _Org(Salesforce):
    """simple-salesforce bound to an instance URL as given: it would make every one https."""

    def __init__(self, token: Token, version: str, session: requests.Session) -> None:
        super().__init__(
            session_id=token.access_token, instance_url=token.instance_url, version=version, session=session
        )
        root = token.instance_url.rstrip("/")
        self.root = root + "/"
        self.base_url = f"{root}/services/data/v{version}/"
        self.tooling_url = f"{self.base_url}tooling/"
        self.bulk2_url = f"{self.base_url}jobs/"
        self.apex_url = f"{root}/services/apexrest/"
        self.bulk_url = f"{root}/services/async/{version}/"
        self.metadata_url = f"{root}/services/Soap/m/{version}/"
        self.oauth2_url = f"{root}/services/oauth2/"

    def call(self, method: str, url: str, **request: Any) -> requests.Response:
        """Make one call; raises SalesforceError for a status of 300 and more."""
        return self._call_salesforce(method, url, **request)


class _Expired(Exception):
    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class SalesforceClient:
    """A signed-in client of one org. Threads may share it.

    `clock` gives our time in UTC; `sleep` waits between attempts; both are arguments for tests. `reserve` is the share
    of the org's daily calls that is never touched. `in_its_words` tells an error by where this org's settings stand.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        version: str = "66.0",
        session: requests.Session | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        timeout: Timeout = (CONNECT_SECONDS, READ_SECONDS),
        reserve: float = 0.0,
    ) -> None:
        self.url = url.rstrip("/")
        self.version = version
        self.clock = clock
        self.sleep = sleep
        self._credentials = credentials
        self._session = session or open_session()
        self._session.hooks["response"].append(self._note)
        self._timeout = timeout
        self._count = CallCount(reserve)
        self.in_its_words: Callable[[str], str] = str
        self._lock = threading.Lock()
        self._org: _Org | None = None
        self._token: Token | None = None

    @classmethod
    def with_token(cls, url: str, access_token: str, **options: Any) -> SalesforceClient:
        """Return a client that uses an access token as it is, such as an administrator's for installing."""
        return cls(url, GivenToken(access_token), **options)

    def usage(self) -> Usage:
        """Return the API calls used, by Salesforce's header and by our own count."""
        return self._count.usage()

    def data_path(self, path: str) -> str:
        """Return the absolute path of a REST resource, as composite sub-requests want it."""
        return f"/services/data/v{self.version}/{path.lstrip('/')}"

    def token(self) -> Token:
        """Return the session's token; signs in if need be. SOAP calls need it."""
        with self._telling():
            self._signed_in()
        if self._token is None:
            raise SignInFailed("There is no session.")
        return self._token

    def server_time(self, answer: requests.Response) -> datetime:
        """Return the other side's time of an answer, else ours."""
        return from_http_date(answer.headers.get("Date")) or self.clock()

    def request(
        self,
        method: str,
        path: str,
        *,
        kind: str = "read",
        safe: bool | None = None,
        headers: Mapping[str, str | None] | None = None,
        timeout: Timeout | None = None,
        **request: Any,
    ) -> requests.Response:
        """Make a call and return the answer.

        `path` is relative to `/services/data/vNN.N/`, or absolute when it begins with `/`. `kind` is what it counts
        as. `safe` says that sending it twice does no harm (default: GET only); a call that is not safe is repeated only
        when it certainly never arrived. Other arguments are those of requests (`json`, `params`, `data`, `files`).
        Raises Refused (and other UserErrors), LimitReached, RetryLater, Unreachable, OutcomeUnknown.
        """
        harmless = method.upper() in {"GET", "HEAD"} if safe is None else safe
        # A redirect would turn a POST into a GET; an org that has moved is told as a wrong address instead.
        sent: dict[str, Any] = {"allow_redirects": False, **request, "timeout": timeout or self._timeout}
        # None takes out a header of simple-salesforce's: pretty-printing costs bytes, multipart has a type of its own.
        sent["headers"] = {"X-PrettyPrint": None, **({"Content-Type": None} if "files" in request else {})}
        sent["headers"].update(headers or {})
        for attempt in Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=8.0),
            retry=retry_if_exception(lambda error: _again(error, harmless=harmless)),
            sleep=self.sleep,
            reraise=True,
        ):
            with attempt, self._telling():
                return self._renewing(method, path, kind, harmless, sent)
        raise RetryLater("No attempt was made.")

    def json(self, method: str, path: str, **request: Any) -> Any:
        """Make a call (see `request`) and return its JSON, None for an empty answer."""
        return parsed(self.request(method, path, **request), writing=method.upper() != "GET")

    def _renewing(self, method: str, path: str, kind: str, harmless: bool, sent: dict[str, Any]) -> requests.Response:
        org = self._signed_in()
        try:
            return self._once(org, method, path, kind, harmless, sent)
        except _Expired as error:
            if not self._credentials.renewable:
                raise SignInFailed(
                    f"Salesforce refuses the access token ({error.words}). Take a new one "
                    "(`sf org display --target-org NAME`) and try again."
                ) from error
            org = self._signed_in(instead_of=org)
        try:
            return self._once(org, method, path, kind, harmless, sent)
        except _Expired as error:
            raise SignInFailed(
                f"Salesforce refuses the session right after signing in ({error.words}). Give the integration user "
                "'API Enabled', and check the IP ranges of its profile and of the External Client App."
            ) from error

    def _once(
        self, org: _Org, method: str, path: str, kind: str, harmless: bool, sent: dict[str, Any]
    ) -> requests.Response:
        url = urljoin(org.root if path.startswith("/") else org.base_url, path)
        self._count.require(self.clock())
        self._count.add(kind)
        try:
            return org.call(method, url, **sent)
        except SalesforceError as error:
            faults = faults_in(error.content)
            if faults and faults[0].code == EXPIRED:
                raise _Expired(faults[0].message) from error
            raise call_error(faults, error.status, f"{method} {path[:200]}", writing=not harmless) from error
        except requests.RequestException as error:
            raise connection_error(error, org.root, writing=not harmless) from error

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except SuccessVectorError as error:
            error.args = (self.in_its_words(str(error)), *error.args[1:])
            raise

    def _signed_in(self, instead_of: _Org | None = None) -> _Org:
        with self._lock:
            if self._org is None or self._org is instead_of:
                self._count.add(SIGN_IN)
                self._token = self._credentials.token(self._session, self.url, self.clock())
                self._org = _Org(self._token, self.version, self._session)
            return self._org

    def _note(self, answer: requests.Response, **_: Any) -> None:
        self._count.note(answer.headers.get("Sforce-Limit-Info"), self.clock())


def parsed(answer: requests.Response, *, writing: bool) -> Any:
    """Return the JSON of an answer, None for an empty one; raises OutcomeUnknown or RetryLater for anything else."""
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError as error:
        said = f"The answer of {answer.url.split('?')[0]} is not JSON; something stands between us and Salesforce."
        raise OutcomeUnknown(said) if writing else RetryLater(said) from error


def _again(error: BaseException, *, harmless: bool) -> bool:
    if isinstance(error, Unreachable):
        return True
    return harmless and isinstance(error, RetryLater) and not isinstance(error, LimitReached | OutcomeUnknown)
