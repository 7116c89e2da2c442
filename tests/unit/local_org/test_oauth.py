"""Signing in: what opens the org, and what it says to what doesn't."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.salesforce.local_org.server import LocalOrg
from tests.unit.local_org.conftest import Client

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def ask(org: LocalOrg, **form: str) -> requests.Response:
    return requests.post(f"{org.url}/services/oauth2/token", data=form, timeout=10)


def assertion(org: LocalOrg, key: Any = None, **changes: Any) -> str:
    claims = {"iss": org.client_id, "sub": org.username, "aud": org.url, "exp": int(time.time()) + 120, **changes}
    return jwt.encode(claims, key or org.private_key, "RS256")


def test_a_signed_assertion_opens_the_org_to_its_user(org: LocalOrg) -> None:
    told = ask(org, grant_type=GRANT, assertion=assertion(org)).json()
    assert told["instance_url"] == org.url
    assert told["token_type"] == "Bearer"
    who = Client(org, told["access_token"])("GET", "/services/oauth2/userinfo").json()
    assert who["preferred_username"] == org.username
    assert who["organization_id"] == org.org_id


def test_who_signs_in_is_told_who_he_is_where_the_answer_says(org: LocalOrg) -> None:
    told = ask(org, grant_type=GRANT, assertion=assertion(org)).json()
    client = Client(org, told["access_token"])
    identity = requests.get(told["id"], headers=client.session.headers, timeout=10).json()
    assert identity == client("GET", "/services/oauth2/userinfo").json()
    assert (identity["username"], identity["organization_id"]) == (org.username, org.org_id)
    assert told["id"].endswith(f"/id/{org.org_id}/{identity['user_id']}")
    assert requests.get(told["id"], timeout=10).status_code == 401


def test_what_lies_below_a_version_is_listed_and_there(org: LocalOrg) -> None:
    admin = Client(org, org.admin_token())
    told = admin("GET", "/").json()
    assert {"sobjects", "query", "queryAll", "limits", "composite", "identity"} <= told.keys()
    assert [admin("GET", told[name]).status_code for name in ("sobjects", "limits")] == [200, 200]


def test_a_clients_secret_opens_the_org_to_the_run_as_user(org: LocalOrg) -> None:
    form = ask(org, grant_type="client_credentials", client_id=org.client_id, client_secret=org.client_secret)
    basic = requests.post(
        f"{org.url}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(org.client_id, org.client_secret),
        timeout=10,
    )
    assert [form.status_code, basic.status_code] == [200, 200]


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        ({"iss": "3MVG9somebody"}, "invalid_client_id", "client identifier invalid"),
        ({"sub": "nobody@local-org.example"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"aud": "https://example.org"}, "invalid_grant", "audience is invalid"),
        ({"exp": 1}, "invalid_grant", "expired assertion"),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused_by_name(
    org: LocalOrg, changes: dict[str, Any], error: str, description: str
) -> None:
    response = ask(org, grant_type=GRANT, assertion=assertion(org, **changes))
    assert response.status_code == 400
    assert response.json() == {"error": error, "error_description": description}


def test_an_assertion_may_be_good_for_long_as_that_of_the_salesforce_cli_is(org: LocalOrg) -> None:
    # The CLI writes milliseconds where seconds belong, and Salesforce lets it in.
    milliseconds = int(time.time() * 1000) + 300
    assert ask(org, grant_type=GRANT, assertion=assertion(org, exp=milliseconds)).status_code == 200


def test_an_assertion_that_has_just_ended_is_taken_as_clocks_differ(org: LocalOrg) -> None:
    assert ask(org, grant_type=GRANT, assertion=assertion(org, exp=int(time.time()) - 60)).status_code == 200
    late = ask(org, grant_type=GRANT, assertion=assertion(org, exp=int(time.time()) - 200))
    assert late.json() == {"error": "invalid_grant", "error_description": "expired assertion"}


def test_another_keys_signature_is_refused(org: LocalOrg) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    response = ask(org, grant_type=GRANT, assertion=assertion(org, key=stranger))
    assert response.json() == {"error": "invalid_grant", "error_description": "invalid assertion"}


def test_an_unsigned_assertion_is_refused(org: LocalOrg) -> None:
    claims = {"iss": org.client_id, "sub": org.username, "aud": org.url, "exp": int(time.time()) + 60}
    response = ask(org, grant_type=GRANT, assertion=jwt.encode(claims, None, "none"))
    assert response.json()["error_description"] == "invalid assertion"


def test_a_wrong_secret_and_an_unknown_grant_are_refused(org: LocalOrg) -> None:
    wrong = ask(org, grant_type="client_credentials", client_id=org.client_id, client_secret="guess")
    assert wrong.json() == {"error": "invalid_client", "error_description": "invalid client credentials"}
    assert ask(org, grant_type="password").json()["error"] == "unsupported_grant_type"


def test_without_a_session_there_is_nothing_but_the_versions(org: LocalOrg) -> None:
    stranger = Client(org, "00D!nonsense")
    assert stranger("GET", "/services/data").status_code == 200
    assert stranger.refusal("GET", "/limits") == (401, "INVALID_SESSION_ID", "Session expired or invalid")


def test_a_session_ends_when_its_time_is_over_or_it_is_revoked(make_org: Callable[..., LocalOrg]) -> None:
    org = make_org(session_seconds=0.2)
    short, revoked = Client(org, org.admin_token()), org.admin_token(60)
    assert short("GET", "/limits").status_code == 200
    time.sleep(0.25)
    assert short("GET", "/limits").status_code == 401
    requests.post(f"{org.url}/services/oauth2/revoke", data={"token": revoked}, timeout=10)
    assert Client(org, revoked)("GET", "/limits").status_code == 401


def test_the_app_and_its_key_outlive_a_restart(make_org: Callable[..., LocalOrg]) -> None:
    first = make_org()
    before = (first.org_id, first.client_id, first.client_secret, first.private_key)
    first.stop()
    again = LocalOrg(first.org.pool.conninfo, folder=first._folder)
    with again:
        assert (again.org_id, again.client_id, again.client_secret, again.private_key) == before
        assert again.org.schema.objects["goal__c"].name_autonumber == "G-{0000}"
        assert ask(again, grant_type=GRANT, assertion=assertion(again)).status_code == 200


def test_a_refresh_token_opens_the_org_again_until_it_is_revoked(org: LocalOrg) -> None:
    token = org.refresh_token()
    form = {"grant_type": "refresh_token", "client_id": org.client_id, "refresh_token": token}
    told = ask(org, **form).json()
    assert Client(org, told["access_token"])("GET", "/limits").status_code == 200
    assert ask(org, **form, client_secret="guess").json()["error"] == "invalid_client"
    requests.post(f"{org.url}/services/oauth2/revoke", data={"token": token}, timeout=10)
    refused = ask(org, **form)
    assert refused.status_code == 400
    assert refused.json() == {"error": "invalid_grant", "error_description": "expired access/refresh token"}


def test_an_app_may_ask_whose_a_token_is(org: LocalOrg) -> None:
    proof = {"client_id": org.client_id, "client_secret": org.client_secret}
    address = f"{org.url}/services/oauth2/introspect"
    told = requests.post(address, data={**proof, "token": org.admin_token()}, timeout=10).json()
    assert (told["active"], told["username"], told["client_id"]) == (True, org.admin_username, org.client_id)
    assert told["exp"] > time.time()
    assert requests.post(address, data={**proof, "token": "00D!no"}, timeout=10).json() == {"active": False}
    stranger = requests.post(address, data={"client_id": org.client_id, "client_secret": "guess"}, timeout=10)
    assert (stranger.status_code, stranger.json()["error"]) == (400, "invalid_client")
