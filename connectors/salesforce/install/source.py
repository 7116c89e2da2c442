"""The package as it lies in the repository: an SFDX project, one file a component, a folder a web component."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import parse

from connectors.salesforce.install.kinds import BUNDLES, KINDS, Kind, left_out
from connectors.salesforce.install.metadata import tag
from plugin.errors import UserError

PACKAGE = Path(__file__).parent.parent / "package"
_SOURCE = "force-app/main/default"
_RECORD_TYPES = "opportunity-record-type/main/default"


@dataclass(frozen=True)
class Component:
    """One component. `name` is the full name, `path` of its (main) source file is relative to the package, `object`
    what it is part of; `contents` are its files by their path in a deployment, empty for an object and its parts.
    """

    kind: Kind
    suffix: str
    name: str
    path: str
    root: Element
    object: str | None = None
    contents: dict[str, bytes] = field(default_factory=dict, repr=False)

    def say(self, name: str) -> str | None:
        """Return the text of a child, None where it has none."""
        return self.root.findtext(tag(name))

    def flag(self, name: str) -> bool:
        """Return whether the child of that name says true."""
        return self.say(name) == "true"


@dataclass(frozen=True)
class Source:
    """All components, by type and full name, in the order of their paths."""

    components: tuple[Component, ...]

    def of(self, type_name: str) -> tuple[Component, ...]:
        """Return the components of one type."""
        return tuple(one for one in self.components if one.kind.type == type_name)

    @property
    def objects(self) -> dict[str, dict[str, Component]]:
        """The fields by name, by object; Activity's count for Task and Event."""
        found: dict[str, dict[str, Component]] = {}
        for one in self.of("CustomField"):
            owner = str(one.object)
            for name in ("Task", "Event") if owner == "Activity" else (owner,):
                found.setdefault(name, {})[one.name.partition(".")[2]] = one
        return found

    def with_record_types(self, package: Path = PACKAGE) -> Source:
        """Return it with what an SFDX project has for orgs whose opportunities have record types, if it has any."""
        folder = package / _RECORD_TYPES
        return Source((*self.components, *_components(folder, package))) if folder.is_dir() else self


def read(package: Path = PACKAGE) -> Source:
    """Return every component of the SFDX project in a folder that any org can have.

    Raises UserError naming the file where one is no XML, or of a kind that the installer doesn't know.
    """
    folder = package / _SOURCE
    if not folder.is_dir():
        raise UserError(f"There is no SFDX source at {folder}. Give the folder that holds sfdx-project.json.")
    return Source(_components(folder, package))


def _components(folder: Path, package: Path) -> tuple[Component, ...]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not left_out(path.relative_to(folder)))
    single = [path for path in paths if path.relative_to(folder).parts[0] not in BUNDLES]
    bundles = _bundles(folder, [path for path in paths if path not in set(single)], package)
    return (*(_component(path, package) for path in single), *bundles)


def _component(path: Path, package: Path) -> Component:
    shown = path.relative_to(package).as_posix()
    name, _, suffix = path.name.removesuffix("-meta.xml").rpartition(".")
    kind = KINDS.get(suffix)
    if kind is None or not path.name.endswith("-meta.xml"):
        raise UserError(f"{shown} is of no kind that can be installed. Remove it; known are {', '.join(KINDS)}.")
    owner = path.parts[path.parts.index("objects") + 1] if kind.folder == "objects" else None
    full_name = f"{owner}.{name}" if kind.part else name
    if kind.in_folder:
        full_name = f"{path.parent.name}/{name}"
    root = _root(path, shown, kind.root)
    if owner is not None:
        return Component(kind, suffix, full_name, shown, root, owner)
    ending = "-meta.xml" if kind.document else f".{suffix}"
    contents = {f"{kind.folder}/{full_name}{ending}": path.read_bytes()}
    return Component(kind, suffix, full_name, shown, root, contents=contents)


def _bundles(folder: Path, paths: list[Path], package: Path) -> Iterator[Component]:
    """Yield the components that are folders of files, each with the XML file that describes it."""
    for bundle in sorted({folder.joinpath(*path.relative_to(folder).parts[:2]) for path in paths}):
        kind = BUNDLES[bundle.parent.name]
        about = bundle / f"{bundle.name}.js-meta.xml"
        shown = about.relative_to(package).as_posix()
        if not about.is_file():
            raise UserError(f"{shown} is missing: every web component needs it. Add the file, or remove the folder.")
        contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if bundle in path.parents}
        yield Component(
            kind, "js", bundle.name, shown, _root(about, shown, kind.root), contents=dict(sorted(contents.items()))
        )


def _root(path: Path, shown: str, type_name: str) -> Element:
    try:
        root = parse(path).getroot()
    except (ParseError, ValueError) as error:
        raise UserError(
            f"{shown} is not well-formed XML: {error}. Put that place right, or take the file anew."
        ) from error
    if root is None or root.tag != tag(type_name):
        raise UserError(f"{shown} does not hold a {type_name}. Check the file's name and its outermost element.")
    return root
