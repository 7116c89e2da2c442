"""Salesforce's errors to a query, in its words."""

from __future__ import annotations

from connectors.salesforce.local_org.errors import OrgError

_SIGHT = 35
REFERENCE = "Please reference your WSDL or the describe call for the appropriate names."


class SoqlError(OrgError):
    """A query is refused: `code` is Salesforce's error code and `message` its text, caret block included."""


def located(code: str, message: str, text: str, pos: int) -> SoqlError:
    """Return the error with the piece of the query around `pos`, a caret below it, and its row and column."""
    before = text[:pos]
    row = before.count("\n") + 1
    column = pos - (before.rfind("\n") + 1) + 1
    line_start = before.rfind("\n") + 1
    line_end = text.find("\n", pos)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    start, end = _window(line, column - 1)
    caret = " " * (column - 1 - start) + "^"
    return SoqlError(code, f"\n{line[start:end]}\n{caret}\nERROR at Row:{row}:Column:{column}\n{message}")


def malformed(message: str) -> SoqlError:
    """Return a MALFORMED_QUERY that has no place in the text."""
    return SoqlError("MALFORMED_QUERY", message)


def not_modelled(what: str) -> SoqlError:
    """Return the refusal of something that Salesforce can do and the local org can't."""
    return malformed(f"the local org does not model {what}")


def _window(line: str, at: int) -> tuple[int, int]:
    """Salesforce shows whole words, about 35 characters to either side."""
    start, end = 0, len(line)
    if at > _SIGHT:
        space = line.find(" ", at - _SIGHT, at)
        start = space + 1 if space >= 0 else at - _SIGHT
    if end - at > _SIGHT:
        space = line.rfind(" ", at, at + _SIGHT)
        end = space if space > at else at + _SIGHT
    return start, end
