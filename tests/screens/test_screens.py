"""The screens in the Salesforce package: linted, tried one by one, and rendered with the Lightning look."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "connectors" / "salesforce" / "package"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def run(*command: str | Path, folder: Path = PACKAGE, **environment: str) -> None:
    """Run a program of node's; what it printed is the failure's message."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "CI": "true", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]


@pytest.fixture(scope="session")
def tools() -> Path:
    """Return where node's programs lie, after installing what the lock file says, once for each lock file."""
    if shutil.which("npm") is None:
        pytest.skip("node and npm are not installed: the screens can't be built")
    installed = PACKAGE / "node_modules" / ".installed"
    with (PACKAGE / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = sha256(lock.read()).hexdigest()
        if not installed.is_file() or installed.read_text() != wanted:
            run("npm", "ci", "--loglevel=error")
            installed.write_text(wanted)
    return PACKAGE / "node_modules" / ".bin"


@pytest.fixture(scope="session")
def browser() -> str:
    """Return the path of a Chromium."""
    found = os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        pytest.skip("no Chromium is installed: the screens can't be rendered")
    return found


def test_the_screens_and_what_tries_them_are_written_as_salesforce_advises(tools: Path) -> None:
    run(tools / "eslint", "--max-warnings", "0", "force-app")
    run(tools / "eslint", "--max-warnings", "0", ".", folder=HERE)


def test_every_screen_says_and_does_what_it_should(tools: Path) -> None:
    run(tools / "sfdx-lwc-jest")


def test_the_screens_work_in_a_browser_by_mouse_and_by_keyboard(tools: Path, browser: str, tmp_path: Path) -> None:
    run("node", HERE / "build.mjs", tmp_path)
    run("node", "--test", HERE / "screens.test.js", SCREENS=str(tmp_path), CHROMIUM=browser)
