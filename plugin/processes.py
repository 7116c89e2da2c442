"""The service's own processes: the web service (gunicorn) and a worker."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

WEB_PROCESSES = 2
WEB_THREADS = 4
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Processes:
    """Running children, by what they are called in sentences."""

    children: Mapping[str, subprocess.Popen[bytes]]

    def ended(self) -> str | None:
        """Return the name of one that ended by itself, None while all of them run."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def stop(self) -> None:
        """Ask all of them to finish what they are at; returns when they have."""
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            _wait(child)


def start(
    host: str, port: int, environment: Mapping[str, str], folder: Path | None = None, log: IO[bytes] | None = None
) -> Processes:
    """Start the web service and a worker in a folder (None: the present one), writing to `log` (None: our stderr)."""
    web = [sys.executable, "-m", "gunicorn", "--bind", f"{host}:{port}", "--log-level", "warning"]
    web += ["--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)]
    web += ["--worker-class", "plugin.web.patience.PatientWorker", "webhooks:create_app()"]
    worker = [sys.executable, "-m", "plugin.cli", "worker"]
    started: dict[str, subprocess.Popen[bytes]] = {}
    for name, command in (("The web service", web), ("The worker", worker)):
        started[name] = subprocess.Popen(command, env=dict(environment), cwd=folder, stdout=log, stderr=log)
    return Processes(started)


def _wait(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
