"""What tells us of changes: per mapped object an outbound message, and a flow each for created and updated records.

They are generated for one org because an outbound message names our address with its secret and a user of that org.
A message is a hint: it carries the record's id and nothing else. What no hint is given for, polling finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connectors.salesforce.install.metadata import Child, File, element, text_of
from mappings.model import Mapping, Source

MESSAGE = "Success_Vector_Notify"
_ACTION = "Notify_Success_Vector"
_LONGEST_OBJECT = 50
"""A flow's name has 80 characters at most; ours takes 30 of them."""

Watchable = Callable[[str, str], tuple[str, ...]]
"""(object, field) -> the fields whose change a flow of that object can see; empty for what a formula can't compare."""


class Event(StrEnum):
    """What happened to a record, as flows call it; a flow on both could not ask what changed."""

    CREATED = "Create"
    UPDATED = "Update"


@dataclass(frozen=True)
class Notice:
    """One mapped object that we want to hear of, and the fields whose change is worth a message."""

    object: str
    watched: tuple[str, ...]

    @property
    def message(self) -> str:
        """The outbound message's full name."""
        return f"{self.object}.{MESSAGE}"

    @property
    def flows(self) -> dict[str, Event]:
        """The flows by name. An object none of whose fields can be watched has no flow for updates."""
        short = re.sub("_+", "_", self.object.removesuffix("__c"))[:_LONGEST_OBJECT].strip("_")
        created = {f"{MESSAGE}_{short}_Created": Event.CREATED}
        return {**created, f"{MESSAGE}_{short}_Updated": Event.UPDATED} if self.watched else created


def flow_names(found: Sequence[Notice]) -> tuple[str, ...]:
    """Return the names of the notices' flows."""
    return tuple(name for notice in found for name in notice.flows)


def notices(mapping: Mapping, watchable: Watchable) -> tuple[Notice, ...]:
    """Return what to be told of: every object that is read, and of its fields those that are."""
    return tuple(Notice(source.object, _watched(source, watchable)) for source in mapping.sources if source.reads)


def _watched(source: Source, watchable: Watchable) -> tuple[str, ...]:
    """Return what to watch: not the external id, which we write ourselves, nor what the org may lack."""
    unwatched = {source.external_id, *source.optional}
    inbound = [name for name in source.read_fields if name not in unwatched]
    return tuple(dict.fromkeys(name for field in inbound for name in watchable(source.object, field)))


def files(found: Sequence[Notice], endpoint: str, username: str, version: str) -> tuple[File, ...]:
    """Return messages and flows as files of a deployment. `endpoint` holds the secret: never print or log it."""
    messages = [_message_file(notice, endpoint, username, version) for notice in found]
    flows = [_flow_file(notice, name, event, version) for notice in found for name, event in notice.flows.items()]
    return (*messages, *flows)


def _message_file(notice: Notice, endpoint: str, username: str, version: str) -> File:
    message: list[Child] = [
        ("fullName", MESSAGE),
        ("apiVersion", version),
        ("description", "Tells Success Vector which record may have changed; it then reads the record over the API."),
        ("endpointUrl", endpoint),
        ("fields", "Id"),
        ("includeSessionId", False),
        ("integrationUser", username),
        ("name", "Success Vector: notify"),
        ("protected", False),
    ]
    path = f"workflows/{notice.object}.workflow"
    content = text_of(element("Workflow", [("outboundMessages", message)]))
    return File(path, content, {("WorkflowOutboundMessage", notice.message): f"(generated) {path}"})


def _flow_file(notice: Notice, name: str, event: Event, version: str) -> File:
    label = f"Success Vector: notify of {notice.object} {'created' if event is Event.CREATED else 'updated'}"
    action: list[Child] = [
        ("name", _ACTION),
        ("label", "Notify Success Vector"),
        ("locationX", 176),
        ("locationY", 287),
        ("actionName", notice.message),
        ("actionType", "outboundMessage"),
        ("flowTransactionModel", "CurrentTransaction"),
        ("nameSegment", notice.message),
    ]
    flow: list[Child] = [
        ("actionCalls", action),
        ("apiVersion", version),
        ("description", _description(event)),
        ("environments", "Default"),
        ("interviewLabel", f"{label} {{!$Flow.CurrentDateTime}}"),
        ("label", label[:255]),
        *[("processMetadataValues", _canvas(key, value)) for key, value in _CANVAS.items()],
        ("processType", "AutoLaunchedFlow"),
        ("start", _start(notice, event)),
        ("status", "Active"),
    ]
    path = f"flows/{name}.flow"
    return File(path, text_of(element("Flow", flow)), {("Flow", name): f"(generated) {path}"})


_CANVAS = {"BuilderType": "LightningFlowBuilder", "CanvasMode": "AUTO_LAYOUT_CANVAS"}


def _canvas(key: str, value: str) -> list[Child]:
    return [("name", key), ("value", [("stringValue", value)])]


def _description(event: Event) -> str:
    when = "it is created" if event is Event.CREATED else "a field that Success Vector reads changes"
    return f"Generated by `success-vector install`. Sends the record's id to Success Vector when {when}."


def _start(notice: Notice, event: Event) -> list[Child]:
    formula = [("filterFormula", _any_changed(notice.watched))] if event is Event.UPDATED else []
    return [
        ("locationX", 50),
        ("locationY", 0),
        ("connector", [("targetReference", _ACTION)]),
        *formula,
        ("object", notice.object),
        ("recordTriggerType", event.value),
        ("triggerType", "RecordAfterSave"),
    ]


def _any_changed(fields: Sequence[str]) -> str:
    tests = [f"ISCHANGED({{!$Record.{field}}})" for field in fields]
    return tests[0] if len(tests) == 1 else f"OR({', '.join(tests)})"
