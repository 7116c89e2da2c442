"""Where clients are kept from one run of the tests to the next: in the user's cache, outside the repo."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PYTHON_LOCKS = Path(__file__).parent / "python"


def kept(name: str, lock_file: Path, fill: Callable[[Path], None]) -> Path:
    """The folder of what a lock file names; `fill` is called for an empty one, once for all runs and workers."""
    mark = hashlib.sha256(lock_file.read_bytes()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "success-vector"
    folder = cache / f"{name}-{mark}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"{name}-{mark}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            fill(folder)
            (folder / "installed").touch()
    return folder


def run_or_fail(command: list[str], what: str, folder: Path) -> None:
    """Run an installer in a folder; fail with its words where it can't."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        pytest.fail(f"{what}: {done.stderr.strip()[-300:]}")


def programs_of(client: str) -> Path:
    """The folder of a Python client's programs: in a virtual environment of its own, of which nothing is imported."""
    lock_file = PYTHON_LOCKS / f"{client}.lock"

    def fill(folder: Path) -> None:
        run_or_fail([sys.executable, "-m", "venv", "venv"], "a virtual environment could not be made", folder)
        pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-compile"]
        run_or_fail([*pip, "--require-hashes", "-r", str(lock_file)], f"pip could not install {client}", folder)

    return kept(client, lock_file, fill) / "venv" / "bin"
