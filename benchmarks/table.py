"""A benchmark's result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Figures:
    """A table of figures: what was measured, the headings, the rows."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def seconds(act: Callable[[], object], times: int) -> float:
    """Return the shortest time of several tries: what disturbs only ever makes it longer."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        act()
        taken.append(perf_counter() - began)
    return min(taken)
