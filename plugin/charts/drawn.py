"""A drawn chart, and how one is begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from plugin.charts.style import QUIET, SETTINGS


@dataclass(frozen=True)
class Drawn:
    """A figure with its title and what it shows, in words, for those who can't see it."""

    figure: Figure
    title: str
    description: str


@contextmanager
def styled() -> Iterator[None]:
    """Draw in our style, whatever the machine's settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


def figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches, laid out so that no text is cut off."""
    return Figure(figsize=(width, height), layout="constrained")


def empty(axes: Axes, words: str) -> None:
    """Say in the middle of a chart why there is nothing to see."""
    axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, color=QUIET)
    axes.set_xticks([])
    axes.set_yticks([])
