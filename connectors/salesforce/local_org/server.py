"""The local org as a server on loopback: start it, sign in, break it, stop it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from wsgiref.types import WSGIApplication

from flask import has_request_context, request

from connectors.salesforce.local_org.attach import attach
from connectors.salesforce.local_org.automation import Automation
from connectors.salesforce.local_org.calls import Calls
from connectors.salesforce.local_org.connected_app import key_pair, register
from connectors.salesforce.local_org.faults import Faults
from connectors.salesforce.local_org.faulty.plan import FaultPlan
from connectors.salesforce.local_org.faulty.wire import with_faults
from connectors.salesforce.local_org.org import Org, OrgSettings, whole_seconds
from connectors.salesforce.local_org.proxy import PROXIED, Proxy
from connectors.salesforce.local_org.rest.app import create_app
from connectors.salesforce.local_org.rest.context import Here
from connectors.salesforce.local_org.sessions import Sessions
from connectors.salesforce.local_org.tls import certificate, server_context
from connectors.salesforce.local_org.wire import WireServer
from plugin.errors import UserError

SANDBOX_DOMAIN = "local-org--test.sandbox.my.salesforce.com"
PRODUCTION_DOMAIN = "local-org.my.salesforce.com"


class LocalOrg:
    """An org in a database, served from a thread of this process: over http or, where its settings say so, https.

    `database_url` is a libpq address; the org takes the schemas `org` and `org_meta` of that database and keeps what
    it finds there. With a `folder` the app's private key lies in it, in a file that outlives the server. `port` 0 lets
    the system choose. Signing in: `client_id`, `client_secret`, `private_key` (PEM), `username` (the integration user,
    as whom the app runs); `admin_token()` is for installing. An outbound message that isn't acknowledged is sent again
    after `retry_seconds`, then ever later. `faults` and `on_request` are for tests. Over https a client trusts the org
    by its `certificate`, a file in the folder; without a folder it is gone when the server stops.
    """

    def __init__(
        self,
        database_url: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        folder: Path | None = None,
        settings: OrgSettings | None = None,
        clock: Callable[[], datetime] = whole_seconds,
        session_seconds: float = 7200.0,
        retry_seconds: float = 1.0,
    ) -> None:
        self.host = host
        self.port = port
        self.proxy_port = None if settings is None else settings.proxy_port
        self.org = Org(database_url, settings, clock)
        self.calls = Calls(self.org.settings.daily_calls)
        self.faults = Faults()
        self.faults.on_plan = self._prepare
        self.on_request: Callable[[str, str], None] | None = None
        self.certificate: Path | None = None
        self._folder = folder
        self._made_up_folder: TemporaryDirectory[str] | None = None
        self._session_seconds = session_seconds
        self._retry_seconds = retry_seconds
        self._servers: list[WireServer] = []

    def __enter__(self) -> LocalOrg:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> LocalOrg:
        """Open the org and serve it; returns when it answers."""
        self.org.open()
        founding = self.org.founding
        keys = key_pair(self._folder)
        with self.org.pool.connection() as conn:
            app = register(conn, keys.public, founding.integration_id)
        self.private_key = keys.private
        self.client_id, self.client_secret = app.client_id, app.client_secret
        self.username, self.admin_username = founding.integration_username, founding.admin_username
        self.org_id = founding.org_id
        self.sessions = Sessions(founding.org_id, self._session_seconds)
        parts = Here(self.org, self.sessions, app, self.calls, self._address, self.faults)
        self.app = create_app(parts)
        self.automation = Automation(self.org, retry_seconds=self._retry_seconds, faults=self.faults)
        attach(self.app, self.automation)
        served = with_faults(self.app, self.faults, self.sessions, self._tell)
        try:
            self._listen(served)
        except UserError:
            self._let_go()
            raise
        self.automation.start(self.url)
        for server in self._servers:
            server.begin("local-org")
        return self

    def stop(self) -> None:
        """Stop serving and let go of the database; the org stays in it."""
        if self._servers:
            self._hang_up()
            self.automation.stop()
        self._let_go()

    @property
    def url(self) -> str:
        """Where the org is reached, without a slash at the end."""
        return f"{'https' if self.org.settings.https else 'http'}://{self.host}:{self.port}"

    @property
    def my_domain(self) -> str:
        """The host by whose name the org is reached through the proxy."""
        return SANDBOX_DOMAIN if self.org.settings.sandbox else PRODUCTION_DOMAIN

    @property
    def proxy_url(self) -> str | None:
        """Where the proxy for Salesforce's own names is reached: HTTPS_PROXY of a client; None where there is none."""
        return None if self.proxy_port is None else f"http://{self.host}:{self.proxy_port}"

    def admin_token(self, lifetime_seconds: float | None = None) -> str:
        """Return an access token of the administrator, as `sf org login` would leave one."""
        return self.sessions.begin(self.org.founding.admin_id, lifetime_seconds).token

    def integration_token(self, lifetime_seconds: float | None = None) -> str:
        """Return an access token of the integration user."""
        return self.sessions.begin(self.org.founding.integration_id, lifetime_seconds).token

    def refresh_token(self) -> str:
        """Return a refresh token of the administrator, as a sign-in in a browser would leave one."""
        return self.sessions.refresh_token(self.org.founding.admin_id)

    def _listen(self, served: WSGIApplication) -> None:
        """Take the ports; nothing is answered yet."""
        https, proxied = self.org.settings.https, self.proxy_port is not None
        secured = None
        if https or proxied:
            self.certificate = certificate(self._place())
            secured = server_context(self._place()) if https else None
        self._servers.append(WireServer(self.host, self.port, served, secured))
        self.port = self._servers[0].server_port
        if self.proxy_port is not None:
            self._servers.append(Proxy(self.host, self.proxy_port, served, self._place()))
            self.proxy_port = self._servers[1].server_port

    def _place(self) -> Path:
        """Return the folder of the certificate: the org's, or one until the server stops."""
        if self._folder is not None:
            return self._folder
        if self._made_up_folder is None:
            self._made_up_folder = TemporaryDirectory(prefix="local-org-")
        return Path(self._made_up_folder.name)

    def _hang_up(self) -> None:
        for server in self._servers:
            server.end()
        self._servers.clear()

    def _let_go(self) -> None:
        self._hang_up()
        self.org.close()
        if self._made_up_folder is not None:
            self._made_up_folder.cleanup()
            self._made_up_folder = None

    def _address(self) -> str:
        """Return where whoever asks reaches the org."""
        return f"https://{self.my_domain}" if has_request_context() and PROXIED in request.environ else self.url

    def _prepare(self, plan: FaultPlan) -> None:
        """Have a replica ready for the oldest answer that a plan asks for."""
        lags = [rule.seconds for rule in plan.rules if rule.kind == "lag" and rule.on]
        self.org.replica.follow(max(lags, default=0.0))

    def _tell(self, method: str, path: str) -> None:
        if self.on_request is not None:
            self.on_request(method, path)
