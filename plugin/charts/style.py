"""One look for every chart: fonts, sizes, and colours that people with any colour vision tell apart.

The colours are from the set of Okabe and Ito (2008), darkened where text is written in them.
"""

from __future__ import annotations

from typing import Any

INK, QUIET, GRID, OURS, THEIRS = "#1f2933", "#8a94a0", "#e3e7eb", "#0b5cab", "#6b6b6b"
STATUS_COLOURS = {
    "on_course": "#00664b",
    "arrived": "#00519c",
    "grace": "#7a5c00",
    "drifting": "#8f4a00",
    "holding": "#52606d",
    "off_course": "#a3260d",
    "no_goal": "#6b6b6b",
}
"""Dark enough to be read as text on the tint of the same name."""
TINTS = {
    "on_course": "#d5efe6",
    "arrived": "#d6e8fa",
    "grace": "#fbf1c9",
    "drifting": "#fbe3c8",
    "holding": "#e7eaee",
    "off_course": "#fadbd3",
    "no_goal": "#f0f0f0",
}
MARKS = {
    "on_course": "o",
    "arrived": "*",
    "grace": "D",
    "drifting": "v",
    "holding": "s",
    "off_course": "X",
    "no_goal": ".",
}
"""A shape for each status: nobody has to tell them apart by colour alone."""
LINES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#1f2933")
DASHES = ("-", "--", "-.", ":")
SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.1,
    "figure.constrained_layout.w_pad": 0.1,
    "svg.hashsalt": "success-vector",
    "svg.fonttype": "path",
}
"""Matplotlib's settings; the salt makes ids in an SVG the same each time."""
