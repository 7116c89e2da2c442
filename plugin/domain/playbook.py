"""The playbook of a coverage segment: what to do next in which situation, who does it, and through which channel.

The four segments have one each; a segment's playbook field changes it line by line, and gives the association's own
segments theirs. A line reads `situation (channel): step`, or `who: the chapter desk`; all other text is for people.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from plugin.domain.entities import CHANNELS, INTERVENTIONS
from plugin.domain.playbook_shipped import SHIPPED, WHO

ARRIVED, OTHERWISE, WHO_KEY = "arrived", "otherwise", "who"
SITUATIONS = (*(flag for flag in INTERVENTIONS if flag != "none"), ARRIVED)
"""When there is a next step: an intervention flag, or that the member has arrived."""
FALLBACK_MODEL = "asynchronous"
NEVER = {"inbound": ("meeting_1_1",)}
"""Channels that a model leaves to the member: who is served on their own terms isn't called to a meeting."""
_LINE = re.compile(r"^\s*(?:[-*]\s*)?(\w+)\s*(?:\(\s*([\w:]+)\s*\))?\s*:\s*(\S.*?)\s*$")


@dataclass(frozen=True)
class Play:
    """A step, as a sentence's end with `{topic}` and `{reason}` to fill in, and its channel; `own` if not shipped."""

    step: str
    channel: str | None = None
    own: bool = False

    def said(self, topic: str, reason: str) -> str:
        """Return the step for one member."""
        return self.step.replace("{topic}", topic).replace("{reason}", reason)


@dataclass(frozen=True)
class Playbook:
    """Who acts, and the play for every situation; `refused` are lines of the field that can't be used, and why."""

    who: str
    plays: Mapping[str, Play]
    refused: tuple[str, ...] = ()

    def play(self, situation: str) -> Play:
        """Return the play for one of `SITUATIONS`."""
        return self.plays[situation]


@lru_cache(maxsize=256)
def playbook(model: str | None, field: str = "") -> Playbook:
    """Return the playbook of a segment: that of its model, changed by the lines of its playbook field."""
    base = model if model is not None and model in SHIPPED else FALLBACK_MODEL
    shipped = {name: Play(step, channel) for name, (channel, step) in SHIPPED[base].items()}
    book = Playbook(WHO[base], {name: shipped.get(name, shipped[OTHERWISE]) for name in SITUATIONS})
    for line in field.splitlines():
        book = _with(book, model, line)
    return book


def lines(who: str | None, plays: Mapping[str, Play]) -> list[str]:
    """Return plays as the lines of a playbook field."""
    said = [f"{WHO_KEY}: {who}"] if who else []
    for name, play in plays.items():
        channel = f" ({play.channel})" if play.channel else ""
        said.append(f"{name}{channel}: {play.step}")
    return said


def prose(field: str) -> list[str]:
    """Return the lines of a playbook field that are for people."""
    return [line for line in field.splitlines() if not _is_play(line)]


def fault(model: str | None, situation: str, channel: str | None) -> str | None:
    """Say what is wrong with a play, or None."""
    if situation not in (*SITUATIONS, OTHERWISE):
        return f"there is no situation {situation!r}. Use {_nearest(situation, (*SITUATIONS, OTHERWISE))}"
    if channel is not None and channel not in CHANNELS:
        return f"there is no channel {channel!r}. Use {_nearest(channel, CHANNELS)}"
    if channel in NEVER.get(model or "", ()):
        return f"{model} members are served on their own terms: send something, don't ask for a meeting"
    return None


def _with(book: Playbook, model: str | None, line: str) -> Playbook:
    found = _LINE.match(line)
    if found is None:
        return book
    name, channel, step = found[1].casefold(), found[2], found[3]
    if name == WHO_KEY:
        return replace(book, who=step)
    if not _is_play(line):
        close = difflib.get_close_matches(name, SITUATIONS, 1, 0.8)
        return replace(book, refused=(*book.refused, f"{line.strip()}: {fault(model, name, None)}")) if close else book
    wrong = fault(model, name, channel)
    if wrong:
        return replace(book, refused=(*book.refused, f"{line.strip()}: {wrong}"))
    own = Play(step, channel, own=True)
    changed = {key: own for key in SITUATIONS if not book.plays[key].own} if name == OTHERWISE else {name: own}
    return replace(book, plays={**book.plays, **changed})


def _is_play(line: str) -> bool:
    found = _LINE.match(line)
    return found is not None and found[1].casefold() in (*SITUATIONS, OTHERWISE, WHO_KEY)


def _nearest(word: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(word, names, 1, 0.6)
    return close[0] if close else f"one of {', '.join(names)}"
