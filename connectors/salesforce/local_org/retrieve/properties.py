"""What is told of a component and the file that it lies in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.salesforce.local_org.retrieve.sources import Kept
from connectors.salesforce.local_org.values import shown
from connectors.salesforce.local_org.work import Work

Json = dict[str, Any]


def file_properties(work: Work, components: Iterable[Kept], root: str = "") -> list[Json]:
    """Return what is told of each component and its file; `root` is the folder that the files lie in."""
    names: dict[str, str] = dict(work.conn.execute('SELECT id, name FROM org."user"').fetchall())
    return [
        {
            "createdById": each.created_by, "createdByName": names.get(each.created_by, ""),
            "createdDate": shown(each.created_at), "fileName": root + each.source.path, "fullName": each.source.name,
            "id": each.id, "lastModifiedById": each.modified_by, "lastModifiedByName": names.get(each.modified_by, ""),
            "lastModifiedDate": shown(each.modified_at), "manageableState": "unmanaged", "type": each.source.type,
        }
        for each in components
    ]  # fmt: skip


def manifest_properties(work: Work, root: str) -> Json:
    """Return what is told of the package.xml that a retrieval's zip has."""
    path, moment = f"{root}package.xml", shown(work.now)
    return {
        "createdById": work.user_id, "createdByName": "", "createdDate": moment, "fileName": path, "fullName": path,
        "id": "", "lastModifiedById": work.user_id, "lastModifiedByName": "", "lastModifiedDate": moment,
        "manageableState": "unmanaged", "type": "Package",
    }  # fmt: skip
