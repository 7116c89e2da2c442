"""The REST API by which other programs tell what members answered, and what was learned of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from plugin.scoring import facts
from plugin.store import due, records
from plugin.store.records import Origin
from plugin.store.schema import TABLES
from tests.fakes.service import SilentBell, services_on
from webhooks import create_app

TOKEN = "t" * 32
RESPONSES, CONTEXT = "/api/v1/responses", "/api/v1/context-events"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TAKEN = {"key": "shop-17", "member": "Sample Member 1", "offer": "more seats", "shown_on": "2026-02-01"}


@pytest.fixture
def client(engine: sa.Engine) -> FlaskClient:
    return create_app(services_on(engine, SilentBell(), api_tokens=f"shop:{TOKEN}")).test_client()


@pytest.fixture
def member(engine: sa.Engine) -> UUID:
    with engine.begin() as conn:
        origin = Origin("Ann", "crm", NOW, NOW)
        records.save(conn, "expansion_offer", None, {"name": "More seats", "yearly_value": Decimal(900)}, origin)
        records.save(conn, "member", None, {"name": "Sample Member 2"}, origin)
        return records.save(conn, "member", None, {"name": "Sample Member 1"}, origin)


def tell(client: FlaskClient, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(path, json=body, headers={"Authorization": f"Bearer {TOKEN}"})
    return answer.status_code, answer.json or {}


def test_what_is_told_twice_is_there_once(client: FlaskClient, member: UUID, engine: sa.Engine):
    first = tell(client, RESPONSES, **TAKEN)
    again = tell(client, RESPONSES, **TAKEN)

    assert (first[0], first[1]["became"], again[0], again[1]["became"]) == (201, "created", 200, "unchanged")
    assert first[1]["id"] == again[1]["id"]
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(TABLES["response"])) == 1
        assert due.waiting(conn, "", datetime.now(UTC))


def test_an_answer_completes_what_was_shown(client: FlaskClient, member: UUID, engine: sa.Engine):
    tell(client, RESPONSES, **TAKEN)
    told = tell(
        client, RESPONSES, **TAKEN, answer="taken", answered_on="2026-02-20", yearly_value="850.50"
    )  # fmt: skip

    assert told[1]["became"] == "changed"
    with engine.connect() as conn:
        (found,) = facts(conn, [member], date(2026, 3, 1))
        assert [(one.answer, one.on, one.value) for one in found.offer_responses] == [
            ("shown", date(2026, 2, 1), None), ("taken", date(2026, 2, 20), Decimal("850.50"))
        ]  # fmt: skip


def test_a_strong_survey_answer_is_learned(client: FlaskClient, member: UUID, engine: sa.Engine):
    body = {"key": "survey-1", "member": str(member), "kind": "survey_answer", "happened_on": "2026-02-03"}

    assert tell(client, CONTEXT, **body, strong=True)[0] == 201
    with engine.connect() as conn:
        (found,) = facts(conn, [member], date(2026, 3, 1))
        assert [one.strong for one in found.survey_answers] == [True]


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"member": "Nobody"}, 422, "There is no member 'Nobody'"),
        ({"offer": "More seat"}, 422, "Did you mean 'more seats'?"),
        ({"ask": "Review"}, 400, "one of the two"),
        ({"answer": "taken"}, 400, "an answer has its day"),
        ({"answer": "bought", "answered_on": "2026-02-02"}, 400, "answer"),
        ({"answer": "taken", "answered_on": "2026-01-02"}, 400, "before it was shown"),
        ({"shown_on": "2999-01-01"}, 422, "yet to come"),
        ({"yearly_value": "-1"}, 400, "yearly_value"),
        ({"amount": "1"}, 400, "amount"),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(
    client: FlaskClient, member: UUID, engine: sa.Engine, changes: dict[str, str], status: int, words: str
):
    refused = tell(client, RESPONSES, **(TAKEN | changes))

    assert refused[0] == status
    assert words in refused[1]["error"]
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(TABLES["response"])) == 0


def test_a_key_means_one_member(client: FlaskClient, member: UUID):
    tell(client, RESPONSES, **TAKEN)
    refused = tell(client, RESPONSES, **(TAKEN | {"member": "Sample Member 2"}))
    assert (refused[0], "another member" in refused[1]["error"]) == (422, True)


def test_nobody_without_a_token_tells_anything(client: FlaskClient, member: UUID):
    assert client.post(RESPONSES, json=TAKEN).status_code == 401


@pytest.mark.parametrize("name", ["key", "member", "description"])
def test_a_value_that_the_database_cannot_keep_is_refused_and_changes_nothing(
    client: FlaskClient, member: UUID, engine: sa.Engine, name: str
):
    body = {"key": "call-1", "member": str(member), "kind": "survey_answer", "happened_on": "2026-02-03"}

    code, answer = tell(client, CONTEXT, **body | {name: "a\0b"})

    assert (code, "can't be kept" in answer["error"], "NUL" in answer["error"]) == (400, True, True)
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(TABLES["context_event"])) == 0
    assert tell(client, CONTEXT, **body)[0] == 201
