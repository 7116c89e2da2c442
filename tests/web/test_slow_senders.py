"""Who sends slowly, or nothing at all, keeps nobody else waiting."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from plugin import processes
from tests.fakes.served import served, until_it_answers

SECRET = "s" * 40
MORE_THAN_THREADS = processes.WEB_PROCESSES * processes.WEB_THREADS + 4
HEAD = f"POST /webhooks/salesforce/{SECRET} HTTP/1.1\r\nHost: x\r\n".encode()


@pytest.fixture
def port(database_url: str, tmp_path: Path) -> Iterator[int]:
    """Run the service, which gives a request two seconds."""
    with served(database_url, SECRET, tmp_path, SUCCESS_VECTOR_REQUEST_SECONDS="2") as port:
        yield port


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
        until_it_answers(port)
        if begun:
            for connection in slow:
                connection.settimeout(60)
                assert b"200 OK" not in connection.recv(1000)
    if begun:
        told = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
        assert 'success_vector_refused_notifications_total{reason="slow"}' in told
