"""The package as it lies in the repository: an SFDX project, one file a component."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import parse

from connectors.salesforce.install.metadata import tag
from plugin.errors import UserError

PACKAGE = Path(__file__).parent.parent / "package"
_SOURCE = "force-app/main/default"


@dataclass(frozen=True)
class Kind:
    """A type of metadata: its folder in a deployment; `part` is the element that holds it inside its object."""

    type: str
    folder: str
    part: str | None = None


KINDS = {
    "object": Kind("CustomObject", "objects"),
    "field": Kind("CustomField", "objects", part="fields"),
    "validationRule": Kind("ValidationRule", "objects", part="validationRules"),
    "customPermission": Kind("CustomPermission", "customPermissions"),
    "permissionset": Kind("PermissionSet", "permissionsets"),
    "flow": Kind("Flow", "flows"),
}
"""By the suffix of the source file, in the order in which an object's parts are written."""


@dataclass(frozen=True)
class Component:
    """One source file. `name` is the full name, `path` is relative to the package, `object` what it is part of."""

    kind: Kind
    suffix: str
    name: str
    path: str
    root: Element
    object: str | None = None

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
        for field in self.of("CustomField"):
            owner = str(field.object)
            for name in ("Task", "Event") if owner == "Activity" else (owner,):
                found.setdefault(name, {})[field.name.partition(".")[2]] = field
        return found


def read(package: Path = PACKAGE) -> Source:
    """Return every component of the SFDX project in a folder.

    Raises UserError naming the file where one is no XML, or of a kind that the installer doesn't know.
    """
    folder = package / _SOURCE
    if not folder.is_dir():
        raise UserError(f"There is no SFDX source at {folder}. Give the folder that holds sfdx-project.json.")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return Source(tuple(_component(path, package) for path in paths))


def _component(path: Path, package: Path) -> Component:
    shown = path.relative_to(package).as_posix()
    name, _, suffix = path.name.removesuffix("-meta.xml").rpartition(".")
    kind = KINDS.get(suffix)
    if kind is None or not path.name.endswith("-meta.xml"):
        raise UserError(f"{shown} is of no kind that can be installed. Remove it; known are {', '.join(KINDS)}.")
    owner = path.parts[path.parts.index("objects") + 1] if kind.folder == "objects" else None
    full_name = f"{owner}.{name}" if kind.part else name
    return Component(kind, suffix, full_name, shown, _root(path, shown, kind.type), owner)


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
