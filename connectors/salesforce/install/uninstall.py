"""Taking our automations and screens out of an org again; objects, fields, permission sets and records stay."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from connectors.salesforce.install import notify, record, source
from connectors.salesforce.install.activate import FlowState, flow_states
from connectors.salesforce.install.metadata import ComponentName
from connectors.salesforce.install.org import Http
from connectors.salesforce.install.record import Record
from connectors.salesforce.install.removal import Wait, remove
from connectors.salesforce.install.run import installed, shown
from mappings.model import Mapping

SCREENS = ("CustomApplication", "FlexiPage", "QuickAction", "LightningComponentBundle", "LightningMessageChannel")
"""What is removed beside flows and outbound messages, those that use others first."""

_MESSAGE = "WorkflowOutboundMessage"


@dataclass(frozen=True)
class Removal:
    """What would be removed of what the org has; `kept` are the custom objects that stay with their records."""

    flows: tuple[FlowState, ...]
    screens: tuple[ComponentName, ...]
    messages: tuple[ComponentName, ...]
    kept: tuple[str, ...] = ()
    before: Record | None = field(default=None, repr=False)

    @property
    def components(self) -> tuple[ComponentName, ...]:
        """Everything but flows."""
        return (*self.messages, *self.screens)


def plan(http: Http, mapping: Mapping, package: source.Source, *, wait: Wait = time.sleep) -> Removal:
    """Return what uninstalling would remove of what this version ships, or an earlier one left."""
    before = installed(http, wait)
    found = tuple(notify.Notice(one.object, ("Id",)) for one in mapping.sources if one.reads)
    ours = [
        *((kind, one.name) for kind in SCREENS for one in package.of(kind)),
        *((_MESSAGE, notice.message) for notice in found),
        *(("Flow", name) for name in (*notify.flow_names(found), *(one.name for one in package.of("Flow")))),
        *(before.pieces if before else ()),
    ]
    wanted = {one for one in ours if one[0] in {*SCREENS, _MESSAGE, "Flow"}}
    there = shown(http, sorted(one for one in wanted if one[0] != "Flow"), http.version, wait)
    return Removal(
        flows=flow_states(http, sorted(name for kind, name in wanted if kind == "Flow")),
        screens=tuple(
            sorted((one for one in there if one[0] in SCREENS), key=lambda one: (SCREENS.index(one[0]), one))
        ),
        messages=tuple(sorted(one for one in there if one[0] == _MESSAGE)),
        kept=tuple(one.name for one in package.of("CustomObject")),
        before=before,
    )


def check(http: Http, removal: Removal, *, wait: Wait = time.sleep) -> None:
    """Let Salesforce check whether the screens can go, and change nothing. Raises Problems where it refuses."""
    remove(http, removal.screens, check_only=True, wait=wait)


def uninstall(http: Http, removal: Removal, *, wait: Wait = time.sleep) -> None:
    """Remove the screens, then the flows with each of their versions, then what these sent.

    Records are not touched. Where Salesforce refuses the screens, because something else uses them, nothing is changed.
    Doing it again is harmless: what is gone already is passed over.
    """
    remove(http, removal.screens, wait=wait)
    flows = [("Flow", flow.name) for flow in removal.flows]
    kept = record.files(_without(removal)) if removal.before else ()
    remove(http, [*flows, *removal.messages], kept if removal.components or flows else (), wait=wait)


def _without(removal: Removal) -> Record:
    """Return what the org remembers without what was removed, so that installing again brings it again."""
    assert removal.before is not None  # noqa: S101 - the caller has looked
    gone = {*removal.components, *(("Flow", flow.name) for flow in removal.flows)}
    gone_kinds = {*SCREENS, _MESSAGE, "Flow"}
    pieces = {
        name: marks for name, marks in removal.before.pieces.items() if name not in gone and name[0] not in gone_kinds
    }
    return replace(removal.before, pieces=pieces, on=frozenset())
