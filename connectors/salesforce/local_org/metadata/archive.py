"""The deployment zip: its manifest, destructive manifests and component files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from connectors.salesforce.local_org.metadata.kinds import FOLDERS, KINDS, OPAQUE_FOLDERS, Kind
from connectors.salesforce.local_org.metadata.outcome import Component, Failure
from connectors.salesforce.local_org.metadata.tree import MalformedXml, Node, parse
from connectors.salesforce.local_org.metadata.wsdl import check

MAX_BYTES = 400 * 1024 * 1024
MAX_FILES = 10_000


class BadArchive(Exception):
    """The zip can't be read at all; the message says why."""


@dataclass(frozen=True)
class File:
    """One component file: its path below the package root, what it is and its parsed XML (None where it is no XML)."""

    path: str
    kind: Kind
    name: str
    root: Node | None
    content: bytes

    @property
    def component(self) -> Component:
        """The component that the file is named for."""
        return Component(self.kind.type, self.name, self.path)


@dataclass
class Archive:
    """Everything in the zip. `members` are the names by type that package.xml lists; `destroyed_before` and
    `destroyed_after` those to delete, before or after everything else.
    """

    prefix: str
    version: str = ""
    members: dict[str, list[str]] = field(default_factory=dict)
    destroyed_before: dict[str, list[str]] = field(default_factory=dict)
    destroyed_after: dict[str, list[str]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def manifest(self) -> str:
        """The path of package.xml as reports name it."""
        return f"{self.prefix}package.xml"

    def lists(self, type_name: str, name: str) -> bool:
        """Return whether package.xml names that component, by itself or by a star."""
        named = self.members.get(type_name, [])
        return "*" in named or name.lower() in {member.lower() for member in named}


def read(content: bytes) -> Archive:
    """Return what the zip holds, with every fault of form found in it; BadArchive where it is no package at all."""
    entries = _entries(content)
    manifest = next((path for path in sorted(entries, key=len) if PurePosixPath(path).name == "package.xml"), None)
    if manifest is None or manifest.count("/") > 1:
        raise BadArchive("No package.xml found")
    archive = Archive(prefix=manifest.removesuffix("package.xml"))
    root = _parsed(archive, Component("", "package.xml", manifest), "Package", entries.pop(manifest))
    if root is not None:
        archive.version = root.say("version")
        archive.members = _members(root)
    for path, body in sorted(entries.items()):
        inner = path.removeprefix(archive.prefix)
        if inner.startswith("destructiveChanges"):
            destructive = _parsed(archive, Component("", "package.xml", path), "Package", body)
            later = "Post" in inner
            for type_name, names in (_members(destructive) if destructive is not None else {}).items():
                (archive.destroyed_after if later else archive.destroyed_before).setdefault(type_name, []).extend(names)
        else:
            _add(archive, path, inner, body)
    return archive


def _entries(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            infos = [info for info in opened.infolist() if not info.is_dir()]
            if len(infos) > MAX_FILES or sum(info.file_size for info in infos) > MAX_BYTES:
                raise BadArchive(f"The zip holds more than {MAX_FILES} files or {MAX_BYTES} bytes")
            return {info.filename: opened.read(info) for info in infos}
    except (zipfile.BadZipFile, RuntimeError, OSError) as error:
        raise BadArchive("The file is no zip archive") from error


def _members(root: Node) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for types in root.all("types"):
        # The Salesforce CLI writes a folder of reports or dashboards with a slash at its end.
        named = (node.text.removesuffix("/") for node in types.all("members"))
        members.setdefault(types.say("name"), []).extend(named)
    return members


def _parsed(archive: Archive, component: Component, type_name: str, body: bytes) -> Node | None:
    try:
        root = parse(body)
    except MalformedXml as error:
        archive.failures.append(Failure(component, str(error), error.line, error.column))
        return None
    if root.tag != type_name:
        problem = f"Error parsing file: the root is {root.tag}, not {type_name}"
        archive.failures.append(Failure(component, problem, root.line, root.column))
        return None
    faults = [Failure(component, f.problem, f.line, f.column) for f in check(root, type_name)]
    archive.failures.extend(faults)
    return root if component.name == "package.xml" or not faults else None


def _add(archive: Archive, path: str, inner: str, body: bytes) -> None:
    folder, _, rest = inner.partition("/")
    kind = FOLDERS[folder] if folder in FOLDERS and rest.endswith("-meta.xml") else KINDS.get(folder)
    if kind is None and folder in OPAQUE_FOLDERS:
        _add_bundle(archive, path, folder, rest, body)
        return
    ending = "" if kind is None else kind.suffix if kind.suffix.startswith("-") else f".{kind.suffix}"
    if kind is None or not rest.endswith(ending):
        unknown = Component("", rest or inner, path)
        archive.failures.append(Failure(unknown, f"The local org does not model what lies in the folder '{folder}'"))
        return
    name = rest.removesuffix(ending)
    component = Component(kind.type, name, path)
    root = _parsed(archive, component, kind.root, body)
    if root is not None:
        archive.files.append(File(path, kind, name, root, body))


def _add_bundle(archive: Archive, path: str, folder: str, rest: str, body: bytes) -> None:
    """Add a file of a kind that is stored without being understood; its XML must at least be XML."""
    kind = OPAQUE_FOLDERS[folder]
    name = rest.partition("/")[0] if kind.suffix == "" else rest.removesuffix("-meta.xml").rpartition(".")[0]
    component = Component(kind.type, name, path)
    if path.endswith((".xml", ".svg")):
        try:
            parse(body)
        except MalformedXml as error:
            archive.failures.append(Failure(component, str(error), error.line, error.column))
            return
    archive.files.append(File(path, kind, name, None, body))


def manifest_failures(archive: Archive, found: Mapping[str, set[str]]) -> list[Failure]:
    """Return what package.xml names without a file holding it, and the reverse; `found` are names by type."""
    failures = []
    for type_name, names in archive.members.items():
        have = {name.lower() for name in found.get(type_name, set())}
        for name in names:
            if name != "*" and name.lower() not in have:
                problem = (
                    f"An object '{name}' of type {type_name} was named in package.xml, but was not found in zipped "
                    "directory"
                )
                failures.append(Failure(Component(type_name, name, archive.manifest), problem))
    for file in archive.files:
        for type_name, name in _unlisted(archive, file):
            problem = f"The {type_name} '{name}' is in the zip but is not named in package.xml"
            failures.append(Failure(Component(type_name, name, file.path), problem))
    return failures


def _unlisted(archive: Archive, file: File) -> list[tuple[str, str]]:
    """Return what of a file package.xml doesn't name: a file named as a whole is named with all that is in it."""
    whole, *parts = file.kind.holds(file.name, file.root)
    if archive.lists(*whole):
        return []
    return [part for part in parts if not archive.lists(*part)] if parts else [whole]
