"""The zip that the Metadata API takes: objects put together again, and a package.xml that names everything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from connectors.salesforce.install.kinds import KINDS
from connectors.salesforce.install.metadata import Child, ComponentName, File, element, tag, text_of
from connectors.salesforce.install.source import Component, Source

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Zip entries carry a time; a fixed one makes the same source the same bytes."""


@dataclass(frozen=True)
class Archive:
    """A deployment: the zip's bytes, the files in it, and which source file each component came from."""

    content: bytes = field(repr=False)
    files: tuple[File, ...]
    sources: dict[ComponentName, str]


def files(source: Source) -> tuple[File, ...]:
    """Return the source as files of a deployment."""
    objects = sorted({one.object for one in source.components if one.object})
    whole = [file for one in source.components if one.object is None for file in _whole(one)]
    return tuple([_object_file(name, source) for name in objects] + whole)


def pack(contents: Sequence[File], version: str) -> Archive:
    """Return the files as one zip with its package.xml, for that API version."""
    sources = {name: path for file in contents for name, path in file.components.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(_entry("package.xml"), manifest(sources, version))
        for file in contents:
            opened.writestr(_entry(file.path), file.content)
    return Archive(buffer.getvalue(), tuple(contents), sources)


def manifest(components: Iterable[ComponentName], version: str) -> bytes:
    """Return a package.xml that names the components."""
    by_type: dict[str, list[str]] = {}
    for type_name, name in sorted(components):
        by_type.setdefault(type_name, []).append(name)
    types: list[Child] = [
        ("types", [*(("members", name) for name in names), ("name", type_name)]) for type_name, names in by_type.items()
    ]
    return text_of(element("Package", [*types, ("version", version)]))


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _whole(component: Component) -> list[File]:
    """Return the files of a component that is no part of an object, as they are."""
    named = {(component.kind.type, component.name): component.path}
    return [File(path, content, named) for path, content in component.contents.items()]


def _object_file(name: str, source: Source) -> File:
    """Return one object with its fields and rules; a standard object has no file of its own, only parts."""
    members = [one for one in source.components if one.object == name]
    own = next((one for one in members if one.kind.part is None), None)
    root = deepcopy(own.root) if own else Element(tag("CustomObject"))
    order = list(KINDS)
    for one in sorted(members, key=lambda one: (order.index(one.suffix), one.path)):
        if one.kind.part is not None:
            inner = deepcopy(one.root)
            inner.tag = tag(one.kind.part)
            root.append(inner)
    components = {(one.kind.type, one.name): one.path for one in members}
    return File(f"objects/{name}.object", text_of(root), components)
