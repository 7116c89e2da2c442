"""What every session asks of PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from plugin.store.engine import connect

HOLDS_UP_AT_MOST = 30
"""Seconds for which a machine that is gone may hold what its sessions lock."""


class Seen(Exception):
    """Raised in place of connecting."""


def asked(url: str) -> dict[str, str]:
    """Return the settings that a session begins with, by name."""
    engine = connect(url)

    @sa.event.listens_for(engine, "do_connect")
    def look(_dialect: Any, _record: Any, _args: Any, given: dict[str, Any]) -> None:
        raise Seen(given["options"])

    with pytest.raises(Seen) as seen:
        engine.connect()
    return dict(word.split("=") for word in str(seen.value).split() if word != "-c")


def test_a_machine_that_is_gone_holds_no_lock_for_more_than_thirty_seconds():
    told = asked("postgresql://127.0.0.1/any")
    idle, interval, count = (int(told[f"tcp_keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert idle + interval * count <= HOLDS_UP_AT_MOST


def test_the_options_of_the_address_are_kept():
    told = asked("postgresql://127.0.0.1/any?options=-c%20statement_timeout%3D5000")
    assert (told["statement_timeout"], told["timezone"]) == ("5000", "UTC")


def test_postgresql_takes_them(engine: sa.Engine, database_url: str):
    with connect(database_url).connect() as conn:
        assert conn.scalar(sa.text("SHOW timezone")) == "UTC"
        names = "SELECT count(*) FROM pg_settings WHERE name LIKE 'tcp_keepalives_%' AND source = 'client'"
        assert conn.scalar(sa.text(names)) == 3
