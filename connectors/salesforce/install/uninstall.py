"""Taking our automations and screens out of an org again; objects, fields, permission sets and records stay."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.salesforce.install import notify, source
from connectors.salesforce.install.activate import FlowState, flow_states
from connectors.salesforce.install.deploy import Deployed, deploy
from connectors.salesforce.install.metadata import ComponentName
from connectors.salesforce.install.org import Http, query, quoted
from connectors.salesforce.install.zip import Archive, manifest
from mappings.model import Mapping

SCREENS = ("CustomApplication", "FlexiPage", "LightningComponentBundle", "LightningMessageChannel")
"""What is removed beside flows and outbound messages, those that use others first."""


@dataclass(frozen=True)
class Removal:
    """What would be removed: flows as the org has them, and components that the org may have."""

    flows: tuple[FlowState, ...]
    components: tuple[ComponentName, ...]
    kept: tuple[str, ...] = field(default=())


def plan(http: Http, mapping: Mapping, package: source.Source) -> Removal:
    """Return what uninstalling would remove; `kept` are the custom objects that stay with their records."""
    found = tuple(notify.Notice(one.object, ("Id",)) for one in mapping.sources if one.reads)
    flows = flow_states(http, [*notify.flow_names(found), *(one.name for one in package.of("Flow"))])
    messages = tuple(("WorkflowOutboundMessage", notice.message) for notice in found)
    screens = tuple((kind, one.name) for kind in SCREENS for one in package.of(kind))
    return Removal(flows, (*messages, *screens), tuple(one.name for one in package.of("CustomObject")))


def uninstall(http: Http, removal: Removal, *, wait: Callable[[float], None] = time.sleep) -> Deployed:
    """Switch the flows off, delete each of their versions, then remove the components in one deployment.

    Records are not touched. Doing it again is harmless: what is gone already is passed over.
    """
    for flow in removal.flows:
        if flow.active_version is not None:
            body = {"Metadata": {"activeVersionNumber": 0}}
            http.json("PATCH", f"tooling/sobjects/FlowDefinition/{flow.id}", json=body)
    for version_id in _versions(http, removal.flows):
        http.json("DELETE", f"tooling/sobjects/Flow/{version_id}")
    return deploy(http, _destructive(removal, http.version), wait=wait)


def _versions(http: Http, flows: tuple[FlowState, ...]) -> list[str]:
    if not flows:
        return []
    soql = quoted("SELECT Id FROM Flow WHERE DefinitionId IN {} ORDER BY VersionNumber", [flow.id for flow in flows])
    return [row["Id"] for row in query(http, soql, tooling=True)]


def _destructive(removal: Removal, version: str) -> Archive:
    """Return a deployment that brings nothing and removes the components."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("package.xml", manifest((), version))
        opened.writestr("destructiveChanges.xml", manifest(removal.components, version))
    return Archive(buffer.getvalue(), (), dict.fromkeys(removal.components, "destructiveChanges.xml"))
