"""The demonstration, as somebody runs it: another folder, a path with spaces, one command."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.install import record
from connectors.salesforce.install.run import installed
from plugin.store.embedded import EmbeddedPostgres

MEMBERS = 60
PATIENCE = 180.0


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "plugin.cli", "demo", "--members", str(MEMBERS), *arguments]


def demo(home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the demonstration to its end."""
    return subprocess.run(
        command("--exit"),
        check=False,
        cwd=folder,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def environment(home: Path) -> dict[str, str]:
    """A stranger's settings must not get into the demonstration's service."""
    others = {"SUCCESS_VECTOR_SALESFORCE_URL": "https://other.example.org", "DATABASE_URL": "postgresql://nowhere/none"}
    return {**os.environ, **others, "SUCCESS_VECTOR_HOME": str(home), "COLUMNS": "120"}


def nothing_runs(home: Path, said: str) -> None:
    """Raise where the database, the org or the service still answers."""
    ports = {int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)", said)}
    assert len(ports) == 2
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"something still listens on {port}"
    assert not EmbeddedPostgres(home / "demo" / "database").running


def what_the_org_remembers(said: str) -> record.Shipped:
    """Return what the demonstration's org keeps of its installation, read as its staff."""
    (url,), (token,) = re.findall(r"Local org +(\S+)", said), re.findall(r"Staff token +(\S+)", said)
    kept = installed(SalesforceClient.with_token(url, token), lambda _: time.sleep(0.02))
    assert kept is not None
    assert {"Success_Vector_Notify_Account_Created", "Success_Vector_Owner_Account"} <= kept.on
    return kept.pieces


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "a home with spaces"
    home.mkdir()
    return home


def test_the_whole_loop_holds_and_nothing_is_left_running(home: Path, tmp_path: Path) -> None:
    done = demo(home, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    for line in (
        r"\d+ components deployed",
        r"\d+ records in \d",
        r"The mapping fits the org\.",
        rf"Account .* {MEMBERS}/{MEMBERS}",
        r"\d+ members had no goal; they get",
        r"On course +\d+",
        r"Expansion ready: \d+ members",
        r"after +On course, score \d+",
        r"new score in the CRM: \d+\.\d s",
        r"Confirmed On in the CRM: .*, after \d+\.\d s",
        r"5 times acknowledged; .*rows written in the CRM: 0",
        r"Everything held, in \d+ s",
    ):
        assert re.search(line, said), f"{line!r} is not in:\n{said}"
    assert "Traceback" not in said + done.stderr
    nothing_runs(home, said)


def test_it_stays_up_until_ctrl_c_and_then_takes_everything_with_it(home: Path, tmp_path: Path) -> None:
    written = tmp_path / "said.txt"
    with written.open("w") as out:
        running = subprocess.Popen(command(), cwd=tmp_path, env=environment(home), stdout=out, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + PATIENCE
            while "Ctrl-C ends everything" not in written.read_text():
                assert running.poll() is None, written.read_text()
                assert time.monotonic() < until, written.read_text()
                time.sleep(0.2)
            refused = demo(home, tmp_path)
            remembered = what_the_org_remembers(written.read_text())
            running.send_signal(signal.SIGINT)
            assert running.wait(30) == 0
        finally:
            running.kill()
    assert refused.returncode == 1
    assert "A demo runs in" in refused.stderr
    assert len(remembered) > 150
    assert record.UNSEEN not in {marks.org for pieces in remembered.values() for marks in pieces.values()}
    nothing_runs(home, written.read_text())
