"""What stands in no log at any level: secrets."""

from __future__ import annotations

import logging

import pytest
import structlog

from plugin import logs
from plugin.store import due
from plugin.sync.poll import first_sync, poll
from tests.e2e.conftest import SECRET, Office, connect_to
from webhooks import create_app


def test_a_sync_that_signs_in_and_fails_at_times_logs_no_secret_at_any_level(
    office: Office, database_url: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    logs.set_up("debug")
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        ours = connect_to(office, database_url)
        first_sync(ours.engine, "salesforce", lambda _: None)
        member, _, _ = office.member_with_outcome("Sample Member of the logs")
        with ours.engine.database.begin() as conn:
            due.mark(conn, "fetch", "salesforce", "Account", [member])
        poll(ours.engine, "salesforce")
        ours.settle()
        create_app(ours.services).test_client().post(f"/webhooks/salesforce/{SECRET}", data=b"<nonsense/>")
    finally:
        structlog.reset_defaults()
        logging.getLogger().setLevel(logging.WARNING)
    said = "".join((*capsys.readouterr(), caplog.text))
    token = ours.engine.connected["salesforce"].connector.client.token().access_token  # type: ignore[attr-defined]
    assert "/services/data/" in said
    key = office.key.read_text("utf-8")
    secrets = [SECRET, token, office.org.client_secret, office.org.admin_token(), *key.splitlines()[1:-1]]
    assert [one for one in secrets if one in said] == []
    ours.services.close()
