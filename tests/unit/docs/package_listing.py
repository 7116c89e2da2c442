"""docs/salesforce-package.md, from the package's own words. Run this file (`make docs`) to write the page."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from docs_pages import PACKAGE, ROOT

SOURCE = PACKAGE / "force-app" / "main" / "default"
PAGE = ROOT / "docs" / "salesforce-package.md"
BEGINNING = """\
# The Salesforce package

Every object and field that `success-vector install` puts into the org, with the help text that people see beside the
field. On Account and Contact the same fields are installed. Calculated fields (score, status, flags, reasons) are
written by the service alone; people can read them and not change them. How our fields are mapped:
[mappings.md](mappings.md). How the package is installed: [salesforce.md](salesforce.md). This page is written by
`make docs`.
"""
END = """\
## Made for your org

`install` also makes, for each mapped object that is read, an outbound message `Success_Vector_Notify` and two flows
named `Success_Vector_Notify_..._Created` and `Success_Vector_Notify_..._Updated`. They carry the record's id and
nothing else. The address that they post to holds your secret.
"""


def text() -> str:
    """The whole page."""
    objects = [part for folder in sorted((SOURCE / "objects").iterdir()) for part in _object(folder)]
    rights = sorted((SOURCE / "permissionsets").iterdir()) + sorted((SOURCE / "customPermissions").iterdir())
    rows = [_row(path.name.split(".")[0], _of(path, "label"), _of(path, "description")) for path in rights]
    permissions = ["## Permissions\n", _table(("permission set or custom permission", "label", "what it is for"), rows)]
    flows = [_row(path.name.split(".")[0], _of(path, "description")) for path in sorted(SOURCE.glob("flows/*.flow-*"))]
    automations = ["## Automations\n", _table(("flow", "what it does"), flows)] if flows else []
    return "\n".join([BEGINNING, *objects, *permissions, *automations, END])


def _object(folder: Path) -> Iterator[str]:
    definition = folder / f"{folder.name}.object-meta.xml"
    if definition.exists():
        yield f"## {_of(definition, 'label')} (`{folder.name}`)\n"
        yield f"{_of(definition, 'description')}\n"
    else:
        yield f"## {folder.name} (standard)\n"
    fields = [_field(path) for path in sorted((folder / "fields").glob("*.field-meta.xml"))]
    yield _table(("field", "label", "type", "what it says"), fields)
    rules = [
        _row(_of(path, "fullName"), _of(path, "errorMessage")) for path in sorted(folder.glob("validationRules/*"))
    ]
    if rules:
        yield _table(("rule", "what it says when it refuses"), rules)


def _field(path: Path) -> str:
    target = _of(path, "referenceTo")
    told = _of(path, "inlineHelpText") or _of(path, "description")
    return _row(
        _of(path, "fullName"), _of(path, "label"), _of(path, "type") + (f" to {target}" if target else ""), told
    )


def _table(headings: tuple[str, ...], rows: list[str]) -> str:
    return "\n".join([f"| {' | '.join(headings)} |", "| --- " * len(headings) + "|", *rows, ""])


def _row(name: str, *cells: str) -> str:
    return f"| {' | '.join([f'`{name}`', *(cell.replace('|', '/') for cell in cells)])} |"


def _of(path: Path, tag: str) -> str:
    found = ElementTree.parse(path).getroot().find(f"{{*}}{tag}")
    return " ".join((found.text or "").split()) if found is not None else ""


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
