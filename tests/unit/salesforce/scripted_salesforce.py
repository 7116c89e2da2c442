"""A scripted Salesforce on loopback: it answers what a test says, notes what it was sent, and can break the line."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ORG = "00D5g000004xPkqEAE"
USER = "0055g00000BvN3qAAF"


@dataclass
class Seen:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def soql(self) -> str:
        return self.query["q"][0]


@dataclass
class Reply:
    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


CUT = Reply(status=0)
"""The connection is closed without an answer."""
Answer = Reply | Callable[[Seen], Reply]


class ScriptedSalesforce:
    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.sign_ins = 0
        self._script: list[tuple[str, str, list[Answer]]] = []
        self._lock = threading.Lock()
        org = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                org._serve(self)

            do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def on(self, method: str, path: str, *answers: Answer) -> None:
        """Answer calls of that method whose path ends so; answers in turn, the last one for ever."""
        self._script.insert(0, (method, path, list(answers)))

    def calls(self, path: str = "") -> list[Seen]:
        return [each for each in self.seen if each.path.endswith(path) and "oauth2" not in each.path]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        seen = Seen(handler.command, unquote(parts.path), parse_qs(parts.query), dict(handler.headers), raw)
        reply = self._reply(seen)
        if reply is CUT:
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return
        text = b"" if reply.body is None else reply.body if isinstance(reply.body, bytes) else _json(reply.body)
        zipped = "gzip" in handler.headers.get("Accept-Encoding", "") and text
        handler.send_response_only(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            handler.send_header(name, value)
        if zipped:
            text = gzip.compress(text)
            handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def _reply(self, seen: Seen) -> Reply:
        with self._lock:
            self.seen.append(seen)
            for method, path, answers in self._script:
                if method == seen.method and seen.path.endswith(path):
                    answer = answers.pop(0) if len(answers) > 1 else answers[0]
                    break
            else:
                answer = self._usual
        return answer(seen) if callable(answer) else answer

    def _usual(self, seen: Seen) -> Reply:
        if seen.path == "/services/oauth2/token":
            with self._lock:
                self.sign_ins += 1
                number = self.sign_ins
            identity = f"https://login.salesforce.com/id/{ORG}/{USER}"
            return Reply({"access_token": f"{ORG}!t{number}", "instance_url": self.url, "id": identity})
        return error(404, "NOT_FOUND", "The requested resource does not exist")


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


def error(status: int, code: str, message: str = "") -> Reply:
    return Reply([{"errorCode": code, "message": message}], status)


def composite(*parts: Any) -> Reply:
    """The answer to a composite call: each part is a body, or (status, body)."""
    pairs = [part if isinstance(part, tuple) else (200, part) for part in parts]
    return Reply(
        {
            "compositeResponse": [
                {"body": body, "httpHeaders": {}, "httpStatusCode": status, "referenceId": f"part{number}"}
                for number, (status, body) in enumerate(pairs)
            ]
        }
    )


def described(name: str, *fields: dict[str, Any], prefix: str = "001") -> dict[str, Any]:
    """A describe answer with the system fields and these."""
    system = [("Id", "id"), ("IsDeleted", "boolean"), ("MasterRecordId", "reference"), ("CreatedDate", "datetime")]
    system += [("LastModifiedDate", "datetime"), ("LastModifiedById", "reference"), ("SystemModstamp", "datetime")]
    known = [{"name": field_name, "type": kind, "nillable": True} for field_name, kind in system]
    given = [{"type": "string", "nillable": True, "createable": True, "updateable": True, **each} for each in fields]
    return {"name": name, "label": name, "createable": True, "updateable": True, "keyPrefix": prefix} | {
        "fields": known + given
    }
