"""An expectation letter as Markdown; what members and plans are called can't become markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugin.domain.letter import Group, Letter
from plugin.domain.words import on_date

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~&])")


def markdown(letter: Letter) -> str:
    """Return the letter as Markdown (CommonMark), ending in a line break."""
    return "\n".join(_lines(letter))


def _lines(letter: Letter) -> Iterator[str]:
    yield f"# {escaped(letter.title)}"
    yield ""
    yield f"For {escaped(letter.member)}, {on_date(letter.written_on, letter.written_on)} {letter.written_on.year}"
    yield ""
    for text in letter.opening:
        yield escaped(text)
        yield ""
    for section in letter.sections:
        yield f"## {escaped(section.heading)}"
        yield ""
        for text in section.text:
            yield escaped(text)
            yield ""
        for group in section.groups:
            yield from _group(group, letter, dated=section is not letter.sections[0])
    for text in letter.closing:
        yield escaped(text)
        yield ""
    if letter.sender:
        yield escaped(letter.sender)
        yield ""


def _group(group: Group, letter: Letter, *, dated: bool) -> Iterator[str]:
    yield f"**{escaped(group.heading)}**"
    yield ""
    for item in group.items:
        day = f"{on_date(item.due_on, letter.written_on)}: " if dated else ""
        note = f" *{escaped(item.note)}*" if item.note else ""
        yield f"- {day}{escaped(item.text)}{note}"
    yield ""


def escaped(text: str) -> str:
    """Return text on one line with everything escaped that Markdown or HTML would read as markup."""
    line = " ".join(text.split())
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", _MARKUP.sub(r"\\\1", line))
