"""Retrievals: asked for in one call, fetched in another."""

from __future__ import annotations

import base64
import threading
from collections import OrderedDict
from typing import Any

from flask import current_app

from connectors.salesforce.local_org.errors import OrgError, not_modelled
from connectors.salesforce.local_org.metadata.registry import new_id
from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.retrieve.package import collect
from connectors.salesforce.local_org.retrieve.properties import file_properties, manifest_properties
from connectors.salesforce.local_org.work import Work

EXTENSION = "local_org.retrievals"
KEPT = 20
Json = dict[str, Any]


class Retrievals:
    """The last retrievals' results; they don't outlive the server."""

    def __init__(self) -> None:
        self._results: OrderedDict[str, tuple[Json, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, work: Work, request: Node) -> str:
        """Retrieve what a RetrieveRequest names; returns the id under which the result waits."""
        for tag in ("packageNames", "specificFiles"):
            if request.one(tag) is not None:
                raise not_modelled(f"{tag} in a retrieval: name the components in unpackaged")
        manifest = request.one("unpackaged")
        wanted: dict[str, list[str]] = {}
        for types in manifest.all("types") if manifest else []:
            wanted.setdefault(types.say("name"), []).extend(member.text for member in types.all("members"))
        version = manifest.say("version") if manifest else ""
        root = "" if request.flag("singlePackage") else "unpackaged/"
        retrieved = collect(work, wanted)
        job_id = new_id(work.conn, "Retrieval")
        result = {
            "done": True, "id": job_id, "status": "Succeeded", "success": True,
            "fileProperties": [*file_properties(work, retrieved.components, root), manifest_properties(work, root)],
            "messages": [{"fileName": path, "problem": words} for path, words in retrieved.messages],
        }  # fmt: skip
        with self._lock:
            self._results[job_id] = (result, retrieved.zip(version or request.say("apiVersion"), root))
            while len(self._results) > KEPT:
                self._results.popitem(last=False)
        return job_id

    def result(self, job_id: str, *, with_zip: bool) -> Json:
        """Return a RetrieveResult."""
        with self._lock:
            known = self._results.get(job_id)
        if known is None:
            raise OrgError("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {job_id}")
        result, content = known
        return {**result, "zipFile": base64.b64encode(content).decode()} if with_zip else result


def retrievals() -> Retrievals:
    """Return the retrievals of the server that serves this request."""
    kept: Retrievals = current_app.extensions[EXTENSION]
    return kept
