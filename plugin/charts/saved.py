"""A figure as a file: SVG with its description for screen readers, or PNG; no date, no chance in it."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.figure import Figure

from plugin.charts.drawn import Drawn
from plugin.charts.style import SETTINGS

DPI = 110
_ROOT = re.compile(r"<svg [^>]*>")


def save(drawn: Drawn, file: Path) -> None:
    """Write a chart as the file's ending says: `.svg` or `.png`. Raises OSError."""
    file.write_bytes(as_svg(drawn) if file.suffix == ".svg" else as_png(drawn))


def as_png(drawn: Drawn, dpi: int = DPI) -> bytes:
    """Return a chart as PNG; its title and description are in the file's text."""
    return _bytes(drawn.figure, "png", dpi, {"Title": drawn.title, "Description": drawn.description, "Software": None})


def as_svg(drawn: Drawn) -> bytes:
    """Return a chart as SVG that says in words what it shows."""
    text = _bytes(drawn.figure, "svg", DPI, {"Date": None, "Creator": None}).decode()
    root = _ROOT.search(text)
    if root is None:
        raise ValueError("the plotting library wrote no <svg> element")
    opening = root[0][:-1] + ' role="img" aria-labelledby="chart-title chart-description">'
    words = (
        f'\n <title id="chart-title">{escape(drawn.title)}</title>'
        f'\n <desc id="chart-description">{escape(drawn.description)}</desc>'
    )
    return (text[: root.start()] + opening + words + text[root.end() :]).encode()


def _bytes(figure: Figure, form: str, dpi: int, metadata: dict[str, str | None]) -> bytes:
    stream = BytesIO()
    with mpl.rc_context(SETTINGS):
        figure.savefig(stream, format=form, dpi=dpi, metadata=metadata)
    return stream.getvalue()
