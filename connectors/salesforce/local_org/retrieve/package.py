"""The zip that answers a retrieval: the files of the components that were named, and a package.xml that lists them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape

from connectors.salesforce.local_org.metadata.kinds import KINDS
from connectors.salesforce.local_org.retrieve.sources import Kept, kept
from connectors.salesforce.local_org.retrieve.xml import document
from connectors.salesforce.local_org.schema import OrgSchema
from connectors.salesforce.local_org.work import Work

OBJECT = "CustomObject"
CONTAINERS = {kind.type: kind for kind in KINDS.values() if kind.children}
INSIDE = {type_name for kind in CONTAINERS.values() for _, type_name in kind.children}


@dataclass
class Retrieved:
    """What a retrieval found: the files by path below the root, the components in them, and what it has to say."""

    files: dict[str, bytes] = field(default_factory=dict)
    components: list[Kept] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)

    def list(self, each: Kept, type_name: str) -> None:
        """Tell of a component that was asked for by that type: of a part, what it is part of."""
        source = each.source
        if source.type != type_name:
            each = replace(each, id="", source=replace(source, type=type_name, name=_stem(source.path)))
        known = {(other.source.type, other.source.name): at for at, other in enumerate(self.components)}
        at = known.get((each.source.type, each.source.name))
        if at is None:
            self.components.append(each)
        elif each.id:
            self.components[at] = each

    def zip(self, version: str, root: str) -> bytes:
        """Return everything as a zip below the folder `root`, with its package.xml."""
        members: dict[str, set[str]] = {}
        for each in self.components:
            members.setdefault(each.source.type, set()).add(each.source.name)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, body in {**self.files, "package.xml": _manifest(members, version)}.items():
                archive.writestr(root + path, body)
        return content.getvalue()


def collect(work: Work, wanted: Mapping[str, Sequence[str]]) -> Retrieved:
    """Return the components of these full names, by type; a star stands for all of its type.

    A container brings along all that is in it: an object its fields. What isn't there is told, and no error.
    """
    found = Retrieved()
    everything = existing(work)
    pieces: dict[str, dict[tuple[str, str], Kept]] = {}
    for type_name, names in wanted.items():
        for name in names:
            chosen = [each for each in everything if _matches(each, type_name, name)]
            if not chosen and name != "*" and not _standard(work.schema, type_name, name):
                words = f"Entity of type '{type_name}' named '{name}' cannot be found"
                found.messages.append(("unpackaged/package.xml", words))
            for each in chosen:
                pieces.setdefault(each.source.path, {})[each.source.type, each.source.name] = each
                found.list(each, type_name)
    found.files = {path: _file(list(parts.values())) for path, parts in pieces.items()}
    return found


def existing(work: Work) -> list[Kept]:
    """Return all that is kept and hasn't gone meanwhile: a flow or a field may be deleted without a deployment."""
    flows = {key for (key,) in work.conn.execute("SELECT key FROM org_meta.flows").fetchall()}
    return [each for each in kept(work.conn) if _exists(each, work.schema, flows)]


def _exists(each: Kept, schema: OrgSchema, flows: set[str]) -> bool:
    name = each.source.name.lower()
    if each.source.type == "Flow":
        return name in flows
    if each.source.type == "CustomField" and not name.startswith("activity."):
        owner, _, own = name.partition(".")
        definition = schema.object(owner)
        return definition is not None and definition.field(own) is not None
    return each.source.type != OBJECT or schema.object(name) is not None


def _standard(schema: OrgSchema, type_name: str, name: str) -> bool:
    definition = schema.object(name) if type_name == OBJECT else None
    return definition is not None and not definition.custom


def _matches(each: Kept, type_name: str, name: str) -> bool:
    source = each.source
    if name == "*":
        # A star brings no standard objects, nor what was added to them.
        return source.type == type_name or (source.whole == type_name and _of_custom(source.name))
    if source.type == type_name:
        return source.name.lower() == name.lower()
    inside = source.whole == type_name and source.type in INSIDE
    return inside and _stem(source.path).lower() == name.lower()


def _stem(path: str) -> str:
    """Return the name of the component that a file is named for."""
    return path.rpartition("/")[2].rpartition(".")[0]


def _of_custom(name: str) -> bool:
    return "__" in name.partition(".")[0]


def _file(pieces: Sequence[Kept]) -> bytes:
    """Return one file: as it was deployed, or put together from the parts of it that were asked for."""
    whole = pieces[0].source.whole
    if whole not in CONTAINERS:
        return pieces[0].source.content
    inside = [each.source.content for each in pieces if each.source.type != whole]
    own = [each.source.content for each in pieces if each.source.type == whole]
    return document(whole, *inside, *own)


def _manifest(members: Mapping[str, set[str]], version: str) -> bytes:
    types = "".join(
        "    <types>\n"
        + "".join(f"        <members>{escape(name)}</members>\n" for name in sorted(names))
        + f"        <name>{type_name}</name>\n    </types>\n"
        for type_name, names in sorted(members.items())
    )
    return document("Package", types.encode(), f"    <version>{version}</version>\n".encode())
