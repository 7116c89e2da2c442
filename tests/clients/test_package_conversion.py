"""Our zip against the one that the Salesforce CLI makes of the same project."""

from __future__ import annotations

import io
import shutil
import zipfile
from typing import Any

import pytest

from connectors.salesforce.install import source, zip
from connectors.salesforce.local_org.metadata.tree import Node, parse
from tests.clients.conftest import SalesforceCli
from tests.conftest import ROOT

PACKAGE = ROOT / "connectors" / "salesforce" / "package"
VERSION = "66.0"


@pytest.fixture(scope="module")
def theirs(sf: SalesforceCli, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What `sf project convert source` makes of the package, by path."""
    folder = tmp_path_factory.mktemp("convert")
    for name in ("sfdx-project.json", ".forceignore"):
        shutil.copy(PACKAGE / name, folder)
    shutil.copytree(PACKAGE / "force-app", folder / "force-app")
    SalesforceCli(sf.npm, sf.home, folder, sf.org)("project", "convert", "source", "--output-dir", "out")
    return {
        str(path.relative_to(folder / "out")): path.read_bytes()
        for path in sorted((folder / "out").rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def ours() -> dict[str, bytes]:
    """What the installer makes of it, by path."""
    packed = zip.pack(zip.files(source.read()), VERSION)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_same_files_are_in_it(ours: dict[str, bytes], theirs: dict[str, bytes]) -> None:
    assert len(theirs) > 100
    assert sorted(ours) == sorted(theirs)


def test_every_component_says_the_same(ours: dict[str, bytes], theirs: dict[str, bytes]) -> None:
    files = [path for path in theirs if path != "package.xml"]
    assert [path for path in files if said(path, ours[path]) != said(path, theirs[path])] == []


def test_the_manifest_names_the_same(ours: dict[str, bytes], theirs: dict[str, bytes]) -> None:
    here, there = named(ours["package.xml"]), named(theirs["package.xml"])
    assert here - there == set()
    assert {kind for kind, _ in there - here} == {"CustomLabel"}, "each label, beside the file that holds them all"


def test_a_component_that_says_something_else_is_seen(theirs: dict[str, bytes]) -> None:
    path = "objects/Desired_Outcome__c.object"
    assert said(path, theirs[path]) != said(path, theirs[path].replace(b"<length>255<", b"<length>254<", 1))


def named(manifest: bytes) -> set[tuple[str, str]]:
    """Type and full name of each component that a package.xml lists, and its version."""
    root = parse(manifest)
    listed = {
        (types.say("name"), member.text.rstrip("/")) for types in root.all("types") for member in types.all("members")
    }
    return {*listed, ("version", root.say("version"))}


def said(path: str, content: bytes) -> Any:
    """What a file says, however it writes it and in whichever order of its children, which means nothing."""
    if not path.endswith((".js", ".css", ".html", ".svg")):
        return plain(parse(content))
    return content.decode()


def plain(node: Node) -> Any:
    children = sorted((plain(child) for child in node.children), key=repr)
    return (node.tag, node.text.strip() if not children else "", children)
