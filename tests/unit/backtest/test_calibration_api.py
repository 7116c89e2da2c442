"""The REST API says what may be foretold."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.engine import Engine

from plugin.domain.calibration_verdict import DESCRIPTIVE, SKILL, Verdict
from plugin.domain.success_vector import VERSION
from plugin.store import verdicts
from plugin.store.verdicts import Judged
from plugin.web.api import blueprint
from plugin.web.tokens import Tokens

TOKEN = "a-token-of-at-least-32-characters"
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client(engine: Engine) -> FlaskClient:
    app = Flask("test")
    app.register_blueprint(blueprint(engine, {}, Tokens([SecretStr(f"office:{TOKEN}")])))
    return app.test_client()


def test_without_a_back_test_everything_is_descriptive_only(client: FlaskClient) -> None:
    told = client.get("/api/v1/calibration", headers=ALLOWED).get_json()
    assert [(one["question"], one["verdict"], one["as_of"]) for one in told["questions"]] == [
        ("renewal", DESCRIPTIVE, None),
        ("goal", DESCRIPTIVE, None),
        ("expansion", DESCRIPTIVE, None),
    ]
    assert told["questions"][0]["reasons"] == ["It was never back-tested."]


def test_the_verdict_of_the_last_back_test_is_told(client: FlaskClient, engine: Engine) -> None:
    with engine.begin() as conn:
        verdicts.save(
            conn, {"goal": Judged(Verdict(SKILL, ("It ranks better.",)), 200, 150, date(2026, 1, 31), VERSION)}
        )
    told = client.get("/api/v1/calibration", headers=ALLOWED).get_json()
    assert told["definition_version"] == VERSION
    assert told["questions"][1] == {
        "question": "goal",
        "verdict": SKILL,
        "reasons": ["It ranks better."],
        "as_of": "2026-01-31",
    }


def test_nobody_is_told_without_a_token(client: FlaskClient) -> None:
    assert client.get("/api/v1/calibration").status_code == 401
