"""The files of an embedded PostgreSQL: where they lie, and how they are laid out."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from plugin.errors import UserError
from plugin.store.binaries import MAJOR_VERSION, ROOT_HOME, programs, server_user

SUPERUSER = "postgres"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""What the server's programs see of ours."""
LONGEST_SOCKET_FOLDER = 88
"""Bytes: a socket's path may have 103 on macOS (107 on Linux), and `/.s.PGSQL.5432` belongs to it."""


class Cluster:
    """The files of a server that belongs to `folder`.

    As root they lie in a folder of the server's own user, to which `folder/postgres` is a link: a lasting one where
    they are `durable`, else a temporary one.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.log = folder / "postgres.log"
        self._link = folder / "postgres"
        self._durable = durable

    @property
    def data(self) -> Path:
        """The folder that `initdb` lays out."""
        return self.place() / "data"

    def place(self) -> Path:
        """Return the folder of everything that the server's user must reach, made on first use."""
        if self._link.is_dir():
            return self._link.resolve()
        self._link.unlink(missing_ok=True)
        user = server_user()
        if user.uid is None or user.gid is None:
            self._link.mkdir(mode=0o700)
            return self._link.resolve()
        parent = ROOT_HOME if self._durable else Path(tempfile.gettempdir())
        parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        home = Path(tempfile.mkdtemp(prefix="sv-", dir=parent))
        os.chown(home, user.uid, user.gid)
        self._link.symlink_to(home)
        return home.resolve()

    def socket_folder(self) -> Path:
        """Return the folder of the socket: among the other files, unless their path is too long for one."""
        place = self.place()
        # In a URL a comma would separate two hosts.
        if len(os.fsencode(place / "run")) <= LONGEST_SOCKET_FOLDER and "," not in str(place):
            return place / "run"
        name = hashlib.sha256(os.fsencode(place)).hexdigest()[:12]
        return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"sv-{os.geteuid()}-{name}"

    def prepare(self) -> None:
        """Make the folders, and lay the data out where there are none.

        Raises UserError for files of somebody else's or of another version, and where `initdb` fails.
        """
        user, data = server_user(), self.data
        for folder in (self.socket_folder(), data):
            folder.mkdir(mode=0o700, exist_ok=True)
            if user.uid is not None and user.gid is not None:
                os.chown(folder, user.uid, user.gid)
            owner = os.geteuid() if user.uid is None else user.uid
            if folder.is_symlink() or folder.stat().st_uid != owner:
                raise UserError(f"{folder} belongs to somebody else. Remove it and start again.")
        version = data / "PG_VERSION"
        if not version.is_file():
            self._initialise(data)
        elif (found := version.read_text().strip()) != MAJOR_VERSION:
            raise UserError(
                f"The data in {data} were written by PostgreSQL {found}, and {MAJOR_VERSION} is installed. Export "
                "them with the version that wrote them, or name another folder in SUCCESS_VECTOR_HOME."
            )

    def remove(self) -> None:
        """Delete everything for good; only the log stays."""
        place = self.place()
        shutil.rmtree(self.socket_folder(), ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)
        if self._link.is_symlink():
            self._link.unlink()

    def failure(self, what: str) -> UserError:
        """Return the error that tells what the server did, in its last words and with the next step."""
        text = self.log.read_text(errors="replace").strip() if self.log.is_file() else ""
        words = text.splitlines()[-3:] or ["(its log is empty)"]
        said = " / ".join(words)
        return UserError(
            f"The embedded PostgreSQL {what}. It says: {said}. The whole log is {self.log}; put that right, or set "
            "DATABASE_URL to a PostgreSQL 15 or newer."
        )

    def _initialise(self, data: Path) -> None:
        user = server_user()
        draft = data.with_name("data.new")
        shutil.rmtree(draft, ignore_errors=True)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        sync = [] if self._durable else ["--no-sync"]
        # Only the server's user and root can enter the socket's folder, so whoever reaches the socket is trusted.
        done = subprocess.run(
            [programs(user) / "initdb", "-D", draft, "-U", SUPERUSER, "--auth=trust", *locale, *sync],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            cwd=data.parent,
            env=ENVIRONMENT,
            user=user.uid,
            group=user.gid,
            extra_groups=None if user.uid is None else [],
        )
        if done.returncode:
            self.log.write_bytes(done.stdout + done.stderr)
            raise self.failure("couldn't lay out its data")
        # A crash in the middle leaves a draft behind, never half a cluster.
        data.rmdir()
        draft.rename(data)
