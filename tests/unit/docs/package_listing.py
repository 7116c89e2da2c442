"""What docs/salesforce-package.md has to say of the package: a line for each object, field, rule and permission set."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from docs_pages import PACKAGE

SOURCE = PACKAGE / "force-app" / "main" / "default"


def lines() -> Iterator[str]:
    """Yield the lines, object by object."""
    for folder in sorted((SOURCE / "objects").iterdir()):
        yield from _object(folder)
    for kind in ("permissionsets", "customPermissions"):
        for path in sorted((SOURCE / kind).iterdir()):
            yield _row(path.name.split(".")[0], _of(path, "label"), _of(path, "description"))


def _object(folder: Path) -> Iterator[str]:
    definition = folder / f"{folder.name}.object-meta.xml"
    label = f"{_of(definition, 'label')} (`{folder.name}`)" if definition.exists() else f"{folder.name} (standard)"
    yield f"## {label}"
    if definition.exists():
        yield _of(definition, "description")
    for path in sorted((folder / "fields").glob("*.field-meta.xml")):
        told = _of(path, "inlineHelpText") or _of(path, "description")
        yield _row(_of(path, "fullName"), _of(path, "label"), _type(path), told)
    for path in sorted((folder / "validationRules").glob("*.xml")):
        yield _row(_of(path, "fullName"), "rule", _of(path, "errorMessage"))


def _type(path: Path) -> str:
    kind, target = _of(path, "type"), _of(path, "referenceTo")
    return f"{kind} to {target}" if target else kind


def _row(name: str, *cells: str) -> str:
    return f"| {' | '.join([f'`{name}`', *cells])} |"


def _of(path: Path, tag: str) -> str:
    found = ElementTree.parse(path).getroot().find(f"{{*}}{tag}")
    return " ".join((found.text or "").split()) if found is not None else ""
