"""describeMetadata and listMetadata: which types there are, and which components of a type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.salesforce.local_org.ids import record_id
from connectors.salesforce.local_org.metadata.kinds import KINDS, OPAQUE_FOLDERS
from connectors.salesforce.local_org.retrieve.package import OBJECT, existing
from connectors.salesforce.local_org.retrieve.properties import file_properties
from connectors.salesforce.local_org.work import Work

Json = dict[str, Any]
WITH_META_FILE = frozenset({"staticresources"})


def describe_metadata() -> Json:
    """Return the types that may be deployed and retrieved."""
    objects = [
        {
            "childXmlNames": [type_name for _, type_name in kind.children],
            "directoryName": folder,
            "inFolder": False,
            "metaFile": folder in WITH_META_FILE,
            "suffix": kind.suffix or None,
            "xmlName": kind.type,
        }
        for folder, kind in {**KINDS, **OPAQUE_FOLDERS}.items()
    ]
    return {
        "metadataObjects": objects, "organizationNamespace": "", "partialSaveAllowed": False, "testRequired": False,
    }  # fmt: skip


def list_metadata(work: Work, types: Iterable[str]) -> list[Json]:
    """Return the components of these types; objects with the standard ones, which nobody deployed."""
    components = existing(work)
    told: list[Json] = []
    for type_name in types:
        found = {each.source.name: each for each in components if each.source.type == type_name}
        told += file_properties(work, found.values())
        if type_name == OBJECT:
            told += [
                _standard_object(work, each.name, number)
                for number, each in enumerate(work.schema.objects.values())
                if each.name not in found
            ]
    return told


def _standard_object(work: Work, name: str, number: int) -> Json:
    """Return what is told of an object that came with the org; it was never changed."""
    founder, epoch = work.org.founding.admin_id, "1970-01-01T00:00:00.000+0000"
    return {
        "createdById": founder, "createdByName": "", "createdDate": epoch, "fileName": f"objects/{name}.object",
        "fullName": name, "id": record_id("01I", number), "lastModifiedById": founder, "lastModifiedByName": "",
        "lastModifiedDate": epoch, "type": OBJECT,
    }  # fmt: skip
