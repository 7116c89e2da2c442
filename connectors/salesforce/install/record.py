"""What we last shipped to an org, kept in the org itself as a static resource, so that any machine can upgrade it.

For each piece there are two marks: of what we shipped, and of what the org showed of it right afterwards (it adds what
it takes for granted). Neither can be turned back into content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from connectors.salesforce.install.metadata import ComponentName, File, element, text_of
from plugin.errors import UserError

NAME = "Success_Vector_Installation"
COMPONENT: ComponentName = ("StaticResource", NAME)
PATH = f"staticresources/{NAME}.resource"
UNSEEN = "?"
"""Stands for the org's mark while a deployment is under way."""

_FORMAT = 1


@dataclass(frozen=True)
class Marks:
    """The marks of one piece: as `shipped` by us and as the `org` showed it; empty for nothing."""

    shipped: str
    org: str


Shipped = Mapping[ComponentName, Mapping[str, Marks]]


@dataclass(frozen=True)
class Record:
    """One org's installation: our version, the API's version of the marks, the marks, and the flows left `on`."""

    version: str
    api_version: str
    pieces: Shipped = field(default_factory=lambda: MappingProxyType({}))
    on: frozenset[str] = frozenset()


def read(files: Mapping[str, bytes]) -> Record | None:
    """Return the record among retrieved files, None where there is none. Raises UserError where it can't be read."""
    body = files.get(PATH)
    if body is None:
        return None
    try:
        kept = json.loads(body)
        if kept["format"] != _FORMAT:
            raise UserError(
                f"This org was installed by a newer Success Vector ({kept['version']}), whose record this one can't "
                "read. Bring this machine to that version, then try again. Nothing was changed."
            )
        pieces = {
            (type_name, name): {piece: _marks(text) for piece, text in marks.items()}
            for type_name, names in kept["pieces"].items()
            for name, marks in names.items()
        }
        return Record(kept["version"], kept["api_version"], pieces, frozenset(kept["on"]))
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise UserError(
            f"The static resource {NAME}, in which the installer keeps what it shipped, has been changed and can't be "
            "read. Delete it in Setup, Static Resources, and try again: what differs is then kept as yours."
        ) from error


def files(record: Record) -> tuple[File, ...]:
    """Return the record as files of a deployment."""
    pieces: dict[str, dict[str, dict[str, str]]] = {}
    for (type_name, name), marks in sorted(record.pieces.items()):
        texts = {piece: _said(each) for piece, each in sorted(marks.items())}
        pieces.setdefault(type_name, {})[name] = texts
    body = {
        "format": _FORMAT, "version": record.version, "api_version": record.api_version, "on": sorted(record.on),
        "pieces": pieces,
    }  # fmt: skip
    about = [
        ("cacheControl", "Private"),
        ("contentType", "application/json"),
        ("description", "Which version of Success Vector is installed, and marks of what it brought. Don't change it."),
    ]
    where = {COMPONENT: f"(generated) {PATH}"}
    content = json.dumps(body, separators=(",", ":")).encode()
    return (
        File(PATH, content, where),
        File(f"{PATH}-meta.xml", text_of(element("StaticResource", about)), where),
    )


def _marks(text: str) -> Marks:
    shipped, mark, org = text.partition("/")
    return Marks(shipped, org if mark else shipped)


def _said(marks: Marks) -> str:
    return marks.shipped if marks.shipped == marks.org else f"{marks.shipped}/{marks.org}"


def newer(one: str, other: str) -> bool:
    """Return whether a version such as "1.10.0" is newer than another; what follows its numbers doesn't count."""
    return _numbers(one) > _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    leading = re.match(r"\d+(\.\d+)*", version)
    numbers = [int(part) for part in leading[0].split(".")] if leading else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
