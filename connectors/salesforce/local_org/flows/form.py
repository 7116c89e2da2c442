"""What of a flow's document can't be run here, or not be a flow at all, told by name before it is read further."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.salesforce.local_org.metadata.tree import Node

ELEMENTS = frozenset(["decisions", "assignments", "recordCreates", "recordUpdates", "actionCalls"])
_ABOUT = frozenset(
    [
        "apiVersion",
        "description",
        "environments",
        "interviewLabel",
        "label",
        "processMetadataValues",
        "processType",
        "runInMode",
        "status",
        "start",
        "variables",
        "formulas",
        "triggerOrder",
        "fullName",
        "isTemplate",
    ]
)
_START = frozenset(
    [
        "connector",
        "doesRequireRecordChangedToMeetCriteria",
        "filterFormula",
        "filterLogic",
        "filters",
        "locationX",
        "locationY",
        "object",
        "recordTriggerType",
        "scheduledPaths",
        "triggerType",
        "label",
        "name",
        "description",
    ]
)
_NODE = frozenset(["name", "label", "description", "locationX", "locationY", "elementSubtype", "connector"])
_PARTS = {
    "decisions": _NODE | {"rules", "defaultConnector", "defaultConnectorLabel"},
    "assignments": _NODE | {"assignmentItems"},
    "recordCreates": _NODE | {"faultConnector", "object", "inputAssignments", "assignRecordIdToReference"},
    "recordUpdates": _NODE
    | {"faultConnector", "object", "inputAssignments", "inputReference", "filterLogic", "filters"},
    "actionCalls": _NODE
    | {"faultConnector", "actionName", "actionType", "flowTransactionModel", "nameSegment", "inputParameters"},
}
_VALUES = frozenset(["stringValue", "booleanValue", "numberValue", "dateValue", "dateTimeValue", "elementReference"])


def faults(name: str, root: Node) -> Iterator[tuple[str, int]]:
    """Yield problem and line of everything in the document that can't be run here, before it is read further."""
    if "__" in name or not re.fullmatch(r"[A-Za-z](_?[A-Za-z0-9])*", name):
        yield (
            (
                f"The flow name '{name}' is not valid: it begins with a letter, holds only letters, digits and single "
                "underscores, and doesn't end in an underscore"
            ),
            root.line,
        )
    if len(name) > 80:
        yield f"The flow name '{name}' is longer than 80 characters", root.line
    yield from _unknown_parts(root)
    start = root.one("start")
    if start is None:
        yield "The flow has no start element; the local org models record-triggered flows only", root.line
        return
    for child in start.children:
        if child.tag not in _START:
            yield f"The local org does not model '{child.tag}' of a flow's start", child.line
    for path in start.all("scheduledPaths"):
        if path.say("pathType") != "AsyncAfterCommit":
            yield "The local org does not model scheduled paths other than AsyncAfterCommit", path.line
    for node in root.walk():
        if node.tag in {"value", "rightValue"} and node.children and node.children[0].tag not in _VALUES:
            yield f"The local org does not model '{node.children[0].tag}' in a flow", node.line


def _unknown_parts(root: Node) -> Iterator[tuple[str, int]]:
    for child in root.children:
        if child.tag not in ELEMENTS | _ABOUT:
            yield f"The local org does not model the flow element '{child.tag}' ({child.say('name')})", child.line
        for part in child.children if child.tag in _PARTS else ():
            if part.tag not in _PARTS[child.tag]:
                yield f"{child.say('name')}: the local org does not model '{part.tag}' of {child.tag}", part.line
