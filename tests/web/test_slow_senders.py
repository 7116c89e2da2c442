"""Who sends slowly, or nothing at all, keeps nobody else waiting."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from plugin import processes

ROOT = Path(__file__).parents[2]
SECRET = "s" * 40
MORE_THAN_THREADS = processes.WEB_PROCESSES * processes.WEB_THREADS + 4
HEAD = f"POST /webhooks/salesforce/{SECRET} HTTP/1.1\r\nHost: x\r\n".encode()


@pytest.fixture
def port(database_url: str, tmp_path: Path) -> Iterator[int]:
    """Run the service, which gives a request two seconds."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": database_url, "SUCCESS_VECTOR_WEBHOOK_SECRETS": SECRET}
    with (tmp_path / "log").open("wb") as log:
        running = processes.start("127.0.0.1", port, environment | {"SUCCESS_VECTOR_REQUEST_SECONDS": "2"}, ROOT, log)
        try:
            _until_it_answers(port)
            yield port
        finally:
            running.stop()


def _until_it_answers(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=10).ok
        except requests.RequestException:
            assert time.monotonic() < end, "the service doesn't answer"
            time.sleep(0.1)
        else:
            return


@pytest.mark.parametrize(
    "begun",
    [b"", HEAD, HEAD + b"Content-Length: 1000\r\n\r\n<?xml"],
    ids=["nothing", "half a head", "half a body"],
)
def test_slow_senders_are_cut_off_and_the_service_answers_others(port: int, begun: bytes):
    with ExitStack() as opened:
        slow = [opened.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(MORE_THAN_THREADS)]
        for connection in slow:
            connection.sendall(begun)
        _until_it_answers(port)
        if begun:
            for connection in slow:
                connection.settimeout(60)
                assert b"200 OK" not in connection.recv(1000)
    if begun:
        told = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
        assert 'success_vector_refused_notifications_total{reason="slow"}' in told
