"""What is wrong in a mapping, put as problems: where it stands, and the nearest right name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from mappings.document import Document, FieldLine, SourceTable, WhereLine
from plugin.errors import Problem

Finding = tuple[str, str, str]
"""Where in the source, what is wrong, and the fix."""


def nearest(wrong: str, names: Iterable[str]) -> str:
    """Return the name most like the wrong one, or all of them where none is alike and they are few."""
    known = sorted(set(names))
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(wrong.casefold(), list(folded), n=1, cutoff=0.6)
    if close or len(known) == 1:
        return folded[close[0]] if close else known[0]
    return f"one of {', '.join(known)}" if 0 < len(known) <= 12 else "a name that exists"


def place(number: int | None, table: Mapping[str, Any] | SourceTable, part: str = "") -> str:
    """Return where something stands: `source 3 "milestone": fields.due_on`; no number for what was taken over."""
    held = table.model_dump() if isinstance(table, SourceTable) else table
    name = held.get("entity") or held.get("object") or "?"
    which = f'source {number} "{name}"' if number else f'source "{name}"'
    return f"{which}: {part}" if part else which


def from_validation(error: ValidationError, content: Mapping[str, Any]) -> list[Problem]:
    """Return pydantic's findings as problems."""
    found = [_problem(dict(one), content) for one in error.errors()]
    return list(dict.fromkeys(found))


def _problem(one: dict[str, Any], content: Mapping[str, Any]) -> Problem:
    path = [part for part in one["loc"] if not (isinstance(part, str) and _VARIANT.fullmatch(part))]
    where = _where(path, content)
    expected = re.findall(r"'([^']*)'", str(one.get("ctx", {}).get("expected", "")))
    if one["type"] == "extra_forbidden":
        allowed = _keys(_table_at(path))
        return Problem(where, f"there is no key {path[-1]!r}", f"Use {nearest(str(path[-1]), allowed)}.")
    if one["type"] == "missing":
        return Problem(where, "it is missing", "Add it.")
    if expected:
        return Problem(where, f"{one['input']!r} isn't known", f"Use {nearest(str(one['input']), expected)}.")
    what = str(one["msg"]).removeprefix("Value error, ")
    return Problem(where, what[:1].lower() + what[1:], "See docs/mappings.md for what may stand there.")


_VARIANT = re.compile(r"(?:bool|int|float|str|date|tuple\[.*\]|function-.*)")


def _where(path: Sequence[str | int], content: Mapping[str, Any]) -> str:
    if len(path) > 1 and path[0] == "source" and isinstance(path[1], int):
        return place(path[1] + 1, content["source"][path[1]], ".".join(str(part) for part in path[2:]))
    return ".".join(str(part) for part in path) or "the file"


def _table_at(path: Sequence[str | int]) -> type[BaseModel]:
    if path[0] != "source" or len(path) < 3:
        return Document
    if path[2] == "fields" and len(path) > 3:
        return FieldLine
    return WhereLine if path[2] == "where" and len(path) > 3 else SourceTable


def _keys(table: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in table.model_fields.items()]
