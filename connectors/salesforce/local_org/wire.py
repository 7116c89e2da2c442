"""The http server under the org: a thread a connection, connections kept open, every body read to its end.

Werkzeug's own server closes each connection after one answer, which Salesforce doesn't.
"""

from __future__ import annotations

import io
import socket
import ssl
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from plugin.errors import UserError

LARGEST_BODY = 60 * 1024 * 1024
CONNECTION = "local_org.connection"


class WireServer(ThreadingHTTPServer):
    """Serves a WSGI application; `port` 0 lets the system choose one, which is then `server_port`. With `tls` it speaks
    https.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, host: str, port: int, application: WSGIApplication, tls: ssl.SSLContext | None = None) -> None:
        self.application = application
        self.tls = tls
        self._open: set[socket.socket] = set()
        self._thread: threading.Thread | None = None
        try:
            super().__init__((host, port), self.handler())
        except OSError as error:
            words = f"The local org can't listen on {host}:{port}: {error.strerror}."
            raise UserError(f"{words} Name another port, or 0 to let the system choose.") from error

    def handler(self) -> type[Handler]:
        """Return what serves a connection."""
        return Handler

    def begin(self, name: str) -> None:
        """Serve from a thread of that name."""
        self._thread = threading.Thread(target=self.serve_forever, name=name, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Serve no more, and hang up on everybody."""
        if self._thread is not None:
            self.shutdown()
            self.hang_up()
            self._thread.join(10)
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Return the next connection, and remember that it is open."""
        connection, address = super().get_request()
        if self.tls is not None:
            # Shaking hands is left to the connection's own thread, which reads first.
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Close a connection that is done with."""
        self._open.discard(request)
        super().shutdown_request(request)

    def exchange(self, old: socket.socket, new: socket.socket) -> None:
        """Remember a connection by what has been wrapped around it."""
        self._open.discard(old)
        self._open.add(new)

    def hang_up(self) -> None:
        """Close every connection that is still open, so that a client doesn't find an org that has stopped."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away; anything else is a fault of ours and is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120
    server: WireServer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what was called can be asked at /__local__/calls."""

    def serve(self) -> None:
        """Answer one request through the application."""
        body = self._body()
        if body is None:
            self.close_connection = True
            self.send_error(413)
            return
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            started.append((status, headers))
            return io.BytesIO().write

        content = b"".join(self.server.application(self.environ(body), start))
        self._answer(*started[-1], content)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = do_OPTIONS = serve  # noqa: N815

    def _answer(self, status: str, headers: list[tuple[str, str]], content: bytes) -> None:
        code, _, words = status.partition(" ")
        self.send_response_only(int(code), words)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Date", self.date_time_string())
        if int(code) not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and int(code) not in (204, 304):
            self.wfile.write(content)
        self.wfile.flush()

    def _body(self) -> bytes | None:
        """Return the whole request body; None when it is too large."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        given = self.headers.get("Content-Length", "0")
        size = int(given) if given.isdigit() else 0
        return self.rfile.read(size) if size <= LARGEST_BODY else None

    def _chunks(self) -> bytes | None:
        whole = bytearray()
        while True:
            head = self.rfile.readline(100).split(b";")[0].strip()
            try:
                size = int(head, 16)
            except ValueError:
                return None
            if len(whole) + size > LARGEST_BODY:
                return None
            whole += self.rfile.read(size)
            self.rfile.readline(100)
            if not size:
                return bytes(whole)

    def environ(self, body: bytes) -> WSGIEnvironment:
        """Return the request as the application takes it."""
        path, _, query = self.path.partition("?")
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command, "SCRIPT_NAME": "", "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query, "SERVER_PROTOCOL": self.request_version, "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": str(self.server.server_address[0]), "SERVER_PORT": str(self.server.server_port),
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0), "wsgi.url_scheme": "https" if self.server.tls else "http",
            "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, "REQUEST_URI": self.path,
            CONNECTION: self.connection,
        }  # fmt: skip
        for name, value in self.headers.items():
            key = "HTTP_" + name.upper().replace("-", "_")
            if key not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"):
                environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ
