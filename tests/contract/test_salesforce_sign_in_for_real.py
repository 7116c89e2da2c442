"""Signing in to a local org, each way and each refusal."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.salesforce.auth import ClientCredentials, Credentials, GivenToken, JwtBearer
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.local_org.server import LocalOrg
from plugin.errors import SignInFailed
from plugin.store.embedded import EmbeddedPostgres


@pytest.fixture(scope="module")
def server(postgres: EmbeddedPostgres) -> Iterator[LocalOrg]:
    name = f"sign_in_{uuid4().hex}"
    with LocalOrg(postgres.create_database(name)) as server:
        yield server
    postgres.drop_database(name)


def connector(server: LocalOrg, credentials: Credentials) -> SalesforceConnector:
    return SalesforceConnector(SalesforceConfig(server.url, credentials))


def test_each_way_of_signing_in_leads_to_the_same_org_as_the_right_user(server: LocalOrg):
    integration = {
        connector(server, credentials).identity()
        for credentials in (
            JwtBearer(server.client_id, server.username, server.private_key),
            ClientCredentials(server.client_id, server.client_secret),
            GivenToken(server.integration_token()),
        )
    }
    (found,) = integration
    assert (found.org_id, found.username) == (server.org_id, server.username)
    assert connector(server, GivenToken(server.admin_token())).identity().username == server.admin_username


def another_key() -> str:
    return (
        rsa.generate_private_key(65537, 2048)
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def test_each_refusal_is_told_with_its_own_next_step(server: LocalOrg):
    refusals = {
        "upload the certificate": JwtBearer(server.client_id, server.username, another_key()),
        "consumer key": JwtBearer("3MVG9another", server.username, server.private_key),
        "pre-authorise": JwtBearer(server.client_id, "nobody@example.org", server.private_key),
        "My Domain": JwtBearer(server.client_id, server.username, server.private_key, audience="https://example.org"),
        "_SECRET": ClientCredentials(server.client_id, "wrong"),
        "Take a new one": GivenToken("00D000000000000!expired"),
    }
    for advice, credentials in refusals.items():
        with pytest.raises(SignInFailed, match=advice):
            connector(server, credentials).identity()


def test_all_objects_of_a_mapping_are_described_in_one_call(server: LocalOrg):
    salesforce = connector(server, GivenToken(server.admin_token()))
    names = ["Account", "Contact", "Task", "Event", "User", "Opportunity"]
    assert set(names) <= {*salesforce.describe([*names, "Nothing__c"]), "Opportunity"}
    assert salesforce.usage().calls == 1
