"""Metadata taken apart into the pieces that people change by themselves, and put together again.

A permission set is a piece for each entry, a switch one for each value, a field one for each property; a list view, a
page or a flow is one piece. The mark of a piece tells one content from another: the order of elements counts as little
as white space, as Salesforce minds neither.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from connectors.salesforce.install.kinds import BUNDLES, KINDS
from connectors.salesforce.install.metadata import ComponentName, File, tag, text_of

WHOLE = ""
"""The name of the only piece of a component that isn't taken apart."""

_INSIDE = {
    "objects": {kind.part: kind.type for kind in KINDS.values() if kind.part},
    "workflows": {"outboundMessages": "WorkflowOutboundMessage"},
}
"""By folder: the elements that are components of their own, and their types."""

_IN_PIECES = {"permissionsets", "customMetadata", "labels"}
_TYPES = {kind.folder: kind.type for kind in (*KINDS.values(), *BUNDLES.values())} | {"objects": "CustomObject"}
_KEYS = {
    "applicationVisibilities": "application",
    "classAccesses": "apexClass",
    "customMetadataTypeAccesses": "name",
    "customPermissions": "name",
    "customSettingAccesses": "name",
    "fieldPermissions": "field",
    "flowAccesses": "flow",
    "labels": "fullName",
    "objectPermissions": "object",
    "pageAccesses": "apexPage",
    "recordTypeVisibilities": "recordType",
    "tabSettings": "tab",
    "userPermissions": "name",
    "values": "field",
}
"""What tells one from another among elements of the same name."""


