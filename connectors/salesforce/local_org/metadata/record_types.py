"""A RecordType's XML, and its faults."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from connectors.salesforce.local_org.metadata.tree import Node
from connectors.salesforce.local_org.record_types import RecordType
from connectors.salesforce.local_org.schema import ObjectDef

WITH_PROCESS = {"Opportunity", "Lead", "Case"}
"""Objects each of whose record types needs a business process; what the process says has no effect here."""


def read(node: Node) -> RecordType:
    """Return the record type of a `recordTypes` element."""
    picklists = {
        each.say("picklist").lower(): [unquote(value.say("fullName")) for value in each.all("values")]
        for each in node.all("picklistValues")
    }
    return RecordType(
        node.say("fullName"), node.say("label"), node.flag("active"), node.say("description"), picklists=picklists
    )


def faults(node: Node, target: ObjectDef, processes: set[str]) -> Iterator[str]:
    """Yield what is wrong with a `recordTypes` element; `processes` are the object's business processes."""
    name, process = node.say("fullName"), node.say("businessProcess")
    if len(node.say("label")) > 80 or not node.say("label"):
        yield f"The label of the record type {name} has 1 to 80 characters"
    if target.name in WITH_PROCESS and not process:
        yield f"Must specify a non-empty businessProcess for the record type {name}"
    if process and process not in processes:
        yield f"In field: businessProcess - no BusinessProcess named {target.name}.{process} found"
    if target.extra.get("setup") or "kind" in target.extra:
        yield f"{target.name} can't have record types"
    for part in ("compactLayoutAssignment",):
        if node.one(part) is not None:
            yield f"The local org does not model '{part}' of a RecordType"
    for each in node.all("picklistValues"):
        about = target.field(each.say("picklist"))
        if about is None or about.type not in {"Picklist", "MultiselectPicklist"}:
            yield f"Could not find picklist field '{each.say('picklist')}' of {target.name}"
            continue
        for value in each.all("values"):
            if unquote(value.say("fullName")) not in about.picklist:
                yield f"Picklist value: {unquote(value.say('fullName'))} in picklist: {about.name} not found"
            if value.flag("default"):
                yield f"The local org does not model defaults by record type: {about.name} of {name}"
