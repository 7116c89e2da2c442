"""A gunicorn worker that doesn't wait for ever: a request that isn't over in time is cut off.

Else slow senders would take every thread: gunicorn's own timeouts watch its processes, and a connection only until its
first byte.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Cuts off what takes longer than the app's REQUEST_SECONDS, and counts it as refused."""

    def handle(self, conn: TConn) -> object:
        """Handle one request, at most for so long."""
        cut = threading.Timer(self.wsgi.config["REQUEST_SECONDS"], self._cut, [conn])
        cut.daemon = True
        cut.start()
        try:
            return super().handle(conn)
        finally:
            cut.cancel()

    def _cut(self, conn: TConn) -> None:
        self.wsgi.extensions["refusals"].count("slow")
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_RDWR)
