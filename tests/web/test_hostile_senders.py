"""What a sender with ill will may send to the running service: refused, counted, nothing changed, and it goes on."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from connectors.base import OrgIdentity
from plugin.store import due, systems
from tests.fakes.served import served
from tests.fakes.service import ORG, SECRET, message

GOOD = message(("Account", "001000000000001AAA"))
MEGABYTE = 1_000_000
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">%s]><x>&z9;</x>' % b"".join(
    b'<!ENTITY z%d "%s">' % (level, b"&z%d;" % (level - 1) * 10 if level else b"&a;" * 10) for level in range(10)
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
PARAMETER = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">%a;]><x/>'
DEEP = b"<a>" * 140_000 + b"</a>" * 140_000


@pytest.fixture
def address(database_url: str, engine: sa.Engine, tmp_path: Path) -> Iterator[str]:
    """Run two web processes, which know the organisation; return where notifications go."""
    with engine.begin() as conn:
        systems.pin(conn, "salesforce", OrgIdentity(ORG, "Sample Association", "UTC", True, "005", "us@example.org"))
    with served(database_url, SECRET, tmp_path) as port:
        yield f"http://127.0.0.1:{port}"


def _in_pieces(body: bytes) -> Iterator[bytes]:
    """Send it without saying how much it will be."""
    for start in range(0, len(body), 64_000):
        yield body[start : start + 64_000]


def test_bombs_and_floods_are_refused_and_counted_and_the_service_goes_on(address: str, engine: sa.Engine):
    bomb = gzip.compress(b" " * 20 * MEGABYTE + GOOD)
    sent = [
        (GOOD + b" " * MEGABYTE, {}, "too large"),
        (_in_pieces(GOOD + b" " * 5 * MEGABYTE), {}, "too large"),
        (bomb, {"Content-Encoding": "gzip"}, "compressed"),
        (bomb, {}, "no message"),
        (LAUGHS, {}, "no message"),
        (OUTSIDE, {}, "no message"),
        (PARAMETER, {}, "no message"),
        (DEEP, {}, "no message"),
        (message(("Account", "001000000000001AAA"), org="00D000000000002AAA"), {}, "another organisation"),
    ]
    place = f"{address}/webhooks/salesforce/{SECRET}"
    for body, headers, _ in sent:
        answer = requests.post(place, data=body, headers=headers, timeout=30)
        assert answer.status_code in {400, 403, 413, 415}
        assert "root:" not in answer.text
    assert requests.post(f"{address}/webhooks/salesforce/{'x' * 40}", data=GOOD, timeout=30).status_code == 404
    assert _due(engine) == []

    _until_counted(address, Counter([*(reason for _, _, reason in sent), "secret"]))
    for _ in range(3):
        assert requests.post(place, data=GOOD, timeout=30).status_code == 200
    assert _due(engine) == ["001000000000001AAA"]


def _due(engine: sa.Engine) -> list[str]:
    with engine.connect() as conn:
        rows = due.take(conn, "fetch", "salesforce", 100, datetime.now(UTC) + timedelta(seconds=1))
    return [row.record_id for row in rows]


def _until_counted(address: str, expected: Counter[str]) -> None:
    """Each process counts by itself, and writes what it counted when it is asked for the metrics."""
    end = time.monotonic() + 60
    counted = {f'success_vector_refused_notifications_total{{reason="{key}"}} {n}.0' for key, n in expected.items()}
    while not counted <= set(requests.get(f"{address}/metrics", timeout=10).text.splitlines()):
        assert time.monotonic() < end, f"not all of {expected} was counted"
        time.sleep(0.05)