@dataclass(frozen=True)
class Piece:
    """One piece: its `mark`, and its content as elements or, of what isn't taken apart, as files."""

    mark: str
    elements: tuple[Element, ...] = field(default=(), repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Made:
    """A component as a file holds it: the file's `path` and outermost element, the element `inside` it, its pieces."""

    path: str
    root: str
    inside: str | None
    pieces: Mapping[str, Piece]


Components = dict[ComponentName, Made]


def taken_apart(files: Mapping[str, bytes]) -> Components:
    """Return the components in the files of a deployment or a retrieval, by type and full name."""
    found: Components = {}
    bundles: dict[ComponentName, dict[str, bytes]] = {}
    for path, content in sorted(files.items()):
        folder, _, rest = path.partition("/")
        if folder in BUNDLES:
            name = (BUNDLES[folder].type, rest.partition("/")[0])
            bundles.setdefault(name, {})[path] = content
        elif folder in _TYPES or folder in _INSIDE:
            found.update(_components(folder, rest, path, content))
    found.update({name: _whole(min(parts), "", parts) for name, parts in bundles.items()})
    return found


def _components(folder: str, rest: str, path: str, content: bytes) -> Iterator[tuple[ComponentName, Made]]:
    name = rest.removesuffix("-meta.xml") if rest.endswith("-meta.xml") else rest.rpartition(".")[0]
    root = fromstring(content)
    outermost = _local(root)
    if folder in _INSIDE:
        inside = _INSIDE[folder]
        for child in root:
            if _local(child) in inside:
                full_name = f"{name}.{child.findtext(tag('fullName'))}"
                yield (inside[_local(child)], full_name), _part(path, outermost, child)
        own = [child for child in root if _local(child) not in inside]
        if own and folder in _TYPES:
            yield (_TYPES[folder], name), Made(path, outermost, None, _grouped(own))
    elif folder in _IN_PIECES:
        yield (_TYPES[folder], name), Made(path, outermost, None, _grouped(root))
    else:
        yield (_TYPES[folder], name), _whole(path, outermost, {path: content})


def _part(path: str, root: str, child: Element) -> Made:
    if _local(child) == "fields":
        return Made(path, root, "fields", _grouped(one for one in child if _local(one) != "fullName"))
    return Made(path, root, _local(child), {WHOLE: piece_of((child,))})


def _whole(path: str, root: str, files: Mapping[str, bytes]) -> Made:
    contents = {name: fromstring(body) if root or _is_xml(name, body) else None for name, body in files.items()}
    facts = [[name, canonical(xml) if xml is not None else _text(files[name])] for name, xml in contents.items()]
    elements = tuple(xml for xml in contents.values() if xml is not None)
    return Made(path, root, None, {WHOLE: Piece(_mark(facts if not root else facts[0][1]), elements, dict(files))})


def _is_xml(name: str, body: bytes) -> bool:
    return name.endswith(".xml") or body.lstrip().startswith(b"<?xml")


def _text(body: bytes) -> str:
    return body.replace(b"\r\n", b"\n").rstrip().decode("utf-8", "replace")


def _grouped(children: Iterable[Element]) -> dict[str, Piece]:
    groups: dict[str, list[Element]] = {}
    for child in children:
        name = _local(child)
        key = child.findtext(tag(_KEYS[name])) if name in _KEYS else None
        groups.setdefault(f"{name} {key}" if key else name, []).append(child)
    return {name: piece_of(tuple(elements)) for name, elements in groups.items()}


def piece_of(elements: tuple[Element, ...]) -> Piece:
    """Return the piece that consists of these elements."""
    return Piece(_mark([canonical(one) for one in elements]), elements)


def canonical(element: Element) -> Any:
    """Return what an element says, whatever the order of different elements and the white space in it."""
    children = sorted((canonical(child) for child in element), key=lambda child: str(child[0]))
    attributes = sorted([str(name).rpartition("}")[2], value] for name, value in element.attrib.items())
    return [_local(element), "" if children else (element.text or "").strip(), attributes, children]


def _mark(facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def says_all(theirs: Piece, ours: Piece) -> bool:
    """Return whether all that one piece says is said by the other, too: an org adds what it takes for granted."""
    if set(ours.files) - set(theirs.files) or len(theirs.elements) < len(ours.elements):
        return False
    plain = [name for name, body in ours.files.items() if not _is_xml(name, body)]
    if any(_text(ours.files[name]) != _text(theirs.files[name]) for name in plain):
        return False
    return all(_says(has, wants) for has, wants in zip(theirs.elements, ours.elements, strict=False))


def _says(has: Element, wants: Element) -> bool:
    if _local(has) != _local(wants) or (not len(wants) and (has.text or "").strip() != (wants.text or "").strip()):
        return False
    left = list(has)
    for child in wants:
        match = next((one for one in left if _says(one, child)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def put_together(components: Mapping[ComponentName, Made], sources: Mapping[ComponentName, str]) -> tuple[File, ...]:
    """Return the components as files of a deployment; `sources` name what each was made of."""
    by_path: dict[str, dict[ComponentName, Made]] = {}
    files: list[File] = []
    for name, made in components.items():
        piece = made.pieces.get(WHOLE)
        if piece is not None and piece.files:
            whole = {name: sources.get(name, made.path)}
            files += [File(path, content, whole) for path, content in piece.files.items()]
        else:
            by_path.setdefault(made.path, {})[name] = made
    return (*(_joined(path, parts, sources) for path, parts in sorted(by_path.items())), *files)


def _joined(path: str, parts: Mapping[ComponentName, Made], sources: Mapping[ComponentName, str]) -> File:
    root = Element(tag(next(iter(parts.values())).root))
    for (_, full_name), made in sorted(parts.items(), key=lambda item: (item[1].inside or "", item[0])):
        root.extend(_elements(full_name, made))
    return File(path, text_of(root), {name: sources.get(name, path) for name in parts})


def _elements(full_name: str, made: Made) -> list[Element]:
    own = [element for _, piece in sorted(made.pieces.items()) for element in piece.elements]
    if made.inside is None or WHOLE in made.pieces:
        return own
    holder = Element(tag(made.inside))
    holder.append(_named(full_name.partition(".")[2]))
    holder.extend(own)
    return [holder]


def _named(name: str) -> Element:
    made = Element(tag("fullName"))
    made.text = name
    return made


def with_pieces(made: Made, pieces: Mapping[str, Piece]) -> Made:
    """Return the component with other pieces."""
    return replace(made, pieces=dict(pieces))
