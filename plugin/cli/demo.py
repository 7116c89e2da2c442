"""`success-vector demo`: the whole loop on this machine, on real parts."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

import click
from rich.console import Console

from plugin import logs
from plugin.demo.association import MEMBERS
from plugin.demo.run import run
from plugin.settings import Settings

MEMBERS_RANGE = click.IntRange(40, 2000)


@click.command()
@click.option("--exit", "exit_", is_flag=True, help="End after the last step; exit code 0 only if everything held.")
@click.option("--members", type=MEMBERS_RANGE, default=MEMBERS, show_default=True, help="How many.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The service's port; by default any free one.")
def demo(exit_: bool, members: int, port: int) -> None:
    """Show the whole loop: a local org with a made-up association, synced, scored and kept in step, both ways."""
    logs.set_up("warning")
    signal.signal(signal.SIGTERM, _leave)
    run(Console(), Settings().home, members, port, None if exit_ else _until_asked)


def _leave(number: int, _: FrameType | None) -> None:
    """End as after Ctrl-C: everything that was started is stopped on the way out."""
    sys.exit(128 + number)


def _until_asked() -> None:
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    asked.wait()
