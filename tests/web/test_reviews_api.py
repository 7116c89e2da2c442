"""The REST API for fields that wait for a person."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from plugin.errors import UserError
from tests.fakes.service import SilentBell, services_on
from tests.unit.sync.conftest import ACCOUNT, OUTCOME, World, conflict, world
from webhooks import create_app

__all__ = ["conflict", "world"]
TOKEN, OLD = "t" * 32, "o" * 32
DESIRED = "Desired_Outcome__c"
REVIEWS = "/api/v1/reviews"


@pytest.fixture
def client(engine: sa.Engine) -> FlaskClient:
    return create_app(services_on(engine, SilentBell(), api_tokens=f"board:{TOKEN},office:{OLD}")).test_client()


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_field_that_waits_is_listed_looked_at_and_settled(conflict: World, client: FlaskClient):
    [one] = client.get(REVIEWS, headers=bearer()).json["reviews"]
    assert (one["theirs"], one["ours"], one["why"], one["members"]) == (
        "Theirs",
        "Ours",
        "undecided",
        ["Sample Member 1"],
    )
    assert client.get(f"{REVIEWS}/{one['id']}", headers=bearer()).json == one
    settled = client.post(f"{REVIEWS}/{one['id']}/settle", json={"take": "theirs"}, headers=bearer(OLD))
    assert (settled.status_code, settled.json["value"]) == (200, "Theirs")
    assert conflict.ours("desired_outcome", OUTCOME)["objective"] == "Theirs"
    assert client.get(REVIEWS, headers=bearer()).json == {"reviews": [], "after": None}


def test_what_moved_since_is_refused_with_what_it_is_now(conflict: World, client: FlaskClient):
    [one] = client.get(REVIEWS, headers=bearer()).json["reviews"]
    conflict.clock.forward(60)
    conflict.crm.put(DESIRED, OUTCOME, Objective__c="Theirs, again")
    conflict.poll()
    refused = client.post(f"{REVIEWS}/{one['id']}/settle", json={"take": "ours"}, headers=bearer())
    assert (refused.status_code, refused.json["now"]["theirs"]) == (409, "Theirs, again")
    assert conflict.ours("desired_outcome", OUTCOME)["objective"] == "Ours"


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer naïve", f"Bearer board:{TOKEN}"]
)
def test_nobody_without_a_valid_token_is_answered(conflict: World, client: FlaskClient, header: str | None):
    refused = client.get(REVIEWS, headers={"Authorization": header} if header is not None else {})
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_without_any_token_the_api_answers_nobody(engine: sa.Engine):
    client = create_app(services_on(engine, SilentBell())).test_client()
    assert client.get(REVIEWS, headers=bearer("")).status_code == 401


@pytest.mark.parametrize("tokens", ["short:token", TOKEN, f":{TOKEN}"])
def test_the_service_does_not_start_with_a_bad_token(engine: sa.Engine, tokens: str):
    with pytest.raises(UserError, match="SUCCESS_VECTOR_API_TOKENS"):
        create_app(services_on(engine, SilentBell(), api_tokens=tokens))


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b'{"take": "mine"}', 400), (b'{"take": "ours", "more": 1}', 400)],
)
def test_a_wrong_body_is_refused_by_name(conflict: World, client: FlaskClient, body: bytes, status: int):
    [one] = client.get(REVIEWS, headers=bearer()).json["reviews"]
    refused = client.post(f"{REVIEWS}/{one['id']}/settle", data=body, headers=bearer())
    assert (refused.status_code, bool(refused.json["error"])) == (status, True)


def test_a_wrong_parameter_or_id_is_refused(client: FlaskClient):
    assert client.get(f"{REVIEWS}?limit=0", headers=bearer()).status_code == 400
    assert client.get(f"{REVIEWS}?colour=red", headers=bearer()).status_code == 400
    assert client.get(f"{REVIEWS}/{ACCOUNT}", headers=bearer()).status_code == 422
    misspelt = client.get(f"{REVIEWS}?entity=membr", headers=bearer())
    assert (misspelt.status_code, misspelt.json["error"]) == (422, "Nothing is called 'membr'. Did you mean member?")
