"""What a soak is to be: how long, how large, how rough."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

CYCLE_SECONDS = 90.0
BURST_SECONDS = 20.0


@dataclass(frozen=True)
class Order:
    """`rate` is the edits a second in a burst, on each side; a burst of 20 seconds begins every 90."""

    minutes: float
    members: int
    rate: int
    seed: int

    @property
    def bursts(self) -> int:
        """How many bursts there are."""
        return max(1, round(self.minutes * 60 / CYCLE_SECONDS))

    @property
    def command(self) -> str:
        """What repeats it."""
        size = f"--minutes {self.minutes:g} --members {self.members} --rate {self.rate}"
        return f"python -m benchmarks soak {size} --seed {self.seed}"


def parse(given: Sequence[str]) -> Order:
    """Return the order that a command line gives; ends the program with a word where it can't be read."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="how long people edit")
    parser.add_argument("--members", type=int, default=5000, help="how many members there are")
    parser.add_argument("--rate", type=int, default=50, help="edits a second in a burst, on each side")
    parser.add_argument("--seed", type=int, default=1, help="of all that is drawn by chance")
    return Order(**vars(parser.parse_args(given)))
