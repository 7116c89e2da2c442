"""What other systems may send us, and what becomes of it."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from connectors.base import OrgIdentity
from connectors.salesforce import notifications
from plugin.bootstrap import Configured, Services
from plugin.errors import UserError
from plugin.settings import Settings
from plugin.store import due, refusals, systems
from plugin.store.engine import connect
from plugin.web.refusing import Refusals
from tests.fakes.service import OLD_SECRET, ORG, SECRET, SilentBell, message, post, services_on
from webhooks import create_app

ACCOUNT = message(("Account", "001000000000001AAA"))


@pytest.fixture
def bell() -> SilentBell:
    return SilentBell()


@pytest.fixture
def client(engine: sa.Engine, bell: SilentBell) -> FlaskClient:
    with engine.begin() as conn:
        systems.pin(conn, "salesforce", OrgIdentity(ORG, "Sample Association", "UTC", True, "005", "us@example.org"))
    return create_app(services_on(engine, bell)).test_client()


def waiting(engine: sa.Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as conn:
        rows = due.take(conn, "fetch", "salesforce", 100, datetime.now(UTC))
    return [(row.object, row.record_id, row.lane) for row in rows]


def test_a_notification_makes_its_records_due_and_is_acknowledged(client: FlaskClient, engine: sa.Engine, bell):
    answer = post(client, message(("Account", "001000000000001AAA"), ("Account", "001000000000002AAA")))
    assert (answer.status_code, answer.text) == (200, notifications.acknowledgement())
    assert waiting(engine) == [
        ("Account", "001000000000001AAA", "interactive"),
        ("Account", "001000000000002AAA", "interactive"),
    ]
    assert bell.rung == 1


def test_a_repeated_notification_is_due_once(client: FlaskClient, engine: sa.Engine):
    for _ in range(5):
        assert post(client, ACCOUNT).status_code == 200
    assert len(waiting(engine)) == 1


def test_both_secrets_are_good_while_they_rotate(client: FlaskClient, engine: sa.Engine):
    assert post(client, ACCOUNT, OLD_SECRET).status_code == 200


def test_an_organisation_id_of_fifteen_characters_is_the_same_one(client: FlaskClient, engine: sa.Engine):
    assert post(client, message(("Account", "001000000000001AAA"), org=ORG[:15])).status_code == 200


def test_an_object_that_is_not_mapped_is_acknowledged_and_forgotten(client: FlaskClient, engine: sa.Engine):
    assert post(client, message(("Case", "500000000000001AAA"))).status_code == 200
    assert waiting(engine) == []


def test_a_wrong_secret_finds_nothing(client: FlaskClient, engine: sa.Engine):
    assert post(client, ACCOUNT, "wrong").status_code == 404
    assert post(client, ACCOUNT, "naïve-ünicode").status_code == 404
    assert waiting(engine) == []


def test_another_organisation_is_refused(client: FlaskClient, engine: sa.Engine):
    answer = post(client, message(("Account", "001000000000001AAA"), org="00D000000000002AAA"))
    assert (answer.status_code, "another organisation" in answer.text) == (403, True)
    assert "soapenv:Client" in answer.text
    assert waiting(engine) == []


def test_before_the_first_sync_a_message_is_to_come_again(engine: sa.Engine, bell: SilentBell):
    answer = post(create_app(services_on(engine, bell)).test_client(), ACCOUNT)
    assert (answer.status_code, "soapenv:Server" in answer.text) == (503, True)
    assert waiting(engine) == []


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        ACCOUNT[:-20],
        b"\xff\xfe\x00",
        BOMB,
        OUTSIDE,
        b"<html/>",
        message(),
        message(("Account", "short")),
        message(("Account", "001000000000001AAA'")),
        message(("", "001000000000001AAA")),
        message(("Account", "001000000000001AAA"), org="?"),
        message(*[("Account", f"001{n:012d}") for n in range(101)]),
        ACCOUNT.replace(b"UTF-8", b"no-such-encoding"),
    ],
)
def test_what_is_no_message_gets_a_fault_and_leaves_no_trace(client: FlaskClient, engine: sa.Engine, body: bytes):
    answer = post(client, body)
    assert (answer.status_code, "soapenv:Client" in answer.text) == (400, True)
    assert waiting(engine) == []


def test_a_message_that_is_too_large_is_not_read(engine: sa.Engine, bell: SilentBell):
    client = create_app(services_on(engine, bell, max_notification_bytes=200)).test_client()
    answer = post(client, ACCOUNT)
    assert (answer.status_code, "larger than 200 bytes" in answer.text) == (413, True)


def test_a_compressed_message_is_refused(client: FlaskClient, engine: sa.Engine):
    assert post(client, ACCOUNT, **{"Content-Encoding": "gzip"}).status_code == 415


def test_recorded_messages_are_read(shared_data):
    folder = shared_data / "salesforce" / "outbound_messages"
    three = notifications.parse((folder / "OutboundMessage1.xml").read_bytes())
    assert [name for name, _ in three.records] == ["Lead1", "Lead2", "Lead3"]
    with pytest.raises(notifications.NotAMessage):
        notifications.parse((folder / "OutboundMessage2.xml").read_bytes())


def test_without_a_database_the_message_is_to_come_again(client: FlaskClient, bell: SilentBell):
    nowhere = connect("postgresql://nobody@127.0.0.1:1/nothing")
    answer = post(create_app(services_on(nowhere, bell)).test_client(), ACCOUNT)
    assert (answer.status_code, "soapenv:Server" in answer.text) == (503, True)


@pytest.mark.parametrize("secrets", ["", "too-short", f"{SECRET},{OLD_SECRET},{SECRET}3", f"{SECRET},short"])
def test_the_service_does_not_start_without_a_good_secret(engine: sa.Engine, secrets: str):
    services = services_on(engine, SilentBell())
    settings = Settings(_env_file=None, webhook_secrets=secrets)  # type: ignore[call-arg]
    known = {"salesforce": Configured("salesforce", settings, services.mapping)}
    with pytest.raises(UserError, match="SUCCESS_VECTOR_WEBHOOK_SECRETS"):
        create_app(Services(settings, engine, "", known, services.bell, ExitStack()))


def test_what_is_refused_is_counted(client: FlaskClient):
    post(client, ACCOUNT, "wrong")
    for body in (b"not xml", BOMB, OUTSIDE):
        post(client, body)
    post(client, message(("Account", "001000000000001AAA"), org="00D000000000002AAA"))
    post(client, ACCOUNT, **{"Content-Encoding": "gzip"})
    post(client, b" " * 1_000_001)
    post(client, ACCOUNT)
    told = client.get("/metrics").text
    counted = {"secret": 1, "no message": 3, "another organisation": 1, "compressed": 1, "too large": 1}
    for reason, count in counted.items():
        assert f'success_vector_refused_notifications_total{{reason="{reason}"}} {count}.0' in told


def test_a_flood_of_refusals_reaches_the_database_once_in_ten_seconds(engine: sa.Engine):
    now = 0.0
    counting = Refusals(engine, lambda: now)
    for _ in range(1000):
        counting.count("secret")
    with engine.connect() as conn:
        assert refusals.counts(conn) == {"secret": 1}
    now = 10.0
    counting.count("secret")
    with engine.connect() as conn:
        assert refusals.counts(conn) == {"secret": 1001}


def test_what_is_refused_while_the_database_is_away_is_counted_later(engine: sa.Engine):
    counting = Refusals(connect("postgresql://nobody@127.0.0.1:1/nothing"))
    counting.count("secret")
    counting._database = engine
    counting.write()
    with engine.connect() as conn:
        assert refusals.counts(conn) == {"secret": 1}


@pytest.fixture
def secrets_file(tmp_path: Path) -> Path:
    file = tmp_path / "webhook-secrets"
    file.write_text(f"{OLD_SECRET}\n")
    return file


def test_a_secret_is_rotated_without_a_restart(client: FlaskClient, engine: sa.Engine, secrets_file: Path):
    client = create_app(services_on(engine, SilentBell(), webhook_secrets_file=secrets_file)).test_client()
    asked = lambda: (post(client, ACCOUNT, SECRET).status_code, post(client, ACCOUNT, OLD_SECRET).status_code)  # noqa: E731
    assert asked() == (404, 200)
    secrets_file.write_text(f"{SECRET}\n{OLD_SECRET}\n")
    assert asked() == (200, 200)
    secrets_file.write_text(f"{SECRET}\n")
    assert asked() == (200, 404)


@pytest.mark.parametrize("spoilt", ["", "too-short\n", None])
def test_a_spoilt_file_of_secrets_leaves_the_earlier_ones_valid(
    client: FlaskClient, engine: sa.Engine, secrets_file: Path, spoilt: str | None
):
    client = create_app(services_on(engine, SilentBell(), webhook_secrets_file=secrets_file)).test_client()
    secrets_file.unlink() if spoilt is None else secrets_file.write_text(spoilt)
    assert post(client, ACCOUNT, OLD_SECRET).status_code == 200
    assert post(client, ACCOUNT, spoilt.strip() if spoilt else "wrong").status_code in {404, 405}


def test_the_service_does_not_start_with_a_file_of_secrets_that_is_not_there(engine: sa.Engine, tmp_path: Path):
    with pytest.raises(UserError, match="absent can't be read"):
        create_app(services_on(engine, SilentBell(), webhook_secrets_file=tmp_path / "absent"))


def test_health_readiness_and_metrics(client: FlaskClient):
    post(client, ACCOUNT)
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["migrations"]["ok"]) == (200, True)
    told = client.get("/metrics").text
    assert 'success_vector_due{lane="interactive",stage="fetch",system="salesforce"} 1.0' in told


def test_readiness_names_the_next_step_when_the_oldest_is_too_old(client: FlaskClient, engine: sa.Engine):
    with engine.begin() as conn:
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        due.mark(conn, "fetch", "salesforce", "Account", ["001000000000001AAA"], due_at=long_ago)
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "success-vector worker" in ready.json["oldest_due"]["fix"]


def test_readiness_without_a_database(bell: SilentBell):
    nowhere = connect("postgresql://nobody@127.0.0.1:1/nothing")
    ready = create_app(services_on(nowhere, bell)).test_client().get("/readyz")
    assert (ready.status_code, ready.json["database"]["ok"]) == (503, False)
