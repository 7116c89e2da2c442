"""An embedded PostgreSQL for trying out, demonstrations and tests: one server a folder, shared by our processes.

Whoever comes first starts the server, whoever leaves last stops it. Three lock files carry this, because the system
lets go of a lock when its process dies, however it dies:

- `start.lock` is held while somebody starts or stops,
- `users.lock` is shared by everybody who uses the server,
- `server.lock` is inherited, locked, by the server: while it can't be taken, some process of the server lives.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg
from psycopg import sql

from plugin.errors import UserError
from plugin.store.binaries import programs, server_user
from plugin.store.cluster import ENVIRONMENT, SUPERUSER, Cluster

DATABASE = "success_vector"
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "10min"}


class EmbeddedPostgres:
    """A PostgreSQL server whose data belong to `folder`.

    With `durable=False` a power cut may destroy the data: for tests and demonstrations.
    """

    def __init__(self, folder: Path, *, durable: bool = True, timeout: float = 60.0) -> None:
        self.folder = folder.absolute()
        self._files = Cluster(self.folder, durable=durable)
        self._durable = durable
        self._timeout = timeout
        self._in_use: int | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether a process of the server lives."""
        if not self.folder.is_dir():
            return False
        lock = os.open(self.folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            return not _taken(lock, fcntl.LOCK_SH)
        finally:
            os.close(lock)

    def start(self) -> str:
        """Start the server, or join the one that runs, and return the URL of the database `success_vector`.

        Raises UserError with the next step if it can't start.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._only_one():
                if self._in_use is None:
                    self._in_use = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
                    fcntl.flock(self._in_use, fcntl.LOCK_SH)
                try:
                    self._bring_up()
                except BaseException:
                    # Interrupted half-way, the server would live on without anybody to stop it.
                    self._leave()
                    raise
                return self.create_database(DATABASE)
        except OSError as error:
            raise UserError(
                f"The embedded PostgreSQL can't use {self.folder}: {error.strerror or error}. Make room or set the "
                "folder's owner right, name another one in SUCCESS_VECTOR_HOME, or set DATABASE_URL."
            ) from error

    def stop(self) -> None:
        """Leave the server, and stop it if nobody else uses it. Doing so twice is harmless."""
        if self._in_use is not None:
            with self._only_one():
                self._leave()

    def remove(self) -> None:
        """Leave the server and, if nobody else uses it, stop it and delete its data for good."""
        if self._in_use is None:
            return
        with self._only_one():
            if self._leave():
                self._files.remove()

    def _leave(self) -> bool:
        """Let go of the server; return whether that was its end."""
        if self._in_use is None:
            return False
        fcntl.flock(self._in_use, fcntl.LOCK_UN)
        last = _taken(self._in_use, fcntl.LOCK_EX)
        if last:
            self._shut_down()
        self._let_go()
        return last

    def create_database(self, name: str, template: str = "template1") -> str:
        """Create the database, if it doesn't exist, and return its URL."""
        with (
            psycopg.connect(self.url("postgres"), autocommit=True) as connection,
            suppress(psycopg.errors.DuplicateDatabase),
        ):
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop the database, if it exists, whoever is connected to it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, name: str = DATABASE) -> str:
        """Return the URL of a database, for psycopg and SQLAlchemy; valid as long as the folder exists."""
        # The port, which names the socket, is told because PGPORT may be set.
        return f"postgresql://{SUPERUSER}@:5432/{quote(name)}?host={quote(str(self._files.socket_folder()), safe='')}"

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        lock = os.open(self.folder / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _let_go(self) -> None:
        if self._in_use is not None:
            os.close(self._in_use)
            self._in_use = None

    def _bring_up(self) -> None:
        """Return once the server answers; start it unless some process of it lives."""
        lock = os.open(self.folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            deadline = time.monotonic() + self._timeout
            spawned = False
            while (refusal := self._refusal()) is not None:
                if self._child is not None and self._child.poll() is not None:
                    # If it is of an earlier start, somebody has stopped or killed it since.
                    self._child = None
                    if spawned:
                        raise self._files.failure("ended at once")
                if self._child is None and _taken(lock, fcntl.LOCK_EX):
                    self._spawn(lock)
                    spawned = True
                if time.monotonic() > deadline:
                    raise self._files.failure(f"doesn't answer after {self._timeout:.0f} s ({refusal})")
                time.sleep(0.03)
        finally:
            os.close(lock)

    def _refusal(self) -> str | None:
        """Return why the server can't be connected to; None if it can."""
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            return str(error).strip()
        return None

    def _spawn(self, lock: int) -> None:
        """Start the server with the lock; nobody of an earlier server lives, so what it left behind is stale."""
        files, user = self._files, server_user()
        files.prepare()
        (files.data / "postmaster.pid").unlink(missing_ok=True)
        settings = SETTINGS | ({} if self._durable else NOT_DURABLE)
        quoted_folder = str(files.socket_folder()).replace('"', '""')
        settings["unix_socket_directories"] = f'"{quoted_folder}"'
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with files.log.open("ab") as log:
            self._child = subprocess.Popen(
                [programs(user) / "postgres", "-D", files.data, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=files.place(),
                env=ENVIRONMENT,
                pass_fds=(lock,),
                # Ctrl-C in the terminal is for us; we tell the server when to stop.
                start_new_session=True,
                user=user.uid,
                group=user.gid,
                extra_groups=None if user.uid is None else [],
            )

    def _shut_down(self) -> None:
        pid = self._server_pid() if self.running else None
        if pid is not None:
            deadline = time.monotonic() + self._timeout
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            while self.running and time.monotonic() < deadline:
                time.sleep(0.02)
            if self.running:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGQUIT)
        if self._child is not None:
            self._child.wait()
            self._child = None

    def _server_pid(self) -> int | None:
        """Return the server's process id: our child's or, of a server that we joined, what it wrote down."""
        if self._child is not None and self._child.poll() is None:
            return self._child.pid
        pid_file = self._files.data / "postmaster.pid"
        return int(pid_file.read_text().split("\n", 1)[0]) if pid_file.is_file() else None


def _taken(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
