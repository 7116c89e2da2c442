"""A proxy for clients that insist on Salesforce's own names: what they ask of those is asked of the org.

A client opens a tunnel (CONNECT, RFC 9110 section 9.3.6) to a name below salesforce.com or force.com; the proxy ends
TLS with a certificate of that name and serves the requests itself. Nothing ever leaves the machine: any other name is
refused.
"""

from __future__ import annotations

import ssl
import threading
from pathlib import Path
from typing import cast
from wsgiref.types import WSGIApplication, WSGIEnvironment

from connectors.salesforce.local_org.tls import DOMAINS, named_context
from connectors.salesforce.local_org.wire import Handler, WireServer

PROXIED = "local_org.proxied"
HTTPS_PORT = "443"


def maps(name: str) -> bool:
    """Return whether requests to the host of that name are the org's."""
    return any(name.endswith(f".{domain}") for domain in DOMAINS)


class Proxy(WireServer):
    """Serves the org's application to who asks for a name of Salesforce's. Clients trust the folder's certificate."""

    def __init__(self, host: str, port: int, application: WSGIApplication, folder: Path) -> None:
        super().__init__(host, port, application)
        self._folder = folder
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._making = threading.Lock()

    def handler(self) -> type[Handler]:
        """Return what serves a connection."""
        return _Tunnel

    def context(self, name: str) -> ssl.SSLContext:
        """Return what to speak https with as the host of that name; made once."""
        with self._making:
            if name not in self._contexts:
                self._contexts[name] = named_context(self._folder, name)
            return self._contexts[name]


class _Tunnel(Handler):
    """One connection: CONNECT first, then requests to the name that was asked for."""

    name = ""

    def do_CONNECT(self) -> None:  # noqa: N802
        """Open the tunnel, or say why not."""
        name, _, port = self.path.lower().rpartition(":")
        if self.name or port != HTTPS_PORT or not maps(name):
            self._refuse(f"it doesn't reach {self.path}")
            return
        context = cast(Proxy, self.server).context(name)
        self.send_response_only(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        self._secure(context)
        self.name = name

    def serve(self) -> None:
        """Answer a request in the tunnel; one outside of it is for somebody else."""
        if not self.name:
            self._refuse(f"it opens tunnels for https only, and was asked to {self.command} {self.path}")
            return
        super().serve()

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = do_OPTIONS = serve  # noqa: N815

    def environ(self, body: bytes) -> WSGIEnvironment:
        """Return the request as one to the name that the tunnel leads to."""
        return {
            **super().environ(body), "SERVER_NAME": self.name, "SERVER_PORT": HTTPS_PORT, "wsgi.url_scheme": "https",
            PROXIED: self.name,
        }  # fmt: skip

    def finish(self) -> None:
        """Close what has been wrapped around the connection as well."""
        super().finish()
        if self.name:
            self.server.shutdown_request(self.connection)

    def _secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on."""
        for file in (self.rfile, self.wfile):
            file.close()
        plain = self.connection
        self.request = context.wrap_socket(plain, server_side=True)
        self.server.exchange(plain, self.request)
        self.setup()
        self.close_connection = False

    def _refuse(self, why: str) -> None:
        self.close_connection = True
        names = " and ".join(f"*.{domain}" for domain in DOMAINS)
        words = f"The local org's proxy serves {names} on port {HTTPS_PORT}, and {why}.\n".encode()
        self.send_response(403, "Not a name of the local org's proxy")
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(words)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(words)
        self.wfile.flush()
