"""API tokens in a file, changed while the service runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from plugin.errors import UserError
from plugin.web.tokens import Tokens
from tests.fakes.service import SilentBell, services_on
from webhooks import create_app

OLD, NEW = "o" * 32, "n" * 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tokens"
    path.write_text(f"board:{OLD}\n")
    return path


@pytest.fixture
def client(engine: sa.Engine, file: Path) -> FlaskClient:
    return create_app(services_on(engine, SilentBell(), api_tokens_file=file)).test_client()


def answers(client: FlaskClient, *tokens: str) -> list[int]:
    return [client.get("/api/v1/reviews", headers={"Authorization": f"Bearer {token}"}).status_code for token in tokens]


def test_a_token_is_changed_without_a_gap_and_without_a_restart(client: FlaskClient, file: Path):
    assert answers(client, OLD, NEW) == [200, 401]
    file.write_text(f"board:{NEW}\nboard:{OLD}\n")
    assert answers(client, OLD, NEW) == [200, 200]
    file.write_text(f"board:{NEW}\n")
    assert answers(client, OLD, NEW) == [401, 200]


def test_a_spoilt_file_changes_nothing_and_an_empty_one_closes_the_api(client: FlaskClient, file: Path):
    file.write_text("board:short\n")
    assert answers(client, OLD) == [200]
    file.unlink()
    assert answers(client, OLD) == [200]
    file.write_text("")
    assert answers(client, OLD) == [401]


def test_the_holders_name_follows_the_file(file: Path):
    tokens = Tokens((), file)
    assert tokens.holder(f"Bearer {OLD}") == "board"
    file.write_text(f"office:{OLD}\n")
    assert tokens.holder(f"Bearer {OLD}") == "office"


def test_a_service_does_not_start_on_a_bad_file_and_the_token_is_not_repeated(file: Path):
    file.write_text("board:hush\n")
    with pytest.raises(UserError, match="one a line") as refused:
        Tokens((), file)
    assert "hush" not in str(refused.value)
