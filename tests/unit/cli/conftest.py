"""Commands on a database of their own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from connectors.base import OrgIdentity
from plugin.cli import commands
from plugin.store import systems


@pytest.fixture
def run(database_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch):
    """Run a command on a database with one system, which was synced and polled just now."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    with engine.begin() as conn:
        systems.pin(conn, "salesforce", OrgIdentity("00D1", "Sample Association", "UTC", True, "005", "us"))
        systems.complete_first_sync(conn, "salesforce", datetime.now(UTC))
        systems.note_poll(conn, "salesforce", datetime.now(UTC))
    return lambda *words: CliRunner().invoke(commands, words)
