"""How `serve` ends: asked to, with all its processes; and when one of them dies, with a word about it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.conftest import Office
from tests.fakes.served import ROOT, free_port, until_it_answers


@dataclass
class Serving:
    """A running `serve`, and what it says on stderr."""

    process: subprocess.Popen[bytes]
    log: Path

    def children(self) -> dict[int, str]:
        """Return the command lines of the processes below it by their id."""
        below: dict[int, str] = {}
        waiting = [self.process.pid]
        while waiting:
            pid = waiting.pop()
            for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
                below[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                waiting.append(child)
        return below


@pytest.fixture
def serving(office: Office, database_url: str, tmp_path: Path) -> Iterator[Serving]:
    port = free_port()
    environment = {**office.environment(database_url), "SUCCESS_VECTOR_PORT": str(port)}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "plugin.cli", "serve"], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
    try:
        until_it_answers(port)
        yield Serving(process, tmp_path / "log")
    finally:
        process.terminate()
        process.wait(60)


def alive(pids: dict[int, str]) -> list[str]:
    return [command for pid, command in pids.items() if Path(f"/proc/{pid}").exists()]


def test_serve_ends_with_all_its_processes_when_it_is_asked_to(serving: Serving):
    children = serving.children()
    serving.process.terminate()
    assert serving.process.wait(60) == 0
    assert len(children) >= 4
    assert alive(children) == []
    assert "Traceback" not in serving.log.read_text()


def test_serve_ends_and_says_so_when_its_worker_dies(serving: Serving):
    children = serving.children()
    [worker] = [pid for pid, command in children.items() if command.rstrip().endswith("plugin.cli worker")]
    os.kill(worker, signal.SIGKILL)
    assert serving.process.wait(60) == 1
    assert alive(children) == []
    assert "The worker ended by itself" in serving.log.read_text()
