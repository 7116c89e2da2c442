"""Whom we are signed in to."""

from __future__ import annotations

from connectors.base import OrgIdentity
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.composite import read_all
from connectors.salesforce.forms import full_id
from connectors.salesforce.soql import listed, query_path, select
from plugin.errors import UserError

_ORGANIZATION = select("Organization", ["Id", "Name", "TimeZoneSidKey", "IsSandbox", "InstanceName"])


def identity(client: SalesforceClient) -> OrgIdentity:
    """Return the organisation and the user of the session; raises UserError where the user may not see itself."""
    user_id = _user_id(client)
    (user_query,) = listed("User", ["Id", "Username"], "Id", [user_id])
    paths = [query_path(soql, include_deleted=False) for soql in (_ORGANIZATION, user_query)]
    (organizations, users), _ = read_all(client, paths, kind="query")
    if not organizations["records"] or not users["records"]:
        raise UserError(
            "Salesforce hides the organisation or our own user from the integration user. "
            "Give it the permission 'API Enabled' and assign our integration permission set."
        )
    organization, user = organizations["records"][0], users["records"][0]
    return OrgIdentity(
        org_id=full_id(organization["Id"]) or organization["Id"],
        name=organization["Name"],
        time_zone=organization["TimeZoneSidKey"],
        is_sandbox=bool(organization["IsSandbox"]),
        user_id=full_id(user["Id"]) or user["Id"],
        username=user["Username"],
    )


def _user_id(client: SalesforceClient) -> str:
    """The sign-in's answer names the user; a token that was given to us has to be asked about."""
    named = (client.token().identity_url or "").rstrip("/").rpartition("/")[2]
    found = full_id(named)
    if found:
        return found
    return str(client.json("GET", "/services/oauth2/userinfo")["user_id"])
