"""The service's processes, and somebody who kills them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import IO

from plugin import processes

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "plugin.cli", "worker"]
QUIET_SECONDS = (15.0, 45.0)
PATIENCE_SECONDS = 30


class Service:
    """The web service (gunicorn with two processes) and two workers; `killed` counts by what was killed."""

    def __init__(self, port: int, environment: Mapping[str, str], log: IO[bytes], rng: Random) -> None:
        self._environment, self._log, self._rng = dict(environment), log, rng
        self._first = processes.start("127.0.0.1", port, environment, ROOT, log)
        self._workers = [self._first.children["The worker"], self._worker()]
        self.killed: Counter[str] = Counter()

    def _worker(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(COMMAND, env=self._environment, cwd=ROOT, stdout=self._log, stderr=self._log)

    def kill(self) -> None:
        """Kill a worker or a web process as `kill -9` does; another takes its place."""
        if self._rng.random() < 0.7:
            number = self._rng.randrange(len(self._workers))
            self._workers[number].send_signal(signal.SIGKILL)
            self._workers[number].wait()
            self._workers[number] = self._worker()
            self.killed["workers"] += 1
        elif web := _children(self._first.children["The web service"].pid):
            with suppress(ProcessLookupError):
                os.kill(self._rng.choice(web), signal.SIGKILL)
            self.killed["web processes"] += 1

    @contextmanager
    def killing(self) -> Iterator[None]:
        """Kill one every now and then while the block lasts."""
        over = threading.Event()

        def kill_on() -> None:
            while not over.wait(self._rng.uniform(*QUIET_SECONDS)):
                self.kill()

        killer = threading.Thread(target=kill_on, name="killer")
        killer.start()
        try:
            yield
        finally:
            over.set()
            killer.join()

    def stop(self) -> None:
        """Stop all of them."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.wait(PATIENCE_SECONDS)
        self._first.stop()


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
