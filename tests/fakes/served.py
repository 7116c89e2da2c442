"""The service as it really runs: its web processes on a port of this machine."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from plugin import processes

ROOT = Path(__file__).parents[2]


@contextmanager
def served(database_url: str, secret: str, folder: Path, **settings: str) -> Iterator[int]:
    """Run the web processes, which log into the folder, and yield their port once they answer."""
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": database_url, "SUCCESS_VECTOR_WEBHOOK_SECRETS": secret, **settings}
    with (folder / "log").open("wb") as log:
        running = processes.start("127.0.0.1", port, environment, ROOT, log)
        try:
            until_it_answers(port)
            yield port
        finally:
            running.stop()


def free_port() -> int:
    """Return a port of this machine that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def until_it_answers(port: int) -> None:
    """Wait until the service on that port says that it lives."""
    end = time.monotonic() + 60
    while True:
        try:
            assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=10).ok
        except requests.RequestException:
            assert time.monotonic() < end, "the service doesn't answer"
            time.sleep(0.1)
        else:
            return
