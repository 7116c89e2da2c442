"""Migrations."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from plugin.cli import commands
from plugin.errors import UserError
from plugin.store import migrate
from plugin.store.embedded import EmbeddedPostgres
from plugin.store.engine import connect, require
from plugin.store.schema import metadata


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    name = f"empty_{uuid4().hex}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = connect(empty_url)
    yield engine
    engine.dispose()


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "table" or not str(name).startswith("procrastinate")


def test_the_migrated_database_is_what_the_schema_says(engine: Engine) -> None:
    options = {"compare_type": True, "compare_server_default": True, "include_name": is_ours}
    with engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []
        inspector = sa.inspect(conn)
        for table in metadata.sorted_tables:
            expected = {item.name for item in table.constraints if isinstance(item, sa.CheckConstraint)}
            assert {item["name"] for item in inspector.get_check_constraints(table.name)} == expected


def test_an_empty_database_is_migrated_and_then_left_alone(empty: Engine) -> None:
    assert migrate.level(empty)[0] is None
    migrate.upgrade(empty)
    current, head = migrate.level(empty)
    assert current == head
    with empty.connect() as conn:
        first = sorted(sa.inspect(conn).get_table_names())
    migrate.upgrade(empty)
    with empty.connect() as conn:
        assert sorted(sa.inspect(conn).get_table_names()) == first
    assert {"member", "due", "procrastinate_jobs"} <= set(first)


def _migrate(url: str, start: multiprocessing.synchronize.Barrier) -> None:
    engine = connect(url)
    start.wait()
    migrate.upgrade(engine)
    engine.dispose()


def test_two_processes_may_migrate_at_once(empty_url: str, empty: Engine) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    migrating = [context.Process(target=_migrate, args=(empty_url, start)) for _ in range(2)]
    for process in migrating:
        process.start()
    for process in migrating:
        process.join(timeout=60)
    assert [process.exitcode for process in migrating] == [0, 0]
    current, head = migrate.level(empty)
    assert current == head


def test_a_failed_migration_leaves_nothing_behind(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate.SchemaManager, "get_schema", lambda: "SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"):
        migrate.upgrade(empty)
    with empty.connect() as conn:
        assert sa.inspect(conn).get_table_names() == []


def test_a_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UserError, match=r"revision 9999.*newer version"):
        migrate.upgrade(engine)


def test_a_database_that_is_not_there_is_told_in_one_sentence_without_the_password() -> None:
    with pytest.raises(UserError, match="can't be reached") as caught:
        require(connect("postgresql://user:sesame@127.0.0.1:1/nowhere"))
    assert "DATABASE_URL" in str(caught.value)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "no url at all"])
def test_only_postgresql_will_do(url: str) -> None:
    with pytest.raises(UserError, match="postgresql://user:password@host:5432/success_vector"):
        connect(url)


def test_sessions_speak_utc_whatever_the_server_speaks(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.exec_driver_sql("ALTER ROLE postgres IN DATABASE postgres SET timezone = 'Asia/Tokyo'")
        assert conn.scalar(sa.text("SHOW timezone")) == "UTC"


def test_the_command_migrates_and_says_when_there_is_nothing_to_do(empty_url: str) -> None:
    runner = CliRunner(env={"DATABASE_URL": empty_url})
    first = runner.invoke(commands, ["migrate"], catch_exceptions=False)
    second = runner.invoke(commands, ["migrate"], catch_exceptions=False)
    assert first.output.startswith("Migrated ")
    assert second.output.startswith("Nothing to do")
