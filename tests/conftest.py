"""Fixtures that any test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import Connection, Engine

from plugin.store import migrate
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.engine import connect

ROOT = Path(__file__).resolve().parent.parent

# Time says something about the machine here, not about the code: a first run builds tables of all Unicode characters.
# The suite draws the same examples each time, so that it says the same of the same code; HYPOTHESIS_PROFILE=search
# looks for new ones.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("search", settings.get_profile("suite"), derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of outside test material; a test that asks for it is left out where the folder is absent."""
    folder = Path(os.environ.get("SUCCESS_VECTOR_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"outside test data is not at {folder}; set SUCCESS_VECTOR_TEST_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[EmbeddedPostgres]:
    """One embedded PostgreSQL for the whole run: xdist's workers share it, and the last one to leave removes it."""
    base = tmp_path_factory.getbasetemp()
    server = EmbeddedPostgres((base if worker_id == "master" else base.parent) / "postgres", durable=False)
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres) -> str:
    """The name of a migrated database that nobody is connected to, of which copies are cheap."""
    draft = f"migrating_{uuid4().hex}"
    migrated = connect(postgres.create_database(draft))
    migrate.upgrade(migrated)
    migrated.dispose()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        try:
            connection.execute(f"ALTER DATABASE {draft} RENAME TO migrated")
        except psycopg.errors.DuplicateDatabase:
            # Another worker of this run was quicker.
            connection.execute(f"DROP DATABASE {draft}")
    return "migrated"


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database; it is dropped afterwards."""
    name = f"test_{uuid4().hex}"
    yield postgres.create_database(name, template=migrated_template)
    postgres.drop_database(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh, migrated, empty database."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """A transaction on a fresh, migrated database, committed after the test."""
    with engine.begin() as connection:
        yield connection
