"""Which member a command's argument means."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy.engine import Connection

from plugin.cli.member import the_member
from plugin.errors import UserError
from plugin.store import links, records
from plugin.store.links import Link
from plugin.store.records import Origin

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ACCOUNT = "001000000000017AAA"
ANN = Origin("Ann", "crm", AT, AT)


def member(conn: Connection, name: str, ended_on: date | None = None) -> UUID:
    return records.save(conn, "member", None, {"name": name, "ended_on": ended_on}, ANN)


@pytest.mark.parametrize("text", ["École 017", "éCOLE 017", ACCOUNT, ACCOUNT[:15], "{id}"])
def test_a_member_is_meant_by_name_or_either_id(conn: Connection, text: str):
    member(conn, "École 018")
    one = member(conn, "École 017")
    links.insert(conn, Link("salesforce", "Account", ACCOUNT, "member", one))
    assert the_member(conn, text.format(id=one), TODAY).id == one


def test_who_left_or_was_deleted_is_meant_only_where_the_past_is(conn: Connection):
    left, deleted = member(conn, "Sample Member 1", ended_on=TODAY), member(conn, "Sample Member 2")
    records.delete(conn, "member", deleted, ANN)
    for name, one in (("Sample Member 1", left), ("Sample Member 2", deleted)):
        assert the_member(conn, name).id == one
        with pytest.raises(UserError, match=f"No current member is called {name!r}"):
            the_member(conn, name, TODAY)


def test_a_current_member_goes_before_one_of_that_name_who_left(conn: Connection):
    member(conn, "Sample Member 1", ended_on=TODAY)
    stayed = member(conn, "Sample Member 1")
    assert the_member(conn, "Sample Member 1", TODAY).id == stayed
    with pytest.raises(UserError, match="2 members are called 'Sample Member 1'"):
        the_member(conn, "Sample Member 1")
