"""Users who are not active own what they had, and are given nothing more."""

from __future__ import annotations

import pytest

from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client


@pytest.fixture
def gone(org: LocalOrg, admin: Client) -> str:
    """The id of a user who owned an account before he was made inactive."""
    user = org.org.founding.integration_id
    admin.create("Account", Name="Sample Before", OwnerId=user)
    with org.org.pool.connection() as conn:
        conn.execute('UPDATE org."user" SET isactive = false WHERE id = %s', (user,))
    return user


def test_a_record_is_not_given_to_an_inactive_user(admin: Client, gone: str) -> None:
    refused = (
        400,
        "INACTIVE_OWNER_OR_USER",
        f"operation performed with inactive user [{gone[:15]}] as owner of account",
    )
    assert admin.refusal("POST", "/sobjects/Account", {"Name": "A", "OwnerId": gone}) == refused
    record = admin.create("Account", Name="A")
    assert admin.refusal("PATCH", f"/sobjects/Account/{record}", {"OwnerId": gone}) == refused
    assert admin.row("Account", record)["OwnerId"] != gone


def test_what_an_inactive_user_has_may_be_changed_and_given_away(org: LocalOrg, admin: Client, gone: str) -> None:
    (row,) = admin.query(f"SELECT Id FROM Account WHERE OwnerId = '{gone}'")["records"]
    path = f"/sobjects/Account/{row['Id']}"
    assert admin("PATCH", path, {"Phone": "1", "OwnerId": gone}).status_code == 204
    assert admin("PATCH", path, {"OwnerId": org.org.founding.admin_id}).status_code == 204
