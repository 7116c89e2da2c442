"""Deleting our objects and fields, and with them the data in them: only after an export, and after uninstalling."""

from __future__ import annotations

import time

from connectors.salesforce.install import record, source
from connectors.salesforce.install.metadata import ComponentName
from connectors.salesforce.install.org import Http, names_there, query, quoted
from connectors.salesforce.install.removal import Wait, remove
from connectors.salesforce.install.run import installed
from plugin.errors import SuccessVectorError

_WITH_OBJECT = {"CompactLayout", "ListView", "ValidationRule", "CustomField"}
_LAYOUT = "Layout"
_LABELS = "CustomLabels"


def components(http: Http, package: source.Source, *, wait: Wait = time.sleep) -> tuple[ComponentName, ...]:
    """Return everything that this version ships, or an earlier one left, by the names under which it is deleted.

    Parts of our own objects go with them.
    """
    before = installed(http, wait)
    shipped = {(one.kind.type, one.name) for one in package.components}
    names = {record.COMPONENT, *shipped, *(before.pieces if before else ())}
    names |= {("CustomLabel", label) for one in package.of(_LABELS) for label in _labels(one)}
    for (kind, _), marks in (before.pieces if before else {}).items():
        if kind == _LABELS:
            names |= {("CustomLabel", piece.removeprefix("labels ")) for piece in marks}
    own = {name for kind, name in names if kind == "CustomObject"}
    return tuple(sorted(one for one in names if one[0] != _LABELS and not _goes_with(one, own)))


def _labels(file: source.Component) -> list[str]:
    return [one.text or "" for one in file.root.iter() if one.tag.endswith("}fullName")]


def _goes_with(name: ComponentName, own: set[str]) -> bool:
    if name[0] == _LAYOUT:
        return name[1].partition("-")[0] in own
    return name[0] in _WITH_OBJECT and name[1].partition(".")[0] in own


def erase(http: Http, names: tuple[ComponentName, ...], *, wait: Wait = time.sleep) -> None:
    """Delete our objects with their records, our fields with their values and all else of ours, or nothing.

    Salesforce keeps deleted objects and fields for 15 days, in Setup. Raises Problems, with nothing deleted, where
    something of the association's own uses them.
    """
    assigned = _assignments(http, [name for kind, name in names if kind == "PermissionSet"])
    for one in assigned:
        http.json("DELETE", f"sobjects/PermissionSetAssignment/{one['Id']}")
    try:
        remove(http, names, wait=wait)
    except SuccessVectorError:
        for one in assigned:
            again = {name: one[name] for name in ("PermissionSetId", "AssigneeId")}
            http.json("POST", "sobjects/PermissionSetAssignment", json=again)
        raise


def _assignments(http: Http, permission_sets: list[str]) -> list[dict[str, str]]:
    ids = sorted(names_there(http, "PermissionSet", permission_sets).values())
    if not ids:
        return []
    fields = "SELECT Id, PermissionSetId, AssigneeId FROM PermissionSetAssignment"
    return query(http, quoted(f"{fields} WHERE PermissionSetId IN {{}}", ids))
