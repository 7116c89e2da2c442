"""The named transforms a field line may carry. One that is used both ways gives back what it was given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from html.parser import HTMLParser

from connectors.base import Scalar
from plugin.domain.entities import Kind


@dataclass(frozen=True)
class Transform:
    """A named change of form: `inward` takes their value and the association's zone, `outward` takes their form of
    our value. `outward` is None where what was lost on the way in can't be made up. `types` are the kinds of field it
    can be read from on their side, `kinds` those it can fill on ours. Both raise ValueError on a value they can't take,
    saying what they could.
    """

    name: str
    kinds: frozenset[Kind]
    types: frozenset[str]
    inward: Callable[[Scalar, tzinfo], Scalar]
    outward: Callable[[Scalar], Scalar] | None = None


def _shifted(value: Scalar, places: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number")  # noqa: TRY004 - the caller turns it into a report on the value
    return float(Decimal(repr(value)).scaleb(places))


def _negated(value: Scalar) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 - as above
    return not value


def _day(value: Scalar, zone: tzinfo) -> str:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError("a date and time such as 2026-03-01T09:30:00Z") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).date().isoformat()


class _PlainText(HTMLParser):
    """Collects the text of rich text; blocks and breaks become line ends."""

    _BLOCKS = frozenset({"br", "p", "div", "li", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"})
    _HIDDEN = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self._HIDDEN
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in self._HIDDEN and self.hidden > 0
        if tag in self._BLOCKS - {"br"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def _plain(value: Scalar, _zone: tzinfo) -> str:
    if not isinstance(value, str):
        raise ValueError("rich text")  # noqa: TRY004 - as above
    parser = _PlainText()
    parser.feed(value)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).splitlines())
    return "\n".join(line for line in lines if line)


TRANSFORMS: dict[str, Transform] = {
    transform.name: transform
    for transform in (
        Transform(
            "percent",
            frozenset({Kind.NUMBER}),
            frozenset({"number", "integer"}),
            lambda value, _zone: _shifted(value, -2),
            lambda value: _shifted(value, 2),
        ),
        Transform(
            "not", frozenset({Kind.BOOLEAN}), frozenset({"boolean"}), lambda value, _zone: _negated(value), _negated
        ),
        Transform("date_of", frozenset({Kind.DATE}), frozenset({"datetime"}), _day),
        Transform("plain_text", frozenset({Kind.TEXT, Kind.LONG_TEXT}), frozenset({"text", "long_text"}), _plain),
    )
}
"""By name: `percent` (theirs 45.5, ours 0.455), `not` (theirs true, ours false), `date_of` (the day of a moment in the
association's zone), `plain_text` (rich text without its markup)."""
