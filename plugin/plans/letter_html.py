"""An expectation letter as one HTML page that needs nothing else: to send, to print, to read on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from plugin.domain.letter import Group, Letter, Section
from plugin.domain.words import on_date

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #eef1f4; color: #1d2733; font: 16px/1.55 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 46rem; margin: 2rem auto; padding: 2.5rem 3rem; background: #fff; border-top: 6px solid #0b5d7a; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; padding-bottom: .3rem; font-size: 1.15rem; }
h2 { color: #0b5d7a; border-bottom: 1px solid #d5dde4; }
h3 { margin: 1rem 0 .25rem; font-size: .95rem; }
p { margin: .5rem 0; }
.to { margin: 0 0 1.25rem; color: #55626f; }
ul { margin: 0; padding: 0; list-style: none; }
li { display: grid; grid-template-columns: 6.5rem 1fr; gap: .75rem; padding: .35rem 0; }
li.plain { grid-template-columns: 1fr; padding-left: 1rem; border-left: 3px solid #d5dde4; margin: .35rem 0; }
time { color: #55626f; font-variant-numeric: tabular-nums; white-space: nowrap; }
.note { display: block; color: #55626f; font-size: .9rem; }
.goal, .owed { margin-top: 1.25rem; padding: .01rem 1.25rem 1rem; border-radius: 6px; }
.goal h2, .owed h2 { margin-top: 1rem; }
.goal { background: #f1f7f9; }
.owed { background: #fdf5e8; }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid #d5dde4; }
@media (max-width: 34rem) { main { margin: 0; padding: 1.5rem 1.25rem; } li { grid-template-columns: 1fr; gap: 0; } }
@media print { body { background: #fff; } main { margin: 0; max-width: none; padding: 0; } }
@media print { section { break-inside: avoid; } }
"""


def html(letter: Letter) -> str:
    """Return the letter as a page of HTML 5; every text is escaped, and no script runs in it."""
    return "\n".join(_lines(letter))


def _lines(letter: Letter) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>{escape(letter.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{escape(letter.title)}</h1>"
    day = f"{on_date(letter.written_on, letter.written_on)} {letter.written_on.year}"
    yield f'<p class="to">For {escape(letter.member)}, {day}</p>'
    yield from (f"<p>{escape(text)}</p>" for text in letter.opening)
    for number, section in enumerate(letter.sections):
        yield from _section(section, letter, first=number == 0)
    yield "<footer>"
    yield from (f"<p>{escape(text)}</p>" for text in letter.closing)
    if letter.sender:
        yield f"<p><strong>{escape(letter.sender)}</strong></p>"
    yield "</footer>\n</main>\n</body>\n</html>\n"


def _section(section: Section, letter: Letter, *, first: bool) -> Iterator[str]:
    look = ' class="goal"' if first else ' class="owed"' if section.heading == "Open from before" else ""
    yield f"<section{look}>\n<h2>{escape(section.heading)}</h2>"
    yield from (f"<p>{escape(text)}</p>" for text in section.text)
    for group in section.groups:
        yield from _group(group, letter, dated=not first)
    yield "</section>"


def _group(group: Group, letter: Letter, *, dated: bool) -> Iterator[str]:
    yield f"<h3>{escape(group.heading)}</h3>\n<ul>"
    for item in group.items:
        note = f'<span class="note">{escape(item.note)}</span>' if item.note else ""
        if dated:
            day = f'<time datetime="{item.due_on.isoformat()}">{on_date(item.due_on, letter.written_on)}</time>'
            yield f"<li>{day}<span>{escape(item.text)}{note}</span></li>"
        else:
            yield f'<li class="plain"><span>{escape(item.text)}{note}</span></li>'
    yield "</ul>"
